"""Class lists as people have them, read into the label table of a package.

A list is one of:

- a CSV of MIDs and names, as Open Images publishes it (with or without header);
- a package's own `labels.csv` (`index,mid,name`), or a table with a column of names under another
  common title (`id,name`; `class_id;class_name`) in any order of columns;
- the older demo's table (`index,label,threshold`);
- a text file with one name a line, commas and all; every line may begin with the class's number,
  a WordNet id (`n01440764 tench, Tinca tinca`) or a MID;
- YAML or JSON: a list of names, or a map of numbers to names, also as `names` (YOLO), `id2label`
  (Hugging Face) or a map of names to numbers; a Python dictionary or list in a text file;
- a label map of TensorFlow (`.pbtxt`);
- a folder with one folder of photos for each class, taken in the order of their names.

Order is kept, for it is the order of the model's outputs; where the list gives numbers, they are
that order, from 0 or from 1. Names without a MID get the id `own/slug`. Two classes may share a
name where they have ids; without ids they could not be told apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tools.errors import PocketlensError
from tools.lists.list_forms import Entry, entries_of
from tools.lists.naming import own_labels, plain
from tools.package.label_table import MID_FORM, NAME_FORM, Label
from tools.package.recipe_tables import MOST_LABELS
from tools.package.tables import Row, is_mid, is_name

ERROR = "bad_labels"
# What systems leave behind among photos: passed over without a word.
LITTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r"})


def read_class_list(path: Path) -> tuple[Label, ...]:
    """The labels of a class list, in the order of the model's outputs.

    Raises missing_file, unreadable_file, bad_labels, duplicate_mid or too_large; a damaged line is
    named by its number.
    """
    if path.is_dir():
        return _folder(path)
    entries = _entries(read_bytes(path), path)
    if not entries:
        raise PocketlensError(ERROR, f"{path} holds no class.", expected="at least one")
    if len(entries) > MOST_LABELS:
        expected = f"at most {MOST_LABELS} classes"
        raise entries[-1].mistake("the number of lines", expected, "too_large")
    return _settled(_in_order(entries))


def _entries(data: bytes, path: Path) -> list[Entry]:
    """What a file lists, by its ending or, as a Python dictionary in a .txt, by how it begins."""
    suffix, file = path.suffix.lower(), str(path)
    if data.startswith(b"PK\3\4"):
        raise PocketlensError(
            ERROR,
            f"{file} is an archive or an office document.",
            do="Save the list as CSV or text.",
        )
    trees = suffix in (".yaml", ".yml", ".json", ".pbtxt")
    if trees or (suffix not in (".csv", ".tsv") and data.lstrip()[:1] in (b"{", b"[")):
        from tools.lists import list_trees  # PyYAML takes a while to import

        read = list_trees.entries_of_map if suffix == ".pbtxt" else list_trees.entries_of_tree
        return read(data, file)
    return entries_of(data, file)


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises missing_file or unreadable_file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise PocketlensError("missing_file", f"{path} is not there.") from None
    except OSError as error:
        raise PocketlensError("unreadable_file", f"{path}: {error.strerror}.") from None


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    """The entries by the numbers that the list gives; they must be 0, 1, 2 … or 1, 2, 3 …"""
    numbers = [entry.number for entry in entries if entry.number is not None]
    if not numbers:
        return list(entries)
    first = 0 if 0 in numbers else 1
    wanted = range(first, first + len(entries))
    seen: dict[int, int] = {}
    for entry in entries:
        number = -1 if entry.number is None else entry.number
        if number not in wanted or number in seen:
            there = f"; line {seen[number]} has it" if number in seen else ""
            raise entry.mistake(
                "the number",
                f"each number from {first} to {wanted[-1]} once{there}. If the numbers belong to"
                " the names, write the names into a .csv under the header name",
            )
        seen[number] = entry.row.line
    return sorted(entries, key=lambda entry: entry.number or 0)


def _settled(entries: Sequence[Entry]) -> tuple[Label, ...]:
    """The entries as labels: names checked, ids made where there are none, no id twice."""
    entries = [replace(entry, name=plain(entry.name)) for entry in entries]
    for entry in entries:
        if not is_name(entry.name) or any(map(_is_control, entry.name)):
            raise entry.mistake("the name", NAME_FORM)
        if entry.mid and not is_mid(entry.mid):
            raise entry.mistake("the MID", MID_FORM)
    _refuse_twins([entry for entry in entries if not entry.mid])
    made = iter(own_labels(entry.name for entry in entries if not entry.mid))
    labels = [Label(entry.mid, entry.name) if entry.mid else next(made) for entry in entries]
    lines: dict[str, int] = {}
    for label, entry in zip(labels, entries, strict=True):
        if label.mid in lines:
            where = f"each class once; line {lines[label.mid]} has {label.mid}"
            raise entry.mistake("the class", where, "duplicate_mid")
        lines[label.mid] = entry.row.line
    return tuple(labels)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def _refuse_twins(entries: Sequence[Entry]) -> None:
    """Classes without ids are known by their names alone, so each must have its own."""
    lines: dict[str, int] = {}
    for entry in entries:
        if entry.name in lines:
            raise entry.mistake(
                "the name",
                f"each name once; line {lines[entry.name]} has it. If these are two classes, give"
                " them ids in a table with the header index,mid,name (own/crane-bird,"
                " own/crane-machine)",
            )
        lines[entry.name] = entry.row.line


def _folder(path: Path) -> tuple[Label, ...]:
    """One class for each folder, in the order of their names by code point."""
    names = sorted(plain(entry.name) for entry in class_folders(path))
    rows = [Row(str(path), place, (name,), ERROR) for place, name in enumerate(names, start=1)]
    if not rows:
        raise PocketlensError(
            ERROR,
            f"{path} holds no class folder.",
            expected="a folder of photos for each class",
        )
    return _settled([Entry(row, row.cells[0]) for row in rows])


def class_folders(path: Path) -> Iterator[Path]:
    """The folders that stand for classes. What programs leave behind is passed over."""
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        raise PocketlensError("unreadable_file", f"{path}: {error.strerror}.") from None
    return (entry for entry in entries if entry.is_dir() and not is_litter(entry.name))


def is_litter(name: str) -> bool:
    """Whether a folder or file is hidden or what a system leaves behind."""
    return name.startswith(".") or name in LITTER


def exclude(labels: Sequence[Label], mids: Sequence[str]) -> tuple[Label, ...]:
    """The labels without some; each MID must be there."""
    known = {label.mid for label in labels}
    for mid in mids:
        if mid not in known:
            raise PocketlensError(
                ERROR,
                "A class that is to be left out is not in the list.",
                found=mid,
                expected="a MID of the list, e.g. " + labels[0].mid,
            )
    gone = set(mids)
    return tuple(label for label in labels if label.mid not in gone)


def check_counts(published: int | None, listed: int, outputs: int | None) -> None:
    """Published count, rows of the list and outputs of the model must agree; None: not known.

    Raises class_count_mismatch, which names the one that stands alone.
    """
    counts = {"the recipe": published, "the class list": listed, "the model": outputs}
    known = {who: count for who, count in counts.items() if count is not None}
    if len(set(known.values())) <= 1:
        return
    said = ", ".join(f"{who} has {count}" for who, count in known.items())
    values = list(known.values())
    alone = [who for who, count in known.items() if values.count(count) == 1]
    odd = f" {alone[0].capitalize()} is the one that differs." if len(alone) == 1 else ""
    raise PocketlensError(
        "class_count_mismatch",
        f"The numbers of classes do not agree: {said}.{odd}",
        do="Give the class list that belongs to the model with --labels, or name the rows to leave"
        " out with --exclude.",
    )


def restrict_hierarchy(
    edges: Sequence[tuple[str, str]], labels: Sequence[Label]
) -> list[tuple[str, str]]:
    """The hierarchy among some labels: a label left out hands its children to its parents."""
    kept = {label.mid for label in labels}
    out = list(dict.fromkeys(edges))
    for gone in sorted({mid for edge in edges for mid in edge} - kept):
        above = [parent for parent, child in out if child == gone]
        below = [child for parent, child in out if parent == gone]
        bridges = [(parent, child) for parent in above for child in below if parent != child]
        out = [edge for edge in out if gone not in edge]
        out = list(dict.fromkeys([*out, *bridges]))
    return out
