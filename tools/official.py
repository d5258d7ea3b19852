"""The official model the whole way: fetch, find its class list, convert, calibrate, pack, verify.

The card of MindSpore Hub says 600 classes, its checkpoint has 601 or 500 outputs, and no list came
with it. So the list is looked for on photos whose content is known before anything is packed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tools.errors import EXIT_CHECK_FAILED, PocketlensError
from tools.places import OFFICIAL_MODEL, PACKAGES, SAMPLES, shown
from tools.terminal import PATH, fetch_item, run, step

ASSET = "hub-ckpt"
KNOWN = SAMPLES / "photos.csv"


@click.command(
    epilog="Exit codes: 0 a package that passed every check; 1 a named error; 2 wrong usage;"
    " 4 no list fits for certain, or a rung of `verify` is out of tolerance."
)
@click.argument("source", type=PATH, required=False)
@click.option("--known", type=PATH, help="Photos and what is on them: chooses the thresholds too.")
@click.option("--photos", type=PATH, help="Where the photos of --known lie.")
@click.option("--labels", type=PATH, help="The model's own class list, where none of ours fits.")
@click.option("--model", type=PATH, default=OFFICIAL_MODEL, help="The recipe's folder.")
@click.option("--out", type=PATH, help="The package [default: build/packages/NAME].")
def main(
    source: Path | None,
    known: Path | None,
    photos: Path | None,
    labels: Path | None,
    model: Path,
    out: Path | None,
) -> None:
    """Make a verified package of the official model.

    SOURCE is a checkpoint, .onnx, .mindir or .ms that you have; without it the hub card's
    checkpoint is fetched. With --known (a CSV, Open Images' labels or class folders, as `evaluate`
    reads them) thresholds are calibrated; without, every label gets 0.5.
    """
    from tools.evaluation.list_search import find_list
    from tools.evaluation.official import make_package
    from tools.package.recipe import load_recipe
    from tools.reports.list_table import fit_text

    recipe = load_recipe(model)
    file = source or fetched()
    data = (known, photos) if known else None
    click.echo(f"Which class list does {shown(file)} follow?")
    found = find_list(file, recipe, data or (KNOWN, None), labels, step)
    click.echo(fit_text(found) + "\n")
    if not found.sure:
        raise SystemExit(EXIT_CHECK_FAILED)
    made = make_package(file, recipe, found, data, out or PACKAGES / recipe.name, step)
    click.echo(f"{shown(made.packed.out)}: {made.packed.checked}")
    click.echo(made.calibration.text() if made.calibration else "\n".join(made.packed.notes))
    verify(made.packed.out, file, model)
    click.echo(f"{shown(made.archive)}  for the phone: open it in the app")


def fetched() -> Path:
    """The hub card's checkpoint. Raises download_failed, saying how to go on without it."""
    from tools.data.assets import FETCHED, find, items

    try:
        return fetch_item(find(ASSET, items()), FETCHED)
    except PocketlensError as error:
        if error.name != "download_failed":
            raise
        raise PocketlensError(
            error.name,
            error.message,
            do="If you have the file, or a .mindir or .ms of it: make official FROM=FILE.",
        ) from error


def verify(package: Path, source: Path, model: Path) -> None:
    """The rungs of `verify`; ends the command with 4 where one is out of tolerance."""
    from tools.conversion.unnamed import kind_of
    from tools.parity.checks import Subject, check_package
    from tools.parity.ladder import first_out
    from tools.reports.ladder_table import ladder_text

    kind = kind_of(source)
    checkpoint, onnx = (source if kind == one else None for one in ("checkpoint", "onnx"))
    subject = Subject(package, (), model, checkpoint, onnx)
    verdicts = check_package(subject, lambda name: click.echo(f"  {name} …", err=True)).verdicts
    click.echo(ladder_text(verdicts))
    if first_out(verdicts):
        sys.exit(EXIT_CHECK_FAILED)


if __name__ == "__main__":
    run(main)
