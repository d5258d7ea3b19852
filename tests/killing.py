"""Runs `convert` in child processes that are killed at chosen moments.

`python -m tests.killing POINTS OLD PACKAGE ARGUMENT…` imports everything once and forks for each
run, before which PACKAGE is what OLD is. The first run is left alone; it counts what Python reports
to audit hooks about the package's folder (files opened, made, listed, renamed, removed, locks
taken). Each other run ends itself by SIGKILL at the nth of these events, just before it happens.
Half of the points lie in the last quarter of the events, where the package is published. After each
kill the package is read; what came out is printed as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import convert
from tools.conversion import packer  # noqa: F401  so that no run imports it anew
from tools.errors import PocketlensError
from tools.package.reader import open_package

WATCHED = {
    "open",
    "os.listdir",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "os.chmod",
    "fcntl.flock",
    "ctypes.dlopen",
}


def run(arguments: list[str], place: str, at: Callable[[int, str], None]) -> int:
    """Fork, call `at(number, event)` before each watched event in the child; its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    count = 0

    def hook(event: str, values: tuple[Any, ...]) -> None:
        nonlocal count
        if event not in WATCHED:
            return
        if event.startswith(("fcntl", "ctypes")) or place in str(values[0]):
            count += 1
            at(count, event)

    sys.addaudithook(hook)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    try:
        convert.main.main(arguments, standalone_mode=False)
    except BaseException:
        os._exit(1)
    os._exit(0)


def count_events(arguments: list[str], place: str) -> list[str]:
    """The events of an undisturbed run."""
    reader, writer = os.pipe()

    def note(_: int, event: str) -> None:
        os.write(writer, f"{event}\n".encode())

    status = run(arguments, place, note)
    os.close(writer)
    with os.fdopen(reader) as lines:
        events = lines.read().split()
    if status != 0:
        raise SystemExit(f"the undisturbed run ended with status {status}")
    return events


def points(events: int, wanted: int) -> list[int]:
    """Which events to be killed at: half of them in the last quarter."""
    late = events - events // 4
    first = {1 + number * late // (wanted - wanted // 2) for number in range(wanted - wanted // 2)}
    last = {late + number * (events - late) // (wanted // 2) for number in range(wanted // 2)}
    return sorted({min(max(1, point), events) for point in first | last | {events}})


def outcome(package: Path) -> str:
    """The version of the package that can be read, or the error."""
    try:
        return open_package(package).manifest.version
    except PocketlensError as error:
        return error.name


def restore(old: Path, package: Path) -> None:
    """Make PACKAGE what OLD is, alone in its folder, so that every run has the same events."""
    for entry in package.parent.iterdir():
        shutil.rmtree(entry)
    shutil.copytree(old, package)


def main() -> None:
    """Count, then kill."""
    wanted, old, package = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    arguments, place = sys.argv[4:], str(package.parent)
    restore(old, package)
    events = count_events(arguments, place)
    results = []
    for point in points(len(events), wanted):
        restore(old, package)

        def kill_at(number: int, _: str, wanted: int = point) -> None:
            if number == wanted:
                os.kill(os.getpid(), signal.SIGKILL)

        status = run(arguments, place, kill_at)
        results.append(
            {
                "point": point,
                "event": events[point - 1],
                "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
                "package": outcome(package),
                "files": sorted(os.listdir(package.parent)),
            }
        )
    print(json.dumps({"events": events, "runs": results}))


if __name__ == "__main__":
    main()
