"""SIGKILL at 200 points of writing a package, folder and zip, over an old one and over nothing."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.attacks.common import CONVERT, Arena, refusal
from tests.attacks.writers import contents, status_of
from tests.readers import native_outcome
from tools.package.reader import open_package
from tools.package.writer import write_package

POINTS = 200
EVENTS = {"open", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir"}
EVENTS |= {"fcntl.flock", "ctypes.dlopen", "os.chmod", "shutil.rmtree"}


def run(arena: Arena) -> None:
    """Fifty points each of four ways."""
    for name in ("package", "package.zip"):
        for old in (True, False):
            ways(arena, name, old)


def ways(arena: Arena, name: str, old: bool) -> None:
    """One way: count the events of a whole run, then be killed before every nth of them."""
    folder = arena.folder / f"{name}-{old}"
    target = folder / name
    events = killed_at(target, old, 0)
    step = max(1, events // (POINTS // 4))
    found: Counter[str] = Counter()
    killed = 0
    for point in range(1, events + 1, step):
        killed += killed_at(target, old, point) == -signal.SIGKILL
        python = refusal(lambda: found.update([open_package(target).manifest.title]))
        native = arena.native.call(native_outcome, target)
        if python != "ok":
            found[python] += 1
        if native != python:
            found[f"{native} by the native reader"] += 1
    write_package(target, contents("after"))
    left = sorted(os.listdir(folder))
    allowed = {"old", "new"} if old else {"missing_file", "new"}
    what = (
        f"{'zip' if name.endswith('.zip') else 'folder'} over {'an old one' if old else 'nothing'}"
    )
    arena.note(
        f"killed at {killed} points: {what}",
        CONVERT,
        ", ".join(sorted(found)),
        set(found) <= allowed and killed >= POINTS // 4 - 5,
        "" if killed else "no kill",
    )
    arena.note(
        "what the next run leaves after the kills",
        CONVERT,
        "the package alone" if left == [name] else str(left),
        left == [name],
    )


def killed_at(target: Path, old: bool, point: int) -> int:
    """Write the package in a child that is killed before its nth event; 0: the events' number."""
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir()
    if old:
        write_package(target, contents("old"))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        watched(target, point, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        count = len(pipe.read())
    ended = status_of(child)
    return count if point == 0 else ended


def watched(target: Path, point: int, pipe: int) -> None:
    """The child: never returns."""
    count = 0

    def hook(event: str, _: tuple[Any, ...]) -> None:
        nonlocal count
        if event in EVENTS:
            count += 1
            os.write(pipe, b".")
            if count == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    write_package(target, contents("new"))
    os._exit(0)
