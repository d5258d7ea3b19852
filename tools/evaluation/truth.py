"""What is known about a set of photos: which labels are there, which are not, which nobody checked.

Three forms are read (a `Dataset` says which it was):

- a CSV with the columns `photo` and `labels`, as `train` takes it (tools/data/photo_table.py);
  ancestors follow from the hierarchy, and a column `group` keeps photos of one scene in one fold.
- Open Images' human-verified image labels (`ImageID,Source,LabelName,Confidence`): 1 is there, 0 is
  not, every other pair unchecked; positives hold for all ancestors, negatives for all descendants.
- a folder of class folders, each named by a label's name, MID or slug: one label a photo.

A model may lack some of Open Images' classes (the challenge's list has 500 of the 601). In the
first form such a label still speaks for those above it that the model has, and is counted; a photo
that shows nothing the model knows is left out, and counted too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tools.data.photo_files import Found, find_photos, search
from tools.data.photo_table import COLUMNS, PhotoTable, is_photo_table, read_photo_table
from tools.errors import PocketlensError
from tools.evaluation.histograms import ABSENT, PRESENT, UNKNOWN, Truth
from tools.lists.class_list import class_folders, read_class_list
from tools.lists.naming import LabelIndex
from tools.package.label_table import Label, reach
from tools.places import LABELS

BOXABLE, HIERARCHY = LABELS / "openimages-boxable.csv", LABELS / "openimages-hierarchy.csv"
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


class Labels(LabelIndex):
    """The model's labels with their hierarchy, found by MID or name."""

    def __init__(self, labels: Sequence[Label], hierarchy: Iterable[tuple[str, str]]) -> None:
        super().__init__(labels)
        place = {label.mid: index for index, label in enumerate(labels)}
        self.parents: dict[int, list[int]] = {}
        self.children: dict[int, list[int]] = {}
        for parent, child in hierarchy:
            if parent in place and child in place:
                self.parents.setdefault(place[child], []).append(place[parent])
                self.children.setdefault(place[parent], []).append(place[child])

    def with_ancestors(self, indices: Iterable[int]) -> set[int]:
        """The labels and all above them."""
        return reach(indices, self.parents)

    def with_descendants(self, indices: Iterable[int]) -> set[int]:
        """The labels and all below them."""
        return reach(indices, self.children)


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
    if is_photo_table(columns):
        return _from_table(read_photo_table(source, photos), labels)
    raise PocketlensError(
        "bad_dataset",
        f"{source} has columns that say nothing about labels.",
        found=", ".join(columns) or "no columns",
        expected=f"{', '.join(COLUMNS)} or {', '.join(OPEN_IMAGES_COLUMNS)}",
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


def _from_table(table: PhotoTable, labels: Labels) -> Dataset:
    fill = ABSENT if table.closed else UNKNOWN
    world = _with_open_images(labels)
    truth = np.full((len(table.rows), len(world)), fill, np.int8)
    named: list[tuple[int, ...]] = []
    for place, row in enumerate(table.rows):
        said = table.known(row, world)
        named.append(said.there)
        truth[place, list(world.with_descendants(said.absent))] = ABSENT
        truth[place, list(world.with_ancestors(said.unsure))] = UNKNOWN
        truth[place, list(world.with_ancestors(said.there))] = PRESENT
    rule = "unnamed labels count as absent" if table.closed else "only named pairs are judged"
    told = Dataset(
        tuple(row.photo for row in table.rows),
        truth,
        tuple(named),
        tuple(row.group for row in table.rows),
        MULTI,
        f"labels by photo; {rule}",
    )
    return _cut(told, world, len(labels), table.file)


def _with_open_images(labels: Labels) -> Labels:
    """The labels, and behind them the classes of Open Images that they lack, where they have some
    of its classes at all, with its hierarchy."""
    boxable = read_class_list(BOXABLE)
    mids = {label.mid for label in labels.labels}
    if mids.isdisjoint(label.mid for label in boxable):
        return labels
    called = {label.name for label in labels.labels}
    lacking = [one for one in boxable if one.mid not in mids and one.name not in called]
    above = labels.parents.items()
    edges = [
        (labels.labels[parent].mid, labels.labels[child].mid)
        for child, parents in above
        for parent in parents
    ]
    edges += [(row["parent"], row["child"]) for row in _read_csv(HIERARCHY)[1]]
    return Labels([*labels.labels, *lacking], dict.fromkeys(edges))


def _cut(data: Dataset, world: Labels, count: int, source: Path) -> Dataset:
    """The data of the first `count` labels alone; the definition says what was passed over."""
    lacking = sorted({world.labels[one].name for row in data.named for one in row if one >= count})
    named = tuple(tuple(one for one in row if one < count) for row in data.named)
    cut = replace(data, truth=data.truth[:, :count], named=named)
    if not lacking:
        return cut
    kept = [row for row in range(len(data.photos)) if (cut.truth[row] == PRESENT).any()]
    if not kept:
        raise PocketlensError(
            "unknown_label",
            f"{source} names no label that the model has.",
            found=", ".join(lacking[:5]),
            expected="photos of what the model names",
        )
    said = f"the model lacks {len(lacking)} of the labels ({', '.join(lacking)}), which count for"
    said += " those above them"
    gone = len(data.photos) - len(kept)
    said += f"; {gone} photos that show nothing else are left out" if gone else ""
    return replace(cut.subset(kept), definition=f"{data.definition}; {said}")


def _known(item: str, labels: Labels, line: str) -> int:
    index = labels.find(item, line)
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
    folders = sorted(class_folders(source))
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
