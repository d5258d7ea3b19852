"""Class lists as people have them, read into the label table of a package.

A list is one of:

- a CSV of MIDs and names, as Open Images publishes it (with or without header);
- a package's own `labels.csv` (`index,mid,name`);
- the older demo's table (`index,label,threshold`);
- a text file with one name a line;
- a folder with one folder of photos for each class, taken in the order of their names.

Order is kept: it is the order of the model's outputs. Names without a MID get the id `own/slug`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tools.errors import PocketlensError
from tools.package.label_table import LABELS_HEADER, MID_FORM, NAME_FORM, Label
from tools.package.recipe import MOST_LABELS
from tools.package.tables import Row, is_mid, is_name, loose_rows

ERROR = "bad_labels"
MID_HEADERS = {"labelname,displayname", "mid,name", "mid,displayname", "labelname,name"}
DEMO_HEADERS = {"index,label,threshold", "index,label"}
LONGEST_SLUG = 100
Rows = Sequence[Row]


def read_class_list(path: Path) -> tuple[Label, ...]:
    """The labels of a class list, in its order.

    Raises missing_file, unreadable_file, bad_labels, duplicate_mid or too_large; a damaged line is
    named by its number.
    """
    if path.is_dir():
        return _folder(path)
    rows = list(loose_rows(read_bytes(path), str(path), ERROR))
    if not rows:
        raise PocketlensError(ERROR, f"{path} holds no class.", expected="at least one line")
    if len(rows) > MOST_LABELS + 1:
        raise rows[-1].mistake("the number of lines", f"at most {MOST_LABELS} classes", "too_large")
    reader, body = _form(rows)
    return _checked(body, reader)


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises missing_file or unreadable_file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise PocketlensError("missing_file", f"{path} is not there.") from None
    except OSError as error:
        raise PocketlensError("unreadable_file", f"{path}: {error.strerror}.") from None


def _form(rows: Rows) -> tuple[Callable[[int, Row], Label], Rows]:
    """How to read a list's lines, and the lines without the header."""
    header = ",".join(cell.strip().lower() for cell in rows[0].cells)
    if header == LABELS_HEADER:
        return _indexed, rows[1:]
    if header in DEMO_HEADERS:
        return _demo, rows[1:]
    if header in MID_HEADERS:
        return _mid_and_name, rows[1:]
    if any(is_mid(row.cells[0]) for row in rows[:2]):
        if is_mid(rows[0].cells[0]):
            return _mid_and_name, rows
        raise rows[0].mistake("the header", "no header, or LabelName,DisplayName")
    if rows[0].file.lower().endswith(".csv") or len(rows[0].cells) > 1:
        raise rows[0].mistake(
            "the table",
            "MIDs and names, a package's labels.csv, or a text file (.txt) with one name a line",
        )
    return _name, rows


def _checked(rows: Rows, read: Callable[[int, Row], Label]) -> tuple[Label, ...]:
    labels: list[Label] = []
    mids: dict[str, int] = {}
    names: dict[str, int] = {}
    for index, row in enumerate(rows):
        label = read(index, row)
        if not is_mid(label.mid):
            raise row.mistake("the MID", MID_FORM)
        if not is_name(label.name):
            raise row.mistake("the name", NAME_FORM)
        if label.mid in mids:
            where = f"each class once; line {mids[label.mid]} has {label.mid}"
            raise row.mistake("the class", where, "duplicate_mid")
        if label.name in names:
            raise row.mistake("the name", f"each name once; line {names[label.name]} has it")
        mids[label.mid] = names[label.name] = row.line
        labels.append(label)
    if not labels:
        raise PocketlensError(ERROR, "The class list holds no class.", expected="at least one")
    return tuple(labels)


def _fields(row: Row, count: int, form: str) -> tuple[str, ...]:
    if len(row.cells) != count:
        raise row.mistake("the number of fields", f"{count}: {form}")
    return tuple(cell.strip() for cell in row.cells)


def _mid_and_name(_: int, row: Row) -> Label:
    return Label(*_fields(row, 2, "MID,name"))


def _indexed(index: int, row: Row) -> Label:
    place, mid, name = _fields(row, 3, LABELS_HEADER)
    if place != str(index):
        raise row.mistake("the index", str(index))
    return Label(mid, name)


def _demo(index: int, row: Row) -> Label:
    cells = _fields(row, len(row.cells), "")
    if len(cells) not in (2, 3) or cells[0] != str(index):
        raise row.mistake("the line", f"{index},label,threshold")
    return own_label(cells[1], row)


def _name(_: int, row: Row) -> Label:
    return own_label(_fields(row, 1, "one name a line")[0], row)


def own_label(name: str, row: Row | None = None) -> Label:
    """The label of a class that has a name and no MID."""
    made = slug(name)
    if not made:
        mistake = row.mistake if row else _name_mistake(name)
        raise mistake("the name", "a name with a letter or digit in it")
    return Label(f"own/{made}", name)


def _name_mistake(name: str) -> Callable[[str, str], PocketlensError]:
    return lambda what, expected: PocketlensError(
        ERROR, f"{what} cannot be used.", found=repr(name), expected=expected
    )


def slug(name: str) -> str:
    """A name in `[0-9a-z_-]`: accents dropped, other scripts by code point, the rest as `-`.

    >>> slug("Crème brûlée"), slug("猫"), slug("Kitchen & dining")
    ('creme-brulee', 'u732b', 'kitchen-dining')
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    parts = "".join(_slug_part(character) for character in plain)
    return re.sub(r"-+", "-", parts).strip("-")[:LONGEST_SLUG].rstrip("-")


def _slug_part(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    if character.isascii():
        return character if character.isalnum() or character == "_" else "-"
    return f"u{ord(character):x}" if character.isalnum() else "-"


def _folder(path: Path) -> tuple[Label, ...]:
    """One class for each folder, in the order of their names by code point."""
    names = sorted(entry.name for entry in _entries(path) if entry.is_dir())
    rows = [Row(str(path), place, (name,), ERROR) for place, name in enumerate(names, start=1)]
    if not rows:
        raise PocketlensError(
            ERROR,
            f"{path} holds no class folder.",
            expected="a folder of photos for each class",
        )
    return _checked(rows, _name)


def _entries(path: Path) -> Iterator[Path]:
    try:
        return iter([entry for entry in path.iterdir() if not entry.name.startswith(".")])
    except OSError as error:
        raise PocketlensError("unreadable_file", f"{path}: {error.strerror}.") from None


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
