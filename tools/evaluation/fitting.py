"""From a model's outputs on a data set to a threshold table and the figures that speak for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tools.data.cluster import LOCAL, Engine
from tools.evaluation.bootstrap import f1_intervals, label_intervals
from tools.evaluation.calibration import (
    NO_FLOORS,
    Calibration,
    Floors,
    calibrate,
    deal,
    macro_f1,
    micro_f1,
)
from tools.evaluation.confidence import Band, held_out_limits, trusted_guesses
from tools.evaluation.histograms import Doubles, Floats
from tools.evaluation.metrics import outcome
from tools.evaluation.outputs import answer, open_model
from tools.evaluation.truth import Dataset, Labels, read_dataset
from tools.package.label_table import Label
from tools.package.threshold_table import DEFAULT_THRESHOLD, STATUSES, Threshold


@dataclass(frozen=True)
class Fit:
    """A threshold table with the held-out figures of the thresholds and of their rivals."""

    table: tuple[Threshold, ...]
    intervals: Doubles  # (labels, 2) of F1
    photos: int
    folds: int
    definition: str
    pooled: float  # the threshold of the highest F1 when all labels share one
    prior: str  # what few examples are pulled towards
    strength: float  # how many examples the prior is worth
    held_out: dict[str, float]  # macro_f1, micro_f1
    held_out_intervals: dict[str, tuple[float, float]]
    constant: dict[str, float]  # the same photos at 0.5 for every label
    guesses: Band  # from which share on they may be shown: `answers.guess_share` of the recipe
    left_out: tuple[str, ...] = ()  # why each other photo could not be read

    def as_dict(self) -> dict[str, Any]:
        """For JSON, without the table."""
        kept = {k: v for k, v in asdict(self).items() if k not in ("table", "intervals")}
        return kept | {"statuses": dict(Counter(row.status for row in self.table))}

    def text(self) -> str:
        """For a terminal."""
        status = Counter(row.status for row in self.table)
        counts = ", ".join(f"{status[name]} {name}" for name in STATUSES if status[name])
        lines = [
            f"{self.photos} photos in {self.folds} folds ({self.definition})",
            f"thresholds: {counts}",
            f"prior: {self.prior}, worth {self.strength:g} examples",
            "on photos that had no part in choosing the threshold:",
        ]
        for name, value in self.held_out.items():
            low, high = self.held_out_intervals[name]
            at_half = f"{self.constant[name]:.3f} at a constant {DEFAULT_THRESHOLD}"
            lines.append(
                f"  {name.replace('_', ' ')} {value:.3f} (95 %: {low:.3f} to {high:.3f}), {at_half}"
            )
        return "\n".join([*lines, _guesses_text(self.guesses)])


def _guesses_text(band: Band) -> str:
    if not band.right:
        return "  guesses are not right often enough to be shown: answers.guess_share = 1"
    count = band.right + band.wrong
    return (
        f"  guesses that keep {band.low:g} of the headline's probability are right in"
        f" {band.precision:.0%} of {count}: answers.guess_share = {band.low:g}"
    )


def fit(
    labels: Labels,
    data: Dataset,
    probabilities: Floats,
    folds: int = 5,
    floors: Floors = NO_FLOORS,
    seed: int = 0,
) -> Fit:
    """Calibrate (photos, labels) probabilities. Raises too_few_examples."""
    dealt = deal(data.groups, folds, seed)
    found = calibrate(probabilities, data.truth, dealt, labels.parents, floors)
    limits = held_out_limits(found.fold_thresholds, dealt)
    reported = (probabilities >= limits) & ~found.silent
    at_half = outcome(probabilities >= DEFAULT_THRESHOLD, data.truth)
    counts = found.hits, found.alarms, found.misses
    return Fit(
        table=tuple(_row(found, index) for index in range(len(labels))),
        intervals=label_intervals(*counts, found.rejections),
        photos=len(data.photos),
        folds=folds,
        definition=data.definition,
        pooled=found.pooled,
        prior="parents" if found.by_parents else f"pooled threshold {found.pooled:.3f}",
        strength=found.strength,
        held_out={"macro_f1": macro_f1(*counts), "micro_f1": micro_f1(*counts)},
        held_out_intervals=f1_intervals(reported, data.truth, data.groups),
        constant={key: at_half.summary()[key] for key in ("macro_f1", "micro_f1")},
        guesses=trusted_guesses(probabilities, data.truth, limits, found.silent, labels),
    )


def _row(found: Calibration, label: int) -> Threshold:
    hits, alarms, misses = (int(p[label]) for p in (found.hits, found.alarms, found.misses))
    status = "calibrated" if found.calibrated[label] else "pooled"
    measured = hits + misses > 0
    return Threshold(
        threshold=round(float(found.thresholds[label]), 6),
        status="silent" if found.silent[label] else status,
        precision=hits / (hits + alarms) if measured and hits + alarms else None,
        recall=hits / (hits + misses) if measured else None,
        f1=2 * hits / (2 * hits + alarms + misses) if measured else None,
        support=hits + misses,
    )


def fit_package(
    package: Path,
    source: Path,
    photos: Path | None = None,
    folds: int = 5,
    floors: Floors = NO_FLOORS,
    engine: Engine = LOCAL,
) -> tuple[Sequence[Label], Fit]:
    """A package's labels, and thresholds fitted to its answers on data as read_dataset reads it.

    Loads the core into this process. Raises the errors of package and data, and too_few_examples.
    """
    model = open_model(package)
    data = read_dataset(source, model.labels, photos)
    answers = answer(model, data, engine)
    answers.tell_left_out()
    fitted = fit(model.labels, answers.data, answers.probabilities, folds, floors)
    return model.labels.labels, replace(fitted, left_out=answers.left_out)
