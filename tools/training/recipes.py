"""Recipes of trained models: other classes, another input size, a checkpoint of one's own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tools.lists.companions import companion_tables, names_file
from tools.network.layers import feature_channels
from tools.package.label_table import Label, write_labels
from tools.package.manifest import HIERARCHY, LABELS
from tools.package.publish import write_file
from tools.package.recipe import Recipe, load_recipe
from tools.package.recipe_tables import Checkpoint, Head, Labels, Network, centred_crop
from tools.package.recipe_toml import write_recipe
from tools.places import BUILD, FEATURES_MODEL, PACKAGES, SAMPLES, sha256_of


def with_side(recipe: Recipe, side: int) -> Recipe:
    """The recipe for pictures of another size: the same parts of the photo in fewer pixels."""
    if side == recipe.input.width == recipe.input.height:
        return recipe
    width, height = recipe.preprocess.resize
    resize = (
        max(side, round(width * side / recipe.input.width)),
        max(side, round(height * side / recipe.input.height)),
    )
    x, y = ((length - side) // 2 for length in resize)
    if recipe.preprocess.keeps_aspect:
        x, y = (centred_crop(length, side) for length in resize)
    crop = (x, y, side, side)
    return replace(
        recipe,
        input=replace(recipe.input, width=side, height=side),
        preprocess=replace(recipe.preprocess, resize=resize, crop=crop),
    )


def dense_recipe(
    base: Recipe,
    name: str,
    title: str,
    labels: Sequence[Label],
    activation: str,
    folder: Path,
    hierarchy: Path | None = None,
) -> Recipe:
    """The recipe of a dense head on `labels`; what belongs to it is written to `folder`.

    Of the base's hierarchy (or another one) and translated names what concerns these labels is
    kept. Raises the errors of reading them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / LABELS
    write_file(table, write_labels(labels))
    count = len(labels)
    return replace(
        base,
        path=folder / "model.toml",
        name=name,
        title=title,
        version="1.0.0",
        kind="classifier",
        network=Network(
            base.network.architecture, base.network.width, count, Head("dense", activation)
        ),
        outputs=count,
        labels=_companions(base, labels, table, hierarchy),
        checkpoint=Checkpoint(),
        assets=(),
    )


def _companions(
    base: Recipe, labels: Sequence[Label], table: Path, hierarchy: Path | None
) -> Labels:
    """The labels' table with its hierarchy and translations beside it, as far as there are any."""
    source = base.labels
    assert source is not None
    tables = companion_tables(hierarchy or source.hierarchy, source.names, labels)
    files = {name: table.with_name(name) for name in tables}
    for name, data in tables.items():
        write_file(files[name], data)
    languages = {language: files.get(names_file(language)) for language in source.names}
    return Labels(
        table,
        len(labels),
        hierarchy=files.get(HIERARCHY),
        names={language: path for language, path in languages.items() if path is not None},
    )


def write_model(recipe: Recipe, checkpoint: Path) -> Path:
    """Writes a recipe with its checkpoint as a folder that `convert --model` takes; the folder."""
    folder = recipe.path.parent
    write_recipe(replace(recipe, checkpoint=Checkpoint(file=checkpoint)), folder)
    return folder


def with_width(recipe: Recipe, width: float) -> Recipe:
    """The recipe of a wider or narrower network."""
    network = replace(recipe.network, width=width)
    outputs = feature_channels(width) if recipe.kind == "features" else recipe.outputs
    return replace(recipe, network=network, outputs=outputs)


@contextmanager
def _no_steps(_: str) -> Iterator[None]:
    yield


def features_package(checkpoint: Path | None, width: float = 1.0, side: int = 224) -> Path:
    """The features package of a checkpoint's backbone, made when it is not there yet.

    Without a checkpoint it is the ImageNet backbone's. Raises the errors of `convert`.
    """
    from tools.conversion.packer import pack
    from tools.conversion.request import Request

    recipe = with_side(with_width(load_recipe(FEATURES_MODEL), width), side)
    name = recipe.name
    if checkpoint is not None:
        name = f"features-{_short_hash(checkpoint)}-{width:g}-{side}"
    elif side != 224:
        name = f"{name}-{side}"
    out = PACKAGES / name
    if (out / "model.json").is_file() and _is_current(out, recipe):
        return out
    folder = BUILD / "recipes" / name
    folder.mkdir(parents=True, exist_ok=True)
    settled = load_recipe(write_recipe(recipe, folder))
    pack(
        Request(settled, out, SAMPLES, source=checkpoint, weights=settled.weights),
        _no_steps,
    )
    return out


def _short_hash(path: Path) -> str:
    return sha256_of(path)[:12]


def _is_current(package: Path, recipe: Recipe) -> bool:
    """Whether a package was made by this recipe (its checkpoint is in its name)."""
    from tools.errors import PocketlensError
    from tools.package.reader import open_package

    try:
        manifest = open_package(package).manifest
    except PocketlensError:
        return False
    return bool(manifest.raw["recipe"] == recipe.to_manifest() and manifest.kind == "features")


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0))
