"""The photos of `own`: what can be read, which are near-duplicates, what is held back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tools.data.features import Extracted
from tools.data.samples import SingleLabel
from tools.data.split import groups_of, hold_out
from tools.errors import PocketlensError
from tools.evaluation.truth import SINGLE, Dataset

LEAST = 2  # photos of a class: one to learn from, one to measure with
MOST_UNREADABLE = 0.1

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """The readable photos, their groups of near-duplicates, and what is held back."""

    samples: SingleLabel
    found: Extracted
    groups: Ints
    alike: float  # the cosine from which on photos counted as near-duplicates; > 1: equal files
    held: npt.NDArray[np.bool_]

    @property
    def classes(self) -> Ints:
        """Each photo's class."""
        return self.samples.classes.astype(np.int64)


def check_classes(samples: SingleLabel) -> None:
    """At least two classes."""
    if len(samples.labels) < 2:
        raise PocketlensError(
            "bad_dataset",
            "There is only one class folder, so there is nothing to tell apart.",
            found=samples.labels[0].name,
            expected="two folders or more",
            do="Add a folder of other things.",
        )


def split_photos(samples: SingleLabel, found: Extracted, share: float, seed: int) -> Split:
    """Leaves unreadable photos out, finds near-duplicates, holds back a share of each class.

    Raises `bad_dataset` where too few photos remain or nothing can be held back.
    """
    if len(found.errors) > MOST_UNREADABLE * len(samples):
        raise PocketlensError(
            "bad_dataset",
            f"{len(found.errors)} of {len(samples)} photos could not be read; the first:"
            f" {next(iter(found.errors.values()))}",
            do="Take them out. A few bad photos are left out; this is too many.",
        )
    good = found.good
    kept = samples.subset(good)
    few = [
        label.name
        for index, label in enumerate(kept.labels)
        if (kept.classes == index).sum() < LEAST
    ]
    if few:
        raise PocketlensError(
            "bad_dataset",
            f"Too few readable photos of {', '.join(few)}.",
            expected=f"at least {LEAST} of each class",
            do="Add photos or move these folders away.",
        )
    hashes = [found.hashes[index] for index in good]
    vectors = found.vectors[good]
    classes = kept.classes.astype(np.int64)
    groups, alike = groups_of(vectors, hashes, classes)
    held = hold_out(classes, groups, share, seed)
    if not held.any():
        raise PocketlensError(
            "bad_dataset",
            "No photo can be held back to measure with: those of each class are the same photo.",
            do="Add photos that differ from each other.",
        )
    return Split(kept, replace(found, vectors=vectors, hashes=tuple(hashes)), groups, alike, held)


def truth_of(classes: Ints, count: int) -> npt.NDArray[np.int8]:
    """(photos, classes): 1 for a photo's class, else 0."""
    return np.eye(count, dtype=np.int8)[classes]


def dataset_of(split: Split) -> Dataset:
    """The photos held back, as `evaluate` takes them."""
    rows = np.flatnonzero(split.held)
    classes = split.classes[rows]
    return Dataset(
        tuple(split.samples.photos[row] for row in rows),
        truth_of(classes, len(split.samples.labels)),
        tuple((int(index),) for index in classes),
        tuple(str(split.groups[row]) for row in rows),
        SINGLE,
        "photos held back from training, one label a photo",
    )
