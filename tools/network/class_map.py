"""The fixed matrix of a mapped head: which labels each class of another class list counts for."""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.package.label_table import reach
from tools.package.tables import is_mid


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a UTF-8 CSV that has at least these columns."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            found = list(reader.fieldnames or [])
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PocketlensError("unreadable_file", f"{path}: {error}.") from error
    if any(column not in found for column in columns):
        raise PocketlensError(
            "bad_class_map",
            f"{path} has the columns {', '.join(found) or 'none'}; it needs {', '.join(columns)}.",
        )
    return rows


def _parents(hierarchy: Path | None) -> dict[str, set[str]]:
    """Child MID -> parent MIDs."""
    parents: dict[str, set[str]] = {}
    if hierarchy is not None:
        for row in _rows(hierarchy, ("parent", "child")):
            parents.setdefault(row["child"], set()).add(row["parent"])
    return parents


def load_class_map(
    table: Path, mids: list[str], hierarchy: Path | None = None
) -> npt.NDArray[np.float32]:
    """The matrix (rows of `table`, len(mids)): 1 where a row's class is a label or below it.

    `table` has the columns `imagenet_index` (0, 1, 2 … without gaps) and `mids` (separated by
    blanks, none for a class that is no label); `hierarchy` has `parent` and `child`. A MID that is
    no label (one that was left out of the table) still counts for its ancestors. Raises
    `bad_class_map`.
    """
    parents = _parents(hierarchy)
    column = {mid: index for index, mid in enumerate(mids)}
    rows = _rows(table, ("imagenet_index", "mids"))
    matrix = np.zeros((len(rows), len(mids)), np.float32)
    for index, row in enumerate(rows):
        if row["imagenet_index"] != str(index):
            raise PocketlensError(
                "bad_class_map",
                f"{table}, row {index + 1}: imagenet_index is not {index}.",
                found=row["imagenet_index"],
            )
        named = set((row["mids"] or "").split())
        strange = sorted(mid for mid in named if not is_mid(mid))
        if strange:
            raise PocketlensError(
                "bad_class_map",
                f"{table}, row {index + 1}: a MID cannot be used.",
                found=", ".join(strange),
                expected="MIDs such as /m/01yrx, separated by blanks",
            )
        for mid in reach(named, parents) & column.keys():
            matrix[index, column[mid]] = 1.0
    return matrix
