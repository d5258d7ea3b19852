"""Folders of photos: 200 JPEGs of 1280x960 through classify's pipeline, beside LiteRT with cv2."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.bench import engines, frames, peers
from tools.data import jpeg
from tools.data.photo_classifier import PhotoClassifier
from tools.data.photo_files import find_photos
from tools.data.photos import read_photo
from tools.native.answers import Result
from tools.native.worker import Worker
from tools.reports.table import table

FOLDER = frames.ROOT / "build" / "bench" / "photos"
COUNT, SIZE, QUALITY = 200, (1280, 960), 90

_classifiers: dict[int, PhotoClassifier] = {}


def photos() -> list[Path]:
    """The JPEGs, made once from the sample photos: cut, turned around and brought to size."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    paths = [FOLDER / f"{number:03}.jpg" for number in range(COUNT)]
    if not all(path.is_file() for path in paths):
        sources = [read_photo(path) for path in find_photos([frames.PHOTOS])]
        rng = np.random.default_rng(1280960)
        for number, path in enumerate(paths):
            _write(sources[number % len(sources)], path, rng)
    return paths


def _write(pixels: np.ndarray, path: Path, rng: np.random.Generator) -> None:
    height, width = pixels.shape[:2]
    share = rng.uniform(0.7, 1)
    top, left = (int(rng.uniform(0, (1 - share) * side)) for side in (height, width))
    cut = pixels[top : top + int(share * height), left : left + int(share * width)]
    cut = cut[:, ::-1] if rng.random() < 0.5 else cut
    resized = cv2.resize(np.ascontiguousarray(cut), SIZE, interpolation=cv2.INTER_CUBIC)
    bgr = cv2.cvtColor(resized, cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(path), bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


def prepare(package: Path, workers: int, cores: set[int]) -> None:
    """In a child: open the sessions."""
    os.sched_setaffinity(0, cores)
    _classifiers[workers] = PhotoClassifier(package, workers, 1).__enter__()


def lap(paths: Sequence[Path], workers: int) -> float:
    """In a child: seconds for these photos by our pipeline."""
    begun = time.perf_counter()
    results = list(_classifiers[workers].classify(paths, engines.TOP))
    seconds = time.perf_counter() - begun
    assert all(result.result for result in results)
    return seconds


def measure(package: Path, found: Sequence[peers.Peer], rounds: int, count: int) -> dict[str, Any]:
    """Photos a second on one core and on two, the peer's on one, and the ratios."""
    paths, cores = photos()[:count], sorted(os.sched_getaffinity(0))
    two = len(cores) >= 2
    litert = next((peer for peer in found if peer.name == "litert"), None)
    seconds: dict[str, list[float]] = {"one_core": [], "two_cores": [], "litert_one_core": []}
    with Worker() as one, Worker() as both, Worker(python=peers.PYTHON if litert else None) as peer:
        one.call(prepare, package, 1, set(cores[:1]))
        if two:
            both.call(prepare, package, 2, set(cores[:2]))
        if litert:
            sample = frames.camera_frames()[:1]
            peer.call(engines.prepare, "litert", litert.model, 1, 1, sample, set(cores[:1]))
        for _ in range(rounds):
            seconds["one_core"].append(one.call(lap, paths, 1))
            if litert:
                seconds["litert_one_core"].append(peer.call(engines.folder_lap, paths))
            if two:
                seconds["two_cores"].append(both.call(lap, paths, 2))
    rates = {key: count / statistics.median(kept) for key, kept in seconds.items() if kept}
    figures: dict[str, Any] = {
        "photos": count,
        "rounds": rounds,
        "decoder": "libturbojpeg" if jpeg.library() else "cv2",
        "photos_per_second": rates,
        "half_size": half_size(package, paths),
    }
    if litert:
        figures["one_core_ratio_to_litert"] = rates["one_core"] / rates["litert_one_core"]
    if two:
        figures["two_core_scaling"] = rates["two_cores"] / rates["one_core"]
    return figures


def half_size(package: Path, paths: Sequence[Path]) -> dict[str, float]:
    """What decoding at half the size does to the labels, and how much quicker it is."""
    with Worker() as worker:
        found: dict[str, float] = worker.call(_half_size, package, paths)
    return found


def _half_size(package: Path, paths: Sequence[Path]) -> dict[str, float]:
    """In a child: the same photos both ways."""
    results: list[list[Result]] = []
    seconds = []
    for half in (False, True):
        with PhotoClassifier(package, 1, 1, half) as classifier:
            list(classifier.classify(paths[:3], engines.TOP))
            begun = time.perf_counter()
            done = [one.result for one in classifier.classify(paths, engines.TOP)]
            seconds.append(time.perf_counter() - begun)
        results.append([one for one in done if one])
    pairs = list(zip(*results, strict=True))
    moved = [np.abs(a.probabilities - b.probabilities).max() for a, b in pairs]
    return {
        "speedup": seconds[0] / seconds[1],
        "other_best_label": _share(a.labels[0].label != b.labels[0].label for a, b in pairs),
        "other_headline": _share(_headline(a) != _headline(b) for a, b in pairs),
        "median_largest_change": float(np.median(moved)),
        "largest_change": float(np.max(moved)),
    }


def _headline(result: Result) -> int:
    return result.headline.label.index if result.headline else -1


def _share(facts: map[bool] | Any) -> float:
    every = list(facts)
    return sum(every) / len(every)


def text(figures: dict[str, Any]) -> str:
    """Ratios first, then photos a second and what half size does."""
    keys = [key for key in ("one_core_ratio_to_litert", "two_core_scaling") if key in figures]
    lines = [f"  {key:34} {figures[key]:.3f}" for key in keys]
    rows = [[name, f"{rate:.1f}"] for name, rate in figures["photos_per_second"].items()]
    half = figures["half_size"]
    return "\n".join(
        [
            *lines,
            "",
            table(
                [f"{figures['photos']} JPEGs, {figures['decoder']}", "photos/s"], rows, right=(1,)
            ),
            "",
            f"  --half-size: {half['speedup']:.2f} times as fast; another best label on"
            f" {half['other_best_label']:.1%} of the photos, another headline on"
            f" {half['other_headline']:.1%}; a probability moves by up to"
            f" {half['largest_change']:.2f} (median of photos"
            f" {half['median_largest_change']:.3f})",
        ]
    )
