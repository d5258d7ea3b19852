"""Check a package rung by rung against what it was made from, and name the first that differs."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tools.data.photos import find_photos, read_photo
from tools.errors import EXIT_CHECK_FAILED
from tools.native.classifier import Classifier, Settings
from tools.package.label_table import Label
from tools.package.reader import Package, open_package
from tools.package.recipe import Preprocess, Recipe
from tools.parity import rungs
from tools.parity.ladder import NOT_RUN, OUT, Verdict, climb, first_out
from tools.parity.sources import find_recipe, find_sources
from tools.places import DEMO_PACKAGE, SAMPLES, shown
from tools.reports.table import table
from tools.terminal import PATH


@click.command(
    epilog="Exit codes: 0 every rung that could be run is within its tolerance; 1 a named error;"
    " 2 wrong usage; 4 a rung is out of tolerance."
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
    subject = load(package, photos, model)
    say = (lambda name: None) if as_json else (lambda name: click.echo(f"  {name} …", err=True))
    sources = find_sources(subject.package.manifest, subject.recipe, checkpoint, onnx)
    with Classifier(package, Settings(threads=1)) as classifier:
        verdicts = [*checks(subject, classifier)]
        verdicts += climb(
            rungs.build_rungs(
                package,
                subject.package.manifest,
                subject.recipe,
                sources,
                classifier,
                subject.photos,
            ),
            say,
            ranked=subject.package.manifest.kind == "classifier",
        )
    click.echo(json_text(package, verdicts) if as_json else text(verdicts))
    if first_out(verdicts):
        sys.exit(EXIT_CHECK_FAILED)


@dataclass(frozen=True)
class Subject:
    """A package to verify, the recipe it should follow where that is at hand, and photos."""

    package: Package
    recipe: Recipe | None
    photos: list[rungs.Photo]


def load(package: Path, photos: Sequence[Path], model: Path | None) -> Subject:
    """Read package, recipe and photos. Errors: theirs; an unreadable photo is one too."""
    opened = open_package(package)
    recipe = find_recipe(opened.manifest, model)
    decoded = [(path, read_photo(path)) for path in find_photos(photos or [SAMPLES])]
    return Subject(opened, recipe, rungs.load_photos(decoded, preprocessing(opened, recipe)))


def preprocessing(package: Package, recipe: Recipe | None) -> Preprocess:
    """What the oracle follows: model.toml where it is at hand, else what the package says."""
    return recipe.preprocess if recipe else package.manifest.recipe.preprocess


def checks(subject: Subject, classifier: Classifier) -> list[Verdict]:
    """The label table against the class list, and preprocessing against the oracle."""
    package, recipe = subject.package, subject.recipe
    verdicts = []
    if package.manifest.kind == "classifier":
        told, note = class_list(recipe)
        verdicts.append(rungs.labels_verdict(package.labels, told, note))
    notes = rungs.recipe_differences(package.manifest, recipe) if recipe else []
    made = rungs.preprocessing_verdict(classifier, subject.photos)
    return [*verdicts, rungs.with_note(made, notes)]


def class_list(recipe: Recipe | None) -> tuple[Sequence[Label] | None, str]:
    """The labels that a recipe's class list names, or None and why there are none."""
    if recipe is None or recipe.labels is None:
        return None, "no model folder with a class list is at hand; give one with --model"
    from tools.lists.class_list import read_class_list

    return read_class_list(recipe.labels.table), ""


def text(verdicts: Sequence[Verdict]) -> str:
    """The table and one sentence about it."""
    head = ["rung", "against", "max diff.", "mean diff.", "tolerance", "top-5", "", "note"]
    rows = [_row(verdict) for verdict in verdicts]
    lines = [table(head, rows, right=(2, 3, 4, 5), flexible=7), ""]
    wrong = first_out(verdicts)
    left_out = [verdict.name for verdict in verdicts if verdict.status == NOT_RUN]
    if wrong:
        lines.append(
            f"The first rung that is out of tolerance: {wrong.name}. {wrong.note}".rstrip()
        )
    else:
        lines.append("Every rung that was run is within its tolerance.")
    if left_out:
        lines.append(
            "Not run: " + "; ".join(_why(v) for v in verdicts if v.status == NOT_RUN) + "."
        )
    return "\n".join(lines)


def _why(verdict: Verdict) -> str:
    return f"{verdict.name} ({verdict.note})"


def _row(verdict: Verdict) -> list[str]:
    def number(value: float | None) -> str:
        return "" if value is None else "0" if value == 0 else f"{value:.1e}"

    agreed = verdict.top5_agreement
    return [
        verdict.name,
        verdict.against or "",
        number(verdict.max_difference),
        number(verdict.mean_difference),
        number(verdict.tolerance),
        "" if agreed is None else f"{round(agreed * verdict.photos)}/{verdict.photos}",
        verdict.status.upper() if verdict.status == OUT else verdict.status,
        verdict.note,
    ]


def json_text(package: Path, verdicts: Sequence[Verdict]) -> str:
    """The verdicts as JSON."""
    wrong = first_out(verdicts)
    document = {
        "package": str(package),
        "rungs": [verdict.to_json() for verdict in verdicts],
        "first_out_of_tolerance": wrong.name if wrong else None,
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
