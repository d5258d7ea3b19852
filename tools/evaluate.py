"""Measure a model on photos whose labels are known. Accuracy, F1, average precision, confusions.

The model is a package, or an ONNX file or a checkpoint with its recipe; the data is a CSV, Open
Images' verified labels or a folder of class folders (tools/evaluation/truth.py).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tools.data.cluster import Engine, engine_options
from tools.errors import EXIT_CHECK_FAILED, EXIT_SOME_FAILED
from tools.terminal import PATH, SHARE, run

if TYPE_CHECKING:
    from tools.evaluation.measure import Measurement
    from tools.evaluation.taught import TaughtMeasurement


@click.command(
    epilog="Exit codes: 0 measured; 1 a named error; 2 wrong usage; 3 measured without the photos"
    " that could not be read, which are named; 4 below an asked floor."
)
@click.argument("model", type=PATH)
@click.argument("data", type=PATH)
@click.option("--photos", type=PATH, help="Where DATA's photos lie (default: beside it).")
@click.option("--model", "recipe", type=PATH, help="The recipe's folder, for ONNX or checkpoint.")
@click.option(
    "--taught",
    type=PATH,
    help="Measure the labels of this .taught file (`teach`) on a folder of class folders instead.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option(
    "--worst",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="How many worst photos to list.",
)
@click.option("--min-f1", type=SHARE, help="Exit with 4 when the micro F1 is below this.")
@click.option("--min-accuracy", type=SHARE, help="Exit with 4 when the accuracy is below this.")
@engine_options
def main(
    model: Path,
    data: Path,
    photos: Path | None,
    recipe: Path | None,
    taught: Path | None,
    as_json: bool,
    worst: int,
    min_f1: float | None,
    min_accuracy: float | None,
    engine: str,
    ray_address: str | None,
) -> None:
    """Measure MODEL on DATA at the model's own thresholds.

    Accuracy is top-1 where each photo has one label, else the share of photos whose best label is
    right. Only verified pairs of photo and label count.
    """
    if taught is not None:
        return of_taught(model, data, taught, as_json)
    from tools.evaluation.measure import measure
    from tools.evaluation.outputs import answer, open_model
    from tools.evaluation.truth import read_dataset

    opened = open_model(model, recipe)
    dataset = read_dataset(data, opened.labels, photos)
    answers = answer(opened, dataset, Engine(engine, ray_address))
    answers.tell_left_out()
    found = measure(opened, answers, str(data), worst)
    click.echo(json.dumps(found.as_dict(), indent=1) if as_json else text(found))
    too_low = (min_f1 is not None and found.summary["micro_f1"] < min_f1) or (
        min_accuracy is not None and found.accuracy < min_accuracy
    )
    if too_low:
        click.echo("Below the asked floor.", err=True)
        raise SystemExit(EXIT_CHECK_FAILED)
    if found.left_out:
        raise SystemExit(EXIT_SOME_FAILED)


def of_taught(model: Path, data: Path, taught: Path, as_json: bool) -> None:
    """The other measurement: how well taught labels are told from each other and from the rest."""
    from tools.data.left_out import tell_left_out
    from tools.evaluation.taught import measure_taught
    from tools.package.reader import require_package

    require_package(model)
    found = measure_taught(model, data, taught)
    tell_left_out(found.left_out, sum(row.photos for row in found.rows) + len(found.left_out))
    click.echo(json.dumps(found.as_dict(), indent=1) if as_json else taught_text(found))
    if found.left_out:
        raise SystemExit(EXIT_SOME_FAILED)


def taught_text(found: TaughtMeasurement) -> str:
    """What became of each folder's photos, for a terminal."""
    from tools.reports.table import table

    def share(count: int, photos: int) -> str:
        return f"{count} ({count / photos:.0%})"

    lines = [
        [row.name, str(row.photos), share(row.claimed, row.photos), share(row.another, row.photos)]
        for row in found.rows
    ]
    return table(["folder", "photos", "claimed", "for another"], lines, right=(1, 2, 3))


def text(found: Measurement) -> str:
    """The measurement for a terminal."""
    lines = [
        f"{found.photos} photos of {found.data} ({found.task}: {found.definition})",
        f"result: {{'acc': {found.accuracy!r}}} ckpt={found.model}",  # as the model zoo prints it
        "",
        *(f"  {name:<34}{value:>8.3f}" for name, value in _figures(found)),
        "",
        f"Labels at their thresholds ({len(found.per_label)} with examples, most examples first):",
        *map(_label_line, found.per_label[:25]),
    ]
    if found.confusions:
        lines += ["", "Most often taken for something else:"]
        lines += [
            f"  {c['times']:>4} x {c['named']} shown as {c['shown']}" for c in found.confusions
        ]
    if found.worst:
        lines += ["", "Worst photos:"]
        lines += [f"  {p['photo']}: {p['named']} shown as {p['shown'] or '-'}" for p in found.worst]
    return "\n".join(lines)


def _figures(found: Measurement) -> list[tuple[str, float]]:
    rows = [] if found.balanced is None else [("balanced accuracy (by class)", found.balanced)]
    rows += [("top-1 accuracy", found.top1), ("top-5 accuracy", found.top5)] if rows else []
    rows += [(f"best label {name}", value) for name, value in found.best.items()]
    rows += [(f"headline {name}", value) for name, value in found.headline.items()]
    rows += [(f"guess {name}", value) for name, value in found.guess.items()]
    rows += [(f"calibration error, {name}", value) for name, value in found.calibration.items()]
    return rows + [(name.replace("_", " "), value) for name, value in found.summary.items()]


def _label_line(row: dict[str, Any]) -> str:
    def share(key: str) -> str:
        return "    -" if row[key] is None else f"{row[key]:5.2f}"

    figures = "  ".join(f"{key} {share(key)}" for key in ("precision", "recall", "f1", "ap"))
    return f"  {row['name']:<26}{row['support']:>5} examples  {figures}  t {row['threshold']:.3f}"


if __name__ == "__main__":
    run(main)
