"""SIGKILL at 200 points of writing a package, folder and zip, over an old one and over nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.attacks.common import CONVERT, Arena, refusal
from tests.attacks.writers import contents, status_of
from tests.readers import native_outcome
from tools.package.reader import open_package
from tools.package.writer import write_package

POINTS = 200
SECONDS = 0.03  # about what writing takes
CHANCE = random.Random(11)
EVENTS = {"open", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir"}
EVENTS |= {"fcntl.flock", "ctypes.dlopen", "os.chmod", "shutil.rmtree"}


def run(arena: Arena) -> None:
    """Fifty kills each of four ways."""
    for name in ("package", "package.zip"):
        for old in (True, False):
            ways(arena, name, old)


def ways(arena: Arena, name: str, old: bool) -> None:
    """One way: killed before every event of a whole run, and then after random times."""
    target = arena.folder / f"{name}-{old}" / name
    events = attempt(target, old, 0)[1]
    found: Counter[str] = Counter()
    killed = 0
    for point in range(1, POINTS // 4 + 1):
        pause = 0.0 if point <= events else CHANCE.random() * SECONDS
        killed += attempt(target, old, point if not pause else -1, pause)[0] == -signal.SIGKILL
        python = refusal(lambda: found.update([open_package(target).manifest.title]))
        native = arena.native.call(native_outcome, target)
        if python != "ok":
            found[python] += 1
        if native != python:
            found[f"{native} by the native reader"] += 1
    write_package(target, contents("after"))
    left = sorted(os.listdir(target.parent))
    allowed = {"old", "new"} if old else {"missing_file", "new"}
    over = "over an old one" if old else "over nothing"
    what = f"a {'zip' if name.endswith('.zip') else 'folder'} {over}"
    arena.note(
        f"{POINTS // 4} kills while writing {what}",
        CONVERT,
        ", ".join(sorted(found)),
        set(found) <= allowed and killed >= events,
        f"{killed} killed",
    )
    arena.note(
        "what the next run leaves after the kills",
        CONVERT,
        "the package alone" if left == [name] else str(left),
        left == [name],
    )


def attempt(target: Path, old: bool, point: int, pause: float = 0.0) -> tuple[int, int]:
    """Write the package in a child that is killed before its nth event, or after a pause.

    How the child ended, and how many events it came to.
    """
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir()
    if old:
        write_package(target, contents("old"))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        watched(target, point, writer)
    os.close(writer)
    if pause:
        time.sleep(pause)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader, "rb") as pipe:
        count = len(pipe.read())
    return status_of(child), count


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
