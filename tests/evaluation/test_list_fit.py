"""Which class list a model follows, on made-up outputs: the statistics alone."""

from __future__ import annotations

import numpy as np
import pytest

from tools.evaluation.list_fit import (
    Candidate,
    better,
    candidates,
    fit_list,
    judge,
    universe,
)
from tools.package.label_table import Label

LISTED = [Label(f"/m/{number * 7 % 40:02d}", f"name {number:02d}") for number in range(40)]
PHOTOS = 12  # photo k shows what row 3 * k stands for


def seen(rows: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Outputs of a model whose output j is row rows[j] of the list, and the truth of the photos."""
    truth = np.zeros((PHOTOS, len(LISTED)), np.int8)
    truth[np.arange(PHOTOS), np.arange(PHOTOS) * 3] = 1
    whole = np.random.default_rng(0).uniform(0, 0.3, truth.shape) + 0.6 * truth
    return whole[:, rows].astype(np.float32), truth


def test_orders_are_tried_once_each() -> None:
    found = list(candidates({"a": LISTED, "b": LISTED[::-1], "short": LISTED[:9]}, 40))
    titles = [candidate.title for candidate in found]
    assert titles == ["a", "a, sorted by id", "b"]  # by name it is as listed


def test_a_shorter_list_is_tried_in_the_order_of_a_longer_one() -> None:
    short = [LISTED[5], LISTED[2], LISTED[9]]
    found = list(candidates({"short": short, "long": LISTED}, 3))
    assert "short, in the order of long" in [candidate.title for candidate in found]
    assert found[1].labels == (LISTED[2], LISTED[5], LISTED[9])


def test_the_right_order_wins_and_the_others_are_ruled_out() -> None:
    outputs, truth = seen(list(range(40)))
    known = universe({"a": LISTED}, [])
    fits = judge(list(candidates({"a": LISTED}, 40)), outputs, truth, known)
    assert fits[0].candidate.title == "a" and fits[0].count == PHOTOS
    assert fits[0].p == pytest.approx(1 / 501)
    # The names that both orders give to the same row cannot tell them apart.
    same = sum(LISTED[3 * k] == sorted(LISTED, key=lambda x: x.mid)[3 * k] for k in range(PHOTOS))
    assert better(fits[0], fits[1]) == pytest.approx(0.5 ** (PHOTOS - same))


def test_a_shuffled_model_fits_nothing() -> None:
    outputs, truth = seen(list(np.random.default_rng(5).permutation(40)))
    fit = fit_list(Candidate("a", tuple(LISTED)), outputs, truth, universe({"a": LISTED}, []))
    assert fit.p > 0.01


@pytest.mark.parametrize("gone", [0, 10, 39])
def test_one_row_too_many_is_narrowed_down_to_what_no_photo_tells_apart(gone: int) -> None:
    """Photos prove every third row, so the row that is left out lies between two of those."""
    outputs, truth = seen([row for row in range(40) if row != gone])
    known = universe({"a": LISTED}, [])
    fit = fit_list(Candidate("a", tuple(LISTED)), outputs, truth, known)
    left = [LISTED.index(label) for label in fit.spare]
    assert gone in left and left == list(range(left[0], left[-1] + 1))
    assert len(left) <= 6
    assert len(fit.labels) == 39 and fit.labels[0] == LISTED[int(left[0] == 0)]


def test_rows_are_proven_by_a_photo_that_has_them_among_its_best() -> None:
    outputs, truth = seen(list(range(40)))
    fit = fit_list(Candidate("a", tuple(LISTED)), outputs, truth, universe({"a": LISTED}, []))
    assert np.flatnonzero(fit.proven).tolist() == [3 * photo for photo in range(PHOTOS)]


def test_a_list_without_ids_is_known_by_its_names() -> None:
    own = [Label(f"own/x{number}", label.name) for number, label in enumerate(LISTED)]
    known = universe({"a": LISTED, "own": own}, [])
    assert len(known) == len(LISTED)
    outputs, truth = seen(list(range(40)))
    assert fit_list(Candidate("own", tuple(own)), outputs, truth, known).count == PHOTOS
