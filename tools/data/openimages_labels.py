"""Open Images' official label files, compiled once into a small store on disk, in little memory.

Rows are dealt into buckets by the photo's id as they are read; each bucket is then expanded and
sorted on its own. tools/data/openimages.py says what the rows mean and reads the store.
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

from tools.data.expansion import Expanded, read_expansion
from tools.data.samples import Array
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
Progress = Callable[[int], None]


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
