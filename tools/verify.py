"""Check a package rung by rung against what it was made from, and name the first that differs."""

import json
import sys
from pathlib import Path

import click

from tools.errors import EXIT_CHECK_FAILED, EXIT_SOME_FAILED
from tools.parity.checks import Checked, Subject, check_package
from tools.parity.ladder import first_out
from tools.places import DEMO_PACKAGE, shown
from tools.reports.ladder_table import ladder_text
from tools.terminal import PATH, run


@click.command(
    epilog="Exit codes: 0 every rung that could be run is within its tolerance; 1 a named error;"
    " 2 wrong usage; 3 as 0, but photos that could not be read were left out and named; 4 a rung is"
    " out of tolerance."
)
@click.argument("package", type=PATH, default=shown(DEMO_PACKAGE))
@click.option(
    "--photos",
    type=PATH,
    multiple=True,
    help="Photos or folders of photos [default: the sample photos].",
)
@click.option("--model", type=PATH, help="Its folder of models/, if renamed.")
@click.option("--checkpoint", type=PATH, help="What it was made from.")
@click.option("--onnx", type=PATH, help="What it was made from or through.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(
    package: Path,
    photos: tuple[Path, ...],
    model: Path | None,
    checkpoint: Path | None,
    onnx: Path | None,
    as_json: bool,
) -> None:
    """Run photos through every form of the model in PACKAGE and compare them rung by rung.

    Each rung's raw outputs are compared with those of the rung below, so the rung that is named is
    the step that broke something. A rung that cannot be run here is told, not passed over.
    """
    say = (lambda name: None) if as_json else (lambda name: click.echo(f"  {name} …", err=True))
    subject = Subject(package, photos, model, checkpoint, onnx)
    checked = check_package(subject, say)
    click.echo(json_text(package, checked) if as_json else ladder_text(checked.verdicts))
    if first_out(checked.verdicts):
        sys.exit(EXIT_CHECK_FAILED)
    if checked.left_out:
        sys.exit(EXIT_SOME_FAILED)


def json_text(package: Path, checked: Checked) -> str:
    """The verdicts as JSON."""
    verdicts, wrong = checked.verdicts, first_out(checked.verdicts)
    document = {
        "package": str(package),
        "rungs": [verdict.to_json() for verdict in verdicts],
        "first_out_of_tolerance": wrong.name if wrong else None,
        "left_out": checked.left_out,
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    run(main)
