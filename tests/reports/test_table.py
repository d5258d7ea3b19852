"""Tables of plain text: alignment, wide letters, cutting, the terminal's width."""

from __future__ import annotations

import pytest

from tools.reports.table import cut, table, width_of


@pytest.mark.parametrize(
    "text, columns", [("", 0), ("Cat", 3), ("猫", 2), ("Kätzchen", 8), ("e\u0301", 1)]
)
def test_width_is_in_terminal_columns(text: str, columns: int) -> None:
    assert width_of(text) == columns


@pytest.mark.parametrize(
    "text, columns, expected",
    [("Polar bear", 10, "Polar bear"), ("Polar bear", 7, "Polar…"), ("熊猫熊猫", 5, "熊猫…")],
)
def test_cutting_keeps_to_the_width(text: str, columns: int, expected: str) -> None:
    assert cut(text, columns) == expected
    assert width_of(cut(text, columns)) <= columns


def test_columns_are_aligned_and_the_flexible_one_is_cut() -> None:
    rows = [["cat.png", "Carnivore, Mammal, Animal", "7.1"], ["猫.jpg", "Cat", "12.3"]]
    lines = table(["photo", "labels", "ms"], rows, right=(2,), flexible=1, columns=30).splitlines()
    assert lines[0] == "photo    labels             ms"
    assert lines[1] == "  ".join("─" * width for width in (7, 15, 4))
    assert lines[2] == "cat.png  Carnivore, Mam…   7.1"
    assert lines[3] == "猫.jpg   Cat              12.3"
    assert max(width_of(line) for line in lines) <= 30


def test_a_table_that_fits_is_not_cut() -> None:
    lines = table(["a", "b"], [["1", "x" * 40]], flexible=1, columns=80).splitlines()
    assert lines[2] == "1  " + "x" * 40
