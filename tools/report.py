"""Write a report on a package as one HTML page. Curves, labels, photos, sizes and speeds.

The page needs no network and no other file; it is made from the package's answers to photos whose
labels are known.
"""

from __future__ import annotations

from pathlib import Path

import click

from tools.errors import EXIT_SOME_FAILED
from tools.terminal import PATH, run


@click.command()
@click.argument("package", type=PATH)
@click.argument("data", type=PATH)
@click.option("--photos", type=PATH, help="Where DATA's photos lie (default: beside it).")
@click.option("--out", type=PATH, required=True, help="The HTML file.")
@click.option("--show", default=12, show_default=True, help="How many best and worst photos.")
@click.option(
    "--variant",
    "variants",
    type=PATH,
    multiple=True,
    help="Another package of the same model to compare with; repeatable.",
)
@click.option("--folds", default=5, show_default=True, help="Folds of the calibration check.")
def main(
    package: Path,
    data: Path,
    photos: Path | None,
    out: Path,
    show: int,
    variants: tuple[Path, ...],
    folds: int,
) -> None:
    """Measure PACKAGE on DATA (as `evaluate` does) and write the report to --out."""
    from dataclasses import replace

    from tools.evaluation.outputs import answer, open_model
    from tools.evaluation.truth import read_dataset
    from tools.evaluation.variants import RUNS, compare, rows_of
    from tools.package.publish import write_file
    from tools.reports.making import make
    from tools.reports.page import page

    model = open_model(package)
    known = read_dataset(data, model.labels, photos)
    answers = answer(model, known)
    answers.tell_left_out()
    content = make(model, answers, str(data), show, folds)
    if variants:
        found, _ = compare([package, *variants], data, photos, RUNS)
        content = replace(content, variants=rows_of(found))
    write_file(out, page(content).encode())
    click.echo(f"wrote {out} ({out.stat().st_size / 1e6:.1f} MB)")
    if answers.left_out:
        raise SystemExit(EXIT_SOME_FAILED)


if __name__ == "__main__":
    run(main)
