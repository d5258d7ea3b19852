"""Start: the command line's help, one photo from a cold process, the core's share of loading."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench import frames
from tools.native import measure as stages
from tools.native.worker import Worker

HELP_LIMIT, CLASSIFY_LIMIT, SHARE_LIMIT = 0.3, 1.0, 0.05


def measure(package: Path, times: int) -> dict[str, Any]:
    """Seconds of whole processes (median and least of `times`) and the parts of loading."""
    photo = frames.PHOTOS / "coffee.jpg"
    commands = {
        "help": ["-m", "tools", "--help"],
        "classify_one_photo": ["-m", "tools", "classify", str(photo), "--package", str(package)],
    }
    figures: dict[str, Any] = {name: _process(command, times) for name, command in commands.items()}
    with Worker() as worker:
        figures["loading"] = worker.call(stages.loading, package, 1, 3 * times)
    figures["core_share"] = figures["loading"]["own_share"]
    return figures


def _process(command: list[str], times: int) -> dict[str, float]:
    environment = {**os.environ, "PYTHONPATH": str(frames.ROOT)}
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, *command],
            check=True,
            cwd=frames.ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        seconds.append(time.perf_counter() - begun)
    return {"median_s": statistics.median(seconds), "min_s": min(seconds)}


def text(figures: dict[str, Any]) -> str:
    """Each figure beside its limit."""
    later = ", ".join(f"{key} {ms:.1f}" for key, ms in figures["loading"]["later"].items())
    rows = [
        ("tools --help", "help", HELP_LIMIT),
        ("classify", "classify_one_photo", CLASSIFY_LIMIT),
    ]
    lines = [
        f"  {name:14} {figures[key]['median_s']:.3f} s (least {figures[key]['min_s']:.3f};"
        f" limit {limit})"
        for name, key, limit in rows
    ]
    share = figures["core_share"]
    return "\n".join(
        [
            *lines,
            f"  loading        {later} ms",
            f"  core_share     {share:.1%} of Model::Build (limit {SHARE_LIMIT:.0%})",
        ]
    )
