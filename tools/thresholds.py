"""Show, make, import or calibrate the threshold table of a model.

A threshold says from which probability on a label counts as sure. Without calibration data every
label gets 0.5 with the status `default`, and the table says so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from tools.data.cluster import Engine, engine_options
from tools.errors import EXIT_SOME_FAILED, PocketlensError
from tools.package.label_table import Label
from tools.package.manifest import THRESHOLDS
from tools.package.publish import write_file
from tools.package.threshold_table import (
    STATUSES,
    Threshold,
    default_thresholds,
    write_thresholds,
)
from tools.terminal import PATH, SHARE, run


@click.command()
@click.argument("package", type=PATH, required=False)
@click.option("--labels", type=PATH, help="A class list, without PACKAGE.")
@click.option(
    "--import",
    "source",
    type=PATH,
    help="A threshold table: a package's, or the older demo's (index,label,threshold).",
)
@click.option(
    "--calibrate",
    "data",
    type=PATH,
    help="Photos whose labels are known: a CSV, Open Images' labels or class folders.",
)
@click.option("--photos", type=PATH, help="Where the CSV's photos lie.")
@click.option(
    "--folds",
    type=click.IntRange(2),
    default=5,
    show_default=True,
    help="Parts to hold back in turn.",
)
@click.option(
    "--min-precision", type=SHARE, default=0.0, help="Share of reports that must be right."
)
@click.option("--min-recall", type=SHARE, default=0.0, help="Share of examples that must be found.")
@click.option("--json", "as_json", is_flag=True, help="Print the calibration's figures as JSON.")
@click.option("--out", type=PATH, help="Write thresholds.csv.")
@click.option("--update", is_flag=True, help="Write the thresholds into PACKAGE itself.")
@click.option("--all", "every", is_flag=True, help="List every label, not only a summary.")
@engine_options
def main(
    package: Path | None,
    labels: Path | None,
    source: Path | None,
    data: Path | None,
    photos: Path | None,
    folds: int,
    min_precision: float,
    min_recall: float,
    as_json: bool,
    out: Path | None,
    update: bool,
    every: bool,
    engine: str,
    ray_address: str | None,
) -> None:
    """Show the thresholds of PACKAGE, or make a table for the class list --labels.

    With --import the thresholds come from another table, which must name the same labels in the
    same order; with --calibrate from PACKAGE's answers to photos whose labels are known (the method
    stands in tools/evaluation/calibration.py); with neither, they are 0.5 with the status default.
    """
    if update and package is None:
        raise click.UsageError("--update needs PACKAGE.")
    if data is not None:
        if package is None or source is not None:
            raise click.UsageError("--calibrate needs PACKAGE and no --import.")
        from tools.evaluation.calibration import Floors
        from tools.evaluation.fitting import fit_package

        floors = Floors(min_precision, min_recall)
        where = Engine(engine, ray_address)
        rows, fitted = fit_package(package, data, photos, folds, floors, where)
        table: Sequence[Threshold] = fitted.table
        click.echo(json.dumps(fitted.as_dict(), indent=1) if as_json else fitted.text())
        left_out = fitted.left_out
    else:
        left_out = ()
        rows, table = load(package, labels, source)
    if out is not None:
        write_file(out, write_thresholds(rows, table))
    if update and package is not None:
        from tools.package.writer import rewrite

        rewrite(package, package, {THRESHOLDS: write_thresholds(rows, table)})
    if every:
        for label, row in zip(rows, table, strict=True):
            click.echo(f"{row.threshold:<10.4g} {row.status:<11} {label.name} ({label.mid})")
    if not as_json:
        written = [str(path) for path in (out, package if update else None) if path]
        click.echo("\n".join([summary(table), *(f"wrote {path}" for path in written)]))
    if left_out:
        raise SystemExit(EXIT_SOME_FAILED)


def load(
    package: Path | None, labels: Path | None, source: Path | None
) -> tuple[Sequence[Label], Sequence[Threshold]]:
    """Labels and thresholds that the options name."""
    from tools.lists.class_list import read_class_list
    from tools.lists.threshold_list import import_thresholds
    from tools.package.reader import open_package

    if (package is None) == (labels is None):
        raise click.UsageError("Give either PACKAGE or --labels.")
    if package is not None:
        opened = open_package(package)
        if opened.manifest.kind == "features":
            raise PocketlensError("wrong_kind", f"{package} is a features package without labels.")
        rows: Sequence[Label] = opened.labels
        table: Sequence[Threshold] = opened.thresholds
    else:
        assert labels is not None
        rows = read_class_list(labels)
        table = default_thresholds(len(rows))
    return rows, import_thresholds(source, rows) if source is not None else table


def summary(table: Sequence[Threshold]) -> str:
    """How many labels have which status, and the range of the thresholds."""
    found = Counter(row.status for row in table)
    kinds = ", ".join(f"{found[status]} {status}" for status in STATUSES if found[status])
    values = [row.threshold for row in table]
    return f"{len(table)} thresholds ({kinds}) from {min(values):.4g} to {max(values):.4g}"


if __name__ == "__main__":
    run(main)
