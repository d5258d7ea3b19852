"""What labels are kinds of: their path from a root, and all that stands above them."""

from __future__ import annotations

from pathlib import Path

from tools.package.kinds import Kinds
from tools.package.label_table import Label
from tools.package.reader import open_package


def test_the_path_of_the_demos_cat(demo_package: Path) -> None:
    package = open_package(demo_package, check_hashes=False)
    kinds = Kinds(package.labels, package.hierarchy)
    names = {label.name: index for index, label in enumerate(package.labels)}
    assert kinds.path_to(names["Cat"]) == ["Animal", "Mammal", "Carnivore"]
    assert kinds.path_to(names["Animal"]) == []


def test_of_several_ways_the_shortest_is_the_path_and_all_are_above() -> None:
    labels = [Label(f"/m/{name}", name) for name in ("Food", "Fruit", "Plant", "Tomato")]
    edges = [("Food", "Fruit"), ("Fruit", "Tomato"), ("Plant", "Tomato")]
    kinds = Kinds(labels, [(f"/m/{parent}", f"/m/{child}") for parent, child in edges])
    assert kinds.path_to(3) == ["Plant"]
    assert kinds.with_ancestors([3]) == {0, 1, 2, 3}


def test_a_label_is_found_by_its_mid_and_else_stands_alone() -> None:
    kinds = Kinds([Label("/m/cat", "Cat")], [])
    assert kinds.place("/m/cat", 5) == 0 and kinds.place("own/mug", 5) == 5
    assert kinds.path_to(5) == [] and kinds.with_ancestors([5]) == {5}
