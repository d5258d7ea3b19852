"""How far probabilities can be believed, on cases that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tools.evaluation.confidence import (
    Band,
    bands,
    calibration_error,
    guesses,
    headlines,
    held_out_limits,
    shown_pairs,
    trusted_guesses,
)
from tools.evaluation.truth import Labels

ANIMAL, CAT, DOG = 0, 1, 2
LIMITS, SILENT = np.full(7, 0.5, np.float32), np.zeros(7, np.bool_)


def photos(*rows: dict[int, float]) -> np.ndarray:
    out = np.zeros((len(rows), 7), np.float32)
    for place, row in enumerate(rows):
        for label, value in row.items():
            out[place, label] = value
    return out


def test_calibration_error_by_hand() -> None:
    probabilities = np.array([[0.9], [0.9], [0.1], [0.5]], np.float32)
    truth = np.array([[1], [0], [0], [-1]], np.int8)
    # two at 0.9 of which half are there, one at 0.1 of which none is; the last is not verified
    assert calibration_error(probabilities, truth) == pytest.approx((2 * 0.4 + 1 * 0.1) / 3)
    assert calibration_error(probabilities[3:], truth[3:]) == 0.0


def test_honest_probabilities_have_no_error_and_boasting_ones_have() -> None:
    random = np.random.default_rng(1)
    honest = random.random((20_000, 1)).astype(np.float32)
    truth = (random.random((20_000, 1)) < honest).astype(np.int8)
    assert calibration_error(honest, truth) < 0.02
    assert calibration_error(np.where(honest > 0.5, 1, 0).astype(np.float32), truth) > 0.2


def test_bands_count_what_was_verified() -> None:
    probabilities = photos({CAT: 0.95}, {CAT: 1.0}, {DOG: 0.31}, {DOG: 0.35}, {})
    truth = np.zeros((5, 7), np.int8)
    truth[0, CAT], truth[3, DOG] = 1, -1
    shown = [CAT, CAT, DOG, DOG, -1]
    found = bands(shown, probabilities, truth)
    assert found == [Band(0.3, 0.4, 0, 1), Band(0.9, 1.0, 1, 1)]
    assert found[1].precision == 0.5
    p, answer = shown_pairs(shown, probabilities, truth)
    assert len(p) == 4 and answer.tolist() == [1, 0, 0, -1]


def test_every_photo_is_judged_by_its_own_thresholds(labels: Labels) -> None:
    fold_thresholds = np.array([[0.3, 0.7]] * 7)
    limits = held_out_limits(fold_thresholds, np.array([0, 1]))
    assert limits[:, 0].tolist() == pytest.approx([0.3, 0.7])
    probabilities = photos({ANIMAL: 0.5, CAT: 0.3}, {ANIMAL: 0.5, CAT: 0.3})
    shown = headlines(probabilities, limits, SILENT, labels)
    assert shown == [ANIMAL, -1]
    assert guesses(probabilities, shown, SILENT, labels, 0.5) == [CAT, -1]
    assert guesses(probabilities, shown, SILENT, labels, 0.65) == [-1, -1]


def test_guesses_are_trusted_from_where_seven_in_ten_are_right(labels: Labels) -> None:
    low = [{ANIMAL: 0.8, CAT: 0.45}] * 10  # a dog each, by a share of 0.56
    high = [{ANIMAL: 0.95, CAT: 0.7}] * 12  # ten cats, by a share of 0.74
    probabilities = photos(*low, *high)
    truth = np.zeros((22, 7), np.int8)
    truth[:, ANIMAL] = 1
    truth[:10, DOG], truth[10:20, CAT] = 1, 1
    limits = np.broadcast_to(LIMITS, probabilities.shape)
    found = trusted_guesses(probabilities, truth, limits, SILENT, labels)
    assert found == Band(0.6, 1.0, 10, 2)
    truth[10:20, CAT] = 0
    assert trusted_guesses(probabilities, truth, limits, SILENT, labels) == Band(1.0, 1.0, 0, 0)
