"""The data sets that training takes, opened by what the options name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from tools.data.openimages import OpenImages
from tools.data.openimages_labels import compile_labels
from tools.data.samples import Samples, read_class_folders, read_table
from tools.lists.class_list import read_class_list
from tools.package.label_table import Label
from tools.places import LABELS

OFFICIAL = LABELS / "openimages-boxable.csv"
HIERARCHY = LABELS / "openimages-hierarchy.csv"
VALIDATION = ("validation_preprocess", "validation", "val", "valid")  # the first that is there


@dataclass(frozen=True)
class DataOptions:
    """Which data set, and how to read it."""

    path: Path
    annotations: tuple[Path, ...]
    labels: Path | None
    hierarchy: Path | None
    photos: Path | None
    skip_unknown: bool
    out: Path


def read_labels(path: Path | None) -> tuple[Label, ...] | None:
    """The class list that an option names."""
    return None if path is None else read_class_list(path)


def open_data(options: DataOptions) -> tuple[Samples, Samples | None]:
    """The photos to train on, and those to validate with if there are any."""
    labels = read_labels(options.labels)
    if options.annotations:
        return open_images(options, labels), None
    if options.path.is_file():
        official = read_labels(OFFICIAL) or ()
        edges = options.hierarchy or HIERARCHY
        return read_table(options.path, labels, options.photos, edges, official), None
    root = options.path / "train"
    if not root.is_dir():
        return read_class_folders(options.path, labels, least=2), None
    train = read_class_folders(root, labels, least=2)
    for name in VALIDATION:
        if (options.path / name).is_dir():  # where a class may lack photos
            held = read_class_folders(options.path / name, train.labels, least=0, complete=False)
            return train, held
    return train, None


def open_images(options: DataOptions, labels: tuple[Label, ...] | None) -> Samples:
    """Open Images' photos and label files; the labels are compiled once into the output folder."""
    labels = labels or read_labels(OFFICIAL) or ()
    hierarchy = options.hierarchy or HIERARCHY
    store = options.out / "labels"
    if not store.is_dir():
        counts = compile_labels(
            options.annotations, labels, hierarchy, store, skip_unknown=options.skip_unknown
        )
        click.echo(
            f"{counts.rows:,} label rows read; left out: {counts.unverified:,} not verified,"
            f" {counts.unknown_label:,} of other classes"
        )
    return OpenImages(store, labels, options.path)
