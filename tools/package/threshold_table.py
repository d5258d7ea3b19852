"""thresholds.csv: from which probability on a label counts as sure, and how that is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tools.errors import PocketlensError
from tools.package.label_table import Label
from tools.package.tables import Row, number, read_table, whole_number, write_table

HEADER = "index,mid,threshold,status,precision,recall,f1,support"
STATUSES = ("calibrated", "pooled", "default", "silent")
DEFAULT_THRESHOLD = 0.5


@dataclass(frozen=True)
class Threshold:
    """One label's threshold.

    `status`: calibrated on the label's own examples, pooled with others for want of examples, the
    default, or silent (the label is never shown). The figures were measured at this threshold;
    None where nothing was measured.
    """

    threshold: float = DEFAULT_THRESHOLD
    status: str = "default"
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    support: int | None = None  # positive examples


def is_threshold(value: float) -> bool:
    """Whether a value is between 0 and 1 as float32, which is what the core computes with.

    Numbers that are not normal count as 0, as they do where a library has switched them off.
    """
    with np.errstate(over="ignore"):
        return bool(np.finfo(np.float32).tiny <= np.float32(value) < np.float32(1))


def default_thresholds(count: int) -> tuple[Threshold, ...]:
    """The table of a model that has not been calibrated."""
    return (Threshold(),) * count


def read_thresholds(
    data: bytes, labels: Sequence[Label], file: str = "thresholds.csv"
) -> tuple[Threshold, ...]:
    """The thresholds of `labels`, in their order. Raises bad_thresholds, threshold_out_of_range."""
    thresholds: list[Threshold] = []
    for row in read_table(data, HEADER, file, "bad_thresholds"):
        place = len(thresholds)
        if place == len(labels):
            raise row.mistake("the number of lines", f"{len(labels)}, one for each label")
        if row.cells[:2] != (str(place), labels[place].mid):
            raise row.mistake("index and MID", f"{place},{labels[place].mid} as in labels.csv")
        thresholds.append(_threshold(row))
    if len(thresholds) != len(labels):
        raise PocketlensError(
            "bad_thresholds",
            f"{file} does not fit labels.csv.",
            found=f"{len(thresholds)} thresholds",
            expected=f"{len(labels)}, one for each label",
        )
    return tuple(thresholds)


def _threshold(row: Row) -> Threshold:
    value = number(row.cells[2])
    if value is None:
        raise row.mistake("the threshold", "a number between 0 and 1")
    if not is_threshold(value):
        raise row.mistake("the threshold", "above 0 and below 1", "threshold_out_of_range")
    if row.cells[3] not in STATUSES:
        raise row.mistake("the status", "one of " + ", ".join(STATUSES))
    precision, recall, f1 = (_share(row, column) for column in (4, 5, 6))
    return Threshold(value, row.cells[3], precision, recall, f1, _support(row))


def _share(row: Row, column: int) -> float | None:
    if row.cells[column] == "":
        return None
    value = number(row.cells[column])
    if value is None or not 0 <= value <= 1:
        raise row.mistake(HEADER.split(",")[column], "nothing, or a number from 0 to 1")
    return value


def _support(row: Row) -> int | None:
    if row.cells[7] == "":
        return None
    value = whole_number(row.cells[7])
    if value is None:
        raise row.mistake("the support", "nothing, or a whole number")
    return value


def write_thresholds(labels: Sequence[Label], thresholds: Iterable[Threshold]) -> bytes:
    """The bytes of thresholds.csv. Raises threshold_out_of_range for a value no reader takes."""
    pairs = zip(labels, thresholds, strict=True)
    return write_table(HEADER, (_cells(index, *pair) for index, pair in enumerate(pairs)))


def _cells(index: int, label: Label, row: Threshold) -> tuple[str, ...]:
    if not math.isfinite(row.threshold) or not is_threshold(row.threshold):
        raise PocketlensError(
            "threshold_out_of_range",
            f"The threshold of {label.name} ({label.mid}) cannot be written.",
            found=row.threshold,
            expected="above 0 and below 1",
        )
    figures = [figure_text(value) for value in (row.precision, row.recall, row.f1)]
    support = "" if row.support is None else str(row.support)
    threshold = figure_text(row.threshold)
    return (str(index), label.mid, threshold, row.status, *figures, support)


def figure_text(value: float | None) -> str:
    """A figure as a table holds it: the shortest text of its float32 value, empty for None."""
    if value is None:
        return ""
    if 0 < value < 1e-4:
        return np.format_float_scientific(np.float32(value), trim="0")
    return np.format_float_positional(np.float32(value), trim="0")
