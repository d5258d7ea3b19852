"""Raw outputs of a model for photos, by the road that the model's file takes.

A package runs in the native core, as on the phone; an ONNX model in onnxruntime, repaired as for
conversion, and a checkpoint in MindSpore, both with the oracle's preprocessing.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from tools.data.cluster import Engine, in_blocks, spread
from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.evaluation.histograms import Floats
from tools.evaluation.truth import Labels
from tools.package.label_table import Label
from tools.package.reader import open_package, require_package
from tools.package.threshold_table import Threshold, default_thresholds
from tools.places import sha256_of

WORTH_A_BAR = 50  # photos from which on progress is shown on a terminal


@dataclass(frozen=True)
class Model:
    """What is evaluated: its file, labels, thresholds and the recipe folder (None: a package)."""

    path: Path
    kind: str  # "package", "onnx" or "checkpoint"
    labels: Labels
    thresholds: tuple[Threshold, ...]
    recipe: Path | None
    title: str

    @property
    def limits(self) -> Floats:
        """The thresholds as (labels,) float32."""
        return np.array([row.threshold for row in self.thresholds], np.float32)

    @property
    def silent(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(labels,) bool: labels that are never shown."""
        return np.array([row.status == "silent" for row in self.thresholds], np.bool_)


def open_model(path: Path, recipe: Path | None = None) -> Model:
    """A package by itself, or an ONNX file or checkpoint with the recipe that it belongs to."""
    require_package(path)
    if path.is_dir() or path.suffix == ".zip":
        return _package(path)
    if recipe is None:
        raise click.UsageError("An ONNX file or a checkpoint needs --model, its recipe's folder.")
    return _bare(path, recipe)


def _package(path: Path) -> Model:
    package = open_package(path)
    if package.manifest.kind == "features":
        raise PocketlensError("wrong_kind", f"{path} is a features package: it names nothing.")
    labels = Labels(package.labels, package.hierarchy)
    title = f"{package.manifest.name} {package.manifest.version}"
    return Model(path, "package", labels, package.thresholds, None, title)


def _bare(path: Path, folder: Path) -> Model:
    from tools.lists.class_list import read_class_list
    from tools.lists.threshold_list import belongs_to, import_thresholds
    from tools.package.recipe import load_recipe

    file = folder / "model.toml" if folder.is_dir() else folder
    recipe = load_recipe(file)
    if recipe.labels is None:
        raise PocketlensError("wrong_kind", f"{file} describes a model without labels.")
    labels: Sequence[Label] = read_class_list(recipe.labels.table)
    edges = read_hierarchy(recipe.labels.hierarchy) if recipe.labels.hierarchy else []
    table = recipe.labels.thresholds
    own = path.is_file() and belongs_to(recipe, path, sha256_of(path))
    if table is not None and not own:
        click.echo(f"{file}: its thresholds belong to another model; 0.5 is used here.", err=True)
    rows = import_thresholds(table, labels) if own and table else default_thresholds(len(labels))
    kind = "onnx" if path.suffix == ".onnx" else "checkpoint"
    return Model(path, kind, Labels(labels, edges), tuple(rows), file, path.name)


def read_hierarchy(file: Path) -> list[tuple[str, str]]:
    """(parent MID, child MID) of a hierarchy table."""
    from tools.package.tables import loose_rows

    rows = list(loose_rows(file.read_bytes(), file.name, "bad_hierarchy"))[1:]
    return [(row.cells[0], row.cells[1]) for row in rows]


def outputs(model: Model, photos: Sequence[Path], engine: Engine | None = None) -> Floats:
    """Probabilities (photos, labels); a photo that cannot be read is an error with its name.

    `engine` says where a package's photos are worked on; the other kinds know one process only.
    """
    return timed_outputs(model, photos, engine)[0]


def timed_outputs(
    model: Model, photos: Sequence[Path], engine: Engine | None = None
) -> tuple[Floats, dict[str, float]]:
    """The same, with median milliseconds of the steps where the core was used in one process."""
    timings: dict[str, float] = {}
    if engine is not None and engine.is_ray:
        found = _from_ray(model, photos, engine)
    elif model.kind == "package":
        workers = min(os.cpu_count() or 1, max(len(photos), 1))
        found, timings = _from_core(model.path, workers, photos)
    else:
        rows = {"onnx": _from_onnx, "checkpoint": _from_checkpoint}[model.kind]
        found = rows(model, photos)
    if found.shape[1] != len(model.labels):
        raise PocketlensError(
            "label_count_mismatch",
            f"{model.path} does not fit the class list.",
            found=f"{found.shape[1]} outputs",
            expected=f"{len(model.labels)}, one for each label",
        )
    return found, timings


def _from_ray(model: Model, photos: Sequence[Path], engine: Engine) -> Floats:
    if model.kind != "package":
        raise click.UsageError("--engine ray scores packages; convert the model first.")
    task = functools.partial(_from_core, model.path.resolve(), 1)
    blocks = in_blocks([photo.resolve() for photo in photos])
    return np.concatenate([rows for rows, _ in spread(task, blocks, engine, "classifying")])


def _from_core(
    package: Path, workers: int, photos: Sequence[Path]
) -> tuple[Floats, dict[str, float]]:
    """Probabilities (photos, labels) of a package, `workers` at a time, and the steps' ms."""
    from tools.data.photo_classifier import PhotoClassifier

    rows: list[Floats] = []
    took: list[tuple[float, ...]] = []
    with (
        PhotoClassifier(package, workers, 1) as classifier,
        _bar(len(photos)) as bar,
    ):
        for done in classifier.classify(photos, 1):
            if done.error is not None or done.result is None:
                raise done.error or PocketlensError("internal", f"{done.photo}: no result.")
            rows.append(done.result.probabilities)
            steps = done.result.timings
            took.append((done.decode_ms, steps.preprocess, steps.inference, steps.scores))
            bar.update(1)
    names = ("decoding", "preprocessing", "inference", "scores")
    medians = dict(zip(names, map(float, np.median(took, axis=0)), strict=True))
    return np.stack(rows), medians


def _bar(photos: int) -> Any:
    """A progress bar on standard error, where that is a terminal and it takes a while."""
    hidden = photos < WORTH_A_BAR or not sys.stderr.isatty()
    return click.progressbar(length=photos, label="classifying", file=sys.stderr, hidden=hidden)


def _tensors(model: Model, photos: Sequence[Path]) -> list[Floats]:
    from tools.network.oracle import preprocess
    from tools.package.recipe import load_recipe

    assert model.recipe is not None
    chain = load_recipe(model.recipe).preprocess
    return [preprocess(read_photo(photo), chain) for photo in photos]


def _from_onnx(model: Model, photos: Sequence[Path]) -> Floats:
    from tools.network.onnx_repair import answers
    from tools.package.recipe import load_recipe

    assert model.recipe is not None
    return answers(model.path, load_recipe(model.recipe), _tensors(model, photos))


def _from_checkpoint(model: Model, photos: Sequence[Path]) -> Floats:
    from tools.network.oracle import checkpoint_outputs

    assert model.recipe is not None
    return checkpoint_outputs(model.recipe, model.path, _tensors(model, photos))
