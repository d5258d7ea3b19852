"""The packaging command as its tests call it, and what they make with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result

from tests import making
from tools.convert import main
from tools.data.photos import read_photo
from tools.native import check_package
from tools.native.kept import core_worker, mindspore_worker
from tools.package.reader import Package, open_package
from tools.places import ROOT

DEMO = making.DEMO
CAT = ROOT / "tests/data/photos/cat.png"
OFFICIAL = ROOT / "labels/openimages-boxable.csv"
DEMO_410 = ROOT / "labels/lite-demo-410-thresholds.csv"
TORTOISE = "/m/011k07"  # row 0: without it every index changes


def convert(*arguments: object) -> Result:
    """The command's result, with one photo unless the arguments name others."""
    words = [str(one) for one in arguments]
    photos = [] if "--photos" in words else ["--photos", str(CAT)]
    return CliRunner().invoke(main, [*words, *photos])


def made(*arguments: object) -> Result:
    """The result of a conversion that must work."""
    result = convert(*arguments)
    assert result.exit_code == 0, result.output
    return result


def refused(name: str, *arguments: object) -> str:
    """What a conversion says that must be refused by this name."""
    result = convert(*arguments)
    assert result.exit_code == 1, result.output
    assert f"error [{name}]" in result.output, result.output
    return result.output


def outputs_of(package: Path, photo: Path = CAT) -> np.ndarray:
    """The package's raw outputs for a photo, through the core."""
    with core_worker() as worker, worker.open(package) as classifier:
        return classifier.classify(read_photo(photo)).probabilities


def headline(package: Path) -> str:
    """The name that the core gives to the cat's photo."""
    with core_worker() as worker, worker.open(package) as classifier:
        found = classifier.classify(read_photo(CAT)).headline
    return found.label.name if found else "not sure"


def checked(package: Path) -> Package:
    """A package that both readers take."""
    with core_worker() as worker:
        worker.call(check_package, package)
    return open_package(package)


def random_head(work: Path, classes: int) -> Path:
    """A checkpoint of the real backbone with a random head."""
    path = work / f"random-{classes}.ckpt"
    with mindspore_worker() as worker:
        worker.call(making.random_head_checkpoint, path, classes)
    return path
