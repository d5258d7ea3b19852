"""Make the label table of a model from a class list, or find the list that a model follows.

The list may be Open Images' class-descriptions CSV, a package's labels.csv, the older demo's table,
a table with names and numbers or ids, a text file with one name a line (after its number or
WordNet id, if every line has one), YAML, JSON, or a folder of class folders. Order is kept, for it
is the order of the model's outputs; where the list gives numbers, they are that order. A damaged
line is refused with its number.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tools.errors import EXIT_CHECK_FAILED, EXIT_SOME_FAILED, PocketlensError
from tools.lists.class_list import check_counts, exclude, read_class_list
from tools.package.label_table import Label, write_labels
from tools.package.publish import write_file
from tools.places import OFFICIAL_MODEL, SAMPLES
from tools.terminal import PATH, run, step

__all__ = ["main", "read_class_list"]

KNOWN = SAMPLES / "photos.csv"


@click.command()
@click.argument("source", type=PATH, required=False)
@click.option("--out", type=PATH, help="Write the table (index,mid,name).")
@click.option(
    "--exclude",
    "excluded",
    multiple=True,
    metavar="MID",
    help="Leave a row out, e.g. to come from 601 to 600 rows. May be repeated.",
)
@click.option("--count", type=click.IntRange(1), help="How many classes are published.")
@click.option("--model", type=PATH, help="A folder of models/ it must fit.")
@click.option("--ms", type=PATH, help="A converted model it must fit.")
@click.option("--fit", type=PATH, help="A model file: find the list that its outputs follow.")
@click.option("--known", type=PATH, help="With --fit: photos and what is on them, as `evaluate`'s.")
@click.option("--photos", type=PATH, help="With --known: where its photos lie.")
@click.option("--all", "every", is_flag=True, help="With --fit: every row that is not proven.")
def main(
    source: Path | None,
    out: Path | None,
    excluded: tuple[str, ...],
    count: int | None,
    model: Path | None,
    ms: Path | None,
    fit: Path | None,
    known: Path | None,
    photos: Path | None,
    every: bool,
) -> None:
    """Read the class list SOURCE, check it, and write it as a package's label table.

    Published count (--count, or the recipe's with --model), rows of the list and outputs of the
    model (--ms) must agree; where they do not, the command says which of them differs.

    With --fit MODEL (a checkpoint, .onnx, .mindir or .ms without labels) every list in labels/ and
    SOURCE, in several orders, is tried on photos whose content is known (--known, else the sample
    photos). The answer says which list fits, how surely, and which rows no photo has proven. Exit
    code 4: none fits, or two cannot be told apart.
    """
    if fit is not None:
        if excluded or count is not None or ms is not None:
            raise click.UsageError("--fit tries every row itself: no --exclude, --count or --ms.")
        sys.exit(
            fit_model(fit, source, out, model or OFFICIAL_MODEL, (known or KNOWN, photos), every)
        )
    if source is None:
        raise click.UsageError("Give a class list, or a model with --fit.")
    labels = exclude(read_class_list(source), excluded)
    published = count if count is not None else published_count(model)
    check_counts(published, len(labels), model_outputs(ms) if ms else None)
    if out is not None:
        write_file(out, write_labels(labels))
    click.echo(summary(labels, source, out))


def published_count(model: Path | None) -> int | None:
    """How many classes a model's recipe says there are; None without a model."""
    if model is None:
        return None
    from tools.package.recipe import load_recipe

    recipe = load_recipe(model)
    if recipe.labels is None:
        raise PocketlensError("wrong_kind", f"{recipe.path} is a features model without labels.")
    return recipe.labels.count


def model_outputs(ms: Path) -> int:
    """How many values a converted model gives, as the runtime says."""
    from tools.conversion.bridge import describe_ms

    return describe_ms(ms).outputs


def summary(labels: tuple[Label, ...], source: Path, out: Path | None) -> str:
    """What was read and where it went."""
    own = sum(label.mid.startswith("own/") for label in labels)
    kinds = f"{len(labels) - own} with MIDs, {own} own"
    ends = f"0 {labels[0].name} … {len(labels) - 1} {labels[-1].name}"
    lines = [f"{source}: {len(labels)} classes ({kinds}): {ends}", *_twins(labels)]
    return "\n".join(lines + ([f"wrote {out}"] if out else []))


def _twins(labels: tuple[Label, ...]) -> list[str]:
    """Names that several classes share, which only their ids tell apart."""
    mids: dict[str, list[str]] = {}
    for label in labels:
        mids.setdefault(label.name, []).append(label.mid)
    return [
        f"  {len(ids)} classes are called {n}: {', '.join(ids)}"
        for n, ids in mids.items()
        if len(ids) > 1
    ]


# --- which list a model follows


def fit_model(
    source: Path,
    own: Path | None,
    out: Path | None,
    model: Path,
    data: tuple[Path, Path | None],
    every: bool,
) -> int:
    """Find the list of a model file, say so, write it to `out`; the exit code."""
    from tools.evaluation.list_search import find_list
    from tools.package.recipe import load_recipe
    from tools.reports.list_table import fit_text

    found = find_list(source, load_recipe(model), data, own, step)
    click.echo(fit_text(found, every))
    if not found.sure:
        return EXIT_CHECK_FAILED
    if out is not None:
        write_file(out, write_labels(found.best.labels))
        click.echo(f"wrote {out}")
    return EXIT_SOME_FAILED if found.left_out else 0


if __name__ == "__main__":
    run(main)
