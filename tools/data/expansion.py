"""What a label's presence or absence implies by the hierarchy: ancestors up, descendants down."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.package.label_table import Label

Expansion = tuple[npt.NDArray[np.int32], ...]


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
