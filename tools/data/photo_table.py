"""A CSV of photos and their labels: the one format of training, evaluation and calibration.

Columns: `photo` (a path, relative to the table or to a folder that is named) and `labels`; `file`
and `mids` are other names for them. Labels are names, ids or MIDs separated by `;` or `|`; MIDs,
ids and known names without blanks may also be separated by blanks. A label that a photo's row does
not name does not apply to it, but for those in an optional column `unsure`; with a column `absent`
only what is named in it or in `labels` is known. An optional column `group` names the scene of a
photo. Other columns are passed over.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.errors import PocketlensError
from tools.lists.naming import LabelIndex, own_labels, plain
from tools.package.label_table import Label
from tools.package.tables import is_mid

COLUMNS = ("photo", "labels")
LABEL_COLUMNS = ("labels", "absent", "unsure")
ALIASES = {"file": "photo", "mids": "labels"}


@dataclass(frozen=True)
class PhotoRow:
    """One line: the photo, and the cells that name labels as they are written."""

    line: int
    photo: Path
    cells: dict[str, str]  # by LABEL_COLUMNS; a column that is not there is not among them
    group: str


@dataclass(frozen=True)
class Known:
    """What a row says, as indices of labels in the row's order."""

    there: tuple[int, ...]
    absent: tuple[int, ...]
    unsure: tuple[int, ...]


@dataclass(frozen=True)
class PhotoTable:
    """The lines of a table, before its labels are known."""

    file: Path
    rows: tuple[PhotoRow, ...]
    closed: bool  # without a column `absent`: what is not named does not apply

    def labels(self, official: Sequence[Label] = ()) -> tuple[Label, ...]:
        """The labels that occur, sorted by name; MIDs are called as in `official`.

        Raises `bad_dataset` where none occurs or two differ in capital letters only.
        """
        index = LabelIndex(())
        cells = [cell for row in self.rows for cell in row.cells.values()]
        occurring = sorted({plain(name) for cell in cells for name in items(cell, index)})
        if not occurring:
            raise bad_dataset(f"{self.file} names no label.", "Fill the column labels.")
        _refuse_variants(self.file, occurring)
        names = {label.mid: label.name for label in official}
        own = iter(own_labels(name for name in occurring if not is_mid(name)))
        made = [
            Label(name, names.get(name, name)) if is_mid(name) else next(own) for name in occurring
        ]
        return tuple(made)

    def known(self, row: PhotoRow, labels: LabelIndex) -> Known:
        """What a row says of these labels. Raises `unknown_label` with the line."""
        sets = (self._cell(row, column, labels) for column in LABEL_COLUMNS)
        return Known(*sets)

    def _cell(self, row: PhotoRow, column: str, labels: LabelIndex) -> tuple[int, ...]:
        where = f"{self.file}, line {row.line}"
        found: dict[int, None] = {}
        for item in items(row.cells.get(column, ""), labels):
            index = labels.find(item, where)
            if index is None:
                raise PocketlensError(
                    "unknown_label",
                    f"{where}: {item!r} is no label of the model or class list.",
                    expected="a label's name, id or MID",
                    do="Correct the name, or give the class list that has it.",
                )
            found[index] = None
        return tuple(found)


def bad_dataset(text: str, do: str) -> PocketlensError:
    """The error for a data set that makes no sense."""
    return PocketlensError("bad_dataset", text, do=do)


def items(cell: str, labels: LabelIndex) -> list[str]:
    """The labels of a cell as they are written."""
    for separator in ";|":
        if separator in cell:
            return [part.strip() for part in cell.split(separator) if part.strip()]
    cell, parts = cell.strip(), cell.split()
    if len(parts) < 2:
        return parts
    if all(map(is_mid, parts)):
        return parts
    if labels.find(cell) is None and all(labels.find(part) is not None for part in parts):
        return parts
    return [cell]


def _refuse_variants(table: Path, names: Sequence[str]) -> None:
    """Names that differ in capital letters alone are likelier one label written in two ways."""
    spelt: dict[str, str] = {}
    for name in names:
        first = spelt.setdefault(" ".join(name.casefold().split()), name)
        if first != name:
            raise bad_dataset(
                f"{table}: the labels {first!r} and {name!r} differ only in case or blanks.",
                "Write each label in one way, or give a class list with --labels.",
            )


def is_photo_table(columns: Sequence[str]) -> bool:
    """Whether a CSV with these columns is such a table."""
    return set(COLUMNS) <= {ALIASES.get(name, name) for name in columns}


def read_photo_table(table: Path, photos: Path | None = None) -> PhotoTable:
    """Reads a table; of the photos that it names one at least is there.

    Raises `missing_file`, `unreadable_file` and `bad_dataset`, with the line's number.
    """
    columns, rows = _read_csv(table)
    root = photos or table.parent
    found = []
    for line, row in rows:
        name = (row["photo"] or "").strip()
        if not name or row["labels"] is None:
            raise bad_dataset(
                f"{table}, line {line}: a field is missing.", "Give photo and labels."
            )
        cells = {column: row[column] or "" for column in LABEL_COLUMNS if column in columns}
        found.append(PhotoRow(line, root / name, cells, (row.get("group") or name)))
    if not found:
        raise bad_dataset(f"{table} names no photo.", "Add a line for each photo.")
    if not any(row.photo.is_file() for row in found):  # a few may be missing: they are left out
        raise PocketlensError(
            "missing_file",
            f"{table}, line {found[0].line}: there is no photo {found[0].photo}, nor any other.",
            do="Correct them, or say with --photos what the table's paths are relative to.",
        )
    return PhotoTable(table, tuple(found), "absent" not in columns)


def _read_csv(table: Path) -> tuple[list[str], list[tuple[int, dict[str, str | None]]]]:
    """Columns, and line numbers with rows."""
    try:
        with open(table, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            columns = [ALIASES.get(name, name) for name in reader.fieldnames or []]
            reader.fieldnames = columns
            if not is_photo_table(columns):
                raise bad_dataset(
                    f"{table} has the columns {', '.join(columns) or 'none'}.",
                    f"It needs {' and '.join(COLUMNS)}: a photo's path and its labels.",
                )
            return columns, [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        raise PocketlensError("missing_file", f"{table} is not there.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PocketlensError("unreadable_file", f"{table}: {error}.") from error
