"""How far figures could move with other photos of the same kind: bootstrap intervals.

Photos are drawn again with replacement, whole groups at a time, and the figure is computed anew
(Efron 1979, "Bootstrap Methods: Another Look at the Jackknife"; percentile intervals).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tools.evaluation.histograms import ABSENT, PRESENT, Counts, Doubles, Truth
from tools.evaluation.metrics import Flags

DRAWS = 200
LEVEL = 0.95
CHUNK = 64  # labels at a time


def label_intervals(
    hits: Counts, alarms: Counts, misses: Counts, rejections: Counts, draws: int = 1000
) -> Doubles:
    """(labels, 2): the interval of each label's F1; not a number without positives.

    With the threshold fixed F1 depends on four counts alone, so drawing pairs again is one
    multinomial draw of the four.
    """
    counts = np.stack([hits, alarms, misses, rejections], axis=1)
    random = np.random.default_rng(0)
    result = np.full((len(counts), 2), np.nan)
    for label in np.flatnonzero(hits + misses):
        total = counts[label].sum()
        drawn = random.multinomial(total, counts[label] / total, draws)
        whole = np.maximum(2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2], 1)
        result[label] = _interval(2 * drawn[:, 0] / whole)
    return result


def _interval(values: Doubles) -> Doubles:
    edge = (1 - LEVEL) / 2
    return np.asarray(np.quantile(values, [edge, 1 - edge]))


def f1_intervals(
    reported: Flags, truth: Truth, groups: Sequence[str], draws: int = DRAWS
) -> dict[str, tuple[float, float]]:
    """Intervals of `macro_f1` and `micro_f1` of decisions (photos, labels) with fixed thresholds.

    The macro figure of a draw runs over the labels that have a positive example in it.
    """
    weights = _weights(groups, draws)
    macro, labels = np.zeros(draws), np.zeros(draws)
    whole = np.zeros((3, draws))
    for begin in range(0, truth.shape[1], CHUNK):
        part = slice(begin, begin + CHUNK)
        there, alarm = truth[:, part] == PRESENT, reported[:, part] & (truth[:, part] == ABSENT)
        hit = reported[:, part] & there
        hits, alarms, all_there = (
            (weights @ mask.astype(np.float32)).astype(np.float64) for mask in (hit, alarm, there)
        )
        f1 = 2 * hits / np.maximum(hits + alarms + all_there, 1e-9)
        macro += np.where(all_there > 0, f1, 0).sum(axis=1)
        labels += (all_there > 0).sum(axis=1)
        whole += np.stack([hits.sum(1), alarms.sum(1), all_there.sum(1)])
    micro = 2 * whole[0] / np.maximum(whole.sum(axis=0), 1e-9)
    lists = {"macro_f1": macro / np.maximum(labels, 1), "micro_f1": micro}
    return {name: (float(a), float(b)) for name, (a, b) in _intervals(lists).items()}


def _intervals(lists: dict[str, Doubles]) -> dict[str, Doubles]:
    return {name: _interval(values) for name, values in lists.items()}


def _weights(
    groups: Sequence[str], draws: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """(draws, photos): how often each photo is drawn; photos of one group go together."""
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    random = np.random.default_rng(0)
    drawn = random.multinomial(len(names), np.full(len(names), 1 / len(names)), draws)
    return np.asarray(drawn[:, place], np.float32)
