"""From a model file whose list was found to a calibrated package: the steps behind `official`."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.conversion.packer import pack
from tools.conversion.request import Packed, Request, Step
from tools.conversion.unnamed import kind_of
from tools.evaluation.fitting import Fit, fit_package
from tools.evaluation.list_search import Found
from tools.package import manifest as manifests
from tools.package.label_table import write_labels
from tools.package.recipe import Recipe
from tools.package.threshold_table import write_thresholds
from tools.package.writer import rewrite
from tools.places import SAMPLES


@dataclass(frozen=True)
class Made:
    """The package (a folder and a .zip), and its calibration where photos were given."""

    packed: Packed
    archive: Path
    calibration: Fit | None


def make_package(
    source: Path,
    recipe: Recipe,
    found: Found,
    data: tuple[Path, Path | None] | None,
    out: Path,
    step: Step,
) -> Made:
    """Convert `source` with the list that was found, calibrate on `data` (as for read_dataset), and
    write `out` and `out`.zip. Loads the core into this process.

    Raises the errors of `convert`, of reading data, and too_few_examples.
    """
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "labels.csv"
        table.write_bytes(write_labels(found.best.labels))
        request = Request(recipe, out, SAMPLES, kind_of(source), source, recipe.weights, table)
        packed = pack(request, step)
    calibration = None
    if data is not None:
        with step("thresholds"):
            labels, calibration = fit_package(out, *data)
            changed = {manifests.THRESHOLDS: write_thresholds(labels, calibration.table)}
            rewrite(out, out, changed)
    archive = out.with_name(out.name + ".zip")
    with step("zip"):
        rewrite(out, archive, {})
    return Made(packed, archive, calibration)
