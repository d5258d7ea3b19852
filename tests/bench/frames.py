"""Frame to scores: preprocessing, inference and ranking of camera frames, beside the peers.

Every engine has a process of its own that waits while the others run; their laps alternate, so that
a change of the machine's mood falls on all of them. Medians over all laps.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tests.bench import engines, peers
from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.native.worker import Worker
from tools.places import ROOT
from tools.reports.table import table

PHOTOS = ROOT / "tests" / "data" / "photos"
PICTURES = ("coffee.jpg", "macaw.jpg", "koala.jpg", "temple.jpg")
SIZE = (1280, 960)
TOLERANCE = 1e-4
OURS = "pocketlens"


@dataclass(frozen=True)
class Mode:
    """A way to use cores: sessions side by side, threads in each."""

    key: str
    title: str
    sessions: int
    threads: int
    cores: int


MODES = (
    Mode("one_thread", "one thread", 1, 1, 1),
    Mode("two_threads", "two threads a frame", 1, 2, 2),
    Mode("two_sessions", "two frames at once", 2, 1, 2),
)


def camera_frames() -> list[npt.NDArray[np.uint8]]:
    """Photos as RGBA frames of a camera's size."""
    resized = [
        cv2.resize(read_photo(PHOTOS / name), SIZE, interpolation=cv2.INTER_AREA)
        for name in PICTURES
    ]
    return [cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA) for pixels in resized]


def measure(package: Path, found: Sequence[peers.Peer], laps: int, count: int) -> dict[str, Any]:
    """All modes: engine -> median milliseconds and frames a second; and the ratios."""
    figures: dict[str, Any] = {"laps": laps, "frames_a_lap": count, "frame": "rgba 1280x960"}
    for mode in usable_modes():
        figures[mode.key] = measure_mode(mode, package, found, laps, count)
    figures["settings"] = {name: engines.SETTINGS[name] for name in figures["one_thread"]}
    figures["peers"] = {peer.name: peer.version for peer in found}
    return figures | ratios(figures)


def usable_modes() -> list[Mode]:
    """The modes that this machine has the cores for."""
    cores = len(os.sched_getaffinity(0))
    return [mode for mode in MODES if mode.cores <= cores]


def measure_mode(
    mode: Mode, package: Path, found: Sequence[peers.Peer], laps: int, count: int
) -> dict[str, dict[str, float]]:
    """Engine -> median and least milliseconds a frame, and median frames a second."""
    frames, cores = camera_frames(), set(sorted(os.sched_getaffinity(0))[: mode.cores])
    with ExitStack() as stack:
        workers = {OURS: stack.enter_context(Worker())}
        for peer in found:
            workers[peer.name] = stack.enter_context(Worker(python=peers.PYTHON))
        models = {OURS: package, **{peer.name: peer.model for peer in found}}
        expected: npt.NDArray[np.float32] | None = None
        for name, worker in workers.items():
            outputs = worker.call(
                engines.prepare, name, models[name], mode.sessions, mode.threads, frames, cores
            )
            expected = outputs if expected is None else expected
            _same_network(name, outputs, expected)
        kept: dict[str, list[tuple[list[float], float]]] = {name: [] for name in workers}
        for lap in range(laps):
            names = list(workers) if lap % 2 == 0 else list(reversed(workers))
            for name in names:
                kept[name].append(workers[name].call(engines.lap, count))
    return {name: _summary(done) for name, done in kept.items()}


def _same_network(
    name: str, outputs: npt.NDArray[np.float32], expected: npt.NDArray[np.float32]
) -> None:
    difference = float(np.abs(outputs - expected).max())
    if difference > TOLERANCE:
        raise PocketlensError(
            "parity_failed", f"{name} does not run the same network.", found=f"{difference:.2g}"
        )


def _summary(laps: Sequence[tuple[list[float], float]]) -> dict[str, float]:
    times = [seconds * 1000 for one, _ in laps for seconds in one]
    return {
        "median_ms": statistics.median(times),
        "min_ms": min(times),
        "frames_per_second": statistics.median(rate for _, rate in laps),
    }


def ratios(figures: dict[str, Any]) -> dict[str, float]:
    """Ours to the best peer's; above 1 we are faster. Nothing without peers."""
    found = {}
    one = figures["one_thread"]
    others = [value["median_ms"] for name, value in one.items() if name != OURS]
    if others:
        found["one_thread_ratio_to_best_peer"] = min(others) / one[OURS]["median_ms"]
    two = [figures[key] for key in ("two_threads", "two_sessions") if key in figures]
    if others and two:
        ours = max(mode[OURS]["frames_per_second"] for mode in two)
        best = [
            max(rate["frames_per_second"] for name, rate in mode.items() if name != OURS)
            for mode in two
        ]
        found["two_core_ratio_to_best_peer"] = ours / max(best)
        found["two_core_ratio_to_two_threads"] = ours / best[0]
        found["two_core_ratio_to_two_sessions"] = ours / best[1]
    return found


def text(figures: dict[str, Any]) -> str:
    """Ratios first, then a table a mode."""
    lines = [f"  {name:34} {figures[name]:.3f}" for name in sorted(figures) if "_ratio_to" in name]
    for mode in MODES:
        if mode.key not in figures:
            lines.append(f"  {mode.title}: not measured, it needs {mode.cores} cores")
            continue
        rows = [
            [
                name,
                f"{value['median_ms']:.2f}",
                f"{value['min_ms']:.2f}",
                f"{value['frames_per_second']:.1f}",
                figures["settings"][name],
            ]
            for name, value in figures[mode.key].items()
        ]
        head = [mode.title, "median ms", "min ms", "frames/s", "settings"]
        lines += ["", table(head, rows, right=(1, 2, 3))]
    return "\n".join(lines)
