"""Threshold tables from elsewhere, brought to a model's labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tools.errors import PocketlensError
from tools.lists.class_list import read_bytes
from tools.lists.naming import plain
from tools.package.label_table import Label
from tools.package.recipe import Recipe
from tools.package.tables import Row, loose_rows, number
from tools.package.threshold_table import HEADER, Threshold, is_threshold, read_thresholds
from tools.places import CHECKPOINTS

ERROR = "bad_thresholds"
DEMO_HEADER = "index,label,threshold"


def import_thresholds(path: Path, labels: Sequence[Label]) -> tuple[Threshold, ...]:
    """The thresholds of `labels` from a package's table or from the older demo's.

    The older demo's table (`index,label,threshold`) must name exactly these labels in this order.
    Its thresholds count as calibrated, by whoever made them, without figures.
    """
    data = read_bytes(path)
    first = data[: len(HEADER) + 1].decode("utf-8", "replace").rstrip("\r\n")
    if first == HEADER:
        return read_thresholds(data, labels, str(path))
    rows = list(loose_rows(data, str(path), ERROR))
    header = ",".join(cell.strip().lower() for cell in rows[0].cells) if rows else ""
    if header != DEMO_HEADER:
        raise PocketlensError(
            ERROR,
            f"{path} is no table of thresholds.",
            found=header or "an empty file",
            expected=f"{HEADER}, or {DEMO_HEADER}",
        )
    return _demo(path, rows[1:], labels)


def _demo(path: Path, rows: Sequence[Row], labels: Sequence[Label]) -> tuple[Threshold, ...]:
    if len(rows) != len(labels):
        raise PocketlensError(
            ERROR,
            f"{path} does not fit the class list.",
            found=f"{len(rows)} thresholds",
            expected=f"{len(labels)}, one for each class",
        )
    return tuple(_row(row, index, labels[index]) for index, row in enumerate(rows))


def _row(row: Row, index: int, label: Label) -> Threshold:
    cells = [cell.strip() for cell in row.cells]
    if len(cells) != 3 or [cells[0], plain(cells[1])] != [str(index), plain(label.name)]:
        raise row.mistake("the line", f"{index},{label.name},threshold")
    value = number(cells[2])
    if value is None:
        raise row.mistake("the threshold", "a number between 0 and 1")
    if not is_threshold(value):
        raise row.mistake("the threshold", "above 0 and below 1", "threshold_out_of_range")
    return Threshold(value, "calibrated")


def belongs_to(recipe: Recipe, source: Path, sha256: str) -> bool:
    """Whether the recipe's thresholds were chosen for the model file `source` with this hash.

    Where the recipe gives no `thresholds_source` they belong to the checkpoint file that it names;
    to one that is assembled by the recipe they belong always.
    """
    labels, file = recipe.labels, recipe.checkpoint.file
    if labels is None or labels.thresholds is None:
        return False
    assembled = CHECKPOINTS / f"{recipe.name}.ckpt"
    if recipe.checkpoint.assemble and source.resolve() == assembled:
        return True  # its bytes may differ where its values do not
    if labels.thresholds_source is not None:
        return labels.thresholds_source == sha256
    return file is not None and file.resolve() == source.resolve()
