"""model.toml: what is read, and that every mistake is named with file, key, found and expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.errors import PocketlensError
from tools.package.fields import Fields
from tools.package.recipe import load_recipe, read_travelling_recipe
from tools.package.recipe_tables import Labels
from tools.package.recipe_toml import write_recipe
from tools.places import MODELS, OFFICIAL_MODEL, ROOT

DEMO = ROOT / "models/mobilenetv2-openimages"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the demo's recipe, without checkpoint, whose paths still lead somewhere."""
    text = (DEMO / "model.toml").read_text().replace("../../labels/", f"{ROOT}/labels/")
    text = text.replace('"thresholds.csv"', f'"{DEMO}/thresholds.csv"')
    text = text[: text.index("[checkpoint]")]
    (tmp_path / "model.toml").write_text(text)
    return tmp_path


def edit(model: Path, old: str, new: str) -> Path:
    """Replace one piece of the recipe's text."""
    file = model / "model.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    return model


def refusal(model: Path) -> PocketlensError:
    """The error that reading the recipe raises."""
    with pytest.raises(PocketlensError) as caught:
        load_recipe(model)
    return caught.value


def test_demo_recipe() -> None:
    recipe = load_recipe(DEMO)
    assert (recipe.name, recipe.kind, recipe.outputs) == (
        "mobilenetv2-openimages",
        "classifier",
        601,
    )
    assert recipe.input.shape == (1, 224, 224, 3)
    assert recipe.preprocess.crop == (16, 16, 224, 224)
    assert recipe.tolerance["float32"] == 1e-4
    assert recipe.network.head is not None and recipe.network.head.dense_outputs == 1006
    assert recipe.labels is not None and recipe.labels.table.is_file()


def test_file_and_folder_are_the_same() -> None:
    assert load_recipe(DEMO) == load_recipe(DEMO / "model.toml")


@pytest.mark.parametrize("model", sorted(MODELS.glob("*/model.toml")), ids=lambda p: p.parent.name)
def test_every_recipe_can_be_written_and_read_again(model: Path, tmp_path: Path) -> None:
    recipe = load_recipe(model)
    back = load_recipe(write_recipe(recipe, tmp_path))
    assert back.to_manifest() == recipe.to_manifest()
    assert _resolved(back.labels) == _resolved(recipe.labels)


def _resolved(labels: Labels | None) -> list[object]:
    """The labels' fields with their paths as absolute ones."""
    if labels is None:
        return []
    paths = [labels.table, labels.hierarchy, labels.thresholds, *labels.alternatives]
    names = {language: path.resolve() for language, path in labels.names.items()}
    told = [path and path.resolve() for path in paths]
    return [*told, names, labels.count, labels.thresholds_source]


def test_the_official_recipe_has_nobody_elses_thresholds() -> None:
    recipe = load_recipe(OFFICIAL_MODEL)
    assert recipe.labels is not None and recipe.labels.thresholds is None
    assert recipe.network.head is not None and recipe.network.head.type == "dense"
    assert recipe.network.head.activation == "sigmoid" and recipe.outputs == 601
    assert {asset.kind for asset in recipe.assets} == {"checkpoint", "mindir", "ms"}


def test_what_travels_can_be_read_back() -> None:
    recipe = load_recipe(DEMO)
    back = read_travelling_recipe(
        Fields(recipe.to_manifest(), "model.json", "recipe"), "classifier"
    )
    assert (back.input, back.preprocess, back.outputs) == (recipe.input, recipe.preprocess, 601)
    assert back.network == recipe.to_manifest()["network"]


def test_features_recipe(model: Path) -> None:
    text = (model / "model.toml").read_text()
    start, end = text.index("[network.head]"), text.index("[input]")
    text = text[:start] + text[end:]
    start, end = text.index("[labels]"), text.index("[weights]")
    text = text[:start] + text[end:]
    text = text.replace('kind = "classifier"', 'kind = "features"')
    (model / "model.toml").write_text(text.replace("num_classes = 601", "outputs = 1280"))
    recipe = load_recipe(model)
    assert (recipe.outputs, recipe.labels, recipe.network.head) == (1280, None, None)
    travelling = Fields(recipe.to_manifest(), "model.json", "recipe")
    assert read_travelling_recipe(travelling, "features").outputs == 1280


def test_checkpoint_and_assets(model: Path) -> None:
    with (model / "model.toml").open("a") as file:
        file.write(
            '[checkpoint]\nassemble = "demo"\n[assets.hub]\nkind = "mindir"\n'
            f'url = "https://example.org/a"\nsize = 3\nsha256 = "{"0" * 64}"\n'
        )
    recipe = load_recipe(model)
    assert recipe.checkpoint.assemble == "demo"
    assert [(asset.name, asset.size) for asset in recipe.assets] == [("hub", 3)]


MISTAKES = [
    ("resize = [256, 256]", "resize = [256]", "preprocess.resize", "2 whole numbers"),
    ("resize = [256, 256]", "resize = [200, 256]", "preprocess.crop", "inside"),
    ("crop = [16, 16, 224, 224]", "crop = [16, 16, 225, 224]", "preprocess.crop", "224x224"),
    ("crop = [16, 16, 224, 224]", "crop = [16, 16, 0, 224]", "preprocess.crop", "inside"),
    ("std = [0.229", "std = [0.0", "preprocess.std", "3 numbers"),
    ("mean = [0.485", "mean = [nan", "preprocess.mean", "3 numbers"),
    ("mean = [0.485", "mean = [true", "preprocess.mean", "3 numbers"),
    ('"bilinear-q11"', '"bilinear"', "preprocess.interpolation", "bilinear-q11"),
    ('channel_order = "RGB"', 'channel_order = "GBR"', "preprocess.channel_order", "RGB, BGR"),
    ('layout = "NHWC"', 'layout = "NCHW"', "input.layout", "NHWC"),
    ("channels = 3", "channels = 1", "input.channels", "whole number from 3 to 3"),
    ("width = 224", "width = 224.0", "input.width", "whole number"),
    ("width = 224", "widht = 224", "input.width", "missing"),
    ('dtype = "float32"', 'dtype = "float32"\nscale = 1', "input.scale", "not known"),
    ("num_classes = 601", "num_classes = 0", "network.num_classes", "whole number"),
    ("count = 601", 'count = 601\nalternatives = ["no.csv"]', "labels.alternatives", "that exist"),
    ("count = 601", "count = 601\nalternatives = [5]", "labels.alternatives", "that exist"),
    ("count = 601", "count = 600", "labels.count", "601"),
    ('type = "mapped"', 'type = "mlp"', "network.head.type", "dense, mapped"),
    ('activation = "softmax"', 'activation = "sigmoid"', "network.head.activation", "softmax"),
    ('kind = "classifier"', 'kind = "detector"', "model.kind", "classifier, features"),
    ('kind = "classifier"', 'kind = "features"', "network.outputs", "missing"),
    ('name = "mobilenetv2', 'name = "Mobile/Net', "model.name", "lower-case"),
    ("imagenet-to-openimages.csv", "nothing.csv", "network.head.class_map", "file that exists"),
    ('variant = "float32"', 'variant = "int8"', "weights.tolerance.int8", "tolerance"),
    ("float32 = 1e-4", "float32 = -1", "weights.tolerance.float32", "above 0"),
    ("[versions]", "[version]", "versions", "missing"),
    ('runtime = "2.0.0"', 'runtime = "2.0.0"\n[lables]', "lables", "Did you mean labels?"),
]


@pytest.mark.parametrize(("old", "new", "key", "expected"), MISTAKES)
def test_mistakes_are_named(model: Path, old: str, new: str, key: str, expected: str) -> None:
    error = refusal(edit(model, old, new))
    assert error.name == "bad_recipe"
    assert str(model / "model.toml") in error.message
    assert f" {key} " in error.message
    assert expected in error.message


def test_a_hash_in_capitals_is_named(model: Path) -> None:
    labels = load_recipe(model).labels
    assert labels is not None and labels.thresholds_source is not None
    told = labels.thresholds_source
    assert told != told.upper()
    error = refusal(edit(model, told, told.upper()))
    assert error.name == "bad_recipe" and " labels.thresholds_source " in error.message
    assert "64 hexadecimal digits in lower case" in error.message


def test_not_toml(model: Path) -> None:
    error = refusal(edit(model, "[model]", "[model"))
    assert error.name == "bad_recipe" and "line" in error.message


def test_not_text(model: Path) -> None:
    (model / "model.toml").write_bytes(b"\xff\xfe\x00")
    assert refusal(model).name == "bad_recipe"


def test_no_recipe(tmp_path: Path) -> None:
    assert refusal(tmp_path).name == "missing_file"
    assert refusal(tmp_path / "nowhere").name == "missing_file"


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "model.toml").mkdir()
    assert refusal(tmp_path).name == "unreadable_file"
