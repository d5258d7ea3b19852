"""How own photos are laid out: a folder of class folders, or `train` and `val` of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.data.datasets import VALIDATION
from tools.data.photo_files import is_photo
from tools.data.samples import SingleLabel, read_class_folders
from tools.errors import PocketlensError
from tools.lists.class_list import class_folders, is_litter

TRAIN = {"train", "training"}
HELD = {*VALIDATION, "test", "testing"}
LEAST = 2  # photos of a class: one to learn from, one to measure with


@dataclass(frozen=True)
class OwnPhotos:
    """The photos of all classes, and what was found about their folder.

    `held`: which photos the folder itself holds back for measuring; None where it does not say.
    """

    root: Path
    samples: SingleLabel
    held: npt.NDArray[np.bool_] | None
    notes: tuple[str, ...]

    def name(self, index: int) -> str:
        """A photo's path within the folder."""
        return self.samples.photos[index].relative_to(self.root).as_posix()

    def subset(self, indices: npt.NDArray[np.int64]) -> OwnPhotos:
        """Some of the photos, in the given order."""
        held = None if self.held is None else self.held[indices]
        return replace(self, samples=self.samples.subset(indices), held=held)


def read_own_photos(root: Path) -> OwnPhotos:
    """The photos under `root`. Raises `missing_file`, `bad_labels` and `bad_dataset`."""
    top, notes = _top(root)
    train, held = _parts(top)
    samples = read_class_folders(train, least=LEAST if not held else 1)
    if len(samples.labels) < 2:
        raise PocketlensError(
            "bad_dataset",
            "There is only one class folder, so there is nothing to tell apart.",
            found=samples.labels[0].name,
            expected="two folders or more",
            do="Add a folder of other things.",
        )
    notes += [_loose(folder) for folder in (train, *held)]
    if not held:
        return OwnPhotos(root, samples, None, tuple(filter(None, notes)))
    names = ", ".join(folder.name for folder in held)
    notes.append(f"the folder says what to measure with: {names}; nothing else is held back")
    return _joined(root, samples, held, tuple(filter(None, notes)))


def _joined(root: Path, train: SingleLabel, held: list[Path], notes: tuple[str, ...]) -> OwnPhotos:
    """Photos to train on and to measure with as one list."""
    photos, classes = list(train.photos), list(train.classes)
    for folder in held:
        if any(class_folders(folder)):
            part = read_class_folders(folder, train.labels, least=0, complete=False)
            photos += part.photos
            classes += list(part.classes)
    flags = np.arange(len(photos)) >= len(train)
    if not flags.any():
        raise PocketlensError(
            "bad_dataset",
            f"There is no photo in {', '.join(str(folder) for folder in held)}.",
            do="Put photos there to measure with, or take the folder away.",
        )
    samples = SingleLabel(train.labels, tuple(photos), np.array(classes, np.int32))
    return OwnPhotos(root, samples, flags, notes)


def _top(root: Path) -> tuple[Path, list[str]]:
    """The folder that holds the class folders: an archive may have packed it into others."""
    notes: list[str] = []
    top = root
    while top.is_dir():
        folders = list(class_folders(top))
        deeper = list(class_folders(folders[0])) if len(folders) == 1 else []
        if len(deeper) < 2 or _photos_directly(top) or _photos_directly(folders[0]):
            break
        top = folders[0]
        notes = [f"the classes are the folders in {top.relative_to(root)}"]
    return top, notes


def _parts(top: Path) -> tuple[Path, list[Path]]:
    """The folder of class folders, and those held back; `train` may also be a class (vehicles)."""
    if not top.is_dir():
        return top, []
    folders = {folder.name.lower(): folder for folder in class_folders(top)}
    train = [folders[name] for name in sorted(folders.keys() & TRAIN)]
    held = [folders[name] for name in sorted(folders.keys() & HELD)]
    alone = len(folders) == len(train) + len(held)
    if len(train) != 1 or not alone or _photos_directly(train[0]):
        return top, []
    return train[0], held


def _photos_directly(folder: Path) -> list[Path]:
    """The photos in a folder itself."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:  # what may not be listed is told when its photos are looked for
        return []
    files = [path for path in entries if path.is_file() and not is_litter(path.name)]
    return [path for path in files if is_photo(path)]


def _loose(folder: Path) -> str:
    """A note on photos that lie in no class folder."""
    photos = _photos_directly(folder)
    if not photos:
        return ""
    names = ", ".join(path.name for path in photos[:5])
    return f"{len(photos)} photos in {folder.name} lie in no class folder: {names}"
