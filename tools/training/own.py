"""From a folder of class folders to a calibrated, checked package: the steps of `own`.

Neither mindspore nor the native core is loaded here: features, training and evaluation each run in
a worker process (the two cannot live in one, and the core's runtime flushes denormals to zero).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tools.conversion.packer import ACCURACY, pack
from tools.conversion.request import Request
from tools.data.cluster import LOCAL, Engine
from tools.data.features import extract_apart
from tools.data.split import deal_groups
from tools.errors import PocketlensError
from tools.evaluation.calibration import calibrate
from tools.evaluation.measure import Measurement, measure
from tools.evaluation.outputs import Answers, Model
from tools.evaluation.truth import Labels
from tools.native.worker import Worker
from tools.package.manifest import KNOWN
from tools.package.publish import write_file
from tools.package.recipe import load_recipe
from tools.package.recipe_tables import Checkpoint
from tools.package.recipe_toml import write_recipe
from tools.package.threshold_table import Threshold, write_thresholds
from tools.package.writer import Contents, write_package
from tools.places import DEMO_MODEL
from tools.reports.making import make
from tools.reports.page import page
from tools.training.own_head import Choice, OwnHead, save_own_checkpoint, train_own_head
from tools.training.own_known import TRUE_SHARE, Strangers, know, shipped_space
from tools.training.own_look import Looked, check_readable
from tools.training.own_report import (
    Report,
    answers_of,
    held_back_accuracy,
    probabilities_of,
    summarise,
)
from tools.training.own_split import (
    HELD_BACK,
    Flags,
    Ints,
    Split,
    dataset_of,
    read_held_back,
    split_photos,
    truth_of,
    write_held_back,
)
from tools.training.recipes import dense_recipe, features_package

FOLDS = 5
PARITY_PHOTOS = 12
LONGEST = 24 * 3600  # seconds that training may take
SHOWN = 12  # best and worst photos on the page

Step = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Settings:
    """What the user chose."""

    photos: Path
    name: str
    work: Path  # model folder, checkpoint, report
    out: Path  # the package's folder; the zip stands beside it
    share: float = 0.2  # of each class held back
    seed: int = 1
    cache: Path | None = None
    engine: Engine = LOCAL  # where features are computed
    weights: str = "float32"  # or float16
    split: Path | None = None  # a table of the photos to hold back
    refit: bool = True  # train the package's head on all photos after measuring

    @property
    def page(self) -> Path:
        """The report as one HTML file."""
        return self.work / "report.html"


@dataclass(frozen=True)
class Learnt:
    """A head with thresholds from photos that it, or its like, had not seen."""

    head: OwnHead
    thresholds: tuple[Threshold, ...]


def make_own(settings: Settings, looked: Looked, step: Step) -> tuple[Report, Measurement]:
    """All steps; package (folder and .zip), `report.json` and `report.html` are there after it.

    What is measured is a head that has not seen the photos held back; the package's is then trained
    on all of them. Raises the errors of data (`bad_dataset`), training, `convert`, `cannot_write`,
    and `nothing_learned`.
    """
    with step("features package"):
        package = features_package(None)
    with Worker(LONGEST, preload="mindspore") as trainer:  # which takes seconds to import
        with step("features"):
            split = split_of(settings, looked, package)
        with step("head"):
            first = learn(trainer, split, ~split.held, settings)
        final = first
        if settings.refit:
            with step("head on all photos"):
                everything = np.ones_like(split.held)
                final = learn(trainer, split, everything, settings, first.head.choice)
        trainer.call(save_own_checkpoint, final.head, checkpoint_path(settings))
    write_held_back(split, settings.work / HELD_BACK)
    with step("package"):
        accuracy = held_back_accuracy(split, answers_of(split, first.head), settings.refit)
        folder = write_folder(settings, split, final, accuracy)
        strangers = write_known(settings, split, folder)
        make_package(settings, split, folder)
    with step("report"):
        measured = examine(settings, split, first, looked.errors, strangers)
    report = summarise(
        settings.name, split, first.head, final.thresholds, measured, looked, settings.refit
    )
    report = replace(report, strangers=asdict(strangers) if strangers else None)
    text = json.dumps(asdict(report), indent=1, ensure_ascii=False)
    write_file(settings.work / "report.json", (text + "\n").encode())
    return report, measured


def split_of(settings: Settings, looked: Looked, package: Path) -> Split:
    """Features of the photos, and which of them are held back."""
    photos = looked.photos
    found = extract_apart(
        package, photos.samples.photos, cache=settings.cache, engine=settings.engine
    )
    check_readable(list(found.errors.values()), len(photos.samples))
    good = found.good
    photos = photos.subset(good)
    found = replace(found, vectors=found.vectors[good], hashes=tuple(found.hashes[i] for i in good))
    if settings.split and photos.held is not None:
        raise PocketlensError(
            "bad_settings",
            "The folder of photos and --split both say what to hold back.",
            do="Leave --split out, or give the folder of class folders itself.",
        )
    held = read_held_back(settings.split, photos) if settings.split else None
    return split_photos(photos, found, settings.share, settings.seed, held)


# --- training and thresholds


def learn(
    worker: Worker, split: Split, rows: Flags, settings: Settings, choice: Choice | None = None
) -> Learnt:
    """A head trained on some photos in the worker, and thresholds by what its folds had not seen.

    Raises `nothing_learned` when no label could be told.
    """
    classes, groups = split.classes[rows], split.groups[rows]
    folds = deal_groups(classes, groups, min(FOLDS, len(np.unique(groups))), settings.seed)
    head = worker.call(train_own_head, split.found.vectors[rows], classes, folds, choice)
    thresholds = thresholds_of(head, classes, folds, len(split.samples.labels))
    check_speaks(thresholds)
    return Learnt(head, thresholds)


def check_speaks(thresholds: Sequence[Threshold]) -> None:
    """A package that never shows a label is no result (`nothing_learned`)."""
    if all(row.status == "silent" for row in thresholds):
        raise PocketlensError(
            "nothing_learned",
            f"None of the {len(thresholds)} classes can be told from the others by these photos;"
            " nothing was made.",
            do="Look whether the photos lie in the right folders and show what sets the classes"
            " apart, and add more of them.",
        )


def checkpoint_path(settings: Settings) -> Path:
    """Where the trained checkpoint stands."""
    return settings.work / f"{settings.name}.ckpt"


def thresholds_of(head: OwnHead, classes: Ints, folds: Ints, count: int) -> tuple[Threshold, ...]:
    """Thresholds of `count` labels by what heads said about photos that they had not seen."""
    found = calibrate(head.held_out, truth_of(classes, count), folds, {})
    rows = []
    for index in range(count):
        hits, alarms = int(found.hits[index]), int(found.alarms[index])
        misses = int(found.misses[index])
        status = "calibrated" if found.calibrated[index] else "pooled"
        rows.append(
            Threshold(
                threshold=float(found.thresholds[index]),
                status="silent" if found.silent[index] else status,
                precision=hits / (hits + alarms) if hits + alarms else None,
                recall=hits / (hits + misses) if hits + misses else None,
                f1=2 * hits / (2 * hits + alarms + misses) if hits + alarms + misses else None,
                support=hits + misses,
            )
        )
    return tuple(rows)


# --- package


def write_folder(
    settings: Settings, split: Split, learnt: Learnt, accuracy: dict[str, Any]
) -> Path:
    """The model's folder: recipe, labels, thresholds, accuracy; what `convert --model` takes."""
    folder = settings.work / "model"
    labels = split.samples.labels
    title = f"MobileNetV2 1.0/224, {len(labels)} own labels"
    recipe = dense_recipe(load_recipe(DEMO_MODEL), settings.name, title, labels, "softmax", folder)
    table = folder / "thresholds.csv"
    write_file(table, write_thresholds(labels, learnt.thresholds))
    assert recipe.labels is not None
    recipe = replace(
        recipe,
        labels=replace(recipe.labels, thresholds=table),
        checkpoint=Checkpoint(file=checkpoint_path(settings)),
    )
    write_recipe(recipe, folder)
    write_file(folder / ACCURACY, (json.dumps(accuracy, indent=1) + "\n").encode())
    return folder


def write_known(settings: Settings, split: Split, folder: Path) -> Strangers | None:
    """The model folder's known.bin, by which the package says that a picture shows none of its
    labels; None where the backbone has no embedding.bin."""
    space = shipped_space(split.found.vectors.shape[1])
    if space is None:
        return None
    groups = split.groups
    folds = deal_groups(split.classes, groups, min(FOLDS, len(np.unique(groups))), settings.seed)
    known, strangers = know(space, split.found.vectors, split.classes, folds)
    write_file(folder / KNOWN, known.to_bytes(space))
    return strangers


def make_package(settings: Settings, split: Split, folder: Path) -> None:
    """The package as a folder and as a .zip, compared with its source on photos held back."""
    recipe = load_recipe(folder)
    with tempfile.TemporaryDirectory() as name:
        chosen = np.flatnonzero(split.held if split.held.any() else ~split.held)[:PARITY_PHOTOS]
        for index in chosen:
            photo = split.samples.photos[index].resolve()
            (Path(name) / f"{index:06d}{photo.suffix}").symlink_to(photo)
        request = Request(recipe, settings.out, Path(name), weights=settings.weights)
        packed = pack(request, lambda _: _quiet())
    files = {name: settings.out / name for name in packed.contents.files}
    write_package(zip_path(settings), Contents(packed.contents.head, files))


def zip_path(settings: Settings) -> Path:
    """The package as one file."""
    return settings.out.with_name(settings.out.name + ".zip")


class _quiet(AbstractContextManager[None]):
    """Steps inside a step are not shown."""

    def __exit__(self, *_: object) -> None:
        return None


# --- evaluation and report


def examine(
    settings: Settings,
    split: Split,
    learnt: Learnt,
    unreadable: Sequence[str],
    strangers: Strangers | None = None,
) -> Measurement:
    """Measures the head that has not seen the photos held back on them, and draws the page.

    Its probabilities come from the very features that it was trained on, which the core computed;
    that the package gives what its head gives was checked when it was packed.
    """
    labels = Labels(split.samples.labels, ())
    model = Model(settings.out, "package", labels, learnt.thresholds, None, settings.name)
    answers = Answers(dataset_of(split), probabilities_of(split, learnt.head), tuple(unreadable))
    source = settings.photos.name
    measured = measure(model, answers, source)
    content = make(model, answers, source, SHOWN, FOLDS)
    if settings.refit:
        note = "Measured with a head that had not seen these photos; the package's saw all of them."
        content = replace(content, notes=[note, *content.notes])
    if strangers:
        content = replace(content, notes=[*content.notes, told_of(strangers)])
    write_file(settings.page, page(content).encode())
    return measured


def told_of(strangers: Strangers) -> str:
    """How well one's own photos are told from others, in a sentence."""
    return (
        f"None of these: {strangers.passing:.0%} of {strangers.pictures} ordinary pictures look"
        f" enough like one of these classes to get a headline at all, where {TRUE_SHARE:.0%} of"
        f" these photos do (AUROC {strangers.auroc:.3f}; centres of photos that had no part)."
    )
