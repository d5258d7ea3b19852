"""Tables of plain text that fit their terminal."""

import shutil
import unicodedata
from collections.abc import Sequence


def width_of(text: str) -> int:
    """Terminal columns of a text: two for wide (East Asian) characters, none for combining ones."""
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )


def cut(text: str, columns: int) -> str:
    """The text, shortened with an ellipsis where it is wider than `columns`."""
    if width_of(text) <= columns:
        return text
    while text and width_of(text) > columns - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
    flexible: int | None = None,
    columns: int | None = None,
) -> str:
    """Lay rows out in columns two blanks apart, the head underlined.

    right: columns aligned to the right; flexible: the column that is cut where the table would be
    wider than the terminal (or than `columns`).
    """
    total = columns or shutil.get_terminal_size((200, 24)).columns
    widths = [max(width_of(row[i]) for row in [head, *rows]) for i in range(len(head))]
    if flexible is not None:
        excess = sum(widths) + 2 * (len(widths) - 1) - total
        widths[flexible] = max(min(12, widths[flexible]), widths[flexible] - max(0, excess))
    rule = ["─" * width for width in widths]
    return "\n".join(_row(row, widths, right) for row in [head, rule, *rows])


def _row(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    cells = []
    for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
        cell = cut(cell, width)
        blank = " " * (width - width_of(cell))
        cells.append(blank + cell if i in right else cell + blank)
    return "  ".join(cells).rstrip()
