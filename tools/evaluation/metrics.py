"""What is measured: accuracy, average precision, F1, right headlines, confusions, worst photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.evaluation.calibration import macro_f1, micro_f1
from tools.evaluation.histograms import ABSENT, PRESENT, UNKNOWN, Counts, Doubles, Floats, Truth

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """Counts of each label at its threshold, over verified pairs only; arrays run over labels."""

    hits: Counts
    alarms: Counts
    misses: Counts

    @property
    def precision(self) -> Doubles:
        """Share of alarms that are right; not a number where nothing was reported."""
        return _ratio(self.hits, self.hits + self.alarms)

    @property
    def recall(self) -> Doubles:
        """Share of positives that are found; not a number without positives."""
        return _ratio(self.hits, self.hits + self.misses)

    @property
    def f1(self) -> Doubles:
        """2TP / (2TP + FP + FN); not a number where nothing was there and nothing reported."""
        return _ratio(2 * self.hits, 2 * self.hits + self.alarms + self.misses)

    @property
    def support(self) -> Counts:
        """Positive examples."""
        return self.hits + self.misses

    def summary(self) -> dict[str, float]:
        """Macro figures over labels with a positive example, micro figures over all pairs.

        In the macro precision a label that was never reported counts as 0.
        """
        counted = self.support > 0
        hits, alarms, misses = (int(part.sum()) for part in (self.hits, self.alarms, self.misses))
        return {
            "macro_f1": macro_f1(self.hits, self.alarms, self.misses),
            "macro_precision": _mean(np.nan_to_num(self.precision[counted])),
            "macro_recall": _mean(self.recall[counted]),
            "micro_f1": micro_f1(self.hits, self.alarms, self.misses),
            "micro_precision": hits / (hits + alarms) if hits + alarms else 0.0,
            "micro_recall": hits / (hits + misses) if hits + misses else 0.0,
        }


def _ratio(part: Counts, whole: Counts) -> Doubles:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def _mean(values: Doubles) -> float:
    return float(values.mean()) if values.size else 0.0


def outcome(reported: Flags, truth: Truth) -> Outcome:
    """Counts for (photos, labels) decisions against truth; UNKNOWN pairs are left out."""
    there, not_there = truth == PRESENT, truth == ABSENT
    hits = (reported & there).sum(axis=0)
    return Outcome(hits, (reported & not_there).sum(axis=0), there.sum(axis=0) - hits)


def average_precision(scores: Floats, truth: Truth) -> Doubles:
    """Each label's average precision over its verified pairs; not a number without positives.

    The mean of the precision at the rank of every positive; of equal scores the absent come first.
    """
    result = np.full(scores.shape[1], np.nan)
    for label in np.flatnonzero((truth == PRESENT).any(axis=0)):
        known = truth[:, label] != UNKNOWN
        answer = truth[known, label] == PRESENT
        order = np.lexsort((answer, -scores[known, label]))
        found = np.flatnonzero(answer[order])
        result[label] = float(np.mean(np.arange(1, len(found) + 1) / (found + 1)))
    return result


def top_accuracy(probabilities: Floats, named: Sequence[tuple[int, ...]], count: int) -> float:
    """Share of photos with a named label among the `count` highest of the labels that compete.

    For data of one label a photo; labels that no photo is named by compete as well.
    """
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :count]
    right = [bool(set(row.tolist()) & set(names)) for row, names in zip(best, named, strict=True)]
    return float(np.mean(right)) if right else 0.0


def balanced_accuracy(answers: npt.NDArray[np.int64], classes: npt.NDArray[np.int64]) -> float:
    """The mean over the classes that occur of the share of their photos that are right.

    For data of one label a photo, (photos,) twice. Unlike accuracy it is not high when a model
    knows nothing but the class of most photos.
    """
    shares = [(answers[classes == label] == label).mean() for label in np.unique(classes)]
    return float(np.mean(shares)) if shares else 0.0


@dataclass(frozen=True)
class Naming:
    """How often the one label that is shown is right. Photos count where it is PRESENT."""

    right: float  # share of all photos
    wrong: float  # share of all photos; what nobody checked counts as neither
    none: float  # share of photos without one
    exact: float  # share of photos where it is one of the named labels themselves


def naming(shown: Sequence[int], truth: Truth, named: Sequence[tuple[int, ...]]) -> Naming:
    """Judge one label a photo, -1 for none."""
    count = max(len(shown), 1)
    answers = [truth[row, label] if label >= 0 else None for row, label in enumerate(shown)]
    return Naming(
        sum(answer == PRESENT for answer in answers) / count,
        sum(answer == ABSENT for answer in answers) / count,
        sum(answer is None for answer in answers) / count,
        sum(label in names for label, names in zip(shown, named, strict=True)) / count,
    )


def confusions(
    shown: Sequence[int], truth: Truth, named: Sequence[tuple[int, ...]], most: int = 20
) -> list[tuple[int, int, int]]:
    """(named, shown, times), most often first: what is shown wrongly, for which first name."""
    pairs: Counter[tuple[int, int]] = Counter()
    for row, label in enumerate(shown):
        if label >= 0 and truth[row, label] == ABSENT and named[row]:
            pairs[named[row][0], label] += 1
    return [(one, other, times) for (one, other), times in pairs.most_common(most)]


def surprise(probabilities: Floats, truth: Truth) -> Doubles:
    """How wrong each photo's outputs are: cross entropy summed over its verified pairs, in nats."""
    p = np.clip(probabilities.astype(np.float64), 1e-6, 1 - 1e-6)
    loss = np.where(truth == PRESENT, -np.log(p), np.where(truth == ABSENT, -np.log1p(-p), 0.0))
    return np.asarray(loss.sum(axis=1))


def reliability(probabilities: Floats, truth: Truth, bins: int = 10) -> list[dict[str, float]]:
    """Of verified pairs by probability: bin's mean probability, share present, number of pairs."""
    known = truth != UNKNOWN
    p, there = probabilities[known], truth[known] == PRESENT
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    rows = []
    for each in range(bins):
        inside = place == each
        if inside.any():
            mean, share = float(p[inside].mean()), float(there[inside].mean())
            rows.append({"probability": mean, "present": share, "pairs": int(inside.sum())})
    return rows
