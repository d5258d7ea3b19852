"""From a model file without labels to the class list it follows: the steps of `labels --fit`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.conversion.request import Step
from tools.conversion.unnamed import answers
from tools.errors import PocketlensError
from tools.evaluation.list_fit import SURE, Fit, better, candidates, judge, universe
from tools.evaluation.outputs import read_hierarchy
from tools.evaluation.truth import read_dataset
from tools.lists.class_list import read_class_list
from tools.package.label_table import Label
from tools.package.recipe import Recipe
from tools.places import LABELS

LISTS = ("openimages-boxable.csv", "openimages-challenge.csv", "lite-demo-410-thresholds.csv")
HIERARCHY = LABELS / "openimages-hierarchy.csv"


@dataclass(frozen=True)
class Found:
    """All candidates, best first. `second_odds`: the p-value of the best being better than the next
    (`list_fit.better`)."""

    fits: tuple[Fit, ...]
    left_out: tuple[str, ...]  # why each other photo could not be read
    limit: float = SURE

    @property
    def best(self) -> Fit:
        """The candidate that names most photos rightly."""
        return self.fits[0]

    @property
    def second(self) -> Fit | None:
        """The next one."""
        return self.fits[1] if len(self.fits) > 1 else None

    @property
    def second_odds(self) -> float:
        """The p-value of the best being better than the next; 0 where there is no next."""
        return better(self.best, self.second) if self.second else 0.0

    @property
    def fits_at_all(self) -> bool:
        """Whether chance is no explanation for the best."""
        return self.best.p <= self.limit

    @property
    def sure(self) -> bool:
        """Whether one list fits and no other does as well."""
        return self.fits_at_all and self.second_odds <= self.limit


def known_lists(own: Path | None) -> dict[str, Sequence[Label]]:
    """The lists of labels/ by file name, and a list of one's own, which is tried first."""
    lists: dict[str, Sequence[Label]] = {own.name: read_class_list(own)} if own else {}
    for name in LISTS:
        lists.setdefault(name, read_class_list(LABELS / name))
    return lists


def find_list(
    source: Path, recipe: Recipe, data: tuple[Path, Path | None], own: Path | None, step: Step
) -> Found:
    """Try every list on the answers of the model file `source`.

    `data`: what is known of which photos, and where they lie (as for read_dataset). Raises the
    errors of `convert` and of reading data; class_count_mismatch where no list is that long.
    """
    lists = known_lists(own)
    known = universe(lists, read_hierarchy(HIERARCHY))
    dataset = read_dataset(data[0], known, data[1])
    given = answers(source, recipe, dataset.photos, step)
    outputs = given.values.shape[1]
    found = list(candidates(lists, outputs))
    if not found:
        raise PocketlensError(
            "class_count_mismatch",
            f"No class list has as many rows as {source} has outputs.",
            found=f"{outputs} outputs",
            expected=", ".join(f"{len(rows)} ({name})" for name, rows in lists.items()),
            do="Give the model's own list: `labels LIST --fit MODEL`.",
        )
    place = {photo: row for row, photo in enumerate(dataset.photos)}
    truth = dataset.truth[[place[photo] for photo in given.photos]]
    with step("lists"):
        fits = judge(found, given.values, truth, known)
    return Found(tuple(fits), given.left_out)
