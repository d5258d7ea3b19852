"""Counts of examples by probability, fold and truth: all that thresholds and their figures need.

Probabilities fall into bins of equal width in log-odds, so that a threshold can lie as close to 0
or 1 as a model's outputs do. One pass over the photos makes the histograms; every question about
any threshold in any fold is then a look-up, however many photos there were.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

REACH = 14.0  # log-odds beyond which all probabilities share the last bin: p < 8.4e-7 or above
STEPS = 64  # bins in one unit of log-odds: neighbouring thresholds differ by 1.6 % in odds
BINS = int(2 * REACH * STEPS)
ABSENT, PRESENT, UNKNOWN = 0, 1, -1

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Truth = npt.NDArray[np.int8]
Counts = npt.NDArray[np.int64]
Bins = npt.NDArray[np.int64]
Folds = npt.NDArray[np.int64]


def bins_of(probabilities: Floats) -> Bins:
    """The bin of each probability in [0, 1], any shape; 0 and 1 fall into the outermost bins."""
    tiny = np.float32(1e-30)
    with np.errstate(divide="ignore"):
        odds = np.log(np.maximum(probabilities, tiny)) - np.log1p(-np.minimum(probabilities, 1))
    return np.asarray(np.clip((odds + REACH) * STEPS, 0, BINS - 1), np.int64)


def threshold_of(edge: npt.ArrayLike) -> Doubles:
    """The probability at the lower edge of a bin: `p >= threshold_of(b)` is `bins_of(p) >= b`."""
    return np.asarray(1.0 / (1.0 + np.exp(REACH - np.asarray(edge, np.float64) / STEPS)))


def edge_of(threshold: npt.ArrayLike) -> Bins:
    """The bin whose lower edge is nearest to a threshold in (0, 1)."""
    value = np.asarray(threshold, np.float64)
    odds = np.log(value) - np.log1p(-value)
    return np.asarray(np.clip(np.rint((odds + REACH) * STEPS), 1, BINS - 1), np.int64)


@dataclass(frozen=True)
class Histograms:
    """Reverse cumulative counts: how many examples of a fold lie in a bin or above it.

    `present` and `absent`: (labels, folds, BINS) int64. `varies`: (labels,) bool, whether the
    model's output for the label differs between photos at all.
    """

    present: Counts
    absent: Counts
    varies: npt.NDArray[np.bool_]

    @property
    def folds(self) -> int:
        """How many folds the photos were dealt into."""
        return self.present.shape[1]

    def training(self) -> tuple[Counts, Counts]:
        """(labels, folds + 1, BINS) twice: what each fold's fit may see; the last sees all."""
        return _others(self.present), _others(self.absent)

    def held_out(self, edges: Bins) -> tuple[Counts, Counts, Counts, Counts]:
        """True and false positives, misses, true negatives (labels, folds) at (labels, folds)."""
        hits = np.take_along_axis(self.present, edges[:, :, None], 2)[:, :, 0]
        alarms = np.take_along_axis(self.absent, edges[:, :, None], 2)[:, :, 0]
        misses = self.present[:, :, 0] - hits
        return hits, alarms, misses, self.absent[:, :, 0] - alarms


def _others(counts: Counts) -> Counts:
    """Each fold's complement, and the whole at the end."""
    whole = counts.sum(axis=1, keepdims=True)
    return np.concatenate([whole - counts, whole], axis=1)


def count(probabilities: Floats, truth: Truth, folds: Folds) -> Histograms:
    """Histograms of (photos, labels) probabilities in [0, 1] against truth of the same shape.

    `truth` holds PRESENT, ABSENT or UNKNOWN (left out); `folds` the fold of each photo from 0.
    """
    parts = int(folds.max()) + 1 if len(folds) else 1
    labels = probabilities.shape[1]
    present = np.empty((labels, parts, BINS), np.int64)
    absent = np.empty((labels, parts, BINS), np.int64)
    varies = np.empty(labels, np.bool_)
    for label in range(labels):
        column = np.ascontiguousarray(probabilities[:, label])
        varies[label] = len(column) > 0 and bool(np.ptp(column) > 1e-6)
        answer = truth[:, label]
        place = (folds.astype(np.int64) * 2 + answer) * BINS + bins_of(column)
        place[answer == UNKNOWN] = parts * 2 * BINS
        found = np.bincount(place, minlength=parts * 2 * BINS + 1)[:-1]
        split = found.reshape(parts, 2, BINS)[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        present[label], absent[label] = split[:, PRESENT], split[:, ABSENT]
    return Histograms(present, absent, varies)
