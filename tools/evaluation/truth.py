"""What is known about a set of photos: which labels are there, which are not, which nobody checked.

Three forms are read (a `Dataset` says which it was):

- a CSV with the columns `file` and `mids` (MIDs separated by blanks, or names separated by `;`, of
  the labels that are there; ancestors follow from the hierarchy). With a column `absent` only the
  pairs named in the two columns count as checked; without it, what is not named is not there,
  except labels in an optional column `unsure`. An optional column `group` keeps photos of one
  scene in one fold.
- Open Images' human-verified image labels (`ImageID,Source,LabelName,Confidence`): 1 is there, 0 is
  not, every other pair unchecked; positives hold for all ancestors, negatives for all descendants.
- a folder of class folders, each named by a label's name, MID or slug: one label a photo.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.data.photo_files import Found, find_photos, is_shown, search
from tools.errors import PocketlensError
from tools.evaluation.histograms import ABSENT, PRESENT, UNKNOWN, Truth
from tools.package.label_table import Label

PRESENT_COLUMNS = ("file", "mids")
OPEN_IMAGES_COLUMNS = ("ImageID", "LabelName", "Confidence")
SINGLE, MULTI = "single-label", "multi-label"


@dataclass(frozen=True)
class Dataset:
    """Photos and what is known of them.

    `truth`: (photos, labels) of PRESENT, ABSENT, UNKNOWN, ancestors included. `named`: for each
    photo the indices that were given as there, without ancestors. `groups`: photos of one scene
    carry the same text. `definition`: one sentence on what counts as checked.
    """

    photos: tuple[Path, ...]
    truth: Truth
    named: tuple[tuple[int, ...], ...]
    groups: tuple[str, ...]
    task: str
    definition: str

    def subset(self, rows: Sequence[int]) -> Dataset:
        """The same with only these photos, in this order."""
        return Dataset(
            tuple(self.photos[row] for row in rows),
            self.truth[list(rows)],
            tuple(self.named[row] for row in rows),
            tuple(self.groups[row] for row in rows),
            self.task,
            self.definition,
        )


class Labels:
    """The model's labels with their hierarchy, found by MID or name."""

    def __init__(self, labels: Sequence[Label], hierarchy: Iterable[tuple[str, str]]) -> None:
        self.labels = tuple(labels)
        place = {label.mid: index for index, label in enumerate(labels)}
        self._index: dict[str, int] = {}
        for index, label in enumerate(labels):
            for key in (label.name, slug(label.name), label.mid):
                self._index.setdefault(key, index)
        self._index.update(place)
        self.parents: dict[int, list[int]] = {}
        self.children: dict[int, list[int]] = {}
        for parent, child in hierarchy:
            if parent in place and child in place:
                self.parents.setdefault(place[child], []).append(place[parent])
                self.children.setdefault(place[parent], []).append(place[child])

    def __len__(self) -> int:
        return len(self.labels)

    def find(self, text: str) -> int | None:
        """The index of a label by MID, name or slug; None when the model has no such label."""
        return self._index.get(text)

    def with_ancestors(self, indices: Iterable[int]) -> set[int]:
        """The labels and all above them."""
        return _reach(indices, self.parents)

    def with_descendants(self, indices: Iterable[int]) -> set[int]:
        """The labels and all below them."""
        return _reach(indices, self.children)


def slug(name: str) -> str:
    """A name as a folder carries it: lower case, runs of other characters as one dash."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _reach(indices: Iterable[int], edges: Mapping[int, Sequence[int]]) -> set[int]:
    found: set[int] = set()
    waiting = list(indices)
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            waiting.extend(edges.get(index, ()))
    return found


def read_dataset(source: Path, labels: Labels, photos: Path | None = None) -> Dataset:
    """The data that `source` describes; `photos` is the folder of its files (default: beside it).

    Raises missing_file, bad_dataset (with line and what was expected) and unknown_label.
    """
    if source.is_dir():
        return _from_folders(source, labels)
    columns, rows = _read_csv(source)
    root = photos or source.parent
    if all(column in columns for column in OPEN_IMAGES_COLUMNS):
        return _from_open_images(source, rows, labels, root)
    if all(column in columns for column in PRESENT_COLUMNS):
        return _from_table(source, columns, rows, labels, root)
    raise PocketlensError(
        "bad_dataset",
        f"{source} has columns that say nothing about labels.",
        found=", ".join(columns) or "no columns",
        expected=f"{', '.join(PRESENT_COLUMNS)} or {', '.join(OPEN_IMAGES_COLUMNS)}",
    )


def _read_csv(source: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        with open(source, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="")
            rows = list(reader)
            return list(reader.fieldnames or []), rows
    except FileNotFoundError:
        raise PocketlensError("missing_file", f"{source} is not there.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PocketlensError("bad_dataset", f"{source} cannot be read: {error}.") from error


def _from_table(
    source: Path, columns: list[str], rows: list[dict[str, str]], labels: Labels, root: Path
) -> Dataset:
    closed = "absent" not in columns
    truth = np.full((len(rows), len(labels)), ABSENT if closed else UNKNOWN, np.int8)
    photos: list[Path] = []
    named: list[tuple[int, ...]] = []
    for place, row in enumerate(rows):
        line = f"{source}, line {place + 2}"
        photo = root / row["file"]
        if not row["file"] or not photo.is_file():
            raise PocketlensError("missing_file", f"{line}: there is no photo {photo}.")
        photos.append(photo)
        there = [_known(item, labels, line) for item in _items(row["mids"])]
        named.append(tuple(there))
        unsure = [_known(item, labels, line) for item in _items(row.get("unsure", ""))]
        absent = [_known(item, labels, line) for item in _items(row.get("absent", ""))]
        truth[place, list(labels.with_ancestors(unsure))] = UNKNOWN
        truth[place, list(labels.with_descendants(absent))] = ABSENT
        truth[place, list(labels.with_ancestors(there))] = PRESENT
    groups = tuple(row.get("group") or row["file"] for row in rows)
    rule = "unnamed labels count as absent" if closed else "only named pairs are judged"
    return Dataset(tuple(photos), truth, tuple(named), groups, MULTI, f"labels by photo; {rule}")


def _items(cell: str) -> list[str]:
    """MIDs separated by blanks, or names separated by semicolons."""
    if ";" in cell or not cell.startswith(("/m/", "/g/", "own/")):
        return [item.strip() for item in cell.split(";") if item.strip()]
    return cell.split()


def _known(item: str, labels: Labels, line: str) -> int:
    index = labels.find(item)
    if index is None:
        raise PocketlensError(
            "unknown_label",
            f"{line}: the model has no label {item!r}.",
            expected="a MID or a name from labels.csv",
        )
    return index


def _from_open_images(
    source: Path, rows: list[dict[str, str]], labels: Labels, root: Path
) -> Dataset:
    files = {photo.stem: photo for photo in find_photos([root])}
    order = sorted({row["ImageID"] for row in rows} & files.keys())
    if not order:
        raise PocketlensError("missing_file", f"No photo that {source} names is under {root}.")
    place = {image: index for index, image in enumerate(order)}
    truth = np.full((len(order), len(labels)), UNKNOWN, np.int8)
    named: list[list[int]] = [[] for _ in order]
    for wanted in (0.0, 1.0):  # what is there has the last word
        for line, row in enumerate(rows, start=2):
            index = labels.find(row["LabelName"])
            if index is None or row["ImageID"] not in place:
                continue
            if _confidence(row["Confidence"], source, line) != wanted:
                continue
            photo = place[row["ImageID"]]
            if wanted:
                truth[photo, list(labels.with_ancestors([index]))] = PRESENT
                named[photo].append(index)
            else:
                truth[photo, list(labels.with_descendants([index]))] = ABSENT
    return Dataset(
        tuple(files[image] for image in order),
        truth,
        tuple(tuple(each) for each in named),
        tuple(order),
        MULTI,
        "Open Images' human-verified pairs; all other pairs are left out",
    )


def _confidence(text: str, source: Path, line: int) -> float:
    try:
        return float(text)
    except ValueError:
        raise PocketlensError(
            "bad_dataset", f"{source}, line {line}: Confidence is {text!r}.", expected="0 or 1"
        ) from None


def _from_folders(source: Path, labels: Labels) -> Dataset:
    folders = sorted(path for path in source.iterdir() if path.is_dir() and is_shown(path))
    every = Found()
    named: list[tuple[int, ...]] = []
    for folder in folders:
        index = _known(folder.name, labels, str(folder))
        every.add(found := search([folder]))
        named += [(index,)] * len(found.photos)
    every.tell()
    photos = every.photos
    if not photos:
        raise PocketlensError(
            "missing_file", f"{source} holds no photos.", expected="folders named by labels"
        )
    truth = np.zeros((len(photos), len(labels)), np.int8)
    for place, indices in enumerate(named):
        truth[place, list(labels.with_ancestors(indices))] = PRESENT
    groups = tuple(str(photo) for photo in photos)
    rule = "one label a photo, by its folder's name"
    return Dataset(tuple(photos), truth, tuple(named), groups, SINGLE, rule)
