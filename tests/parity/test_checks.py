"""With which class list a package's labels are compared."""

from __future__ import annotations

from tools.package.label_table import Label
from tools.parity.checks import class_list

LONG = [Label(f"/m/0{number}", f"name {number}") for number in range(6)]
SHORT = [LONG[4], LONG[1], LONG[3]]


def test_the_list_of_the_packages_length() -> None:
    assert class_list([LONG, SHORT], SHORT[::-1]) == SHORT
    assert class_list([LONG, SHORT], LONG[::-1]) == LONG


def test_without_a_list_of_its_length_rows_may_have_been_left_out() -> None:
    assert class_list([LONG, SHORT], LONG[:3] + LONG[4:]) == LONG[:3] + LONG[4:]
    moved = [LONG[1], LONG[0], *LONG[2:5]]
    assert class_list([LONG, SHORT], moved) == LONG[:5]  # which differs from it


def test_other_labels_are_compared_with_the_whole_list() -> None:
    other = [Label("own/a", "a"), LONG[0]]
    assert class_list([LONG, SHORT], other) == LONG
