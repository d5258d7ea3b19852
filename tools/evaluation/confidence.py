"""How far what a model says of its own certainty can be believed.

Expected calibration error is that of Naeini, Cooper & Hauskrecht 2015 and Guo, Pleiss, Sun &
Weinberger 2017 ("On Calibration of Modern Neural Networks"): in bins of equal width the distance
between the mean probability and the share that is right, weighted by how many fall into the bin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.evaluation.headline import Flags, guess, headline
from tools.evaluation.histograms import ABSENT, PRESENT, UNKNOWN, Doubles, Floats, Folds, Truth
from tools.evaluation.truth import Labels

BINS = 15
BANDS = 10
TRUSTED = 0.7  # share of right guesses from which on one is shown
FEWEST = 10  # guesses that say something of a band
SHARES = tuple(percent / 100 for percent in range(50, 100, 5))  # that a guess might have to keep


@dataclass(frozen=True)
class Band:
    """What was shown with a probability (or a share of one) from `low` to `high`, as far as it was
    verified."""

    low: float
    high: float
    right: int
    wrong: int

    @property
    def precision(self) -> float:
        """Share of right ones; 0 where there is none."""
        return self.right / max(self.right + self.wrong, 1)


def calibration_error(probabilities: Floats, truth: Truth, bins: int = BINS) -> float:
    """Expected calibration error over the verified ones of probabilities and truth (same shape)."""
    known = truth != UNKNOWN
    p, there = probabilities[known].astype(np.float64), truth[known] == PRESENT
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    gap = np.abs(np.bincount(place, p, bins) - np.bincount(place, there, bins))
    return float(gap.sum() / max(count.sum(), 1))


def headlines(probabilities: Floats, limits: Floats, silent: Flags, labels: Labels) -> list[int]:
    """Each photo's headline, -1 for none; `limits` (labels,), or (photos, labels): its own."""
    each = np.broadcast_to(limits, probabilities.shape)
    edges = labels.parents, labels.children
    rows = zip(probabilities, each, strict=True)
    return [headline(values, limit, silent, *edges) for values, limit in rows]


def guesses(
    probabilities: Floats, shown: Sequence[int], silent: Flags, labels: Labels, share: float
) -> list[int]:
    """The guess below each photo's headline, -1 for none."""
    rows = zip(probabilities, shown, strict=True)
    return [guess(row, silent, labels.children, label, share) for row, label in rows]


def shown_pairs(shown: Sequence[int], probabilities: Floats, truth: Truth) -> tuple[Floats, Truth]:
    """Probability and truth of each photo's shown label; photos without one are left out."""
    rows = [row for row, label in enumerate(shown) if label >= 0]
    columns = [label for label in shown if label >= 0]
    return probabilities[rows, columns], truth[rows, columns]


def bands(shown: Sequence[int], probabilities: Floats, truth: Truth) -> list[Band]:
    """Right and wrong of one label a photo (-1 for none) by tenths of its probability."""
    p, answer = shown_pairs(shown, probabilities, truth)
    place = np.minimum((p * BANDS).astype(np.int64), BANDS - 1)
    counted = [
        Band(
            each / BANDS,
            (each + 1) / BANDS,
            int((answer[place == each] == PRESENT).sum()),
            int((answer[place == each] == ABSENT).sum()),
        )
        for each in range(BANDS)
    ]
    return [band for band in counted if band.right + band.wrong]


def trusted_guesses(
    probabilities: Floats, truth: Truth, limits: Floats, silent: Flags, labels: Labels
) -> Band:
    """From which share of the headline's probability on guesses are right in TRUSTED of cases.

    `limits` are the thresholds (photos, labels) that were chosen without each photo. Where no band
    with FEWEST guesses is good enough, an empty one that begins at 1.
    """
    shown = headlines(probabilities, limits, silent, labels)
    for share in SHARES:
        found = guesses(probabilities, shown, silent, labels, share)
        answer = shown_pairs(found, probabilities, truth)[1]
        right, wrong = int((answer == PRESENT).sum()), int((answer == ABSENT).sum())
        if right + wrong >= FEWEST and right >= TRUSTED * (right + wrong):
            return Band(share, 1.0, right, wrong)
    return Band(1.0, 1.0, 0, 0)


def held_out_limits(fold_thresholds: Doubles, dealt: Folds) -> Floats:
    """(photos, labels): the thresholds that were chosen without each photo.

    `fold_thresholds` (labels, folds), `dealt` the fold of each photo.
    """
    return np.asarray(fold_thresholds.T[dealt], np.float32)
