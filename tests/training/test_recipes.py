"""Recipes made for a training: what goes along with the labels, and that folders can move."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from tools.lists.class_list import read_class_list
from tools.package.label_table import Label
from tools.package.recipe import load_recipe
from tools.package.recipe_tables import Checkpoint
from tools.package.recipe_toml import write_recipe
from tools.places import DEMO_MODEL, LABELS
from tools.training.recipes import dense_recipe

ANIMAL, MAMMAL, CAT = "/m/0jbk", "/m/04rky", "/m/01yrx"  # carnivores, between them, are left out


def open_images(*mids: str) -> list[Label]:
    names = {label.mid: label for label in read_class_list(LABELS / "openimages-boxable.csv")}
    return [names[mid] for mid in mids]


def test_open_images_labels_keep_hierarchy_and_translations(tmp_path: Path) -> None:
    labels = [*open_images(CAT, ANIMAL, MAMMAL), Label("own/robot", "Robot")]
    recipe = dense_recipe(load_recipe(DEMO_MODEL), "pets", "Pets", labels, "sigmoid", tmp_path)
    assert recipe.labels is not None and recipe.labels.hierarchy is not None
    edges = set(recipe.labels.hierarchy.read_text().splitlines()[1:])
    assert edges == {f"{ANIMAL},{MAMMAL}", f"{MAMMAL},{CAT}"}
    assert sorted(recipe.labels.names) == ["de", "es", "fr", "zh"]
    german = recipe.labels.names["de"].read_text("utf-8").splitlines()
    assert german == ["mid,name", f"{CAT},Katze", f"{ANIMAL},Tier", f"{MAMMAL},Säugetier"]


def test_own_labels_have_neither(tmp_path: Path) -> None:
    labels = [Label("own/a", "A"), Label("own/b", "B")]
    recipe = dense_recipe(load_recipe(DEMO_MODEL), "own", "Own", labels, "softmax", tmp_path)
    assert recipe.labels is not None
    assert recipe.labels.hierarchy is None and recipe.labels.names == {}
    assert [path.name for path in tmp_path.iterdir()] == ["labels.csv"]


def test_a_model_folder_can_move_with_its_checkpoint(tmp_path: Path) -> None:
    first = tmp_path / "first"
    labels = open_images(CAT, ANIMAL)
    made = dense_recipe(load_recipe(DEMO_MODEL), "pets", "Pets", labels, "softmax", first / "model")
    (first / "pets.ckpt").write_bytes(b"x")
    made = replace(made, checkpoint=Checkpoint(file=first / "pets.ckpt"))
    written = write_recipe(made, first / "model")
    assert str(tmp_path) not in written.read_text()
    shutil.move(first, tmp_path / "second")
    recipe = load_recipe(tmp_path / "second" / "model")
    assert recipe.checkpoint.file is not None and recipe.checkpoint.file.read_bytes() == b"x"
    assert recipe.labels is not None
    assert recipe.labels.table.resolve() == tmp_path / "second" / "model" / "labels.csv"
