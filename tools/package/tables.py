"""The CSV dialect of a package's tables: strict, so that every reader sees the same cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tools.errors import PocketlensError
from tools.package.fields import shown

LARGEST_WHOLE = 2**31 - 1
MOST_FIELDS = 64  # of a line that a person or another program wrote
LONGEST_NAME = 400  # bytes of UTF-8
_WHOLE = re.compile(r"0|[1-9][0-9]{0,9}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_MID = re.compile(r"/[mg]/[0-9a-z_]{1,60}|own/[0-9a-z_-]{1,100}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Row:
    """One line of a table: where it stands and what it says."""

    file: str
    line: int  # as an editor counts, the header being 1
    cells: tuple[str, ...]
    error: str  # the table's own error name

    def mistake(self, what: str, expected: str, error: str = "") -> PocketlensError:
        """The error for this line: `what` cannot be used, `expected` was meant."""
        where = f"{self.file}, line {self.line}: {what} cannot be used."
        return PocketlensError(
            error or self.error, where, found=shown(",".join(self.cells)), expected=expected
        )


def is_mid(text: str) -> bool:
    """Whether a text has the form of a label's id: `/m/…`, `/g/…` or `own/…`."""
    return _MID.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether a text can be a label's name: 1 to 400 bytes, no space at either end."""
    return text.strip(" ") == text and 1 <= len(text.encode("utf-8")) <= LONGEST_NAME


def whole_number(text: str) -> int | None:
    """The number from 0 to 2^31 - 1 that a cell holds, or None."""
    if not _WHOLE.fullmatch(text) or int(text) > LARGEST_WHOLE:
        return None
    return int(text)


def number(text: str) -> float | None:
    """The number that a cell holds, infinite where it is too large for a double; or None."""
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        return None
    return float(text)


def read_table(data: bytes, header: str, file: str, error: str) -> Iterator[Row]:
    """The lines of a table after its header, checked by the rules of README.md."""
    text = decode(data, file, error)
    lines = text.split("\n")
    if lines.pop() != "":
        raise PocketlensError(
            error, f"{file} does not end with a line end.", do="It seems to be cut off."
        )
    _check_header(lines, header, file, error)
    width = header.count(",") + 1
    for place, line in enumerate(lines[1:], start=2):
        row = Row(file, place, _split(line, file, place, error, width), error)
        if len(row.cells) != width:
            raise row.mistake("the number of fields", f"{width} fields: {header}")
        yield row


def loose_rows(data: bytes, file: str, error: str, delimiter: str = ",") -> Iterator[Row]:
    """The lines of a table as people and programs write them, header included.

    Allowed beyond `read_table`: a byte order mark, CRLF ends, a last line without its end, any
    number of fields. Refused with the line's number: blank lines, damaged quotes, control
    characters, bytes that are not UTF-8.
    """
    text = decode(data, file, error, loose=True, tabs=delimiter == "\t")
    lines = text.removesuffix("\n").split("\n") if text else []
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            raise PocketlensError(error, f"{file}, line {place} is blank.", do="Take it out.")
        yield Row(file, place, _split(line, file, place, error, MOST_FIELDS, delimiter), error)


def decode(data: bytes, file: str, error: str, *, loose: bool = False, tabs: bool = True) -> str:
    """A table's text; loose: a byte order mark and CRLF are taken away, tabs may stay.

    Bytes that are not UTF-8 and control characters are refused with the line's number.
    """
    if loose:
        data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    if data.startswith(b"\xef\xbb\xbf"):
        raise PocketlensError(error, f"{file} begins with a byte order mark.", expected="none")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as cause:
        line = data[: cause.start].count(b"\n") + 1
        raise PocketlensError(
            error, f"{file}, line {line} is not UTF-8.", do="Save it as UTF-8." if loose else None
        ) from None
    control = _CONTROL.search(text.replace("\t", " ") if loose and tabs else text)
    if control:
        line = text[: control.start()].count("\n") + 1
        raise PocketlensError(
            error, f"{file}, line {line} holds the control character {control.group()!r}."
        )
    return text


def _check_header(lines: Sequence[str], header: str, file: str, error: str) -> None:
    if not lines or lines[0] != header:
        found = shown(lines[0]) if lines else "an empty file"
        raise PocketlensError(
            error, f"{file} has another header.", found=found, expected=f"{header!r}"
        )


def _split(
    line: str, file: str, place: int, error: str, most: int, delimiter: str = ","
) -> tuple[str, ...]:
    """The fields of one line; what comes after one field more than `most` is left together."""
    if line == "":
        raise PocketlensError(error, f"{file}, line {place} is blank.")
    if '"' not in line:
        return tuple(line.split(delimiter, most))
    fields: list[str] = []
    rest: str | None = line
    while rest is not None and len(fields) <= most:
        field, rest = _next_field(rest, delimiter)
        if field is None:
            raise PocketlensError(
                error,
                f"{file}, line {place} has damaged quotes.",
                found=shown(line),
                expected='fields in quotes with inner quotes doubled, "like ""this"""',
            )
        fields.append(field)
    return tuple(fields)


def _next_field(text: str, delimiter: str) -> tuple[str | None, str | None]:
    """The first field and what follows its delimiter (None: nothing); field None: damaged."""
    if not text.startswith('"'):
        field, comma, rest = text.partition(delimiter)
        return (None if '"' in field else field), (rest if comma else None)
    quoted = re.match(rf'"((?:[^"]|"")*)"({delimiter}|$)', text)
    if quoted is None:
        return None, None
    rest = text[quoted.end() :]
    return quoted.group(1).replace('""', '"'), (rest if quoted.group(2) else None)


def write_table(header: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A table's bytes: quotes only where they are needed, LF ends."""
    lines = [header, *(",".join(map(_quoted, row)) for row in rows)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _quoted(cell: str) -> str:
    if "," in cell or '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell
