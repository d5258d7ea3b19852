"""From a folder of class folders to a calibrated, checked package: the steps of `own`.

Neither mindspore nor the native core is loaded here: features, training and evaluation each run in
a worker process (the two cannot live in one, and the core's runtime flushes denormals to zero).
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.data.features import Extracted, extract_apart
from tools.data.samples import SingleLabel, read_class_folders
from tools.data.split import deal_groups, groups_of, hold_out
from tools.errors import PocketlensError
from tools.evaluation.calibration import calibrate
from tools.evaluation.measure import Measurement, measure
from tools.evaluation.outputs import open_model
from tools.evaluation.truth import SINGLE, Dataset
from tools.native.batch import PhotoClassifier
from tools.native.worker import Worker
from tools.package.label_table import Label
from tools.package.packer import ACCURACY, Request, pack
from tools.package.publish import write_file
from tools.package.recipe import Checkpoint, Labels, load_recipe
from tools.package.recipe_toml import write_recipe
from tools.package.threshold_table import Threshold, write_thresholds
from tools.package.writer import Contents, write_package
from tools.training.own_head import OwnHead, save_own_checkpoint, train_own_head
from tools.training.recipes import BASE, cores, dense_recipe, features_package

FOLDS = 5
PARITY_PHOTOS = 12
LONGEST = 24 * 3600  # seconds that training or evaluation may take
SHOWN = 12  # best and worst photos on the page
LEAST = 2  # photos of a class: one to learn from, one to measure with
MOST_UNREADABLE = 0.1

Ints = npt.NDArray[np.int64]
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

    @property
    def page(self) -> Path:
        """The report as one HTML file."""
        return self.work / "report.html"


@dataclass(frozen=True)
class Split:
    """The readable photos, their groups of near-duplicates, and what is held back."""

    samples: SingleLabel
    found: Extracted
    groups: Ints
    alike: float  # the cosine from which on photos counted as near-duplicates; > 1: equal files
    held: npt.NDArray[np.bool_]

    @property
    def classes(self) -> Ints:
        """Each photo's class."""
        return self.samples.classes.astype(np.int64)


@dataclass(frozen=True)
class Report:
    """What is told at the end, ready for JSON."""

    name: str
    classes: int
    photos: int
    unreadable: list[str]
    near_duplicates: int  # photos that share a group with another one
    alike: float  # cosine of features from which on they counted as such; above 1: equal files
    not_held_back: list[str]  # classes of which nothing could be held back
    trained_on: int
    held_back: int
    accuracy: float  # top-1 of the package on the photos held back
    accuracy_interval: tuple[float, float]  # 95 %, Wilson
    cross_validated: float  # top-1 on all other photos by heads that had not seen them
    macro_f1: float
    micro_f1: float
    silent: list[str]
    confusions: list[dict[str, Any]]
    worst: list[dict[str, Any]]
    strength: float
    temperature: float


def make_own(settings: Settings, step: Step) -> tuple[Report, Measurement]:
    """All steps; package (folder and .zip), `report.json` and `report.html` are there after it.

    Raises the errors of data (`bad_dataset`), training, `convert`, and `cannot_write`.
    """
    with step("photos"):
        samples = read_class_folders(settings.photos, least=LEAST)
        check_classes(samples)
    with step("features package"):
        package = features_package(None)
    with step("features"):
        found = extract_apart(package, list(samples.photos), cache=settings.cache)
        split = split_photos(samples, found, settings)
    with step("head"):
        head, folds = train(split, settings)
    with step("thresholds"):
        thresholds = thresholds_of(head, split, folds)
        folder = write_folder(settings, split, head, thresholds)
    with step("package"):
        contents = make_package(settings, split, folder)
    with step("evaluation"):
        measured = evaluate(settings, split)
    report = summarise(settings, split, head, thresholds, measured, contents)
    text = json.dumps(asdict(report), indent=1, ensure_ascii=False)
    (settings.work / "report.json").write_text(text + "\n", encoding="utf-8")
    return report, measured


def check_classes(samples: SingleLabel) -> None:
    """At least two classes."""
    if len(samples.labels) < 2:
        raise PocketlensError(
            "bad_dataset",
            "There is only one class folder, so there is nothing to tell apart.",
            found=samples.labels[0].name,
            expected="two folders or more",
            do="Add a folder of other things.",
        )


# --- split


def split_photos(samples: SingleLabel, found: Extracted, settings: Settings) -> Split:
    """Leaves unreadable photos out, finds near-duplicates, holds photos back."""
    if len(found.errors) > MOST_UNREADABLE * len(samples):
        raise PocketlensError(
            "bad_dataset",
            f"{len(found.errors)} of {len(samples)} photos could not be read; the first:"
            f" {next(iter(found.errors.values()))}",
            do="Take them out. A few bad photos are left out; this is too many.",
        )
    good = found.good
    kept = samples.subset(good)
    few = [
        label.name
        for index, label in enumerate(kept.labels)
        if (kept.classes == index).sum() < LEAST
    ]
    if few:
        raise PocketlensError(
            "bad_dataset",
            f"Too few readable photos of {', '.join(few)}.",
            expected=f"at least {LEAST} of each class",
            do="Add photos or move these folders away.",
        )
    hashes = [found.hashes[index] for index in good]
    vectors = found.vectors[good]
    classes = kept.classes.astype(np.int64)
    groups, alike = groups_of(vectors, hashes, classes)
    held = hold_out(classes, groups, settings.share, settings.seed)
    if not held.any():
        raise PocketlensError(
            "bad_dataset",
            "No photo can be held back to measure with: those of each class are the same photo.",
            do="Add photos that differ from each other.",
        )
    return Split(kept, replace(found, vectors=vectors, hashes=tuple(hashes)), groups, alike, held)


# --- training and thresholds


def train(split: Split, settings: Settings) -> tuple[OwnHead, Ints]:
    """The head, trained in a worker, and the folds by which it was chosen."""
    seen = ~split.held
    classes, groups = split.classes[seen], split.groups[seen]
    folds = deal_groups(classes, groups, min(FOLDS, len(np.unique(groups))), settings.seed)
    with Worker(timeout=LONGEST) as worker:
        head = worker.call(train_own_head, split.found.vectors[seen], classes, folds)
        worker.call(save_own_checkpoint, head, checkpoint_path(settings))
    return head, folds


def checkpoint_path(settings: Settings) -> Path:
    """Where the trained checkpoint stands."""
    return settings.work / f"{settings.name}.ckpt"


def truth_of(classes: Ints, count: int) -> npt.NDArray[np.int8]:
    """(photos, classes): 1 for a photo's class, else 0."""
    return np.eye(count, dtype=np.int8)[classes]


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
    recipe = dense_recipe(load_recipe(BASE), settings.name, title, labels, "softmax", folder)
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


def held_back_accuracy(split: Split, head: OwnHead) -> dict[str, Any]:
    """What the manifest says of accuracy: top-1 on the photos held back, by the head itself."""
    right, count = count_right(split, head)
    low, high = wilson(right, count)
    return {
        "data": "photos of the same folders that were held back, near-duplicates together",
        "photos": count,
        "top1": round(right / count, 4) if count else None,
        "top1_interval": [round(low, 4), round(high, 4)],
    }


def count_right(split: Split, head: OwnHead) -> tuple[int, int]:
    """Right answers and photos among those held back."""
    vectors, classes = split.found.vectors[split.held], split.classes[split.held]
    logits = vectors @ head.weight.T + head.bias
    return int((logits.argmax(1) == classes).sum()), len(classes)


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return (middle - spread) / whole, (middle + spread) / whole


def make_package(settings: Settings, split: Split, folder: Path) -> Contents:
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
    return packed.contents


def zip_path(settings: Settings) -> Path:
    """The package as one file."""
    return settings.out.with_name(settings.out.name + ".zip")


class _quiet(AbstractContextManager[None]):
    """Steps inside a step are not shown."""

    def __exit__(self, *_: object) -> None:
        return None


# --- evaluation and report


def dataset_of(split: Split) -> Dataset:
    """The photos held back, as `evaluate` takes them."""
    rows = np.flatnonzero(split.held)
    classes = split.classes[rows]
    return Dataset(
        tuple(split.samples.photos[row] for row in rows),
        truth_of(classes, len(split.samples.labels)),
        tuple((int(index),) for index in classes),
        tuple(str(split.groups[row]) for row in rows),
        SINGLE,
        "photos held back from training, one label a photo",
    )


def evaluate(settings: Settings, split: Split) -> Measurement:
    """The package itself, through the native core, on the photos held back."""
    with Worker(timeout=LONGEST) as worker:
        return worker.call(examine, settings, dataset_of(split))


def examine(settings: Settings, data: Dataset) -> Measurement:
    """Measures the package on photos and draws the report's page. Loads the native core."""
    from tools.reports.making import make
    from tools.reports.page import page

    model = open_model(settings.out)
    with PhotoClassifier(settings.out, cores(), 1) as classifier:
        found = [each.result for each in classifier.classify(data.photos, 1)]
    rows = [each.probabilities for each in found if each is not None]
    measured = measure(model, data, np.stack(rows), str(settings.photos))
    content = make(model, data, str(settings.photos), SHOWN, FOLDS)
    write_file(settings.page, page(content).encode())
    return measured


def summarise(
    settings: Settings,
    split: Split,
    head: OwnHead,
    thresholds: Sequence[Threshold],
    measured: Measurement,
    contents: Contents,
) -> Report:
    """The report's figures."""
    labels: tuple[Label, ...] = split.samples.labels
    _, sizes = np.unique(split.groups, return_counts=True)
    seen = split.classes[~split.held]
    count = len(split.held)
    held = int(split.held.sum())
    return Report(
        name=settings.name,
        classes=len(labels),
        photos=count,
        unreadable=list(split.found.errors.values()),
        near_duplicates=int(sizes[sizes > 1].sum()),
        alike=split.alike,
        not_held_back=[
            label.name
            for index, label in enumerate(labels)
            if not (split.held & (split.classes == index)).any()
        ],
        trained_on=count - held,
        held_back=held,
        accuracy=measured.top1,
        accuracy_interval=wilson(round(measured.top1 * held), held),
        cross_validated=float((head.held_out.argmax(1) == seen).mean()),
        macro_f1=measured.summary["macro_f1"],
        micro_f1=measured.summary["micro_f1"],
        silent=[
            label.name
            for label, row in zip(labels, thresholds, strict=True)
            if row.status == "silent"
        ],
        confusions=measured.confusions[:10],
        worst=measured.worst[:10],
        strength=head.strength,
        temperature=head.temperature,
    )
