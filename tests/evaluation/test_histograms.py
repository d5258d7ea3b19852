"""Histograms agree with counting by hand, and thresholds mean what their bins say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tools.evaluation.histograms import BINS, UNKNOWN, bins_of, count, edge_of, threshold_of


def test_a_threshold_separates_exactly_the_bins_at_its_sides() -> None:
    edges = np.arange(1, BINS)
    thresholds = threshold_of(edges)
    assert np.all(np.diff(thresholds) > 0)
    assert 0 < thresholds[0] < thresholds[-1] < 1
    between = np.sqrt(thresholds[:-1] * thresholds[1:]).astype(np.float32)
    inner = (between > thresholds[:-1]) & (between < thresholds[1:])  # where float32 can tell
    assert inner.mean() > 0.9
    assert np.array_equal(bins_of(between)[inner], edges[:-1][inner])


@given(st.floats(1e-5, 1 - 1e-5))
def test_the_nearest_edge_is_near(threshold: float) -> None:
    assert abs(np.log(threshold_of(edge_of(threshold)) / threshold)) < 0.01


def test_counts_equal_counting_by_hand() -> None:
    random = np.random.default_rng(1)
    probabilities = random.random((300, 4), np.float32)
    truth = random.integers(-1, 2, (300, 4)).astype(np.int8)
    folds = random.integers(0, 3, 300)
    found = count(probabilities, truth, folds)
    edges = edge_of(np.array([[0.3] * 3, [0.5] * 3, [0.9] * 3, [0.01] * 3]))
    hits, alarms, misses, rejections = found.held_out(edges)
    for label in range(4):
        reported = probabilities[:, label] >= threshold_of(edges[label, 0])
        for fold in range(3):
            rows = folds == fold
            for counted, decision, answer in (
                (hits, True, 1),
                (alarms, True, 0),
                (misses, False, 1),
                (rejections, False, 0),
            ):
                by_hand = rows & (reported == decision) & (truth[:, label] == answer)
                assert counted[label, fold] == by_hand.sum()


def test_unknown_pairs_count_nowhere() -> None:
    truth = np.full((20, 1), UNKNOWN, np.int8)
    found = count(np.full((20, 1), 0.7, np.float32), truth, np.zeros(20, np.int64))
    assert found.present.sum() == found.absent.sum() == 0


def test_an_output_that_never_changes_is_noticed() -> None:
    probabilities = np.stack([np.full(10, 0.2), np.linspace(0, 1, 10)], axis=1).astype(np.float32)
    found = count(probabilities, np.zeros((10, 2), np.int8), np.zeros(10, np.int64))
    assert found.varies.tolist() == [False, True]


def test_certain_outputs_stay_in_range() -> None:
    assert bins_of(np.array([0.0, 1.0], np.float32)).tolist() == [0, BINS - 1]
