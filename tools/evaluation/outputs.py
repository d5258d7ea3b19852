"""Raw outputs of a model for photos, by the road that the model's file takes.

A package runs in the native core, as on the phone; an ONNX model in onnxruntime, repaired as for
conversion, and a checkpoint in MindSpore, both with the oracle's preprocessing.
"""

from __future__ import annotations

import functools
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import numpy as np

from tools.data.cluster import Engine, in_blocks, spread
from tools.data.left_out import check_any, reason, tell_left_out
from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.evaluation.histograms import Floats
from tools.evaluation.truth import Dataset, Labels
from tools.package.label_table import Label
from tools.package.reader import open_package, require_package
from tools.package.recipe import Recipe
from tools.package.recipe_tables import NO_RULES
from tools.package.threshold_table import Threshold, default_thresholds
from tools.places import BUILD, sha256_of

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
    guess_share: float = NO_RULES.guess_share  # of its headline's probability, of a guess

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
    share = package.manifest.recipe.answers.guess_share
    return Model(path, "package", labels, package.thresholds, None, title, share)


def _bare(path: Path, folder: Path) -> Model:
    from tools.lists.class_list import read_class_list, restrict_hierarchy
    from tools.lists.threshold_list import belongs_to, import_thresholds
    from tools.package.recipe import load_recipe

    file = folder / "model.toml" if folder.is_dir() else folder
    recipe = load_recipe(file)
    if recipe.labels is None:
        raise PocketlensError("wrong_kind", f"{file} describes a model without labels.")
    kind = "onnx" if path.suffix == ".onnx" else "checkpoint"
    recipe = _with_fitting_list(recipe, kind, path)
    assert recipe.labels is not None
    labels: Sequence[Label] = read_class_list(recipe.labels.table)
    edges = read_hierarchy(recipe.labels.hierarchy) if recipe.labels.hierarchy else []
    edges = restrict_hierarchy(edges, labels)
    table = recipe.labels.thresholds
    own = path.is_file() and belongs_to(recipe, path, sha256_of(path))
    if table is not None and not own:
        click.echo(f"{file}: its thresholds belong to another model; 0.5 is used here.", err=True)
    rows = import_thresholds(table, labels) if own and table else default_thresholds(len(labels))
    share = (recipe.answers if own else NO_RULES).guess_share
    world = Labels(labels, edges)
    return Model(path, kind, world, tuple(rows), recipe.path, path.name, share)


def _with_fitting_list(recipe: Recipe, kind: str, path: Path) -> Recipe:
    """The recipe; where it knows several class lists, with the one of as many rows as outputs."""
    from tools.conversion.labelling import Choice, rebased, table_of
    from tools.conversion.outputs import count_outputs
    from tools.lists.class_list import read_class_list

    assert recipe.labels is not None
    with tempfile.TemporaryDirectory() as work:
        counted = functools.partial(count_outputs, kind, path, Path(work))
        table = table_of(recipe, Choice(), counted)
    if table == recipe.labels.table:
        return recipe
    labels = read_class_list(table)
    folder = BUILD / "recipes" / f"{recipe.name}-{len(labels)}"
    folder.mkdir(parents=True, exist_ok=True)
    return rebased(recipe, labels, folder)


def read_hierarchy(file: Path) -> list[tuple[str, str]]:
    """(parent MID, child MID) of a hierarchy table."""
    from tools.package.tables import loose_rows

    rows = list(loose_rows(file.read_bytes(), file.name, "bad_hierarchy"))[1:]
    return [(row.cells[0], row.cells[1]) for row in rows]


@dataclass(frozen=True)
class Answers:
    """A model's answers to the photos of a data set that can be read.

    data: those photos alone. probabilities: (photos, labels). left_out: why each other photo could
    not be read. timings: median milliseconds of the steps where the core was used in one process.
    """

    data: Dataset
    probabilities: Floats
    left_out: tuple[str, ...] = ()
    headless: tuple[bool, ...] = ()  # per photo: the core gives no headline; (): it was not asked
    timings: dict[str, float] = field(default_factory=dict)

    def tell_left_out(self) -> None:
        """Each photo left out, on standard error."""
        tell_left_out(self.left_out, len(self.left_out) + len(self.data.photos))


@dataclass(frozen=True)
class _Rows:
    """Probabilities (photos, labels) of those photos that have no entry in `left_out`, by place."""

    found: Floats
    left_out: dict[int, str]
    headless: list[bool] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)


def answer(model: Model, data: Dataset, engine: Engine | None = None) -> Answers:
    """The model on the photos. What cannot be read is left out; no_photos where nothing can.

    `engine` says where a package's photos are worked on; the other kinds know one process only.
    """
    rows = _rows(model, data.photos, engine)
    if rows.found.shape[1] != len(model.labels):
        raise PocketlensError(
            "label_count_mismatch",
            f"{model.path} does not fit the class list.",
            found=f"{rows.found.shape[1]} outputs",
            expected=f"{len(model.labels)}, one for each label",
        )
    read = [place for place in range(len(data.photos)) if place not in rows.left_out]
    why = tuple(rows.left_out[place] for place in sorted(rows.left_out))
    headless = tuple(rows.headless)
    return Answers(data.subset(read) if why else data, rows.found, why, headless, rows.timings)


def _rows(model: Model, photos: Sequence[Path], engine: Engine | None) -> _Rows:
    if engine is not None and engine.is_ray:
        return _from_ray(model, photos, engine)
    if model.kind == "package":
        workers = min(os.cpu_count() or 1, max(len(photos), 1))
        rows = _from_core(model.path, workers, photos)
    else:
        rows = {"onnx": _from_onnx, "checkpoint": _from_checkpoint}[model.kind](model, photos)
    check_any(len(rows.found), list(rows.left_out.values()))
    return rows


def _from_ray(model: Model, photos: Sequence[Path], engine: Engine) -> _Rows:
    if model.kind != "package":
        raise click.UsageError("--engine ray scores packages; convert the model first.")
    task = functools.partial(_from_core, model.path.resolve(), 1)
    blocks = in_blocks([photo.resolve() for photo in photos])
    left_out: dict[int, str] = {}
    headless: list[bool] = []
    found, start = [], 0
    for block, rows in zip(blocks, spread(task, blocks, engine, "classifying"), strict=True):
        left_out |= {start + place: why for place, why in rows.left_out.items()}
        found += list(rows.found)
        headless += rows.headless
        start += len(block)
    check_any(len(found), list(left_out.values()))
    return _Rows(np.stack(found), left_out, headless)


def _from_core(package: Path, workers: int, photos: Sequence[Path]) -> _Rows:
    """Probabilities of a package, `workers` photos at a time, and the steps' milliseconds."""
    from tools.data.photo_classifier import PhotoClassifier

    rows: list[Floats] = []
    headless: list[bool] = []
    left_out: dict[int, str] = {}
    took: list[tuple[float, ...]] = []
    with (
        PhotoClassifier(package, workers, 1) as classifier,
        _bar(len(photos)) as bar,
    ):
        for place, done in enumerate(classifier.classify(photos, 1)):
            bar.update(1)
            if done.result is None:
                left_out[place] = reason(done.error or PocketlensError("internal", "No result."))
                continue
            rows.append(done.result.probabilities)
            headless.append(done.result.headline is None)
            steps = done.result.timings
            took.append((done.decode_ms, steps.preprocess, steps.inference, steps.scores))
    if not rows:
        return _Rows(np.empty((0, 0), np.float32), left_out)
    names = ("decoding", "preprocessing", "inference", "scores")
    medians = dict(zip(names, map(float, np.median(took, axis=0)), strict=True))
    return _Rows(np.stack(rows), left_out, headless, medians)


def _bar(photos: int) -> Any:
    """A progress bar on standard error, where that is a terminal and it takes a while."""
    hidden = photos < WORTH_A_BAR or not sys.stderr.isatty()
    return click.progressbar(length=photos, label="classifying", file=sys.stderr, hidden=hidden)


def _tensors(model: Model, photos: Sequence[Path]) -> tuple[list[Floats], dict[int, str]]:
    from tools.network.oracle import preprocess
    from tools.package.recipe import load_recipe

    assert model.recipe is not None
    chain = load_recipe(model.recipe).preprocess
    tensors: list[Floats] = []
    left_out: dict[int, str] = {}
    for place, photo in enumerate(photos):
        try:
            tensors.append(preprocess(read_photo(photo), chain))
        except PocketlensError as error:
            left_out[place] = reason(error)
    check_any(len(tensors), list(left_out.values()))
    return tensors, left_out


def _from_onnx(model: Model, photos: Sequence[Path]) -> _Rows:
    from tools.network.onnx_repair import answers
    from tools.package.recipe import load_recipe

    assert model.recipe is not None
    tensors, left_out = _tensors(model, photos)
    return _Rows(answers(model.path, load_recipe(model.recipe), tensors), left_out)


def _from_checkpoint(model: Model, photos: Sequence[Path]) -> _Rows:
    from tools.network.oracle import checkpoint_outputs

    assert model.recipe is not None
    tensors, left_out = _tensors(model, photos)
    return _Rows(checkpoint_outputs(model.recipe, model.path, tensors), left_out)
