"""Where `own` puts what it makes: a work folder that no other photos share, checked beforehand."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.errors import PocketlensError
from tools.lists.naming import slug
from tools.package.publish import check_writable, refuse_foreign
from tools.package.writer import is_package_folder, is_package_zip

SOURCE = "photos.sha256"  # in a work folder: a hash of where its photos lie
LOCK = ".lock"
ROOM = 64 << 20  # bytes: checkpoint, package, its zip, and drafts of them


def name_of(photos: Path, name: str | None) -> str:
    """The package's name: as given, or made from the folder's."""
    made = re.sub(r"[^a-z0-9._-]+", "-", (name or photos.resolve().name).lower()).strip("-._")
    return made or slug(name or photos.resolve().name) or "own"


def free_name(photos: Path, name: str, works: Path) -> str:
    """The name, or with a number behind it where its work folder belongs to other photos.

    The folder is claimed by writing a hash of the photos' place into it. Raises cannot_write.
    """
    mark = hashlib.sha256(os.fsencode(photos.resolve())).hexdigest()
    for number in range(1, 1000):
        tried = name if number == 1 else f"{name}-{number}"
        if _claimed(works / tried, mark):
            return tried
    raise PocketlensError("cannot_write", f"{works} is full of folders named {name}.")


def _claimed(work: Path, mark: str) -> bool:
    """Whether a work folder belongs to these photos, now or since before."""
    file = work / SOURCE
    try:
        work.mkdir(parents=True, exist_ok=True)
        with open(file, "x", encoding="ascii") as stream:
            stream.write(mark)
        return True
    except FileExistsError:
        return file.is_file() and file.read_text(encoding="ascii", errors="replace") == mark
    except OSError as error:
        raise PocketlensError(
            "cannot_write",
            f"{work} could not be written: {error.strerror}.",
            do="Choose another place with --work and --out.",
        ) from error


def check_places(photos: Path, work: Path, out: Path) -> None:
    """Sees that the results can be written, before any work. Raises cannot_write."""
    for place in (work, out):
        if place.resolve().is_relative_to(photos.resolve()):
            raise PocketlensError(
                "cannot_write",
                f"{place} lies inside the photos, where it would be taken for a class.",
                do="Choose another place with --out and --work.",
            )
    check_writable(work, ROOM)
    check_writable(out.parent, ROOM)
    refuse_foreign(out, is_package_folder)
    refuse_foreign(out.with_name(out.name + ".zip"), is_package_zip)


@contextmanager
def alone(work: Path) -> Iterator[None]:
    """The only process that works in a folder. Raises busy."""
    with open(work / LOCK, "w", encoding="ascii") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PocketlensError(
                "busy",
                f"Another process is working in {work}.",
                do="Wait for it, or choose another folder with --work and another --out.",
            ) from error
        yield
