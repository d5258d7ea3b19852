"""Reads and checks a package, a folder or a zip, by the rules and in the order of README.md."""

from __future__ import annotations

import errno
import hashlib
import math
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tools.errors import PocketlensError
from tools.package import manifest as manifests
from tools.package.archive import Entry, read_directory
from tools.package.embedding import read_embedding, read_known
from tools.package.kinds import Kinds
from tools.package.label_table import Label, read_hierarchy, read_labels, read_names
from tools.package.manifest import Manifest, parse_manifest
from tools.package.threshold_table import Threshold, read_thresholds

_CHUNK = 1 << 20
_RETRIES = 5  # when a writer replaces the package while it is read


@dataclass(frozen=True)
class Package:
    """A checked package. The model's bytes are read on demand, by `read`."""

    path: Path
    manifest: Manifest
    labels: tuple[Label, ...]  # in the order of the model's outputs; empty for `features`
    thresholds: tuple[Threshold, ...]
    hierarchy: tuple[tuple[str, str], ...]  # (parent MID, child MID)
    names: dict[str, dict[str, str]]  # language -> MID -> name

    @property
    def kinds(self) -> Kinds:
        """What each of the labels is a kind of."""
        return Kinds(self.labels, self.hierarchy)

    def read(self, name: str) -> bytes:
        """The bytes of one of the package's files, checked against the manifest once more."""
        entry = self.manifest.files[name]
        with open_source(self.path) as source:
            data = b"".join(_hashed(source, name, entry, check_hash=True))
        return data


class Source(Protocol):
    """The files of a package, wherever they lie."""

    def sizes(self) -> dict[str, int]:
        """Every file's name and length."""

    def read(self, name: str) -> Iterator[bytes]:
        """A file's bytes in pieces; never more than one byte beyond its listed length."""


def open_package(path: Path | str, check_hashes: bool = True) -> Package:
    """Read and check a package. Raises the errors of README.md, steps 1 to 10."""
    path = Path(path)
    for _ in range(_RETRIES):
        before = _identity(path)
        try:
            return _open_once(path, check_hashes)
        except PocketlensError:
            if _identity(path) == before:
                raise  # it is the package's fault, not that of a writer who just replaced it
    return _open_once(path, check_hashes)


def _identity(path: Path) -> tuple[int, int, int] | None:
    """Which file or folder stands at the path now; the time tells one from another whose number
    it took over."""
    try:
        info = os.stat(path)
    except (OSError, ValueError):
        return None
    return info.st_dev, info.st_ino, info.st_ctime_ns


def _open_once(path: Path, check_hashes: bool) -> Package:
    with open_source(path) as source:
        sizes = source.sizes()
        manifest = parse_manifest(_read_manifest(source, sizes, path))
        _check_presence(manifest, sizes, path)
        _check_sizes(manifest, sizes)
        tables = _read_files(source, manifest, check_hashes)
    labels = _labels(manifest, tables)
    package = Package(
        path=path,
        manifest=manifest,
        labels=labels,
        thresholds=_thresholds(tables, labels),
        hierarchy=_hierarchy(tables, labels),
        names=_names(manifest, tables, labels),
    )
    _check_reference(manifest, tables)
    if manifest.embedding is not None and manifests.EMBEDDING in tables:
        space = read_embedding(tables[manifests.EMBEDDING], manifest.embedding)
        if manifests.KNOWN in tables:
            read_known(tables[manifests.KNOWN], space)
    return package


def _check_reference(manifest: Manifest, tables: dict[str, bytes]) -> None:
    if manifest.reference is None:
        return
    outputs = tables[manifests.REFERENCE][-4 * manifest.recipe.outputs :]
    _check_finite(outputs, f"{manifests.REFERENCE} holds an output that is no number.")
    name = manifests.REFERENCE_EMBEDDING
    _check_finite(tables.get(name, b""), f"{name} holds something that is no number.")


def _check_finite(floats: bytes, otherwise: str) -> None:
    if not all(math.isfinite(value) for (value,) in struct.iter_unpack("<f", floats)):
        raise PocketlensError("bad_reference", otherwise, do="Make the package again.")


def _read_manifest(source: Source, sizes: dict[str, int], path: Path) -> bytes:
    name = manifests.FILE
    if name not in sizes:
        raise PocketlensError(
            "missing_file",
            f"{path} holds no {name}.",
            found=", ".join(sorted(sizes)[:5]) or "nothing",
            expected="a package made by `convert`",
        )
    if sizes[name] > manifests.LARGEST_MANIFEST:
        raise PocketlensError(
            "too_large",
            f"{name} is too large.",
            found=f"{sizes[name]} bytes",
            expected=f"at most {manifests.LARGEST_MANIFEST}",
        )
    return b"".join(source.read(name))


def _check_presence(manifest: Manifest, sizes: dict[str, int], path: Path) -> None:
    for name in manifest.files:
        if name not in sizes:
            raise PocketlensError(
                "missing_file",
                f"{path}: {name} is not there, but the manifest names it.",
                found=", ".join(sorted(sizes)),
                do="Make the package again.",
            )
    for name in sorted(sizes, key=os.fsencode):
        if name != manifests.FILE and name not in manifest.files:
            raise PocketlensError(
                "unexpected_file",
                f"{path}: {name!r} is not a file of this package.",
                expected=", ".join(manifest.files),
                do="Take it out of the package.",
            )


def _check_sizes(manifest: Manifest, sizes: dict[str, int]) -> None:
    for name, entry in manifest.files.items():
        if sizes[name] != entry.size:
            raise _wrong_size(name, sizes[name], entry.size)


def _wrong_size(name: str, found: int, expected: int) -> PocketlensError:
    return PocketlensError(
        "wrong_size",
        f"{name} does not have its length.",
        found=f"{found} bytes",
        expected=f"{expected} bytes, as the manifest says",
        do="Copy or make the package again.",
    )


def _read_files(source: Source, manifest: Manifest, check_hashes: bool) -> dict[str, bytes]:
    """Hash every file; the bytes of the tables."""
    tables = {}
    for name, entry in manifest.files.items():
        pieces = _hashed(source, name, entry, check_hashes)
        if name == manifests.MODEL:
            for _ in pieces:  # hashed, not kept
                pass
        else:
            tables[name] = b"".join(pieces)
    return tables


def _hashed(
    source: Source, name: str, entry: manifests.FileEntry, check_hash: bool
) -> Iterator[bytes]:
    """The pieces of a file; raises at the end when length or hash differ."""
    digest = hashlib.sha256()
    size = 0
    for piece in source.read(name):
        size += len(piece)
        digest.update(piece)
        yield piece
    if size != entry.size:
        raise _wrong_size(name, size, entry.size)
    if check_hash and digest.hexdigest() != entry.sha256:
        raise PocketlensError(
            "wrong_hash",
            f"{name} has been changed or damaged.",
            found=f"SHA-256 {digest.hexdigest()}",
            expected=f"{entry.sha256}, as the manifest says",
            do="Copy or make the package again.",
        )


def _labels(manifest: Manifest, tables: dict[str, bytes]) -> tuple[Label, ...]:
    if manifest.kind == "features":
        return ()
    return read_labels(tables[manifests.LABELS], manifest.recipe.outputs)


def _thresholds(tables: dict[str, bytes], labels: tuple[Label, ...]) -> tuple[Threshold, ...]:
    return read_thresholds(tables[manifests.THRESHOLDS], labels) if labels else ()


def _hierarchy(tables: dict[str, bytes], labels: tuple[Label, ...]) -> tuple[tuple[str, str], ...]:
    data = tables.get(manifests.HIERARCHY)
    return read_hierarchy(data, labels) if data is not None else ()


def _names(
    manifest: Manifest, tables: dict[str, bytes], labels: tuple[Label, ...]
) -> dict[str, dict[str, str]]:
    files = {language: f"names.{language}.csv" for language in manifest.languages}
    return {lang: read_names(tables[file], labels, file) for lang, file in files.items()}


def require_package(path: Path) -> None:
    """Raise missing_file or unreadable_file when nothing lies at `path`; reads nothing of it."""
    with _os_errors(path):
        os.stat(path)


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """The files of the folder or zip at `path`. Raises missing_file or unreadable_file."""
    with _os_errors(path):
        mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        flags = os.O_RDONLY | os.O_DIRECTORY
    elif stat.S_ISREG(mode):
        flags = os.O_RDONLY | os.O_NONBLOCK
    else:
        raise PocketlensError(
            "unreadable_file", f"{path} is no package.", expected="a folder or a zip file"
        )
    with _os_errors(path):
        fd = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield FolderSource(fd, path) if stat.S_ISDIR(mode) else ZipSource(fd, path)
    finally:
        os.close(fd)


@contextmanager
def _os_errors(what: object) -> Iterator[None]:
    """Turn the system's refusals into named errors."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise PocketlensError(
            "missing_file",
            f"{what} is not there.",
            do="Make a package with `convert`; `make demo` makes the demo's.",
        ) from None
    except (OSError, ValueError) as error:
        raise PocketlensError("unreadable_file", f"{what} cannot be read: {error}.") from None


def is_litter(name: str) -> bool:
    """Whether a name in a folder is one that Finder or Windows leaves there."""
    return name in (".DS_Store", "Thumbs.db", "desktop.ini") or name.startswith("._")


class FolderSource:
    """A package that is a folder, held open so that a rename cannot mix two packages."""

    def __init__(self, fd: int, path: Path) -> None:
        self._fd = fd
        self._path = path

    def sizes(self) -> dict[str, int]:
        """Every file's name and length; links and folders are refused."""
        with _os_errors(self._path):
            listed = sorted(os.listdir(self._fd), key=os.fsencode)
        names = [name for name in listed if not is_litter(name)]
        if len(names) > manifests.MOST_FILES:
            raise PocketlensError(
                "too_large",
                f"{self._path} holds too many files.",
                found=len(names),
                expected=f"at most {manifests.MOST_FILES}",
            )
        return {name: self._size(name) for name in names}

    def _size(self, name: str) -> int:
        with _os_errors(self._path / name):
            info = os.stat(name, dir_fd=self._fd, follow_symlinks=False)
        if stat.S_ISLNK(info.st_mode):
            raise _link(self._path / name)
        if not stat.S_ISREG(info.st_mode):
            raise PocketlensError(
                "unexpected_file", f"{self._path / name} is no plain file.", expected="plain files"
            )
        return info.st_size

    def read(self, name: str) -> Iterator[bytes]:
        """A file's bytes in pieces."""
        path = self._path / name
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with _os_errors(path):
            try:
                fd = os.open(name, flags, dir_fd=self._fd)
            except OSError as error:
                if error.errno == errno.ELOOP:
                    raise _link(path) from None
                raise
        try:
            yield from _pieces(fd, 0, os.fstat(fd).st_size + 1, path)
        finally:
            os.close(fd)


class ZipSource:
    """A package that is a zip with stored entries."""

    def __init__(self, fd: int, path: Path) -> None:
        self._fd = fd
        self._path = path
        self._entries: dict[str, Entry] = {}

    def sizes(self) -> dict[str, int]:
        """Every file's name and length."""
        with _os_errors(self._path):
            length = os.fstat(self._fd).st_size
            self._entries = read_directory(self._fd, length, self._path)
        return {name: entry.size for name, entry in self._entries.items()}

    def read(self, name: str) -> Iterator[bytes]:
        """A file's bytes in pieces."""
        if not self._entries:
            self.sizes()
        entry = self._entries[name]
        return _pieces(self._fd, entry.data, entry.size, self._path)


def _link(path: Path) -> PocketlensError:
    return PocketlensError(
        "path_outside_package", f"{path} is a symbolic link.", expected="plain files"
    )


def _pieces(fd: int, start: int, length: int, what: Path) -> Iterator[bytes]:
    """Up to `length` bytes from `start`, in pieces."""
    place = start
    while place < start + length:
        with _os_errors(what):
            piece = os.pread(fd, min(_CHUNK, start + length - place), place)
        if not piece:
            return
        place += len(piece)
        yield piece
