"""From a folder of class folders to a calibrated, checked package: the steps of `own`.

Neither mindspore nor the native core is loaded here: features, training and evaluation each run in
a worker process (the two cannot live in one, and the core's runtime flushes denormals to zero).
"""

from __future__ import annotations

import json
import tempfile
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from tools.conversion.packer import ACCURACY, Request, Step, pack
from tools.data.cluster import LOCAL, Engine
from tools.data.features import extract_apart
from tools.data.samples import read_class_folders
from tools.data.split import deal_groups
from tools.evaluation.calibration import calibrate
from tools.evaluation.measure import Measurement, measure
from tools.evaluation.outputs import open_model, timed_outputs
from tools.evaluation.truth import Dataset
from tools.native.worker import Worker
from tools.package.publish import write_file
from tools.package.recipe import Checkpoint, Labels, load_recipe
from tools.package.recipe_toml import write_recipe
from tools.package.threshold_table import Threshold, write_thresholds
from tools.package.writer import Contents, write_package
from tools.places import DEMO_MODEL
from tools.training.own_head import OwnHead, save_own_checkpoint, train_own_head
from tools.training.own_report import Report, held_back_accuracy, summarise
from tools.training.own_split import (
    LEAST,
    Ints,
    Split,
    check_classes,
    dataset_of,
    split_photos,
    truth_of,
)
from tools.training.recipes import dense_recipe, features_package

FOLDS = 5
PARITY_PHOTOS = 12
LONGEST = 24 * 3600  # seconds that training or evaluation may take
SHOWN = 12  # best and worst photos on the page


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
    engine: Engine = LOCAL  # where features and the held-back photos' scores are computed

    @property
    def page(self) -> Path:
        """The report as one HTML file."""
        return self.work / "report.html"


def make_own(settings: Settings, step: Step) -> tuple[Report, Measurement]:
    """All steps; package (folder and .zip), `report.json` and `report.html` are there after it.

    Raises the errors of data (`bad_dataset`), training, `convert`, and `cannot_write`.
    """
    with step("photos"):
        samples = read_class_folders(settings.photos, least=LEAST)
        check_classes(samples)
    with step("features package"):
        package = features_package(None)
    with Worker(LONGEST, preload="mindspore") as trainer:  # which takes seconds to import
        with step("features"):
            found = extract_apart(
                package, samples.photos, cache=settings.cache, engine=settings.engine
            )
            split = split_photos(samples, found, settings.share, settings.seed)
        with step("head"):
            head, folds = train(trainer, split, settings)
    with step("thresholds"):
        thresholds = thresholds_of(head, split, folds)
        folder = write_folder(settings, split, head, thresholds)
    with step("package"):
        make_package(settings, split, folder)
    with step("evaluation"):
        measured = evaluate(settings, split)
    report = summarise(settings.name, split, head, thresholds, measured)
    text = json.dumps(asdict(report), indent=1, ensure_ascii=False)
    (settings.work / "report.json").write_text(text + "\n", encoding="utf-8")
    return report, measured


# --- training and thresholds


def train(worker: Worker, split: Split, settings: Settings) -> tuple[OwnHead, Ints]:
    """The head, trained in the worker, and the folds by which it was chosen."""
    seen = ~split.held
    classes, groups = split.classes[seen], split.groups[seen]
    folds = deal_groups(classes, groups, min(FOLDS, len(np.unique(groups))), settings.seed)
    head = worker.call(train_own_head, split.found.vectors[seen], classes, folds)
    worker.call(save_own_checkpoint, head, checkpoint_path(settings))
    return head, folds


def checkpoint_path(settings: Settings) -> Path:
    """Where the trained checkpoint stands."""
    return settings.work / f"{settings.name}.ckpt"


def thresholds_of(head: OwnHead, split: Split, folds: Ints) -> tuple[Threshold, ...]:
    """Thresholds by what heads said about photos that they had not seen."""
    classes = split.classes[~split.held]
    count = len(split.samples.labels)
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
    settings: Settings, split: Split, head: OwnHead, thresholds: tuple[Threshold, ...]
) -> Path:
    """The model's folder: recipe, labels, thresholds, accuracy; what `convert --model` takes."""
    folder = settings.work / "model"
    labels = split.samples.labels
    title = f"MobileNetV2 1.0/224, {len(labels)} own labels"
    recipe = dense_recipe(load_recipe(DEMO_MODEL), settings.name, title, labels, "softmax", folder)
    table = folder / "thresholds.csv"
    table.write_bytes(write_thresholds(labels, thresholds))
    assert recipe.labels is not None
    recipe = replace(
        recipe,
        labels=Labels(recipe.labels.table, len(labels), thresholds=table),
        checkpoint=Checkpoint(file=checkpoint_path(settings)),
    )
    write_recipe(recipe, folder)
    accuracy = held_back_accuracy(split, head)
    (folder / ACCURACY).write_text(json.dumps(accuracy, indent=1) + "\n")
    return folder


def make_package(settings: Settings, split: Split, folder: Path) -> None:
    """The package as a folder and as a .zip, compared with its source on photos held back."""
    recipe = load_recipe(folder)
    with tempfile.TemporaryDirectory() as name:
        chosen = np.flatnonzero(split.held if split.held.any() else ~split.held)[:PARITY_PHOTOS]
        for index in chosen:
            photo = split.samples.photos[index].resolve()
            (Path(name) / f"{index:06d}{photo.suffix}").symlink_to(photo)
        request = Request(recipe, settings.out, Path(name), weights=recipe.weights)
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


def evaluate(settings: Settings, split: Split) -> Measurement:
    """The package itself, through the native core, on the photos held back."""
    with Worker(timeout=LONGEST) as worker:
        return worker.call(examine, settings, dataset_of(split))


def examine(settings: Settings, data: Dataset) -> Measurement:
    """Measures the package on photos and draws the report's page. Loads the native core."""
    from tools.reports.making import make
    from tools.reports.page import page

    model = open_model(settings.out)
    answers = timed_outputs(model, data.photos, settings.engine)
    measured = measure(model, data, answers[0], str(settings.photos))
    content = make(model, data, str(settings.photos), SHOWN, FOLDS, answers)
    write_file(settings.page, page(content).encode())
    return measured
