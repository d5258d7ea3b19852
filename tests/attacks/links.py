"""Symbolic links: to secrets, to folders, in the archive, and swapped in while a reader reads."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

from tests.attacks.common import Arena, save, write
from tests.damage.archives import mode
from tests.damage.base import whole

SWAPS = 300


def run(arena: Arena) -> None:
    """Links in every place."""
    secret = save(arena.folder / "secret.csv", whole()["labels.csv"])
    for name, target in (
        ("a link to a file with the right bytes", secret),
        ("a link to a system file", Path("/etc/passwd")),
        ("a link to a folder", arena.folder),
        ("a link to nowhere", Path("nowhere")),
        ("a link to itself", Path("labels.csv")),
        ("a link to a device", Path("/dev/zero")),
    ):
        package = with_link(arena.folder / name.replace(" ", "-"), "labels.csv", target)
        arena.readers(name, package, ["path_outside_package"])
    package = with_link(arena.folder / "manifest", "model.json", secret)
    arena.readers("the manifest is a link", package, ["path_outside_package"])
    archive = save(arena.folder / "link.zip", mode(stat.S_IFLNK | 0o777))
    arena.readers("a link in the archive", archive, ["path_outside_package"])
    swapped(arena, secret)


def with_link(package: Path, name: str, target: Path) -> Path:
    """A package in which one file is a link."""
    write(package, whole())
    (package / name).unlink()
    (package / name).symlink_to(target)
    return package


def swapped(arena: Arena, secret: Path) -> None:
    """A file takes turns with a link to other bytes while readers open the package."""
    package = write(arena.folder / "swapped", whole())
    save(secret, b"index,mid,name\n0,own/secret,Secret\n")
    stop = threading.Event()

    def swap() -> None:
        link, file = package.with_name("link"), package.with_name("file")
        while not stop.is_set():
            link.symlink_to(secret)
            file.write_bytes(whole()["labels.csv"])
            os.replace(link, package / "labels.csv")
            os.replace(file, package / "labels.csv")

    thread = threading.Thread(target=swap)
    thread.start()
    allowed = {"ok", "path_outside_package", "missing_file", "wrong_size"}
    try:
        for against, worker, function in arena.both():
            results = [worker.call(function, package) for _ in range(SWAPS)]
            found = sorted(set(results))
            arena.note(
                "a link swapped in while reading", against, ", ".join(found), set(found) <= allowed
            )
    finally:
        stop.set()
        thread.join()
