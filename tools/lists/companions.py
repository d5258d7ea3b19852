"""What travels beside a label table: the hierarchy and translated names, brought to its labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.lists.class_list import read_bytes, restrict_hierarchy
from tools.package import manifest
from tools.package.label_table import (
    HIERARCHY_HEADER,
    NAMES_HEADER,
    Label,
    write_hierarchy,
    write_names,
)
from tools.package.tables import read_table


def names_file(language: str) -> str:
    """The table of a language's names."""
    return f"names.{language}.csv"


def companion_tables(
    hierarchy: Path | None, names: Mapping[str, Path], labels: Sequence[Label]
) -> dict[str, bytes]:
    """Files by name, without those that would be empty. Raises bad_hierarchy and bad_names."""
    tables: dict[str, bytes] = {}
    edges = restrict_hierarchy(_pairs(hierarchy, HIERARCHY_HEADER), labels)
    if edges:
        tables[manifest.HIERARCHY] = write_hierarchy(edges)
    for language, path in names.items():
        known = dict(_pairs(path, NAMES_HEADER))
        kept = {label.mid: known[label.mid] for label in labels if label.mid in known}
        if kept:
            tables[names_file(language)] = write_names(kept)
    return tables


def _pairs(path: Path | None, header: str) -> list[tuple[str, str]]:
    if path is None:
        return []
    error = "bad_hierarchy" if header == HIERARCHY_HEADER else "bad_names"
    rows = read_table(read_bytes(path), header, str(path), error)
    return [(row.cells[0], row.cells[1]) for row in rows]
