"""The forms in which people keep class lists, each read into the same entries.

A line of a text file is a name, commas and all, with an id or a number before it if every line has
one. A table is read by its header, whatever the order of its columns. YAML and JSON are read by
tools/lists/list_trees.py; what a list's numbers mean is settled by tools/lists/class_list.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from tools.errors import PocketlensError
from tools.package.tables import Row, decode, is_mid, loose_rows

ERROR = "bad_labels"
NUMBERS = {"index", "id", "idx", "number", "class_id", "classid", "class_index", "label_id", ""}
IDS = {"mid", "labelname", "wnid", "synset", "synset_id", "label_mid"}
NAMES = {"name", "label", "class", "class_name", "classname", "displayname", "display_name"}
NAMES |= {"label_name", "category"}
DELIMITERS = ",;\t"
WNID = re.compile(r"n\d{8}")
_LEAD = re.compile(r"(\d{1,9}|n\d{8}|/[mg]/\w+)(?:\s*[:=,;]\s*|[.)]\s+|\s+)(?=\S)")
DIGITS = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Entry:
    """One class as a list tells of it."""

    row: Row  # where it stands
    name: str
    mid: str = ""  # "": made from the name
    number: int | None = None  # the place that the list itself gives

    def mistake(self, what: str, expected: str, error: str = ERROR) -> PocketlensError:
        """The error for this entry's line."""
        return self.row.mistake(what, expected, error)


def entries_of(data: bytes, file: str) -> list[Entry]:
    """What a file lists. Raises bad_labels, which names the line."""
    if PurePath(file).suffix.lower() in (".csv", ".tsv"):
        return _table(data, file, _delimiter(data))
    delimiter = _delimiter(data)
    first = decode(data, file, ERROR, loose=True).splitlines()[:2]
    cells = [line.split(delimiter) for line in first]
    if cells and ((len(cells[0]) > 1 and columns_of(cells[0])) or _is_mid_table(cells)):
        return _table(data, file, delimiter)
    return _lines(data, file)


def _delimiter(data: bytes) -> str:
    """What separates a table's columns, by its first line."""
    first = data.split(b"\n", 1)[0].decode("utf-8", "replace")
    return next((one for one in DELIMITERS if one in first), ",")


def _is_mid_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first line, or the one after a header, begins with a MID and a delimiter."""
    return any(len(cells) > 1 and is_mid(cells[0].strip().strip('"')) for cells in rows)


# --- tables


def _table(data: bytes, file: str, delimiter: str) -> list[Entry]:
    rows = list(loose_rows(data, file, ERROR, delimiter))
    if not rows:
        return []
    columns = columns_of(rows[0].cells)
    if columns:
        return [by_header(row, columns, len(rows[0].cells)) for row in rows[1:]]
    form = _without_header(rows)
    return [form(row) for row in rows]


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """What each column holds, by its title: "name", and "number" or "mid" where they are there."""
    titles = [cell.strip().strip('"').lower() for cell in header]
    found: dict[str, int] = {}
    # In `label,name` and `id,label` the last of the possible names is the one for people.
    for kind, known in (("number", NUMBERS), ("mid", IDS), ("name", NAMES)):
        places = [place for place, title in enumerate(titles) if title in known]
        if places:
            found[kind] = places[-1]
        if kind == "name" and len(places) > 1 and "number" not in found:
            found["number"] = places[0]
    return found if "name" in found else {}


def by_header(row: Row, columns: dict[str, int], width: int) -> Entry:
    """A line of a table whose header says what its `width` columns hold."""
    if len(row.cells) != width:
        raise row.mistake("the number of fields", f"{width}, as in the header")
    cells = {kind: row.cells[place].strip() for kind, place in columns.items()}
    mid, number = cells.get("mid", ""), cells.get("number")
    if number is not None and not mid and (is_mid(number) or WNID.fullmatch(number)):
        mid, number = number, None  # `id` may be a MID as well as a number
    if "mid" in columns and not mid:
        raise row.mistake("the MID", "an id in every line")
    return Entry(row, cells["name"], id_of(mid), None if number is None else number_of(row, number))


def _without_header(rows: Sequence[Row]) -> Callable[[Row], Entry]:
    """How to read the lines of a table that names no columns."""
    first = [cell.strip() for cell in rows[0].cells]
    if is_mid(first[0]):
        return _mid_and_name
    if len(rows) > 1 and is_mid(rows[1].cells[0].strip()):
        raise rows[0].mistake("the header", "no header, or LabelName,DisplayName")
    if len(first) in (2, 3) and DIGITS.fullmatch(first[0]):
        return _number_id_and_name if len(first) == 3 else _number_and_name
    if len(first) == 2 and WNID.fullmatch(first[0]):
        return _mid_and_name
    raise rows[0].mistake(
        "the header",
        "a header such as id,name or LabelName,DisplayName or name; or a text file (.txt) with one"
        " name a line",
    )


def _fields(row: Row, count: int, form: str) -> list[str]:
    if len(row.cells) != count:
        raise row.mistake("the number of fields", f"{count}: {form}")
    return [cell.strip() for cell in row.cells]


def _mid_and_name(row: Row) -> Entry:
    mid, name = _fields(row, 2, "MID,name")
    if not mid:
        raise row.mistake("the MID", "an id in every line")
    return Entry(row, name, id_of(mid))


def _number_and_name(row: Row) -> Entry:
    number, name = _fields(row, 2, "number,name")
    return Entry(row, name, "", number_of(row, number))


def _number_id_and_name(row: Row) -> Entry:
    number, mid, name = _fields(row, 3, "number,id,name")
    return Entry(row, name, id_of(mid), number_of(row, number))


def number_of(row: Row, text: str) -> int:
    """The number that a cell of this line holds."""
    if not DIGITS.fullmatch(text):
        raise row.mistake("the number", "a whole number for each class")
    return int(text)


def id_of(text: str) -> str:
    """A label's id: MIDs as they are, WordNet's numbers as own ids."""
    return f"own/{text}" if WNID.fullmatch(text) else text


# --- lines of text


def _lines(data: bytes, file: str) -> list[Entry]:
    """One name a line, after a number or an id if every line has one."""
    text = decode(data, file, ERROR, loose=True)
    rows = []
    for place, line in enumerate(text.removesuffix("\n").split("\n") if text else [], start=1):
        if not line.strip():
            raise PocketlensError(ERROR, f"{file}, line {place} is blank.", do="Take it out.")
        rows.append(Row(file, place, (_unquoted(line.strip()),), ERROR))
    entries = [_line(row) for row in rows]
    shapes = {(bool(entry.mid), entry.number is not None) for entry in entries}
    if len(shapes) == 1:
        return entries
    headless = {(bool(entry.mid), entry.number is not None) for entry in entries[1:]}
    if len(headless) == 1 and headless != {(False, False)} and len(rows) > 2:
        raise rows[0].mistake("the line", f"{rows[1].cells[0]!r} and its like in every line")
    return [Entry(row, row.cells[0]) for row in rows]


def _unquoted(line: str) -> str:
    whole = re.fullmatch(r'"([^"]*)"', line)
    return whole.group(1) if whole else line


def _line(row: Row) -> Entry:
    """A line's number and id, each once and in either order, and its name."""
    rest, number, mid = row.cells[0], None, ""
    while lead := _LEAD.match(rest):
        token = lead.group(1)
        if token.isdigit():
            if number is not None:
                break
            number = int(token)
        elif mid:
            break
        else:
            mid = id_of(token)
        rest = rest[lead.end() :]
    return Entry(row, _unquoted(rest), mid, number)
