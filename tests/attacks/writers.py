"""Several writers of one package at once, readers among them, and places that cannot be written."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.attacks.common import CONVERT, Arena, can_mount
from tests.damage.base import base_files, base_manifest
from tests.readers import native_outcome, python_outcome
from tools.errors import PocketlensError
from tools.package.reader import open_package
from tools.package.writer import Contents, write_package

WRITERS = 6
TURNS = 25
NOBODY = 65534


def run(arena: Arena) -> None:
    """Concurrency, a full disk, a read-only folder."""
    at_once(arena)
    full_disk(arena)
    not_allowed(arena)


def contents(title: str) -> Contents:
    """A package of about a megabyte that says who wrote it."""
    files = {**base_files(), "model.ms": title.encode() * (1_000_000 // len(title))}
    head = base_manifest(files)
    del head["files"]
    return Contents({**head, "title": title}, dict(files))


def child(work: Callable[[], None]) -> int:
    """Fork, do the work in the child; the child's process number."""
    number = os.fork()
    if number:
        return number
    try:
        work()
    except PocketlensError as error:
        os._exit(error.exit_code if error.name == "cannot_write" else 8)
    except BaseException:
        os._exit(9)
    os._exit(0)


def status_of(number: int) -> int:
    """How a child ended: 0, an exit code, or minus a signal's number."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def at_once(arena: Arena) -> None:
    """Six processes write the same package again and again while both readers read it."""
    for name in ("package", "package.zip"):
        target = arena.folder / "at-once" / name
        write_package(target, contents("first"))

        def write(target: Path = target) -> None:
            for turn in range(TURNS):
                write_package(target, contents(f"{os.getpid()}-{turn}"))

        numbers = [child(write) for _ in range(WRITERS)]
        found: Counter[str] = Counter()
        for _ in range(30):
            found[arena.python.call(python_outcome, target)] += 1
            found[arena.native.call(native_outcome, target)] += 1
        ended = {status_of(number) for number in numbers}
        kind = "zip" if name.endswith(".zip") else "folder"
        arena.note(
            f"{WRITERS} writers of one {kind}: the writers",
            CONVERT,
            "all done" if ended == {0} else str(ended),
            ended == {0},
        )
        arena.note(
            f"{WRITERS} writers of one {kind}: readers meanwhile",
            "both readers",
            ", ".join(sorted(found)),
            set(found) <= {"ok", "missing_file"},
        )
        left = sorted(os.listdir(target.parent))
        arena.note(
            f"{WRITERS} writers of one {kind}: what is left",
            CONVERT,
            "the package alone" if left == [name] else str(left),
            left == [name],
        )
        target.unlink() if target.is_file() else None
        if target.is_dir():
            subprocess.run(["rm", "-r", str(target)], check=True)


def full_disk(arena: Arena) -> None:
    """A file-size limit, and where mounting is allowed a file system that is too small."""
    target = arena.folder / "limited" / "package"
    write_package(target, contents("old"))

    def write() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
        write_package(target, contents("new"))

    intact(arena, "no file may grow beyond half a megabyte", child(write), target)
    small = arena.folder / "small"
    if not can_mount(small, "2500k"):
        return
    try:
        target = small / "package"
        write_package(target, contents("old"))
        (small / "ballast").write_bytes(bytes(700_000))
        number = child(lambda: write_package(target, contents("new")))
        intact(arena, "the disk is full", number, target, ["ballast"])
    finally:
        subprocess.run(["umount", str(small)], check=True)


def not_allowed(arena: Arena) -> None:
    """A folder that may not be written to, for somebody who is not root."""
    target = arena.folder / "guarded" / "package"
    write_package(target, contents("old"))
    target.parent.chmod(0o555)

    def write() -> None:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        write_package(target, contents("new"))

    intact(arena, "a folder without leave to write", child(write), target)
    target.parent.chmod(0o755)
    number = child(lambda: write_package(Path("/proc/package"), contents("new")))
    ended = status_of(number)
    arena.note(
        "a folder of the system that takes no files",
        CONVERT,
        "cannot_write" if ended == 1 else str(ended),
        ended == 1,
    )


def intact(
    arena: Arena, attempt: str, number: int, target: Path, beside: list[str] | None = None
) -> None:
    """The writer must have failed by name, and the old package must be whole and alone."""
    ended = status_of(number)
    title = open_package(target).manifest.title
    left = sorted(os.listdir(target.parent))
    good = ended == 1 and title == "old" and left == sorted([target.name, *(beside or [])])
    result = "refused, the old package is whole" if good else f"{ended}, {title}, {left}"
    arena.note(attempt, CONVERT, result, good)
