"""Photos with labels, in the forms that training takes: class folders and a CSV of photos.

Open Images' own files are read by `tools.data.openimages` into the same form.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tools.data.photo_files import Found, search
from tools.errors import PocketlensError
from tools.package.class_list import read_class_list, slug
from tools.package.label_table import Label

Array = npt.NDArray[Any]
Indices = Sequence[int] | npt.NDArray[np.int64]
COLUMNS = ("photo", "labels")
LABEL_COLUMNS = ("labels", "absent", "unsure")
ALIASES = {"file": "photo", "mids": "labels"}  # the columns of `evaluate`'s tables


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


def _bad(text: str, do: str) -> PocketlensError:
    return PocketlensError("bad_dataset", text, do=do)


def names_of(labels: Sequence[Label]) -> dict[str, int]:
    """Every way to name a label (MID, name, slug, id without `own/`) -> its index."""
    found: dict[str, int] = {}
    for index, label in enumerate(labels):
        for name in (slug(label.name), label.mid.removeprefix("own/"), label.name, label.mid):
            found[name] = index
    return found


def read_class_folders(
    root: Path, labels: tuple[Label, ...] | None = None, least: int = 1
) -> SingleLabel:
    """The photos of a folder of class folders; the class is the folder's name.

    Without `labels`, the classes are the folders in the order of their names (as the model zoo
    numbers them). With `labels`, every folder must be one of them, and every label have a folder.
    Raises `missing_file`, `bad_labels` (from reading the folder) and `bad_dataset`: a class without
    photos, or with fewer than `least`, or a folder that is no label.
    """
    if not root.is_dir():
        raise PocketlensError(
            "missing_file", f"{root} is no folder.", do="Give a folder of class folders."
        )
    own = read_class_list(root)
    labels = labels or own
    indices = _folder_indices(root, own, labels)
    photos: list[Path] = []
    classes: list[int] = []
    few: list[str] = []
    every = Found()
    for label in own:
        every.add(inside := search([root / label.name]))
        found = inside.photos
        if len(found) < least:
            few.append(f"{label.name} ({len(found)})")
        photos += found
        classes += [indices[label.name]] * len(found)
    every.tell()
    if few:
        raise _bad(
            f"{root}: {len(few)} class folders have too few photos: {', '.join(few[:5])}"
            f"{' …' if len(few) > 5 else ''}; at least {least} are needed in each.",
            "Add photos or move these folders away.",
        )
    return SingleLabel(labels, tuple(photos), np.array(classes, np.int32))


def _folder_indices(
    root: Path, own: tuple[Label, ...], labels: tuple[Label, ...]
) -> dict[str, int]:
    """Folder name -> index of its label; both sides must match."""
    known = names_of(labels)
    names = [label.name for label in own]
    strange = [name for name in names if name not in known and slug(name) not in known]
    if strange:
        raise _bad(
            f"{root}: {len(strange)} folders are no labels of the table: {', '.join(strange[:5])}.",
            "Rename them to a label's name or MID, or train without --labels.",
        )
    indices = {name: known.get(name, known.get(slug(name), -1)) for name in names}
    if len(set(indices.values())) < len(indices):
        raise _bad(f"{root}: two folders stand for the same label.", "Merge them.")
    without = [label.name for i, label in enumerate(labels) if i not in indices.values()]
    if without:
        raise _bad(
            f"{root}: {len(without)} labels have no folder: {', '.join(without[:5])}"
            f"{' …' if len(without) > 5 else ''}.",
            "Add their photos or leave them out of the label table.",
        )
    return indices


def _split_labels(cell: str, known: dict[str, int] | None) -> list[str]:
    """The labels of a cell: separated by `;` or `|`, or by blanks where names have none."""
    for separator in ";|":
        if separator in cell:
            return [part.strip() for part in cell.split(separator) if part.strip()]
    cell = cell.strip()
    if not cell or (known is not None and cell in known):
        return [cell] if cell else []
    return cell.split()


def read_photo_table(
    table: Path, labels: tuple[Label, ...] | None = None, photos: Path | None = None
) -> MultiLabel:
    """A CSV with the columns `photo` (a path, relative to `photos` or to the table) and `labels`.

    `file` and `mids` are other names for them. Labels are names or MIDs separated by `;`, `|` or
    blanks. A label that a photo's row does not name does not apply to it, but for those in an
    optional column `unsure`; with a column `absent` only what is named in it or in `labels` is
    known. Without the argument `labels`, the classes are the names that occur, sorted.
    Raises `missing_file`, `unreadable_file` and `bad_dataset`, with the line's number.
    """
    rows = _table_rows(table)
    root = photos or table.parent
    if labels is None:
        named = [_split_labels(row.get(c) or "", None) for _, row in rows for c in LABEL_COLUMNS]
        labels = _labels_that_occur(table, named)
    known = names_of(labels)
    paths: list[Path] = []
    positives: list[npt.NDArray[np.int32]] = []
    unknown: list[npt.NDArray[np.int32]] = []
    for line, row in rows:
        photo = root / row["photo"].strip()
        if not photo.is_file():
            raise _bad(f"{table}, line {line}: there is no photo {photo}.", "Correct it.")
        paths.append(photo)
        there, absent, unsure = (_cell(table, line, row.get(c), known) for c in LABEL_COLUMNS)
        positives.append(np.array(sorted(there), np.int32))
        closed = absent if "absent" in row else set(range(len(labels)))
        unknown.append(
            np.array(sorted(set(range(len(labels))) - there - closed | unsure), np.int32)
        )
    if not paths:
        raise _bad(f"{table} names no photo.", "Add a line for each photo.")
    some = any(part.size for part in unknown)
    return MultiLabel(labels, tuple(paths), tuple(positives), tuple(unknown) if some else None)


def _cell(table: Path, line: int, cell: str | None, known: dict[str, int]) -> set[int]:
    """The labels of a cell as indices; one that is not in the table is an error."""
    names = _split_labels(cell or "", known)
    strange = [name for name in names if name not in known]
    if strange:
        raise _bad(
            f"{table}, line {line}: {', '.join(strange)} is no label of the table.",
            "Correct the name, or add the label to the class list given with --labels.",
        )
    return {known[name] for name in names}


def _table_rows(table: Path) -> list[tuple[int, dict[str, str]]]:
    """Line numbers and rows; both columns are there and filled."""
    try:
        with open(table, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            reader.fieldnames = [ALIASES.get(name, name) for name in reader.fieldnames or []]
            if not set(COLUMNS) <= set(reader.fieldnames or []):
                raise _bad(
                    f"{table} has the columns {', '.join(reader.fieldnames or []) or 'none'}.",
                    f"It needs {' and '.join(COLUMNS)}: a photo's path and its labels.",
                )
            rows = [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        raise PocketlensError("missing_file", f"{table} is not there.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PocketlensError("unreadable_file", f"{table}: {error}.") from error
    for line, row in rows:
        if not (row["photo"] or "").strip() or row["labels"] is None:
            raise _bad(f"{table}, line {line}: a field is missing.", "Give photo and labels.")
    return rows


def _labels_that_occur(table: Path, names: list[list[str]]) -> tuple[Label, ...]:
    """The names of all rows, sorted, as own labels."""
    from tools.package.class_list import own_label

    occurring = sorted({name for row in names for name in row})
    if not occurring:
        raise _bad(f"{table} names no label.", "Fill the column labels.")
    made = tuple(own_label(name) for name in occurring)
    if len({label.mid for label in made}) < len(made):
        raise _bad(
            f"{table}: two labels differ only in case or signs.",
            "Write each label in one way, or give a class list with --labels.",
        )
    return made
