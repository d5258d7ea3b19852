"""`own` on 1,000 drawn photos of 640x480 in 10 classes: the whole command, environment warm."""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.bench import frames
from tools.reports.table import table

FOLDER = frames.ROOT / "build" / "bench" / "own"
CLASSES, COUNT, SIZE, QUALITY = 10, 1000, (640, 480), 90
LIMIT_S = 60
STEP = re.compile(r"^  (\S.*?)\s+([\d.]+) s$", re.MULTILINE)


def photos(count: int = COUNT) -> Path:
    """The class folders, made once: each class draws another figure on grounds of any colour."""
    folder = FOLDER / str(count)
    for number in range(count):
        path = folder / f"{number % CLASSES:02}" / f"{number:04}.jpg"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            bgr = drawn(number % CLASSES, np.random.default_rng(number))
            cv2.imwrite(str(path), bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return folder


def drawn(kind: int, random: np.random.Generator) -> np.ndarray:
    """Figures with `kind` + 3 corners, scattered over soft patches of colour with some noise."""
    patches = random.integers(0, 256, (6, 8, 3)).astype(np.float32)
    ground = cv2.resize(patches, SIZE, interpolation=cv2.INTER_CUBIC)
    ground += random.normal(0, 8, ground.shape).astype(np.float32)
    canvas = ground.clip(0, 255).astype(np.uint8)
    for _ in range(random.integers(2, 6)):
        middle = random.uniform(0.2, 0.8, 2) * SIZE
        radius, turn = random.uniform(40, 140), random.uniform(0, 2 * np.pi)
        angles = turn + 2 * np.pi * np.arange(kind + 3) / (kind + 3)
        corners = middle + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        colour = [int(value) for value in random.integers(0, 256, 3)]
        cv2.fillPoly(canvas, [corners.astype(np.int32)], colour, cv2.LINE_AA)
    return canvas


def measure(times: int = 3, count: int = COUNT, warm_up: int = 1) -> dict[str, Any]:
    """Wall and processor seconds of `times` whole runs, features not in any cache; the load.

    `warm_up`: runs before them that warm the environment and do not count.
    """
    folder = photos(count)
    runs = [_run(folder) for _ in range(warm_up + times)][warm_up:]
    return {
        "photos": count,
        "classes": CLASSES,
        "load": os.getloadavg()[0],
        "wall_s": [run[0] for run in runs],
        "cpu_s": [run[1] for run in runs],
        "steps_s": {name: statistics.median(run[2][name] for run in runs) for name in runs[0][2]},
    }


def _run(folder: Path) -> tuple[float, float, dict[str, float]]:
    """Seconds, processor seconds and the seconds of each step."""
    environment = {**os.environ, "PYTHONPATH": str(frames.ROOT)}
    with tempfile.TemporaryDirectory() as name:
        where = Path(name)
        command = [sys.executable, "-m", "tools", "own", str(folder)]
        command += ["--out", str(where / "package"), "--work", str(where / "work")]
        command += ["--feature-cache", str(where / "cache")]
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            command, check=True, cwd=frames.ROOT, env=environment, capture_output=True, text=True
        )
        seconds = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, {key: float(value) for key, value in STEP.findall(done.stdout)}


def text(figures: dict[str, Any]) -> str:
    """Wall seconds beside the limit, and where they go."""
    wall = ", ".join(f"{seconds:.0f}" for seconds in figures["wall_s"])
    cpu = ", ".join(f"{seconds:.0f}" for seconds in figures["cpu_s"])
    rows = [[name, f"{seconds:.1f}"] for name, seconds in figures["steps_s"].items()]
    return "\n".join(
        [
            f"  {figures['photos']} photos in {figures['classes']} classes: {wall} s"
            f" (limit {LIMIT_S}), {cpu} s of a core; load {figures['load']:.1f}",
            "",
            table(["step", "s"], rows, right=(1,)),
        ]
    )
