"""Makes build/test-data/own: a package of three tints that `own` learnt, for Kotlin's tests.

`.venv/bin/python -m tests.make_own_package`, which does nothing when it is current, is run before
Maven. Beside the package lie pictures that it has not seen and, in `familiar.csv`, what NumPy says
of how like its things each picture is.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path

import cv2
import numpy as np
from click.testing import CliRunner

from tests.make_damaged_packages import kept
from tests.small_photos import TINTS, class_folders, picture
from tools import own
from tools.data.photos import read_photo
from tools.native import Classifier, Settings
from tools.package.embedding import read_embedding, read_known
from tools.package.manifest import EMBEDDING, KNOWN
from tools.package.reader import open_package
from tools.places import FEATURES_MODEL, ROOT
from tools.teaching import vectors

FOLDER = ROOT / "build" / "test-data" / "own"
SEEN = 15  # pictures of a tint
STRANGER = ROOT / "tests" / "data" / "photos" / "temple.jpg"


def make(folder: Path) -> None:
    """Learn and write everything into a folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    photos = class_folders(folder / "work" / "tints", SEEN)
    words = [str(photos), "--out", str(folder / "package"), "--work", str(folder / "work" / "own")]
    words += ["--feature-cache", str(folder / "work" / "cache")]
    result = CliRunner().invoke(own.main, words)
    assert result.exit_code == 0, result.output
    asked = [*new_pictures(folder), STRANGER]
    with (folder / "familiar.csv").open("w", newline="") as file:
        names, found = [path.name for path in asked], familiarities(folder / "package", asked)
        rows = [("photo", "familiarity"), *zip(names, found, strict=True)]
        csv.writer(file, lineterminator="\n").writerows(rows)
    shutil.rmtree(folder / "work")


def new_pictures(folder: Path) -> list[Path]:
    """One of each tint."""
    random = np.random.default_rng(99)
    made = [folder / f"{tint}.png" for tint in TINTS]
    for path in made:
        cv2.imwrite(str(path), picture(path.stem, random)[:, :, ::-1])
    return made


def familiarities(package: Path, photos: list[Path]) -> list[float]:
    """By known.bin's definition: 0.5 at the threshold of the cosine to the nearest class."""
    opened = open_package(package)
    assert opened.manifest.embedding is not None
    space = read_embedding(opened.read(EMBEDDING), opened.manifest.embedding)
    known = read_known(opened.read(KNOWN), space)
    with Classifier(package, Settings(threads=1)) as classifier:
        found = np.stack([classifier.embed(read_photo(photo)) for photo in photos])
    told = vectors.Taught(known.centres, np.full(len(known.centres), known.threshold, np.float32))
    return [float(row.max()) for row in told.scores(vectors.project(space, found))]


def made_from() -> str:
    """SHA-256 of what the package depends on most."""
    sources = [Path(__file__), ROOT / "tests" / "small_photos.py", FEATURES_MODEL / EMBEDDING]
    sources += [FEATURES_MODEL / "model.toml", ROOT / "tools" / "package" / "README.md"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


if __name__ == "__main__":
    kept(FOLDER, made_from(), make)
