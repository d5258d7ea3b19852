"""Photos with labels, in the forms that training takes: class folders and a CSV of photos.

Open Images' own files are read by `tools.data.openimages` into the same form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tools.data.photo_files import Found, search
from tools.data.photo_table import bad_dataset, read_photo_table
from tools.errors import PocketlensError
from tools.lists.class_list import class_folders, read_class_list
from tools.lists.naming import LabelIndex, plain
from tools.package.label_table import Label

Array = npt.NDArray[Any]
Indices = Sequence[int] | npt.NDArray[np.int64]


class Samples(Protocol):
    """Photos and what is known of them."""

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes, in the order of the network's outputs."""

    @property
    def multi(self) -> bool:
        """Whether a photo can have several labels."""

    def __len__(self) -> int:
        """How many photos there are."""

    def photo(self, index: int) -> Path:
        """Where photo `index` stands."""

    def targets(self, indices: Indices) -> tuple[Array, Array]:
        """What is known of some photos.

        Single-label: classes (n,) int32 and weights (n,) of 1. Multi-label: truth (n, classes)
        float32 of 0 and 1, and a mask (n, classes) that is 0 where nothing is known.
        """


@dataclass(frozen=True)
class SingleLabel:
    """Photos with one class each."""

    labels: tuple[Label, ...]
    photos: tuple[Path, ...]
    classes: npt.NDArray[np.int32]
    multi: bool = False

    def __len__(self) -> int:
        return len(self.photos)

    def photo(self, index: int) -> Path:
        """Where photo `index` stands."""
        return self.photos[index]

    def targets(self, indices: Indices) -> tuple[Array, Array]:
        """Classes (n,) int32 and ones (n,)."""
        return self.classes[indices], np.ones(len(indices), np.float32)

    def subset(self, indices: Indices) -> SingleLabel:
        """Some of the photos, in the given order."""
        photos = tuple(self.photos[index] for index in indices)
        return SingleLabel(self.labels, photos, self.classes[np.asarray(indices, np.int64)])


@dataclass(frozen=True)
class MultiLabel:
    """Photos with any number of classes each; classes that are not named do not apply.

    `unknown`: for each photo the classes of which nothing is known; None: there are none.
    """

    labels: tuple[Label, ...]
    photos: tuple[Path, ...]
    positives: tuple[npt.NDArray[np.int32], ...]
    unknown: tuple[npt.NDArray[np.int32], ...] | None = None
    multi: bool = True

    def __len__(self) -> int:
        return len(self.photos)

    def photo(self, index: int) -> Path:
        """Where photo `index` stands."""
        return self.photos[index]

    def targets(self, indices: Indices) -> tuple[Array, Array]:
        """Truth (n, classes) and a mask, 0 where nothing is known."""
        truth = np.zeros((len(indices), len(self.labels)), np.float32)
        mask = np.ones_like(truth)
        for row, index in enumerate(indices):
            truth[row, self.positives[index]] = 1
            if self.unknown is not None:
                mask[row, self.unknown[index]] = 0
        return truth, mask


def as_multi(samples: Samples) -> Samples:
    """Single-label samples as multi-label ones: the other classes do not apply."""
    if not isinstance(samples, SingleLabel):
        return samples
    positives = tuple(np.array([index], np.int32) for index in samples.classes)
    return MultiLabel(samples.labels, samples.photos, positives)


def read_class_folders(
    root: Path,
    labels: tuple[Label, ...] | None = None,
    least: int = 1,
    complete: bool = True,
) -> SingleLabel:
    """The photos of a folder of class folders; the class is the folder's name.

    Without `labels`, the classes are the folders in the order of their names (as the model zoo
    numbers them). With `labels`, every folder must be one of them, and every label have a folder
    unless `complete` is false.
    Raises `missing_file`, `bad_labels` (from reading the folder) and `bad_dataset`: a class without
    photos, or with fewer than `least`, or a folder that is no label.
    """
    if not root.is_dir():
        raise PocketlensError(
            "missing_file", f"{root} is no folder.", do="Give a folder of class folders."
        )
    own = read_class_list(root)
    labels = labels or own
    indices = _folder_indices(root, own, labels, complete)
    photos: list[Path] = []
    classes: list[int] = []
    few: list[str] = []
    every = Found()
    folders = {plain(folder.name): folder for folder in class_folders(root)}
    for label in own:
        every.add(inside := search([folders[label.name]]))
        found = inside.photos
        if len(found) < least:
            few.append(f"{label.name} ({len(found)})")
        photos += found
        classes += [indices[label.name]] * len(found)
    every.tell()
    if few:
        raise bad_dataset(
            f"{root}: {len(few)} class folders have too few photos: {', '.join(few[:5])}"
            f"{' …' if len(few) > 5 else ''}; at least {least} are needed in each.",
            "Add photos or move these folders away.",
        )
    return SingleLabel(labels, tuple(photos), np.array(classes, np.int32))


def _folder_indices(
    root: Path, own: tuple[Label, ...], labels: tuple[Label, ...], complete: bool
) -> dict[str, int]:
    """Folder name -> index of its label; both sides must match."""
    index = LabelIndex(labels)
    names = [label.name for label in own]
    places = {name: index.find(name, str(root)) for name in names}
    strange = [name for name, place in places.items() if place is None]
    if strange:
        raise bad_dataset(
            f"{root}: {len(strange)} folders are no labels of the table: {', '.join(strange[:5])}.",
            "Rename them to a label's name or MID, or train without --labels.",
        )
    indices = {name: place for name, place in places.items() if place is not None}
    if len(set(indices.values())) < len(indices):
        raise bad_dataset(f"{root}: two folders stand for the same label.", "Merge them.")
    without = [label.name for i, label in enumerate(labels) if i not in indices.values()]
    if without and complete:
        raise bad_dataset(
            f"{root}: {len(without)} labels have no folder: {', '.join(without[:5])}"
            f"{' …' if len(without) > 5 else ''}.",
            "Add their photos or leave them out of the label table.",
        )
    return indices


def read_table(
    table: Path,
    labels: tuple[Label, ...] | None = None,
    photos: Path | None = None,
    hierarchy: Path | None = None,
    official: Sequence[Label] = (),
) -> MultiLabel:
    """The photos of a CSV (tools/data/photo_table.py) with any number of labels each.

    A label that is there brings its ancestors by `hierarchy`, one that is absent its descendants.
    Without `labels`, the classes are those that occur, sorted; MIDs are called as in `official`.
    Raises `missing_file`, `unreadable_file`, `bad_dataset`, `unknown_label` and `bad_hierarchy`.
    """
    from tools.data.expansion import read_expansion

    read = read_photo_table(table, photos)
    labels = labels if labels is not None else read.labels(official)
    index, expanded = LabelIndex(labels), read_expansion(labels, hierarchy)
    positives: list[npt.NDArray[np.int32]] = []
    unknown: list[npt.NDArray[np.int32]] = []
    everything = frozenset(range(len(labels)))
    for row in read.rows:
        said = read.known(row, index)
        there = _reach(said.there, expanded.up)
        absent = everything if read.closed else _reach(said.absent, expanded.down)
        unsure = _reach(said.unsure, expanded.up) - there
        positives.append(np.array(sorted(there), np.int32))
        unknown.append(np.array(sorted((everything - there - absent) | unsure), np.int32))
    some = any(part.size for part in unknown)
    paths = tuple(row.photo for row in read.rows)
    return MultiLabel(labels, paths, tuple(positives), tuple(unknown) if some else None)


def _reach(indices: Sequence[int], implied: Sequence[npt.NDArray[np.int32]]) -> frozenset[int]:
    return frozenset(int(each) for index in indices for each in implied[index])
