"""Figures on tiny cases that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tools.evaluation.bootstrap import f1_intervals, label_intervals
from tools.evaluation.metrics import (
    average_precision,
    balanced_accuracy,
    confusions,
    naming,
    outcome,
    reliability,
    surprise,
    top_accuracy,
)

TRUTH = np.array([[1, 0], [1, 1], [0, -1], [0, 1]], np.int8)


def test_outcome_counts_verified_pairs_only() -> None:
    reported = np.array([[True, True], [False, True], [True, True], [False, False]])
    found = outcome(reported, TRUTH)
    assert found.hits.tolist() == [1, 1]
    assert found.alarms.tolist() == [1, 1]  # the unknown pair of photo 3 is no alarm
    assert found.misses.tolist() == [1, 1]
    summary = found.summary()
    assert summary["micro_f1"] == summary["macro_f1"] == pytest.approx(0.5)


def test_macro_leaves_out_labels_without_examples_and_micro_counts_their_alarms() -> None:
    truth = np.array([[1, 0], [1, 0]], np.int8)
    reported = np.array([[True, True], [True, True]])
    summary = outcome(reported, truth).summary()
    assert summary["macro_f1"] == 1.0
    assert summary["micro_precision"] == 0.5


def test_average_precision_by_hand() -> None:
    scores = np.array([[0.9], [0.8], [0.7], [0.6]], np.float32)
    truth = np.array([[1], [0], [1], [0]], np.int8)
    assert average_precision(scores, truth)[0] == pytest.approx((1 / 1 + 2 / 3) / 2)
    truth[1] = -1  # an unverified photo between them does not count
    assert average_precision(scores, truth)[0] == pytest.approx(1.0)
    assert np.isnan(average_precision(scores, np.zeros((4, 1), np.int8))[0])


def test_equal_scores_gain_nothing() -> None:
    truth = np.array([[1], [0]], np.int8)
    assert average_precision(np.full((2, 1), 0.5, np.float32), truth)[0] == pytest.approx(0.5)


def test_top_accuracy() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]], np.float32)
    assert top_accuracy(probabilities, [(1,), (2,)], 1) == 0.5
    assert top_accuracy(probabilities, [(1,), (2,)], 2) == 1.0


def test_naming_and_confusions() -> None:
    shown = [0, 0, 1, -1]
    found = naming(shown, TRUTH, [(0,), (1,), (), (1,)])
    assert (found.right, found.wrong, found.none, found.exact) == (0.5, 0.0, 0.25, 0.25)
    assert confusions([1, 1, 1, 0], TRUTH, [(0,), (1,), (0,), (1,)]) == [(0, 1, 1), (1, 0, 1)]


def test_surprise_prefers_right_answers() -> None:
    good = np.array([[0.9, 0.1]], np.float32)
    truth = np.array([[1, 0]], np.int8)
    assert surprise(good, truth)[0] < surprise(1 - good, truth)[0]
    assert surprise(good, np.full((1, 2), -1, np.int8))[0] == 0


def test_reliability_of_honest_probabilities() -> None:
    random = np.random.default_rng(0)
    probabilities = random.random((20_000, 2)).astype(np.float32)
    truth = (random.random((20_000, 2)) < probabilities).astype(np.int8)
    rows = reliability(probabilities, truth)
    assert len(rows) == 10
    assert all(abs(row["probability"] - row["present"]) < 0.03 for row in rows)
    assert sum(row["pairs"] for row in rows) == 40_000


def test_intervals_hold_the_truth_and_shrink_with_data() -> None:
    random = np.random.default_rng(0)
    widths = []
    for photos in (50, 2000):
        truth = (random.random((photos, 6)) < 0.3).astype(np.int8)
        reported = (random.random((photos, 6)) < 0.8) == (truth == 1)
        groups = [str(row) for row in range(photos)]
        intervals = f1_intervals(reported, truth, groups)
        summary = outcome(reported, truth).summary()
        for name, (low, high) in intervals.items():
            assert low <= summary[name] <= high
        widths.append(intervals["micro_f1"][1] - intervals["micro_f1"][0])
    assert widths[1] < widths[0] / 3


def test_photos_of_one_scene_widen_the_interval() -> None:
    random = np.random.default_rng(0)
    truth = np.repeat((random.random((40, 6)) < 0.3).astype(np.int8), 10, axis=0)
    reported = np.repeat(random.random((40, 6)) < 0.5, 10, axis=0)
    alone = f1_intervals(reported, truth, [str(row) for row in range(400)])["micro_f1"]
    together = f1_intervals(reported, truth, [str(row // 10) for row in range(400)])["micro_f1"]
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])


def test_label_intervals() -> None:
    counts = [np.array(part) for part in ([80, 0, 8], [20, 0, 2], [20, 0, 2], [880, 1000, 88])]
    found = label_intervals(*counts)
    assert found[0, 0] < 0.8 < found[0, 1]
    assert np.isnan(found[1]).all()
    assert found[2, 1] - found[2, 0] > found[0, 1] - found[0, 0]


def test_balanced_accuracy_sees_classes_that_are_never_right() -> None:
    """82 photos of which two are of classes that the model does not know: 97.6 % are right."""
    classes = np.array([0] * 80 + [1, 2])
    answers = np.zeros(82, np.int64)
    assert (answers == classes).mean() == pytest.approx(0.976, abs=1e-3)
    assert balanced_accuracy(answers, classes) == pytest.approx(1 / 3)
    assert balanced_accuracy(classes, classes) == 1
