"""The class map of the mapped head."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tools.errors import PocketlensError
from tools.network.class_map import load_class_map
from tools.places import ROOT

LABELS = ROOT / "labels"


def tables(
    folder: Path, rows: str, hierarchy: str = "/m/animal,/m/cat\n/m/thing,/m/animal\n"
) -> tuple[Path, Path]:
    table, tree = folder / "map.csv", folder / "tree.csv"
    table.write_text("imagenet_index,imagenet_name,mids,names\n" + rows)
    tree.write_text("parent,child\n" + hierarchy)
    return table, tree


def test_ancestors_count_too(tmp_path: Path) -> None:
    table, tree = tables(
        tmp_path,
        '0,tabby,/m/cat,Cat\n1,none,,\n2,"a, b",/m/cup /m/dog,Cup; Dog\n',
        "/m/animal,/m/cat\n/m/animal,/m/dog\n",
    )
    matrix = load_class_map(table, ["/m/animal", "/m/cat", "/m/cup", "/m/dog"], tree)
    np.testing.assert_array_equal(matrix, [[1, 1, 0, 0], [0, 0, 0, 0], [1, 0, 1, 1]])
    assert matrix.dtype == np.float32


def test_a_label_that_was_left_out_passes_its_ancestors_on(tmp_path: Path) -> None:
    """With `cat` not in the label table, a tabby still counts as an animal and as a thing."""
    table, tree = tables(tmp_path, "0,tabby,/m/cat,Cat\n")
    np.testing.assert_array_equal(load_class_map(table, ["/m/thing", "/m/animal"], tree), [[1, 1]])


def test_a_cycle_does_no_harm(tmp_path: Path) -> None:
    table, tree = tables(tmp_path, "0,tabby,/m/cat,Cat\n", "/m/animal,/m/cat\n/m/cat,/m/animal\n")
    np.testing.assert_array_equal(load_class_map(table, ["/m/cat", "/m/animal"], tree), [[1, 1]])


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ("0,tabby,kat,Cat\n", "kat"),
        ("1,tabby,/m/cat,Cat\n", "row 1"),
        ("0,tabby,/m/cat,Cat\n2,x,/m/cat,Cat\n", "row 2"),
    ],
)
def test_refusals(tmp_path: Path, rows: str, text: str) -> None:
    table, tree = tables(tmp_path, rows)
    with pytest.raises(PocketlensError, match=text) as caught:
        load_class_map(table, ["/m/cat"], tree)
    assert caught.value.name == "bad_class_map"


def test_other_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("a,b\n1,2\n")
    with pytest.raises(PocketlensError, match="imagenet_index") as caught:
        load_class_map(tmp_path / "map.csv", ["/m/cat"])
    assert caught.value.name == "bad_class_map"


def test_the_demos_map() -> None:
    """911 of the 1006 rows count for labels; a tabby is a cat and what cats are."""
    with open(LABELS / "openimages-boxable.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    mids = [row["LabelName"] for row in rows]
    matrix = load_class_map(
        LABELS / "imagenet-to-openimages.csv", mids, LABELS / "openimages-hierarchy.csv"
    )
    assert matrix.shape == (1006, 601)
    assert set(np.unique(matrix)) == {0, 1}
    assert (matrix.any(axis=1)).sum() == 911
    with open(LABELS / "imagenet-to-openimages.csv", newline="") as stream:
        assert {mid for row in csv.DictReader(stream) for mid in row["mids"].split()} <= set(mids)
    named = {row["DisplayName"] for row, hit in zip(rows, matrix[281], strict=True) if hit}
    assert named == {"Cat", "Carnivore", "Mammal", "Animal"}
    heard = {row["DisplayName"] for row, hit in zip(rows, matrix.any(axis=0), strict=True) if hit}
    assert len(heard) == 405
    # What a class is called or is a kind of; "Tree" is no class and no kind of one.
    assert {"Couch", "Closet", "Glasses", "Lantern", "Mirror", "Oven"} <= heard
    assert "Tree" not in heard


def test_the_demos_map_names_what_its_ids_say() -> None:
    with open(LABELS / "openimages-boxable.csv", newline="") as stream:
        names = {row["LabelName"]: row["DisplayName"] for row in csv.DictReader(stream)}
    with open(LABELS / "imagenet-to-openimages.csv", newline="") as stream:
        for row in csv.DictReader(stream):
            assert row["names"] == "; ".join(names[mid] for mid in row["mids"].split())
