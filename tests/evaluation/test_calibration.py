"""Calibration finds the best thresholds, stays honest with few examples and small with many."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from tools.errors import PocketlensError
from tools.evaluation.calibration import (
    Calibration,
    Floors,
    calibrate,
    constant,
    deal,
    macro_f1,
    micro_f1,
)
from tools.evaluation.histograms import BINS, Floats, Truth, count

NOBODY: dict[int, list[int]] = {}


def scored(
    photos: int, labels: int, shift: float, share: float, seed: int = 0
) -> tuple[Floats, Truth]:
    """Labels whose log-odds are normal, one unit of spread, `shift` higher where present."""
    random = np.random.default_rng(seed)
    truth = (random.random((photos, labels)) < share).astype(np.int8)
    odds = random.normal(-4, 1, (photos, labels)) + shift * truth
    return (1 / (1 + np.exp(-odds))).astype(np.float32), truth


def folds_of(photos: int, parts: int = 5) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return deal([str(row) for row in range(photos)], parts)


def run(probabilities: Floats, truth: Truth, floors: Floors | None = None) -> Calibration:
    folds = folds_of(len(truth))
    return calibrate(probabilities, truth, folds, NOBODY, floors or Floors())


def test_with_many_examples_the_threshold_is_the_best_one() -> None:
    probabilities, truth = scored(4000, 3, 4.0, 0.2)
    found = run(probabilities, truth)
    for label in range(3):
        there = truth[:, label] == 1
        best = max(
            2
            * (there & (probabilities[:, label] >= t)).sum()
            / (there.sum() + (probabilities[:, label] >= t).sum())
            for t in np.unique(probabilities[:, label])
        )
        reported = probabilities[:, label] >= found.thresholds[label]
        mine = 2 * (there & reported).sum() / (there.sum() + reported.sum())
        assert mine > best - 0.005
    assert found.calibrated.all()


def test_it_beats_one_half_for_outputs_that_are_shy() -> None:
    probabilities, truth = scored(600, 8, 3.0, 0.15)
    found = run(probabilities, truth)
    folds = folds_of(600)
    rival = constant(count(probabilities, truth, folds), 0.5)
    assert macro_f1(found.hits, found.alarms, found.misses) > macro_f1(*rival) + 0.2
    assert micro_f1(found.hits, found.alarms, found.misses) > micro_f1(*rival) + 0.2


def test_a_label_that_most_photos_show_does_not_set_the_pooled_threshold_alone() -> None:
    """It tells better at 0.8 than at 0.3; thirty rare labels tell at 0.3 alone."""
    truth = np.zeros((400, 31), np.int8)
    truth[:300, 0] = 1
    probabilities = np.full(truth.shape, 0.01, np.float32)
    probabilities[:300, 0], probabilities[300:340, 0] = 0.9, 0.6
    rare = np.arange(1, 31)
    truth[rare * 13, rare] = 1
    probabilities[rare * 13, rare] = 0.4
    low, high = (2 * 330 / (2 * 330 + 40), 2 * 300 / (2 * 300 + 30))  # micro F1 of both
    assert low < high
    assert run(probabilities, truth).pooled < 0.4


def test_figures_come_from_photos_that_the_threshold_has_not_seen() -> None:
    """A score that is pure noise looks good where the threshold was chosen, and only there."""
    random = np.random.default_rng(3)
    probabilities = random.random((60, 200)).astype(np.float32)
    truth = np.zeros((60, 200), np.int8)
    for label in range(200):
        truth[random.choice(60, 3, replace=False), label] = 1
    folds = folds_of(60)
    found = calibrate(probabilities, truth, folds, NOBODY)
    everything = count(probabilities, truth, folds)
    edges = np.array(
        [
            [np.argmax(2 * hits / (hits + alarms + 3))] * 5
            for hits, alarms in zip(
                everything.present.sum(1), everything.absent.sum(1), strict=True
            )
        ]
    )
    hits, alarms, misses, _ = (part.sum(1) for part in everything.held_out(edges))
    fitted = macro_f1(hits, alarms, misses)
    held_out = macro_f1(found.hits, found.alarms, found.misses)
    assert fitted > 0.19
    assert held_out < fitted - 0.08


def test_few_examples_are_pulled_towards_the_pooled_threshold() -> None:
    """The same scores everywhere: labels with 2 examples gain by trusting the others."""
    probabilities, truth = scored(200, 60, 5.0, 0.01, seed=5)
    found = run(probabilities, truth)
    assert found.strength > 0
    rare = found.support <= 1
    assert rare.any()
    away = np.abs(np.log(found.thresholds[rare] / found.pooled))
    assert away.max() < 1.0
    assert not found.calibrated[found.support == 0].any()


def test_children_follow_their_parents_where_that_is_better() -> None:
    """Two families of labels whose outputs live at different scales; children have few examples."""
    loud, truth = scored(1500, 2, 6.0, 0.2)
    few, rare = scored(1500, 40, 6.0, 0.003, seed=4)
    both = np.concatenate([loud, few], axis=1)
    both[:, 1::2] /= 30  # every second label is shy: the second parent and its children
    parents = {label: [label % 2] for label in range(2, 42)}
    answers = np.concatenate([truth, rare], axis=1)
    folds = folds_of(1500)
    related = calibrate(both, answers, folds, parents)
    alone = calibrate(both, answers, folds, NOBODY)
    assert related.by_parents
    assert macro_f1(related.hits, related.alarms, related.misses) > macro_f1(
        alone.hits, alone.alarms, alone.misses
    )
    unseen = np.flatnonzero(related.support == 0)
    for label in unseen[unseen > 1]:
        own_parent = related.thresholds[label % 2]
        assert related.thresholds[label] == pytest.approx(own_parent, rel=0.02)


def test_labels_without_signal_are_silent() -> None:
    probabilities, truth = scored(400, 3, 4.0, 0.2)
    random = np.random.default_rng(0)
    probabilities[:, 1] = random.random(400)  # says nothing
    probabilities[:, 2] = 0.0  # cannot be reached
    found = run(probabilities, truth)
    assert found.silent.tolist() == [False, True, True]
    assert found.hits[1] == 0
    assert found.misses[1] == truth[:, 1].sum()


def test_a_precision_floor_is_kept_or_the_label_is_silent() -> None:
    probabilities, truth = scored(3000, 4, 3.0, 0.1)
    probabilities[:, 3], truth[:, 3] = scored(3000, 1, 0.3, 0.02, seed=9)[0][:, 0], truth[:, 3]
    free, strict = run(probabilities, truth), run(probabilities, truth, Floors(precision=0.95))
    for label in range(3):
        reported = probabilities[:, label] >= strict.thresholds[label]
        assert (truth[reported, label] == 1).mean() >= 0.95
        assert strict.thresholds[label] > free.thresholds[label]
    assert strict.silent[3]


def test_a_recall_floor_is_kept() -> None:
    probabilities, truth = scored(3000, 3, 3.0, 0.1)
    found = run(probabilities, truth, Floors(recall=0.98))
    for label in range(3):
        there = truth[:, label] == 1
        assert (probabilities[there, label] >= found.thresholds[label]).mean() >= 0.98


def test_of_equal_stretches_the_higher_one_counts_and_its_middle() -> None:
    probabilities = np.array([[0.02], [0.05], [0.6], [0.9]] * 10, np.float32)
    truth = np.array([[0], [0], [1], [1]] * 10, np.int8)
    found = run(probabilities, truth)
    odds = [np.log(p / (1 - p)) for p in (0.05, found.thresholds[0], 0.6)]
    assert odds[0] < odds[1] < odds[2]
    assert odds[1] == pytest.approx((odds[0] + odds[2]) / 2, abs=0.05)


def test_unverified_pairs_change_nothing() -> None:
    probabilities, truth = scored(500, 2, 4.0, 0.2)
    more = np.concatenate([probabilities, np.full((300, 2), 0.99, np.float32)])
    unknown = np.concatenate([truth, np.full((300, 2), -1, np.int8)])
    folds = folds_of(500)
    padded = np.concatenate([folds, np.zeros(300, np.int64)])
    plain = calibrate(probabilities, truth, folds, NOBODY)
    found = calibrate(more, unknown, padded, NOBODY)
    assert np.array_equal(plain.thresholds, found.thresholds)


def test_photos_of_one_scene_share_a_fold() -> None:
    groups = [f"scene {row // 3}" for row in range(90)]
    folds = deal(groups, 4)
    for scene in set(groups):
        assert len({int(f) for f, g in zip(folds, groups, strict=True) if g == scene}) == 1
    assert np.bincount(folds).min() >= 7 * 3


def test_too_few_photos_are_refused() -> None:
    with pytest.raises(PocketlensError) as caught:
        deal(["one", "one", "two"], 3)
    assert caught.value.name == "too_few_examples"


def test_memory_does_not_grow_with_the_photos() -> None:
    """Beside what it is given: histograms, and a few numbers a photo (not a photo and label)."""

    def most(photos: int) -> int:
        probabilities, truth = scored(photos, 200, 4.0, 0.2)
        folds = folds_of(photos)
        tracemalloc.start()
        calibrate(probabilities, truth, folds, NOBODY)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few, many = most(1000), most(5000)
    assert many - few < 4000 * 100  # bytes; one float32 for each pair would be 4000 * 800
    histograms = 2 * 200 * 5 * BINS * 8
    assert many < 4 * histograms
