"""Splitting photos so that near-duplicates stay on one side.

A burst of nearly equal photos that is split between training and measuring makes every figure too
good. Photos count as near-duplicates when their files are equal or their feature vectors point in
nearly the same direction; what is connected by such pairs is one group, and a group is never split.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# Cosine of two feature vectors from which on photos count as one source. Measured on 169 cut-outs
# on white (14,196 pairs): mirrored, brightened and slightly cropped copies reach 0.94 or more, half
# the size, JPEG quality 40 or a fifth cropped away 0.86 in 96 to 99 of 100; of different things
# only 3 pairs reach it (mandarin and orange do), and staying together harms no figure.
ALIKE = 0.86
# Where all photos of a class look alike (one kind of leaf, one camera over a belt), that would make
# them one group; then the next of these is taken, the last leaving equal files only.
STRICTER = (0.90, 0.94, 0.97, 0.99, 2.0)
LARGEST_GROUP = 0.5  # of a class
BLOCK = 1024  # rows compared at a time


def _roots(parent: Ints) -> Ints:
    """The representative of every element of a union-find forest."""
    while True:
        above = parent[parent]
        if (above == parent).all():
            return parent
        parent = above


def _join(parent: Ints, first: int, second: int) -> None:
    """Puts two elements into one group; the smaller index represents it."""
    while parent[first] != first:
        first = int(parent[first])
    while parent[second] != second:
        second = int(parent[second])
    parent[max(first, second)] = min(first, second)


def near_duplicates(vectors: Floats, hashes: Sequence[str], alike: float = ALIKE) -> Ints:
    """A group number for each photo: equal files and photos with nearly equal vectors share one.

    vectors: (photos, length) features; hashes: the files' SHA-256.
    """
    count = len(vectors)
    parent = np.arange(count)
    first: dict[str, int] = {}
    for index, digest in enumerate(hashes):
        _join(parent, first.setdefault(digest, index), index)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.maximum(length, 1e-12)
    for start in range(0, count, BLOCK):
        close = unit[start : start + BLOCK] @ unit.T >= alike
        for row, column in zip(*np.nonzero(close), strict=True):
            if start + row < column:
                _join(parent, start + int(row), int(column))
    return _roots(parent)


def groups_of(vectors: Floats, hashes: Sequence[str], classes: Ints) -> tuple[Ints, float]:
    """Groups of near-duplicates, and the cosine from which on photos counted as such.

    The cosine is the lowest at which no group holds more than half of a class.
    """
    for alike in (ALIKE, *STRICTER):
        groups = near_duplicates(vectors, hashes, alike)
        if all(_largest(groups[classes == label]) <= LARGEST_GROUP for label in np.unique(classes)):
            break
    return groups, alike


def _largest(groups: Ints) -> float:
    """The share of the largest group."""
    return float(np.unique(groups, return_counts=True)[1].max() / len(groups))


def deal_groups(classes: Ints, groups: Ints, folds: int, seed: int) -> Ints:
    """A fold for each photo: groups stay whole, every class is spread as evenly as it can be.

    Greedy: groups from the largest to the smallest (equal ones in random order), each to the fold
    that has the fewest photos of the group's classes, then the fewest photos.
    """
    rng = np.random.default_rng(seed)
    names, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.lexsort((rng.random(len(names)), -sizes))
    fold_of = np.zeros(len(names), np.int64)
    held = np.zeros((folds, int(classes.max()) + 1), np.int64)
    members = [np.flatnonzero(place == index) for index in range(len(names))]
    for name in order:
        present = np.bincount(classes[members[name]], minlength=held.shape[1])
        load = (held[:, present > 0].sum(1), held.sum(1), rng.random(folds))
        fold = int(np.lexsort(load[::-1])[0])
        fold_of[name] = fold
        held[fold] += present
    return fold_of[place]


def hold_out(classes: Ints, groups: Ints, share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Which photos to keep back for measuring: about `share` of each class, groups whole.

    A class whose photos are all one group stays in training, as nothing of it can be held out.
    """
    rng = np.random.default_rng(seed)
    held = np.zeros(len(classes), bool)
    for label in np.unique(classes):
        own = np.flatnonzero(classes == label)
        names = rng.permutation(np.unique(groups[own]))
        wanted = max(1, round(share * len(own)))
        taken = 0
        for name in names[:-1]:
            if taken >= wanted:
                break
            group = np.flatnonzero(groups == name)
            if taken and taken + np.isin(group, own).sum() > 1.5 * wanted:
                continue
            held[group] = True
            taken = int(held[own].sum())
    _keep_every_class(classes, groups, held)
    return held


def _keep_every_class(classes: Ints, groups: Ints, held: npt.NDArray[np.bool_]) -> None:
    """Gives back the photos of classes that groups of mixed classes took out of training."""
    for label in np.unique(classes):
        own = classes == label
        if held[own].all():
            held[np.isin(groups, groups[own])] = False
