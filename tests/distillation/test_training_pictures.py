"""What the demo head was trained on, and that nothing it is judged or shown by was among it."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tools.data.photos import read_photo
from tools.distillation.pictures import KINDS, read_entries
from tools.distillation.sources import read_sources
from tools.places import ROOT

MODEL = ROOT / "models" / "mobilenetv2-openimages"
PHOTOS = ROOT / "tests" / "data" / "photos"
ENTRIES = read_entries(MODEL / "training.csv")
SOURCES = read_sources(MODEL / "sources.toml")


def table(file: Path) -> list[dict[str, str]]:
    with open(file, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_training_picture_is_listed_with_source_and_hash() -> None:
    assert len({(entry.source, entry.path) for entry in ENTRIES}) == len(ENTRIES) > 500
    for entry in ENTRIES:
        assert entry.source in SOURCES
        assert entry.kind in KINDS
        assert len(entry.sha256) == 64


def test_no_sample_photo_is_a_training_picture() -> None:
    trained = {entry.sha256 for entry in ENTRIES}
    for photo in PHOTOS.iterdir():
        assert hashlib.sha256(photo.read_bytes()).hexdigest() not in trained


def test_sample_and_validation_photos_come_from_packages_that_are_not_trained_on() -> None:
    trained = {entry.source for entry in ENTRIES}
    sampled = {row["source"].split()[0] for row in table(PHOTOS / "photos.csv")}
    assert sampled == {"scikit-image", "scikit-learn", "gcompris-qt-data"}
    assert not sampled & trained
    assert "gcompris-qt-data" in SOURCES


def test_sample_photos_are_what_their_table_says() -> None:
    rows = table(PHOTOS / "photos.csv")
    files = {photo.name for photo in PHOTOS.iterdir() if photo.suffix in (".jpg", ".png")}
    assert {row["file"] for row in rows} == files
    assert len(files) >= 16
    for row in rows:
        content = (PHOTOS / row["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
        assert len(content) < 150_000
        assert row["licence"]
        assert row["author"]


def likeness(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """64 bits that survive scaling and encoding: neighbouring cells of 9 x 8 greys compared."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    cells = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA).astype(np.int16)
    return np.asarray(cells[:, 1:] > cells[:, :-1]).ravel()


def test_no_sample_photo_looks_like_another() -> None:
    """Also shows that the likeness works: a photo and its smaller copy agree, others do not."""
    photos = [read_photo(PHOTOS / row["file"]) for row in table(PHOTOS / "photos.csv")]
    marks = [likeness(photo) for photo in photos]
    for index, photo in enumerate(photos):
        smaller = cv2.resize(photo, (200, 160), interpolation=cv2.INTER_AREA)
        assert (likeness(smaller) != marks[index]).sum() <= 6
        for other in range(index):
            assert (marks[other] != marks[index]).sum() > 10


def test_no_validation_photo_is_a_training_picture() -> None:
    trained = {entry.sha256 for entry in ENTRIES}
    rows = table(MODEL / "validation.csv")
    assert len(rows) > 150
    for row in rows:
        assert row["sha256"] not in trained
        assert not any(entry.path.endswith(row["file"]) for entry in ENTRIES)


def test_the_heads_rows_are_those_of_the_class_map() -> None:
    """Weights, class map, recipe and list of taught labels agree on number and order."""
    taught = [row["labels"] for row in table(MODEL / "taught.csv")]
    rows = table(ROOT / "labels" / "imagenet-to-openimages.csv")
    assert [row["names"] for row in rows[1000:]] == taught
    with np.load(MODEL / "head.npz") as head:
        assert head["weight"].shape == (len(rows), 1280)
        assert head["bias"].shape == (len(rows),)
        assert head["weight"].dtype == np.float16
    assert f"dense_outputs = {len(rows)}" in (MODEL / "model.toml").read_text(encoding="utf-8")
    assert (MODEL / "head.npz").stat().st_size <= 3_000_000
    names = {name for labels in taught for name in labels.split("; ")}
    assert {name for entry in ENTRIES for name in entry.taught} >= names
