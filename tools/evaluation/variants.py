"""Variants of one model (float32, float16, int8 packages) beside each other on labelled photos.

The first package is what the others are compared with. Each runs in a process of its own: the
runtime shares packed weights between the models of one process, and has been seen to refuse a
float16 model (model_build_failed) beside others that it takes alone.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tools.errors import PocketlensError
from tools.evaluation.headline import headline
from tools.evaluation.histograms import Floats
from tools.evaluation.measure import Measurement, measure
from tools.evaluation.outputs import Answers, Model, answer, open_model
from tools.evaluation.truth import Dataset, Labels, read_dataset
from tools.native.classifier import Classifier, Settings
from tools.native.worker import Worker
from tools.package.reader import open_package

POINT = 0.01
SECONDS = 3600  # that one package may take for all photos
TIE = 1e-3  # labels of a hierarchy often share one value; closer than this is no difference of rank
WORST = 5
RUNS = 30  # of one inference for its time
FIGURES = ("top1", "headline", "map", "micro_f1", "macro_f1")
TITLES = {
    "top1": "top-1",
    "headline": "headline right",
    "map": "mAP",
    "micro_f1": "micro F1",
    "macro_f1": "macro F1",
}
CANNOT_RUN = {"model_build_failed", "predict_failed"}


@dataclass(frozen=True)
class Variant:
    """What was found out about one package; shares from 0 to 1, times in milliseconds.

    `figures`: FIGURES. `change`: figures less those of the first package. `agreement`: share of
    photos with the first one's best label (`top1`) and headline, and the mean and largest
    difference of an output. `speed`: least and median CPU and wall time of one inference, the
    packages taking turns. All are empty for a package that cannot run here; `verdict` says so.
    """

    package: str
    weights: str
    model_bytes: int
    package_bytes: int
    verdict: str = ""
    figures: dict[str, float] = field(default_factory=dict)
    change: dict[str, float] = field(default_factory=dict)
    agreement: dict[str, float] = field(default_factory=dict)
    speed: dict[str, float] = field(default_factory=dict)
    worst: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Judged:
    """A package that runs, what it says about the photos, and how good that is."""

    model: Model
    answers: Answers
    found: Measurement

    @property
    def probabilities(self) -> Floats:
        """(photos, labels)."""
        return self.answers.probabilities


def compare(
    packages: Sequence[Path], data: Path, photos: Path | None, runs: int
) -> tuple[list[Variant], Answers]:
    """Every package on the labelled photos that can be read, and the first one's answers.

    Raises the errors of open_model and read_dataset, and bad_labels where the packages differ in
    their labels. That the runtime cannot build or run a package is a finding, for the first it is
    an error.
    """
    models = [open_model(path) for path in packages]
    first = models[0]
    for other in models[1:]:
        _check_labels(first, other)
    dataset = read_dataset(data, first.labels, photos)
    answers = {first.path: _judged(first, dataset, str(data))}
    readable = answers[first.path].answers
    failed: dict[Path, PocketlensError] = {}
    for model in models[1:]:
        try:
            answers[model.path] = _judged(model, readable.data, str(data))
        except PocketlensError as error:
            if error.name not in CANNOT_RUN:
                raise
            failed[model.path] = error
    speeds = speeds_of([path for path in packages if path in answers], runs)
    variants = [
        _failed(model.path, failed[model.path])
        if model.path in failed
        else judged(answers[model.path], answers[first.path], speeds)
        for model in models
    ]
    return variants, readable


def _check_labels(first: Model, other: Model) -> None:
    mids = [[label.mid for label in model.labels.labels] for model in (first, other)]
    if mids[0] != mids[1]:
        raise PocketlensError(
            "bad_labels",
            f"{other.path} and {first.path} are no variants of one model.",
            found="labels that differ in number, order or MID",
            do="Name packages that were made from one recipe.",
        )


def _judged(model: Model, data: Dataset, source: str) -> Judged:
    answers = answers_of(model.path, data)
    return Judged(model, answers, measure(model, answers, source))


def answers_of(package: Path, data: Dataset) -> Answers:
    """A package's answers, from a fresh process."""
    with Worker(SECONDS) as worker:
        return worker.call(_answers, package.resolve(), data)


def _answers(package: Path, data: Dataset) -> Answers:
    return answer(open_model(package), data)


def speeds_of(packages: Sequence[Path], runs: int) -> dict[Path, dict[str, float]]:
    """CPU and wall milliseconds of one inference on one thread, the packages taking turns."""
    taken: dict[Path, list[tuple[float, float]]] = {path: [] for path in packages}
    with ExitStack() as stack:
        workers = {path: stack.enter_context(Worker(SECONDS)) for path in packages}
        for path, worker in workers.items():
            worker.call(_open_timed, path.resolve())
        for _ in range(runs):
            for path, worker in workers.items():
                taken[path].append(worker.call(_time_once))
    return {path: _summary(times) for path, times in taken.items()}


_timed: list[tuple[Classifier, Floats]] = []  # in a worker: what is timed


def _open_timed(package: Path) -> None:
    """In a worker: open, and run once to warm up."""
    classifier = Classifier(package, Settings(threads=1))
    height, width = classifier.recipe.crop[3], classifier.recipe.crop[2]
    _timed.append((classifier, np.zeros((height, width, 3), np.float32)))
    _time_once()


def _time_once() -> tuple[float, float]:
    """In a worker: CPU and wall seconds of one inference."""
    classifier, tensor = _timed[-1]
    wall, cpu = time.perf_counter(), time.process_time()
    classifier.run(tensor)
    return time.process_time() - cpu, time.perf_counter() - wall


def _summary(times: Sequence[tuple[float, float]]) -> dict[str, float]:
    cpu, wall = 1000 * np.array(times).T
    return {
        "cpu_min": float(cpu.min()),
        "cpu_median": float(np.median(cpu)),
        "wall_min": float(wall.min()),
        "wall_median": float(np.median(wall)),
    }


def figures_of(found: Measurement) -> dict[str, float]:
    """FIGURES of a measurement."""
    summary = {name: found.summary[name] for name in ("map", "micro_f1", "macro_f1")}
    return {"top1": found.top1, "headline": found.headline["right"], **summary}


def judged(answers: Judged, first: Judged, speeds: dict[Path, dict[str, float]]) -> Variant:
    """A package that runs, beside the first."""
    path = answers.model.path
    figures, before = figures_of(answers.found), figures_of(first.found)
    change = {name: figures[name] - before[name] for name in FIGURES}
    weights, model_bytes, package_bytes = _sizes(path)
    speed, reference = speeds[path], speeds[first.model.path]
    words = "the reference" if answers is first else losses(change)
    ratio = speed["cpu_median"] / reference["cpu_median"]
    if weights == "int8" and ratio > 1:
        words += (
            f"; {ratio:.0f} times the CPU time of the reference: the runtime has no fast 8-bit"
            f" kernels for {platform.machine()}"
        )
    return Variant(
        str(path),
        weights,
        model_bytes,
        package_bytes,
        words,
        figures,
        change,
        agreement(answers, first),
        speed,
        worst_labels(answers.found, first.found),
    )


def losses(change: dict[str, float]) -> str:
    """In words: which figures are more than a point lower."""
    lost = [
        f"{TITLES[name]} {100 * change[name]:+.1f}" for name in FIGURES if change[name] < -POINT
    ]
    if not lost:
        return "loses no more than one point"
    return "LOSES MORE THAN ONE POINT: " + ", ".join(lost)


def agreement(answers: Judged, first: Judged) -> dict[str, float]:
    """How often both say the same, and how far their outputs are apart."""
    difference = np.abs(answers.probabilities.astype(np.float64) - first.probabilities)
    best = first.probabilities.argmax(axis=1)[:, None]
    of_best = np.take_along_axis(answers.probabilities, best, axis=1)[:, 0]
    same = of_best >= answers.probabilities.max(axis=1) - TIE
    shown = [_headlines(one) for one in (answers, first)]
    return {
        "top1": float(same.mean()),
        "headline": float(np.mean([a == b for a, b in zip(*shown, strict=True)])),
        "mean_difference": float(difference.mean()),
        "max_difference": float(difference.max()),
    }


def _headlines(answers: Judged) -> list[int]:
    model = answers.model
    labels: Labels = model.labels
    return [
        headline(row, model.limits, model.silent, labels.parents, labels.children)
        for row in answers.probabilities
    ]


def worst_labels(found: Measurement, first: Measurement) -> list[dict[str, Any]]:
    """The labels whose F1 fell most, those with most examples first among equals."""
    before = {row["mid"]: row["f1"] or 0.0 for row in first.per_label}
    rows = [
        {
            "name": row["name"],
            "support": row["support"],
            "before": before[row["mid"]],
            "after": row["f1"] or 0.0,
        }
        for row in found.per_label
    ]
    fallen = [row for row in rows if row["after"] < row["before"]]
    return sorted(fallen, key=lambda row: (row["after"] - row["before"], -row["support"]))[:WORST]


def _sizes(path: Path) -> tuple[str, int, int]:
    manifest = open_package(path).manifest
    sizes = {name: entry.size for name, entry in manifest.files.items()}
    return manifest.variant, sizes["model.ms"], sum(sizes.values())


def _failed(path: Path, error: PocketlensError) -> Variant:
    said = f"cannot run with this host's kernels ({platform.machine()}): {error.name}"
    return Variant(str(path), *_sizes(path), verdict=said)


def rows_of(variants: Sequence[Variant]) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the table that the terminal and the report show."""
    head = ["package", "weights", "model", *(TITLES[name] for name in FIGURES)]
    head += ["same top-1", "same headline", "CPU ms", "wall ms", "verdict"]
    return head, [_row(one) for one in variants]


def _row(one: Variant) -> list[str]:
    start = [Path(one.package).name, one.weights, f"{one.model_bytes / 1e6:.1f} MB"]
    if not one.figures:
        return [*start, *["–"] * (len(FIGURES) + 4), one.verdict]
    figures = [f"{100 * one.figures[name]:.1f}" for name in FIGURES]
    shares = [f"{one.agreement[name]:.1%}" for name in ("top1", "headline")]
    speed = [f"{one.speed[name]:.1f}" for name in ("cpu_median", "wall_median")]
    return [*start, *figures, *shares, *speed, one.verdict]
