"""Photos on disk: which files are photos, by what they hold, and reading their bytes.

README.md in this folder is the policy: what is a photo, what is passed over, what is read.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from tools.data import jpeg
from tools.data.photo_kinds import HEAD, kind_of
from tools.errors import PocketlensError
from tools.lists.class_list import LITTER
from tools.places import SAMPLES

# A file with one of these endings is meant as a photo, whatever it holds: what cannot be read is
# told. Any other file is a photo where it begins like a picture.
_ENDINGS = """
jpg jpeg jpe jfif jif png webp gif bmp dib tif tiff heic heif hif avif tga jp2 j2k jpx jpf
ppm pgm pbm pnm jxl dng cr2 cr3 nef arw orf rw2 raf
"""
EXTENSIONS = frozenset(f".{ending}" for ending in _ENDINGS.split())

MAX_BYTES = 512 << 20
SHOWN = 8  # names in a note

_file_memory = jpeg.ThreadMemory()


@dataclass
class Found:
    """The photos of some inputs, and what lies beside them in their folders."""

    photos: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)  # files that are no photos
    hidden: list[Path] = field(default_factory=list)  # files and folders that begin with a dot

    def add(self, other: "Found") -> None:
        """Takes the other's in."""
        self.photos += other.photos
        self.others += other.others
        self.hidden += other.hidden

    def note(self) -> str:
        """A sentence that counts and names what was passed over; empty where nothing was."""
        kinds = [("not a photo", self.others), ("hidden", self.hidden)]
        parts = [f"{len(paths)} {what} ({_names(paths)})" for what, paths in kinds if paths]
        return f"Passed over: {', '.join(parts)}." if parts else ""

    def tell(self) -> None:
        """The note, on standard error."""
        if note := self.note():
            click.echo(note, err=True)


def _names(paths: list[Path]) -> str:
    shown = ", ".join(path.name for path in paths[:SHOWN])
    more = len(paths) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def find_photos(inputs: Iterable[Path]) -> list[Path]:
    """The photos of `search`; tells on standard error what was passed over.

    Errors: no_photos when nothing was found.
    """
    inputs = list(inputs)
    found = search(inputs)
    note = found.note()
    if not found.photos:
        raise PocketlensError(
            "no_photos",
            f"No photo was found in {', '.join(str(entry) for entry in inputs) or 'nothing'}."
            f"{' ' + note if note else ''}",
            expected="JPEG, PNG, WebP, HEIC, AVIF, GIF, BMP, TIFF, TGA, JPEG 2000 or PNM files",
        )
    if inputs != [SAMPLES]:  # what lies beside our own samples is no news
        found.tell()
    return found.photos


def search(inputs: Iterable[Path]) -> Found:
    """The photos of files (taken as they are) and folders (searched to the bottom, by file name).

    Sorted within each folder; a photo that two inputs name is listed once.
    """
    found = Found()
    for entry in inputs:
        found.add(_in_folder(entry) if entry.is_dir() else Found([entry]))
    for paths in (found.photos, found.others, found.hidden):
        paths[:] = dict.fromkeys(paths)
    return found


def _in_folder(entry: Path) -> Found:
    found = Found()
    for folder, folders, files in os.walk(entry):
        names = sorted(name for name in folders if name not in LITTER)
        shown = [name for name in names if not name.startswith(".")]
        found.hidden += [Path(folder, name) for name in names if name.startswith(".")]
        links = {name for name in shown if Path(folder, name).is_symlink()}
        found.others += [Path(folder, name) for name in sorted(links)]  # they may lead in circles
        folders[:] = [name for name in shown if name not in links]
        for name in sorted(files):
            path = Path(folder, name)
            if name in LITTER or name.startswith("._"):  # what Finder keeps beside a file
                continue
            if name.startswith("."):
                found.hidden.append(path)
            else:
                (found.photos if is_photo(path) else found.others).append(path)
    return found


def is_photo(path: Path) -> bool:
    """Whether a file is meant as a photo by its ending, or begins like a picture."""
    if path.suffix.lower() in EXTENSIONS:
        return True
    kind = kind_of(_head(path))
    return kind is not None and kind.picture


def _head(path: Path) -> bytes:
    """A file's first bytes; none of what is no file or may not be read."""
    try:
        with _opened(path) as (descriptor, _):
            return os.read(descriptor, HEAD)
    except PocketlensError:
        return b""


def read_bytes(path: Path) -> bytes:
    """A photo's bytes, at most MAX_BYTES of them. Errors: unreadable_photo."""
    with _opened(path) as (descriptor, size), open(descriptor, "rb", closefd=False) as stream:
        return stream.read(size)


def lend_bytes(path: Path) -> memoryview:
    """As read_bytes, in memory that this thread's next call overwrites."""
    with _opened(path) as (descriptor, size):
        room, read = _file_memory.first(size).data, 0
        while count := os.readv(descriptor, [room[read:]]):
            read += count
        return room[:read]


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, int]]:
    """A file's descriptor and size. Errors: unreadable_photo, also for what fails while it is open.

    Not Python's own open(), which takes twice as long (50 us a photo).
    """
    try:
        # A named pipe would make open wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise unreadable(str(path), "it is no file")
            if found.st_size > MAX_BYTES:
                raise unreadable(
                    str(path), f"it has {found.st_size} bytes, more than {MAX_BYTES} are not read"
                )
            yield descriptor, found.st_size
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unreadable(str(path), error.strerror or str(error)) from error


def unreadable(name: str, why: str) -> PocketlensError:
    """The error of a photo that could not be read."""
    return PocketlensError("unreadable_photo", f"{name} could not be read: {why}.")
