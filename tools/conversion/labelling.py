"""Which labels and thresholds a package gets: the options', the recipe's, or none that are known.

A threshold table belongs to one model: it says from which of *its* outputs on a label is sure. The
recipe's own is used for the file that it was chosen for and for no other; any other model gets 0.5
for every label, with the status `default`, until its own are calibrated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import quote

from tools.errors import PocketlensError
from tools.lists.class_list import check_counts, exclude, read_class_list
from tools.lists.companions import companion_tables
from tools.lists.threshold_list import belongs_to, import_thresholds
from tools.package import manifest as manifests
from tools.package.label_table import Label, write_labels
from tools.package.recipe import Recipe, load_recipe
from tools.package.recipe_tables import Labels
from tools.package.recipe_toml import write_recipe
from tools.package.threshold_table import default_thresholds, write_thresholds
from tools.places import shown

OTHERS = "The thresholds of {recipe} were chosen for another model file and are not used."
CALIBRATE = (
    "No thresholds of this model are known: every label gets 0.5, with the status `default`."
    " With photos whose labels you know, its own are chosen by:"
    " .venv/bin/python -m tools thresholds {package} --calibrate DATA --update"
)


@dataclass(frozen=True)
class Choice:
    """What the options say of labels and thresholds."""

    labels: Path | None = None  # a class list in place of the recipe's
    excluded: tuple[str, ...] = ()  # MIDs to leave out
    thresholds: Path | None = None  # a table in place of the recipe's


@dataclass(frozen=True)
class Tables:
    """A package's tables by file name, and sentences that its maker should read."""

    files: dict[str, bytes | Path] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def table_of(recipe: Recipe, choice: Choice, outputs: Callable[[], int]) -> Path:
    """The recipe's class list, or of its alternatives the one with as many rows as outputs.

    `outputs` counts those of the model; it is asked only where there is a choice. Raises
    class_count_mismatch for a number that none of the lists has.
    """
    assert recipe.labels is not None
    if choice.labels or choice.excluded or not recipe.labels.alternatives:
        return recipe.labels.table
    counts = {recipe.labels.count: recipe.labels.table}
    for path in recipe.labels.alternatives:
        counts.setdefault(len(read_class_list(path)), path)
    found = outputs()
    if found not in counts:
        raise PocketlensError(
            "class_count_mismatch",
            f"None of the class lists of {recipe.path} has as many rows as the model has outputs.",
            found=f"{found} outputs",
            expected=", ".join(f"{count} ({path.name})" for count, path in counts.items()),
            do="`labels --fit MODEL` says which list fits. Then name it with --labels, or the rows"
            " to leave out with --exclude MID.",
        )
    return counts[found]


def class_list(recipe: Recipe, choice: Choice, table: Path) -> tuple[Label, ...]:
    """The labels of a class list without those that are left out."""
    assert recipe.labels is not None
    listed = exclude(read_class_list(table), choice.excluded)
    if table == recipe.labels.table and not choice.excluded:
        check_counts(recipe.labels.count, len(listed), None)
    return listed


def rebased(recipe: Recipe, labels: Sequence[Label], work: Path) -> Recipe:
    """The recipe for another class list, written to `work` for the export to read."""
    assert recipe.labels is not None
    table = work / "classes.csv"
    table.write_bytes(write_labels(labels))
    changed = replace(
        recipe,
        outputs=len(labels),
        network=replace(recipe.network, num_classes=len(labels)),
        labels=Labels(table, len(labels), recipe.labels.hierarchy, None, recipe.labels.names),
    )
    return load_recipe(write_recipe(changed, work))


def make_tables(
    recipe: Recipe,
    labels: Sequence[Label],
    choice: Choice,
    source: tuple[Path, str],
    package: Path,
) -> Tables:
    """The tables for `labels`; thresholds as the options say, else the recipe's if they belong to
    the file `source` (path and hash), else 0.5 and a note on how to calibrate `package`."""
    assert recipe.labels is not None
    table = choice.thresholds
    if table is None and belongs_to(recipe, *source):
        table = recipe.labels.thresholds
    rows = import_thresholds(table, labels) if table else default_thresholds(len(labels))
    files: dict[str, bytes | Path] = {
        manifests.LABELS: write_labels(labels),
        manifests.THRESHOLDS: write_thresholds(labels, rows),
    }
    files |= companion_tables(recipe.labels.hierarchy, recipe.labels.names, labels)
    if table:
        return Tables(files)
    refused = (OTHERS.format(recipe=shown(recipe.path)),) if recipe.labels.thresholds else ()
    return Tables(files, (*refused, CALIBRATE.format(package=quote(str(shown(package))))))
