"""Calibration of 600 labels on 100,000 photos: thresholds, held-out figures, intervals."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import numpy as np

from tools.evaluation.fitting import fit
from tools.evaluation.truth import MULTI, Dataset, Labels
from tools.native.worker import Worker
from tools.package.label_table import Label

PHOTOS, LABELS, BRANCHES = 100_000, 600, 7
LIMIT_S, LIMIT_MB = 10, 2000
CHUNK = 5000  # photos drawn at a time


def measure(photos: int = PHOTOS) -> dict[str, float]:
    """Seconds and megabytes of a fresh process, its drawn outputs and truth among them."""
    with Worker(timeout=3600) as worker:
        return worker.call(_measure, photos)


def _measure(photos: int) -> dict[str, float]:
    """In a child."""
    random = np.random.default_rng(0)
    probabilities = np.empty((photos, LABELS), np.float32)
    truth = np.empty((photos, LABELS), np.int8)
    for begin in range(0, photos, CHUNK):
        part = slice(begin, begin + CHUNK)
        probabilities[part] = random.random(probabilities[part].shape, np.float32) ** 6
        chance = 0.02 + 0.5 * probabilities[part]
        truth[part] = random.random(truth[part].shape, np.float32) < chance
    names = [f"/m/{index:03d}" for index in range(LABELS)]
    edges = [(names[index // BRANCHES], names[index]) for index in range(BRANCHES, LABELS)]
    labels = Labels([Label(name, name) for name in names], edges)
    files = tuple(Path(f"{number}.jpg") for number in range(photos))
    named: tuple[tuple[int, ...], ...] = ((),) * photos
    data = Dataset(files, truth, named, tuple(map(str, files)), MULTI, "drawn at random")
    before = resource.getrusage(resource.RUSAGE_SELF)
    begun = time.perf_counter()
    fit(labels, data, probabilities)
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "photos": photos,
        "labels": LABELS,
        "seconds": seconds,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "most_mb": after.ru_maxrss / 1024,
    }


def text(figures: dict[str, float]) -> str:
    """Each figure beside its limit."""
    return (
        f"  {figures['labels']} labels, {figures['photos']:,} photos: {figures['seconds']:.1f} s"
        f" ({figures['cpu_seconds']:.1f} s of a core; limit {LIMIT_S} s),"
        f" {figures['most_mb']:.0f} MB at most (limit {LIMIT_MB})"
    )
