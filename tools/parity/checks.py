"""All that `verify` asks of a package: labels, preprocessing, the rungs of the ladder, and the
reference picture that it carries."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.conversion.labelling import rebased
from tools.data.left_out import read_all, tell_left_out
from tools.data.photo_files import find_photos
from tools.lists.class_list import read_class_list
from tools.native.classifier import Classifier, Settings
from tools.package.label_table import Label
from tools.package.reader import Package, open_package
from tools.package.recipe import Recipe
from tools.parity import rungs
from tools.parity.ladder import Verdict, climb
from tools.parity.reference import reference_verdicts
from tools.parity.sources import find_recipe, find_sources
from tools.places import SAMPLES


@dataclass(frozen=True)
class Subject:
    """A package, photos to compare on (none: the samples), and where its source is, if told."""

    package: Path
    photos: Sequence[Path] = ()
    model: Path | None = None
    checkpoint: Path | None = None
    onnx: Path | None = None


@dataclass(frozen=True)
class Checked:
    """Every verdict in the order of the ladder, and why each photo left out could not be read."""

    verdicts: list[Verdict]
    left_out: list[str]


def check_package(subject: Subject, say: Callable[[str], None]) -> Checked:
    """Climb the ladder; loads the core into this process.

    `say` is told the name of each rung. Tells which photos are left out. Raises the errors of
    package, recipe and sources, and no_photos.
    """
    package = open_package(subject.package)
    manifest = package.manifest
    with tempfile.TemporaryDirectory() as folder:
        told = find_recipe(manifest, subject.model)
        recipe = brought_to(told, package, Path(folder)) if told else None
        chain = recipe.preprocess if recipe else manifest.recipe.preprocess
        found = find_photos(subject.photos or [SAMPLES])
        decoded, left_out = read_all(found)
        tell_left_out(left_out, len(found))
        photos = rungs.load_photos(decoded, chain)
        sources = find_sources(manifest, told, subject.checkpoint, subject.onnx)
        with Classifier(subject.package, Settings(threads=1)) as classifier:
            built = rungs.build_rungs(
                subject.package, manifest, recipe, sources, classifier, photos
            )
            ranked = manifest.kind == "classifier"
            first = [labels_verdict(package, told)] if ranked else []
            notes = rungs.recipe_differences(manifest, recipe) if recipe else []
            made = rungs.with_note(rungs.preprocessing_verdict(classifier, photos), notes)
            climbed = climb(built, say, ranked=ranked)
            carried = reference_verdicts(classifier, package)
            return Checked([*first, made, *climbed, *carried], left_out)


def brought_to(recipe: Recipe, package: Package, folder: Path) -> Recipe:
    """The recipe with as many outputs as the package, so that its network can be built again.

    It differs for a package that was made with another class list, or with rows left out.
    """
    if recipe.labels is None or recipe.outputs == package.manifest.recipe.outputs:
        return recipe
    return rebased(recipe, package.labels, folder)


def labels_verdict(package: Package, recipe: Recipe | None) -> Verdict:
    """The label table against the recipe's class list, row by row."""
    if recipe is None or recipe.labels is None:
        note = "no model folder with a class list is at hand; give one with --model"
        return rungs.labels_verdict(package.labels, None, note)
    lists = [read_class_list(path) for path in (recipe.labels.table, *recipe.labels.alternatives)]
    told = class_list(lists, package.labels)
    found = rungs.labels_verdict(package.labels, told, "")
    gone = [label.name for label in lists[0] if label not in told] if len(told) > 1 else []
    few = 0 < len(gone) <= 5 and len(told) + len(gone) == len(lists[0])
    return rungs.with_remark(found, f"without {', '.join(gone)}") if few else found


def class_list(lists: Sequence[Sequence[Label]], labels: Sequence[Label]) -> Sequence[Label]:
    """Of a recipe's class lists the one that the labels can be compared with.

    The one of their number; else the first, without rows that the labels do not have, where that
    gives their number; else the first.
    """
    for listed in lists:
        if len(listed) == len(labels):
            return listed
    mids = {label.mid for label in labels}
    kept = [label for label in lists[0] if label.mid in mids]
    return kept if len(kept) == len(labels) else lists[0]
