"""What the attacks share: both readers in child processes, and what came of an attempt."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.readers import native_outcome, python_outcome
from tools.errors import PocketlensError
from tools.native.worker import Worker
from tools.places import ROOT

DEMO = ROOT / "build" / "packages" / "mobilenetv2-openimages"
PYTHON, NATIVE, CONVERT = "Python reader", "native reader", "convert"
MOST_MEGABYTES = 96  # that a reader may need for a hostile package of a few kilobytes
MOST_SECONDS = 20


@dataclass(frozen=True)
class Outcome:
    """What one attempt led to. `good`: it was refused or survived as it must be."""

    attempt: str
    against: str
    result: str  # the error's name, "ok", or what was seen
    good: bool
    detail: str = ""


@dataclass
class Arena:
    """Where an attack takes place: a folder of its own and a process for each reader."""

    folder: Path
    python: Worker
    native: Worker
    whole: bool = True  # False: the sample that `make test` takes of what is repeated many times
    outcomes: list[Outcome] = field(default_factory=list)

    def readers(
        self, attempt: str, path: Path | str, allowed: Iterable[str], check_hashes: bool = True
    ) -> None:
        """Have both readers open a package; both must give the same one of the allowed names."""
        expected, first = set(allowed), ""
        for against, worker, function in self.both():
            result, detail = asked(worker, function, path, check_hashes)
            first = first or result
            detail = detail or ("" if result == first else f"the other reader says {first}")
            good = result in expected and not detail
            self.outcomes.append(Outcome(attempt, against, result, good, detail))

    def both(self) -> list[tuple[str, Worker, Callable[..., str]]]:
        """Name, process and question of each reader."""
        return [
            (PYTHON, self.python, python_outcome),
            (NATIVE, self.native, native_outcome),
        ]

    def note(self, attempt: str, against: str, result: str, good: bool, detail: str = "") -> None:
        """Record an outcome that was found in another way."""
        self.outcomes.append(Outcome(attempt, against, result, good, detail))


def asked(worker: Worker, function: Callable[..., str], *arguments: object) -> tuple[str, str]:
    """The reader's answer, and a complaint if it took too much memory or time or ended."""
    before, begun = worker.call(peak_megabytes), time.monotonic()
    try:
        result = worker.call(function, *arguments)
    except PocketlensError as error:
        return error.name, str(error.message)
    seconds, megabytes = time.monotonic() - begun, worker.call(peak_megabytes) - before
    if seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES:
        return result, f"it took {seconds:.1f} s and {megabytes} MB"
    return result, ""


def peak_megabytes() -> int:
    """The most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def limit_memory(megabytes: int) -> None:
    """Let this process have no more memory than this: a damaged model may ask for all there is."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def refusal(function: Callable[[], Any]) -> str:
    """The name of the error that a call raises, or "ok"."""
    try:
        function()
    except PocketlensError as error:
        return error.name
    return "ok"


def write(path: Path, files: dict[str, bytes]) -> Path:
    """A package folder with these files."""
    path.mkdir(parents=True)
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


def save(path: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path.write_bytes(data)
    return path


def can_mount(folder: Path, size: str) -> bool:
    """Mount a small file system there; False where this is not allowed."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
