"""The photos of `own`: what can be read, which are near-duplicates, what is held back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.data.features import Extracted
from tools.data.photo_table import read_photo_table
from tools.data.samples import SingleLabel
from tools.data.split import groups_of, hold_out
from tools.errors import PocketlensError
from tools.evaluation.truth import SINGLE, Dataset
from tools.package.publish import write_file
from tools.package.tables import write_table
from tools.training.own_layout import OwnPhotos

HELD_BACK = "held-back.csv"

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """The readable photos, their groups of near-duplicates, and what is held back."""

    photos: OwnPhotos
    found: Extracted
    groups: Ints
    alike: float  # the cosine from which on photos counted as near-duplicates; > 1: equal files
    held: Flags

    @property
    def samples(self) -> SingleLabel:
        """The photos with their classes."""
        return self.photos.samples

    @property
    def classes(self) -> Ints:
        """Each photo's class."""
        return self.samples.classes.astype(np.int64)


def split_photos(
    photos: OwnPhotos, found: Extracted, share: float, seed: int, held: Flags | None = None
) -> Split:
    """Finds near-duplicates and holds back a share of each class, or what `held` names.

    Near-duplicates of photos that `held` names are held back with them. Every photo has a vector.
    Raises `bad_dataset` where nothing can be held back or a class would have nothing to learn from.
    """
    classes = photos.samples.classes.astype(np.int64)
    groups, alike = groups_of(found.vectors, found.hashes, classes)
    if photos.held is not None:
        held = photos.held
    elif held is not None:
        held = np.isin(groups, groups[held])
    else:
        held = hold_out(classes, groups, share, seed)
    if not held.any():
        raise PocketlensError(
            "bad_dataset",
            "No photo can be held back to measure with: those of each class are the same photo.",
            do="Add photos that differ from each other.",
        )
    gone = sorted(set(classes.tolist()) - set(classes[~held].tolist()))
    if gone:
        names = ", ".join(photos.samples.labels[index].name for index in gone)
        raise PocketlensError(
            "bad_dataset",
            f"All photos of {names} are held back, so there is nothing to learn from.",
            do="Add photos of it, or hold fewer back.",
        )
    return Split(photos, found, groups, alike, held)


def write_held_back(split: Split, path: Path) -> None:
    """Which photos were held back, as a table that `evaluate`, `thresholds` and `own --split` take.

    Paths are relative to the folder of the photos.
    """
    labels = split.samples.labels
    rows = [
        (split.photos.name(row), labels[split.classes[row]].mid, f"group {split.groups[row]}")
        for row in np.flatnonzero(split.held)
    ]
    write_file(path, write_table("photo,labels,group", rows))


def read_held_back(path: Path, photos: OwnPhotos) -> Flags:
    """The photos that a table names; they must be among these. Raises the errors of reading it."""
    table = read_photo_table(path, photos.root)
    named = {row.photo.resolve() for row in table.rows}
    held = np.array([photo.resolve() in named for photo in photos.samples.photos])
    missing = len(named) - int(held.sum())
    if missing:
        raise PocketlensError(
            "bad_dataset",
            f"{missing} of the {len(named)} photos that {path} names are not among these"
            " (unreadable ones and those under two labels are left out).",
            do="Take those lines out, so that both models are measured on the same photos.",
        )
    return held


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
