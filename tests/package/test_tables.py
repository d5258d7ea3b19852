"""Tables: what is written is read back, whatever stands in the cells."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import PocketlensError
from tools.package.label_table import (
    Label,
    read_hierarchy,
    read_labels,
    read_names,
    write_hierarchy,
    write_labels,
    write_names,
)
from tools.package.tables import is_mid, is_name, number, read_table, whole_number, write_table
from tools.package.threshold_table import (
    STATUSES,
    Threshold,
    default_thresholds,
    is_threshold,
    read_thresholds,
    write_thresholds,
)

TEXT = st.characters(exclude_categories=["Cs", "Cc"])
NAMES = st.text(TEXT, min_size=1, max_size=30).filter(is_name)
MIDS = st.from_regex(r"/[mg]/[0-9a-z_]{1,60}|own/[0-9a-z_-]{1,100}", fullmatch=True)
SHARES = st.none() | st.floats(0, 1, width=32)


@st.composite
def label_lists(draw: st.DrawFn) -> list[Label]:
    """Label tables with 1 to 8 rows."""
    mids = draw(st.lists(MIDS, min_size=1, max_size=8, unique=True))
    return [Label(mid, draw(NAMES)) for mid in mids]


@given(label_lists())
def test_labels_come_back(labels: list[Label]) -> None:
    assert list(read_labels(write_labels(labels), len(labels))) == labels


@given(label_lists(), st.data())
def test_thresholds_come_back_as_float32(labels: list[Label], data: st.DataObject) -> None:
    rows = [
        Threshold(
            data.draw(st.floats(2.0**-126, 1, width=32, exclude_max=True)),
            data.draw(st.sampled_from(STATUSES)),
            data.draw(SHARES),
            data.draw(SHARES),
            data.draw(SHARES),
            data.draw(st.none() | st.integers(0, 2**31 - 1)),
        )
        for _ in labels
    ]
    back = read_thresholds(write_thresholds(labels, rows), labels)
    assert [np.float32(row.threshold) for row in back] == [np.float32(r.threshold) for r in rows]
    assert [(r.status, r.support) for r in back] == [(r.status, r.support) for r in rows]
    for old, new in zip(rows, back, strict=True):
        for name in ("precision", "recall", "f1"):
            was, now = getattr(old, name), getattr(new, name)
            assert (was is None) == (now is None)
            assert was is None or np.float32(was) == np.float32(now)


@given(label_lists(), st.data())
def test_hierarchies_and_names_come_back(labels: list[Label], data: st.DataObject) -> None:
    pairs = [(a.mid, b.mid) for i, a in enumerate(labels) for b in labels[i + 1 :]]
    edges = data.draw(st.lists(st.sampled_from(pairs), unique=True) if pairs else st.just([]))
    assert list(read_hierarchy(write_hierarchy(edges), labels)) == edges
    names = {label.mid: data.draw(NAMES) for label in labels}
    assert read_names(write_names(names), labels, "names.xx.csv") == names


@given(st.lists(st.tuples(st.text(TEXT, min_size=1), st.text(TEXT)), max_size=6))
def test_any_cells_come_back(rows: list[tuple[str, str]]) -> None:
    data = write_table("a,b", rows)
    assert [row.cells for row in read_table(data, "a,b", "t.csv", "bad_labels")] == rows


def test_lines_are_counted_as_an_editor_counts() -> None:
    data = b'a,b\n1,2\n3,"4\n'
    with pytest.raises(PocketlensError) as caught:
        list(read_table(data, "a,b", "t.csv", "bad_labels"))
    assert "t.csv, line 3" in caught.value.message


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("/m/01yrx", True),
        ("/g/11b_x", True),
        ("own/tea-pot_2", True),
        ("/m/", False),
        ("own/", False),
        ("own/Tea", False),
        ("m/01yrx", False),
        ("/m/01yrx\n", False),
        ("/m/" + "a" * 60, True),
        ("/m/" + "a" * 61, False),
        ("own/" + "a" * 100, True),
        ("own/" + "a" * 101, False),
    ],
)
def test_mids(text: str, good: bool) -> None:
    assert is_mid(text) is good


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("2147483647", 2147483647),
        ("2147483648", None),
        ("01", None),
        ("-1", None),
        ("", None),
        ("٣", None),
        ("1 ", None),
    ],
)
def test_whole_numbers(text: str, value: int | None) -> None:
    assert whole_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        ("-1e-3", -0.001),
        ("1E+2", 100.0),
        ("1e999", math.inf),
        (".5", None),
        ("5.", None),
        ("nan", None),
        ("0x1", None),
        ("1_0", None),
        ("0" * 41, None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    assert number(text) == value


def test_thresholds_are_judged_as_float32() -> None:
    assert is_threshold(0.5) and is_threshold(2.0**-126)
    assert not any(map(is_threshold, [0.0, 1.0, -0.1, 1e-45, 1e-46, 1 - 1e-9, math.inf, math.nan]))


@pytest.mark.parametrize("value", [0.0, 1.0, math.nan, math.inf, -1.0, 1 - 1e-12])
def test_no_threshold_is_written_that_no_reader_takes(value: float) -> None:
    with pytest.raises(PocketlensError) as caught:
        write_thresholds([Label("own/a", "A")], [Threshold(value)])
    assert caught.value.name == "threshold_out_of_range"


def test_without_calibration_every_threshold_is_one_half() -> None:
    labels = [Label("own/a", "A"), Label("own/b", "B")]
    table = write_thresholds(labels, default_thresholds(2)).decode()
    assert table.split("\n")[1] == "0,own/a,0.5,default,,,,"
