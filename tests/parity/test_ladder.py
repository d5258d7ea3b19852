"""Comparing rungs: differences, tolerance, agreement, what is not run, and who is named."""

from __future__ import annotations

import numpy as np
import pytest

from tools.errors import PocketlensError
from tools.parity.ladder import NOT_RUN, OK, OUT, Rung, agreement, climb, first_out

BASE = np.random.default_rng(5).random((4, 30)).astype(np.float32)


def rung(name: str, outputs: np.ndarray, tolerance: float = 1e-4) -> Rung:
    return Rung(name, lambda: outputs.astype(np.float32), tolerance)


def test_equal_rungs_are_within_tolerance() -> None:
    lowest, upper = climb([rung("a", BASE), rung("b", BASE)])
    assert (lowest.status, lowest.against, lowest.max_difference) == (OK, None, None)
    assert (upper.status, upper.against, upper.max_difference) == (OK, "a", 0)
    assert upper.top5_agreement == 1 and upper.photos == 4


def test_differences_are_told_and_only_the_step_that_made_them_is_named() -> None:
    moved = BASE.copy()
    moved[2, 3] += 0.01
    verdicts = climb([rung("a", BASE), rung("b", moved), rung("c", moved)])
    assert [verdict.status for verdict in verdicts] == [OK, OUT, OK]
    wrong = first_out(verdicts)
    assert wrong is not None and wrong.name == "b"
    assert wrong.max_difference == pytest.approx(0.01, rel=1e-3)
    assert wrong.mean_difference == pytest.approx(0.01 / BASE.size, rel=1e-3)


def test_the_tolerance_is_inclusive_and_a_rung_s_own() -> None:
    moved = np.zeros((1, 6), np.float32)
    moved[0, 0] = 0.25
    still = np.zeros((1, 6), np.float32)
    assert climb([rung("a", still), rung("b", moved, 0.25)])[1].status == OK
    assert climb([rung("a", still), rung("b", moved, 0.2499)])[1].status == OUT


def test_a_rung_that_cannot_run_is_told_and_stepped_over() -> None:
    verdicts = climb([rung("a", BASE), Rung("b", None, 0, "no file"), rung("c", BASE + 1)])
    assert (verdicts[1].status, verdicts[1].note) == (NOT_RUN, "no file")
    assert (verdicts[2].status, verdicts[2].against) == (OUT, "a")


def test_fewer_photos_are_compared_over_those() -> None:
    verdict = climb([rung("a", BASE), rung("b", BASE[:2])])[1]
    assert (verdict.status, verdict.photos) == (OK, 2)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none_are_out_of_tolerance(bad: float) -> None:
    moved = BASE.copy()
    moved[0, 0] = bad
    assert climb([rung("a", BASE), rung("b", moved, np.inf)])[1].status == OUT


def test_another_count_of_outputs_is_out_of_tolerance() -> None:
    verdict = climb([rung("a", BASE), rung("b", BASE[:, :29])])[1]
    assert verdict.status == OUT and "29 outputs, 30 expected" in verdict.note


def test_a_rung_that_fails_is_out_of_tolerance_with_its_error() -> None:
    def fail() -> np.ndarray:
        raise PocketlensError("predict_failed", "It could not.")

    verdicts = climb([rung("a", BASE), Rung("b", fail, 1e-4), rung("c", BASE)])
    assert verdicts[1].status == OUT and "predict_failed" in verdicts[1].note
    assert (verdicts[2].status, verdicts[2].against) == (OK, "a")


def test_agreement_counts_the_five_best_in_order() -> None:
    first = np.array([[9, 8, 7, 6, 5, 4], [9, 8, 7, 6, 5, 4]], np.float32)
    other = first.copy()
    other[1, [0, 1]] = other[1, [1, 0]]
    assert agreement(first, first, 1e-4) == 1
    assert agreement(other, first, 1e-4) == 0.5
    assert agreement(other, first, 1.0) == 1  # as good as the same
    other[1] = first[1]
    other[1, 5] = 4.5  # the sixth does not count
    assert agreement(other, first, 1e-4) == 1
    other[1, 5] = 5.5  # unless it becomes the fifth
    assert agreement(other, first, 1e-4) == 0.5


def test_every_rung_is_announced() -> None:
    said: list[str] = []
    climb([rung("a", BASE), Rung("b", None, 0), rung("c", BASE)], said.append)
    assert said == ["a", "c"]
