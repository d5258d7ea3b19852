"""Near-duplicates stay together; classes are spread evenly."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.data.split import ALIKE, deal_groups, groups_of, hold_out, near_duplicates


def vectors(count: int, seed: int = 0) -> np.ndarray:
    return np.abs(np.random.default_rng(seed).normal(size=(count, 64))).astype(np.float32)


def test_equal_files_are_one_group() -> None:
    groups = near_duplicates(vectors(4), ["a", "b", "a", "c"], alike=0.999)
    assert groups[0] == groups[2] and len(np.unique(groups)) == 3


def test_chains_are_one_group() -> None:
    """a is like b and b like c, so all three stay together."""
    angles = np.deg2rad([0, 25, 50, 120])
    found = near_duplicates(
        np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32), list("abcd"), alike=0.9
    )
    assert found[0] == found[1] == found[2] != found[3]


def test_length_does_not_matter() -> None:
    base = vectors(1)
    both = np.concatenate([base, base * 7, vectors(1, 5)])
    groups = near_duplicates(both, list("abc"), alike=0.99)
    assert groups[0] == groups[1] != groups[2]


def test_many_photos_in_blocks() -> None:
    """Copies that are more than a block of rows apart are found."""
    one = vectors(1500)
    groups = near_duplicates(np.concatenate([one, one]), [str(i) for i in range(3000)], 0.9999)
    np.testing.assert_array_equal(groups[:1500], groups[1500:])
    assert len(np.unique(groups)) == 1500


@settings(max_examples=60, deadline=None)
@given(
    classes=st.lists(st.integers(0, 3), min_size=8, max_size=60),
    spread=st.integers(1, 12),
    folds=st.integers(2, 5),
    seed=st.integers(0, 99),
)
def test_groups_are_never_split(classes: list[int], spread: int, folds: int, seed: int) -> None:
    labels = np.array(classes)
    groups = np.random.default_rng(seed).integers(0, spread, len(labels))
    for sides in (deal_groups(labels, groups, folds, seed), hold_out(labels, groups, 0.2, seed)):
        for name in np.unique(groups):
            assert len(np.unique(sides[groups == name])) == 1
    held = hold_out(labels, groups, 0.2, seed)
    assert set(labels[~held]) == set(classes)


def test_shares() -> None:
    labels = np.repeat([0, 1], [50, 10])
    held = hold_out(labels, np.arange(60), 0.2, 1)
    assert held[:50].sum() == 10 and held[50:].sum() == 2
    folds = deal_groups(labels, np.arange(60), 5, 1)
    assert (
        np.bincount(folds[:50]).tolist() == [10] * 5 and np.bincount(folds[50:]).tolist() == [2] * 5
    )


def test_the_seed_decides() -> None:
    labels, groups = np.repeat([0, 1], 20), np.arange(40)
    assert (hold_out(labels, groups, 0.2, 1) == hold_out(labels, groups, 0.2, 1)).all()
    assert (hold_out(labels, groups, 0.2, 1) != hold_out(labels, groups, 0.2, 2)).any()


def test_a_class_that_is_one_group_stays_in_training() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1])
    held = hold_out(labels, np.array([7, 7, 7, 1, 2, 3]), 0.3, 0)
    assert not held[:3].any() and held[3:].sum() == 1


def test_classes_that_all_look_alike_are_still_split() -> None:
    """Vectors that differ little: the cosine rises until no group is more than half of a class."""
    rng = np.random.default_rng(0)
    base = np.repeat(vectors(2), 20, axis=0)
    close = (base + rng.normal(scale=0.25, size=base.shape)).astype(np.float32)
    close[1] = close[0]
    classes, names = np.repeat([0, 1], 20), [str(i) for i in range(40)]
    groups, alike = groups_of(close, names, classes)
    assert alike > ALIKE
    assert groups[0] == groups[1]
    assert len(np.unique(groups)) > 20
    apart, usual = groups_of(vectors(40), names, classes)
    assert usual == ALIKE and len(np.unique(apart)) == 40
