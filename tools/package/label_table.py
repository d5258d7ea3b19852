"""labels.csv, hierarchy.csv and names.<language>.csv: what the model's outputs are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tools.errors import PocketlensError
from tools.package.recipe_tables import MOST_LABELS
from tools.package.tables import is_mid, is_name, read_table, write_table

LABELS_HEADER = "index,mid,name"
HIERARCHY_HEADER = "parent,child"
NAMES_HEADER = "mid,name"
MID_FORM = "/m/ or /g/ and letters, digits, '_' in lower case, or own/ and a slug"
NAME_FORM = "1 to 400 bytes without a space at either end"

Node = TypeVar("Node")


@dataclass(frozen=True)
class Label:
    """One output of a model."""

    mid: str  # "/m/01yrx", or "own/slug" for a class of one's own
    name: str


def read_labels(data: bytes, outputs: int, file: str = "labels.csv") -> tuple[Label, ...]:
    """The label table of a model with `outputs` outputs, in their order.

    Raises bad_labels, duplicate_mid, too_large or label_count_mismatch.
    """
    labels: list[Label] = []
    seen: dict[str, int] = {}
    for row in read_table(data, LABELS_HEADER, file, "bad_labels"):
        index, mid, name = row.cells
        if len(labels) == MOST_LABELS:
            raise row.mistake("the number of labels", f"at most {MOST_LABELS} labels", "too_large")
        if index != str(len(labels)):
            raise row.mistake("the index", f"{len(labels)}")
        if not is_mid(mid):
            raise row.mistake("the MID", MID_FORM)
        if mid in seen:
            raise row.mistake("the MID", f"each MID once; line {seen[mid]} has it", "duplicate_mid")
        if not is_name(name):
            raise row.mistake("the name", NAME_FORM)
        seen[mid] = row.line
        labels.append(Label(mid, name))
    if len(labels) != outputs:
        raise PocketlensError(
            "label_count_mismatch",
            f"{file} does not fit the model.",
            found=f"{len(labels)} labels",
            expected=f"{outputs}, one for each output of the model",
        )
    return tuple(labels)


def write_labels(labels: Iterable[Label]) -> bytes:
    """The bytes of labels.csv."""
    rows = ((str(index), label.mid, label.name) for index, label in enumerate(labels))
    return write_table(LABELS_HEADER, rows)


def read_hierarchy(
    data: bytes, labels: Sequence[Label], file: str = "hierarchy.csv"
) -> tuple[tuple[str, str], ...]:
    """The (parent MID, child MID) edges, in the file's order. Raises bad_hierarchy or too_large."""
    mids = {label.mid for label in labels}
    edges: dict[tuple[str, str], int] = {}
    for row in read_table(data, HIERARCHY_HEADER, file, "bad_hierarchy"):
        parent, child = row.cells
        if len(edges) == MOST_LABELS:
            raise row.mistake("the number of lines", f"at most {MOST_LABELS} lines", "too_large")
        if parent not in mids or child not in mids or parent == child:
            raise row.mistake("the pair", "two different MIDs of labels.csv")
        if (parent, child) in edges:
            first = edges[parent, child]
            raise row.mistake("the pair", f"each pair once; line {first} has it")
        edges[parent, child] = row.line
    _refuse_cycles(list(edges), file)
    return tuple(edges)


def _refuse_cycles(edges: Sequence[tuple[str, str]], file: str) -> None:
    """Take away labels without parents until none is left; what cannot go stands in a cycle."""
    children: dict[str, list[str]] = {}
    parents: dict[str, int] = {}
    for parent, child in edges:
        children.setdefault(parent, []).append(child)
        parents[child] = parents.get(child, 0) + 1
        parents.setdefault(parent, 0)
    free = [mid for mid, count in parents.items() if count == 0]
    while free:
        for child in children.get(free.pop(), ()):
            parents[child] -= 1
            if parents[child] == 0:
                free.append(child)
    left = sorted(mid for mid, count in parents.items() if count > 0)
    if left:
        raise PocketlensError(
            "bad_hierarchy",
            f"{file} leads in a circle.",
            found=f"a cycle through or above {', '.join(left[:5])}",
            expected="no label that is its own ancestor",
        )


def reach(start: Iterable[Node], edges: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """What can be reached along edges, with where it starts; a circle does no harm."""
    found: set[Node] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(edges.get(node, ()))
    return found


def write_hierarchy(edges: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of hierarchy.csv."""
    return write_table(HIERARCHY_HEADER, edges)


def read_names(data: bytes, labels: Sequence[Label], file: str) -> dict[str, str]:
    """Translated names by MID; labels may be missing. Raises bad_names or duplicate_mid."""
    mids = {label.mid for label in labels}
    names: dict[str, str] = {}
    for row in read_table(data, NAMES_HEADER, file, "bad_names"):
        mid, name = row.cells
        if mid not in mids:
            raise row.mistake("the MID", "a MID of labels.csv")
        if mid in names:
            raise row.mistake("the MID", "each MID once", "duplicate_mid")
        if not is_name(name):
            raise row.mistake("the name", NAME_FORM)
        names[mid] = name
    return names


def write_names(names: Mapping[str, str]) -> bytes:
    """The bytes of names.<language>.csv, in the mapping's order."""
    return write_table(NAMES_HEADER, names.items())
