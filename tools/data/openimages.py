"""Open Images' official label files as a multi-label data set that does not have to fit in memory.

`compile_labels` streams human-verified image labels (ImageID,Source,LabelName,Confidence) and boxes
(ImageID,…,LabelName,Confidence,XMin,…) once, whatever their order, into a small store on disk;
`OpenImages` reads targets from it through memory maps.

What is known of a photo:
- a box of a class, or an image label with confidence 1, is a positive; it holds for all ancestors;
- an image label with confidence 0 is a negative; it holds for all descendants;
- every other pair of photo and class is unknown and masked out of the loss;
- where the two meet, the positive wins (boxes are drawn around something that is there).
Only the hierarchy's Subcategory edges count (Open Images Challenge 2018, "hierarchical expansion").
"""

from __future__ import annotations

import csv
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from tools.data.samples import Array, Indices
from tools.errors import PocketlensError
from tools.package.label_table import Label

NEEDED = ("ImageID", "LabelName", "Confidence")
BOX_COLUMN = "XMin"
IMAGE_ID = re.compile(r"[0-9a-f]{16}")
# One statement: image, class, whether present. 16 bytes on disk.
RECORD = np.dtype([("image", "<u8"), ("label", "<i4"), ("present", "<i4")])
BUCKETS = 256  # by the image id's first byte; each bucket is sorted in memory on its own
FLUSH = 1 << 16  # statements held before they are written to the buckets
FORMAT = 1
Expansion = tuple[npt.NDArray[np.int32], ...]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Expanded:
    """For each class, the classes that its presence (or its absence) implies, itself first."""

    up: Expansion
    down: Expansion


def _closure(start: int, edges: dict[int, set[int]]) -> npt.NDArray[np.int32]:
    """A class and all that can be reached from it."""
    found: dict[int, None] = {}
    waiting = [start]
    while waiting:
        index = waiting.pop()
        if index not in found:
            found[index] = None
            waiting += edges.get(index, ())
    return np.fromiter(found, np.int32)


def read_expansion(labels: Sequence[Label], hierarchy: Path | None) -> Expanded:
    """Ancestors and descendants of every label by a table of (parent, child) MIDs.

    A MID that is no label passes what it implies on to those around it. Raises `bad_hierarchy`.
    """
    index = {label.mid: place for place, label in enumerate(labels)}
    parents: dict[int, set[int]] = {}
    children: dict[int, set[int]] = {}
    for parent, child in _edges(hierarchy):
        a = index.setdefault(parent, len(index))
        b = index.setdefault(child, len(index))
        parents.setdefault(b, set()).add(a)
        children.setdefault(a, set()).add(b)
    count = len(labels)
    up = tuple(_closure(place, parents) for place in range(count))
    down = tuple(_closure(place, children) for place in range(count))
    return Expanded(
        tuple(found[found < count] for found in up), tuple(found[found < count] for found in down)
    )


def _edges(hierarchy: Path | None) -> list[tuple[str, str]]:
    """The (parent, child) rows of a hierarchy table."""
    if hierarchy is None:
        return []
    try:
        with open(hierarchy, encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
            return [(row["parent"], row["child"]) for row in rows]
    except (OSError, KeyError, csv.Error, UnicodeDecodeError) as error:
        raise PocketlensError(
            "bad_hierarchy", f"{hierarchy} could not be read ({error!r}).", expected="parent,child"
        ) from error


@dataclass
class Counts:
    """What was read."""

    rows: int = 0
    unverified: int = 0  # machine-made labels, confidence neither 0 nor 1: left out
    unknown_label: int = 0  # with skip_unknown: rows of other classes


class _Statements:
    """Collects statements and appends them to the bucket files."""

    def __init__(self, folder: Path) -> None:
        self.files: list[IO[bytes]] = [
            open(folder / f"{bucket:02x}", "ab", buffering=0)  # noqa: SIM115
            for bucket in range(BUCKETS)
        ]
        self.held: list[tuple[int, int, int]] = []

    def add(self, statement: tuple[int, int, int]) -> None:
        """One statement: image, class, 0 or 1."""
        self.held.append(statement)
        if len(self.held) == FLUSH:
            self.flush()

    def flush(self) -> None:
        """Writes what is held, bucket by bucket."""
        held = np.array(self.held, RECORD)
        bucket = (held["image"] >> np.uint64(56)).astype(np.int64)
        order = np.argsort(bucket, kind="stable")
        edges = np.searchsorted(bucket[order], np.arange(BUCKETS + 1))
        for number, file in enumerate(self.files):
            part = held[order[edges[number] : edges[number + 1]]]
            if part.size:
                file.write(part.tobytes())
        self.held.clear()

    def close(self) -> None:
        """Closes the files."""
        for file in self.files:
            file.close()


def _mistake(table: Path, line: int, text: str, expected: str) -> PocketlensError:
    return PocketlensError("bad_dataset", f"{table}, line {line}: {text}.", expected=expected)


def _statements(
    table: Path, index: dict[str, int], counts: Counts, skip_unknown: bool
) -> Iterator[tuple[int, int, int]]:
    """(image, class, 0 or 1) of each verified row of one official file."""
    with open(table, encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        if any(name not in header for name in NEEDED):
            raise PocketlensError(
                "bad_dataset",
                f"{table} has the columns {', '.join(header) or 'none'}.",
                expected=f"{', '.join(NEEDED)}, as Open Images' label and box files have",
            )
        image_at, label_at, confidence_at = (header.index(name) for name in NEEDED)
        boxes = BOX_COLUMN in header
        for row in reader:
            counts.rows += 1
            try:
                image, mid, confidence = row[image_at], row[label_at], row[confidence_at]
                number = int(image, 16)
            except (IndexError, ValueError):
                raise _mistake(
                    table, reader.line_num, f"{row} is no label", "an image id of 16 hex digits"
                ) from None
            if len(image) != 16:
                raise _mistake(table, reader.line_num, f"image id {image}", "16 hex digits")
            label = index.get(mid)
            if label is None:
                if not skip_unknown:
                    raise _mistake(
                        table,
                        reader.line_num,
                        f"{mid} is no label of the table",
                        "labels of the class list; --skip-unknown-labels leaves others out",
                    )
                counts.unknown_label += 1
            elif boxes or confidence in ("1", "1.0"):
                yield number, label, 1
            elif confidence in ("0", "0.0"):
                yield number, label, 0
            else:
                counts.unverified += 1


@dataclass(frozen=True)
class _Bucket:
    """The photos of one bucket: ids, how many statements each has, and the statements."""

    images: npt.NDArray[np.uint64]
    lengths: npt.NDArray[np.int64]
    labels: npt.NDArray[np.uint16]
    present: npt.NDArray[np.uint8]


def _expand(records: npt.NDArray[Any], expanded: Expanded) -> tuple[Array, Array, Array]:
    """The statements with all that they imply: images, labels, present."""
    images, labels, present = [], [], []
    order = np.lexsort((records["label"], records["present"]))
    records = records[order]
    cuts = np.flatnonzero(np.diff(records["label"]) | np.diff(records["present"])) + 1
    for group in np.split(records, cuts):
        if group.size == 0:
            continue
        positive = bool(group["present"][0])
        implied = (expanded.up if positive else expanded.down)[int(group["label"][0])]
        images.append(np.repeat(group["image"], implied.size))
        labels.append(np.tile(implied, group.size))
        present.append(np.full(group.size * implied.size, positive, np.uint8))
    if not images:
        return np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.uint8)
    return np.concatenate(images), np.concatenate(labels), np.concatenate(present)


def _sort_bucket(path: Path, expanded: Expanded) -> _Bucket:
    """One bucket expanded, sorted by photo and class, each pair once."""
    images, labels, present = _expand(np.fromfile(path, RECORD), expanded)
    order = np.lexsort((1 - present.astype(np.int8), labels, images))
    images, labels, present = images[order], labels[order], present[order]
    first = np.ones(len(images), bool)
    first[1:] = (images[1:] != images[:-1]) | (labels[1:] != labels[:-1])
    images, labels, present = images[first], labels[first], present[first]
    unique, lengths = np.unique(images, return_counts=True)
    return _Bucket(
        unique.astype(np.uint64),
        lengths.astype(np.int64),
        labels.astype(np.uint16),
        present.astype(np.uint8),
    )


def _write_store(folder: Path, buckets: Iterable[_Bucket], labels: Sequence[Label]) -> int:
    """Writes the store's files; how many photos it has."""
    count, end = 0, 0
    with (
        open(folder / "images.u64", "wb") as images,
        open(folder / "ends.u64", "wb") as ends,
        open(folder / "labels.u16", "wb") as classes,
        open(folder / "present.u8", "wb") as present,
    ):
        for bucket in buckets:
            images.write(bucket.images.tobytes())
            ends.write((end + np.cumsum(bucket.lengths)).astype(np.uint64).tobytes())
            classes.write(bucket.labels.tobytes())
            present.write(bucket.present.tobytes())
            count += len(bucket.images)
            end += int(bucket.lengths.sum())
    told = {"format": FORMAT, "photos": count, "statements": end}
    told["mids"] = [label.mid for label in labels]  # type: ignore[assignment]
    (folder / "store.json").write_text(json.dumps(told))
    return count


def compile_labels(
    tables: Sequence[Path],
    labels: Sequence[Label],
    hierarchy: Path | None,
    out: Path,
    *,
    skip_unknown: bool = False,
    progress: Progress = lambda rows: None,
) -> Counts:
    """Streams official label and box files into the store `out` (a new folder).

    Memory does not grow with the number of rows. `out` appears whole or not at all. Raises
    `missing_file`, `bad_dataset` (columns, damaged rows and labels by line), `bad_hierarchy` and
    `cannot_write`.
    """
    if len(labels) > np.iinfo(np.uint16).max:
        raise PocketlensError("too_large", f"{len(labels)} labels are more than a store can hold.")
    for table in tables:
        if not table.is_file():
            raise PocketlensError("missing_file", f"{table} is not there.")
    expanded = read_expansion(labels, hierarchy)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as name:
            return _compile(Path(name), tables, labels, expanded, out, skip_unknown, progress)
    except OSError as error:
        raise PocketlensError(
            "cannot_write",
            f"{out} could not be written: {error.strerror or error}.",
            do="Free some space or choose another place.",
        ) from error


def _compile(
    work: Path,
    tables: Sequence[Path],
    labels: Sequence[Label],
    expanded: Expanded,
    out: Path,
    skip_unknown: bool,
    progress: Progress,
) -> Counts:
    """`compile_labels` inside its working folder."""
    counts = Counts()
    index = {label.mid: place for place, label in enumerate(labels)}
    (work / "buckets").mkdir()
    statements = _Statements(work / "buckets")
    try:
        for table in tables:
            for statement in _statements(table, index, counts, skip_unknown):
                statements.add(statement)
                if not statements.held:
                    progress(counts.rows)
        statements.flush()
    finally:
        statements.close()
    draft = work / "store"
    draft.mkdir()
    paths = (work / "buckets" / f"{bucket:02x}" for bucket in range(BUCKETS))
    count = _write_store(draft, (_sort_bucket(path, expanded) for path in paths), labels)
    if count == 0:
        raise PocketlensError(
            "bad_dataset",
            f"{', '.join(str(table) for table in tables)} hold no verified label.",
            do="Give the human-verified image labels or the boxes.",
        )
    os.rename(draft, out)
    progress(counts.rows)
    return counts


class OpenImages:
    """The photos of a store that are there, as multi-label samples."""

    multi = True

    def __init__(self, store: Path, labels: tuple[Label, ...], photos: Path | None) -> None:
        """`photos` holds ID.jpg, in folders or not; None takes all ids, for looking at labels.

        Raises `missing_file`, `bad_dataset` (another class list) and `no_photos`.
        """
        self.labels, self._store = labels, store
        told = _read_store(store, labels)
        self.statements = int(told["statements"])
        self._images = self._map("images.u64", np.uint64)
        self._ends = self._map("ends.u64", np.uint64)
        self._classes = self._map("labels.u16", np.uint16)
        self._present = self._map("present.u8", np.uint8)
        self._folders: list[str] = []
        self._rows = np.arange(len(self._images), dtype=np.int64)
        self._folder_of = np.zeros(len(self._rows), np.int32)
        if photos is not None:
            self._find(photos)

    def _map(self, name: str, dtype: type[np.generic]) -> Any:
        return np.memmap(self._store / name, dtype, mode="r")

    def _find(self, root: Path) -> None:
        """Keeps the rows whose photo is somewhere under `root`."""
        ids: list[npt.NDArray[np.uint64]] = []
        places: list[npt.NDArray[np.int32]] = []
        for folder, folders, files in os.walk(root):
            folders.sort()
            stems = [name[:-4] for name in files if name.endswith(".jpg")]
            found = np.array([int(s, 16) for s in stems if IMAGE_ID.fullmatch(s)], np.uint64)
            if found.size:
                ids.append(found)
                places.append(np.full(found.size, len(self._folders), np.int32))
                self._folders.append(folder)
        there = np.concatenate(ids) if ids else np.empty(0, np.uint64)
        _, rows, which = np.intersect1d(self._images, there, return_indices=True)
        if rows.size == 0:
            raise PocketlensError(
                "no_photos",
                f"None of the {len(self._images):,} labelled photos is in {root}.",
                expected="files named after image ids, such as 000002b66c9c498e.jpg",
            )
        self._rows = rows.astype(np.int64)
        self._folder_of = np.concatenate(places)[which]

    def __len__(self) -> int:
        return len(self._rows)

    def image_id(self, index: int) -> str:
        """The image id of photo `index`: 16 hex digits."""
        return f"{int(self._images[self._rows[index]]):016x}"

    def photo(self, index: int) -> Path:
        """Where photo `index` stands."""
        return Path(self._folders[self._folder_of[index]], f"{self.image_id(index)}.jpg")

    def targets(self, indices: Indices) -> tuple[Array, Array]:
        """Truth and mask, (n, classes) float32."""
        truth = np.zeros((len(indices), len(self.labels)), np.float32)
        mask = np.zeros_like(truth)
        for place, index in enumerate(indices):
            row = int(self._rows[index])
            begin = int(self._ends[row - 1]) if row else 0
            known = self._classes[begin : int(self._ends[row])]
            truth[place, known] = self._present[begin : int(self._ends[row])]
            mask[place, known] = 1
        return truth, mask


def _read_store(store: Path, labels: Sequence[Label]) -> dict[str, Any]:
    """The store's description; it must be of this class list."""
    try:
        told: dict[str, Any] = json.loads((store / "store.json").read_text())
    except FileNotFoundError:
        raise PocketlensError("missing_file", f"{store} is no label store.") from None
    except ValueError as error:
        raise PocketlensError("bad_dataset", f"{store}/store.json is damaged.") from error
    if told.get("format") != FORMAT or told.get("mids") != [label.mid for label in labels]:
        raise PocketlensError(
            "bad_dataset",
            f"{store} was made for another class list.",
            found=f"{len(told.get('mids', []))} classes",
            expected=f"{len(labels)} classes in their order",
            do="Make it again from the label files.",
        )
    return told
