"""From a model and a class list to a package: the steps of `convert`, each of which can refuse."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import tools
from tools.conversion.bridge import describe_ms
from tools.conversion.labelling import Choice, Tables, class_list, make_tables, rebased, table_of
from tools.conversion.model import Given, Model, embedding_file, make_model, settle_source
from tools.conversion.model_files import ms_version
from tools.conversion.outputs import count_outputs
from tools.conversion.parity import Parity, check_parity, input_tensors
from tools.conversion.reference import make_reference
from tools.conversion.request import Packed, Request, Step
from tools.errors import PocketlensError
from tools.lists.class_list import check_counts
from tools.lists.threshold_list import belongs_to
from tools.network.layers import ARCHITECTURE
from tools.package import manifest as manifests
from tools.package.publish import scratch
from tools.package.recipe import Recipe
from tools.package.recipe_tables import NO_RULES
from tools.package.writer import Contents, write_package

ACCURACY = "accuracy.json"
UNKNOWN = "unknown"  # a network that is not known to be the recipe's


def pack(request: Request, step: Step) -> Packed:
    """Make the package; it appears whole or not at all.

    `step` is entered with the name of each step. Raises the errors of export, converter, reader and
    tables, and class_count_mismatch, bad_probabilities, parity_failed, cannot_write.
    """
    request.tolerance  # noqa: B018  a recipe without one is refused before anything is made
    with scratch(request.out) as work:
        given = settle_source(request, step)
        with step("labels and thresholds"):
            recipe, tables = settle_labels(request, given, work)
        model = make_model(request, recipe, given, work, step)
        with step("inputs and outputs"):
            check_outputs(model.ms, recipe)
        files: dict[str, bytes | Path] = {**tables.files, manifests.MODEL: model.ms}
        files |= embedding_file(recipe, model)
        contents = Contents(head(request, recipe, model), files)
        draft = work / "try" / "draft"  # not in `work` itself, which is locked against publishing
        with step("parity on photos"):
            write_package(draft, contents)
            parity = measure(request, recipe, model, draft)
        with step("reference picture"):
            reference = make_reference(draft)
        with step("package"):
            contents = complete(contents, request, parity, reference)
            write_package(request.out, contents)
    return Packed(request.out, contents, parity, tables.notes)


def make_draft(request: Request, out: Path, step: Step) -> None:
    """Convert and pack without comparing anything: for asking the model, never for a phone."""
    with scratch(out) as work:
        given = settle_source(request, step)
        recipe, tables = settle_labels(request, given, work)
        model = make_model(request, recipe, given, work, step)
        files: dict[str, bytes | Path] = {**tables.files, manifests.MODEL: model.ms}
        write_package(out, Contents(head(request, recipe, model), files))


def settle_labels(request: Request, given: Given, work: Path) -> tuple[Recipe, Tables]:
    """The tables of a classifier, and the recipe brought to their length."""
    recipe = request.recipe
    choice = Choice(request.labels, request.excluded, request.thresholds)
    if recipe.labels is None:
        if choice != Choice():
            raise PocketlensError("wrong_kind", f"{recipe.path}: a features model has no labels.")
        return recipe, Tables()
    counted = functools.partial(count_outputs, given.kind, given.path, work)
    table = choice.labels or table_of(recipe, choice, counted)
    labels = class_list(recipe, choice, table)
    if table != recipe.labels.table or choice.excluded:
        recipe = rebased(recipe, labels, work)
    if not belongs_to(request.recipe, given.path, given.sha256):
        recipe = replace(recipe, answers=NO_RULES)  # they were measured for another model
    return recipe, make_tables(recipe, labels, choice, (given.path, given.sha256), request.out)


def check_outputs(ms: Path, recipe: Recipe) -> None:
    """Refuse a model whose outputs fit no class list."""
    outputs = describe_ms(ms).outputs
    if recipe.labels is not None:
        check_counts(None, recipe.outputs, outputs)
    elif outputs != recipe.outputs:
        raise PocketlensError(
            "output_mismatch",
            f"{recipe.path}: the model gives vectors of another length.",
            found=outputs,
            expected=recipe.outputs,
        )


# --- parity and manifest


def measure(request: Request, recipe: Recipe, model: Model, draft: Path) -> Parity:
    """Compare a package that was made for a try with the source on the photos."""
    tensors = input_tensors(request.photos, recipe.preprocess)
    return check_parity(draft, recipe, request.tolerance, tensors, model.converted_from)


def head(request: Request, recipe: Recipe, model: Model) -> dict[str, Any]:
    """The manifest's keys but `files`, without what is not known yet."""
    versions = {
        "pocketlens": tools.__version__,
        "converter": ms_version(model.ms),
        "runtime": recipe.runtime,
    }
    if request.kind == "checkpoint":
        versions["mindspore"] = metadata.version("mindspore")
    return {
        "format": manifests.FORMAT,
        "format_version": manifests.FORMAT_VERSION,
        "name": recipe.name,
        "title": title(recipe, request, model),
        "version": recipe.version,
        "kind": recipe.kind,
        "recipe": {**recipe.to_manifest(), "network": network(recipe, model)},
        "source": model.source,
        "versions": versions,
        **({"embedding": model.embedding.to_manifest()} if model.embedding else {}),
        "weights": {"variant": request.weights, "tolerance": request.tolerance or 1.0},
    }


def title(recipe: Recipe, request: Request, model: Model) -> str:
    """The recipe's title, unless it speaks of a MobileNet and the model is seen to be none."""
    wrong = request.kind == "onnx" and not model.mobilenet and "mobilenet" in recipe.title.lower()
    return f"{recipe.name} from {model.source['file']}" if wrong else recipe.title


def network(recipe: Recipe, model: Model) -> dict[str, Any]:
    """What the package says of its network: the recipe's words, where they are known to be true.

    A checkpoint was loaded into the recipe's network and an ONNX was looked at; what a MindIR or a
    `.ms` is nobody knows.
    """
    told: dict[str, Any] = recipe.to_manifest()["network"]
    head = told.get("head", {})
    if model.source["kind"] != "checkpoint" and head.get("type") == "mapped":
        del told["head"]  # of another class list: the file brings whatever head it has
    if model.mobilenet:
        return told
    told = {key: value for key, value in told.items() if key != "width"}
    claimed = told["architecture"] == ARCHITECTURE
    return {**told, "architecture": UNKNOWN} if claimed else told


def complete(
    contents: Contents,
    request: Request,
    parity: Parity,
    reference: tuple[dict[str, Any], dict[str, bytes]],
) -> Contents:
    """The contents with what was measured; where no tolerance was given, so was the tolerance."""
    tolerance = request.tolerance or measured_tolerance(parity)
    figures: Mapping[str, Any] = {
        "weights": {"variant": request.weights, "tolerance": tolerance},
        "reference": reference[0],
        "parity": parity.to_manifest(),
        **_accuracy(request),
    }
    return Contents({**contents.head, **figures}, {**contents.files, **reference[1]})


def measured_tolerance(parity: Parity) -> float:
    """The measured difference, rounded up to two digits."""
    measured = parity.max_difference or 1.0
    return min(1.0, float(f"{measured * 1.05:.2g}"))


def _accuracy(request: Request) -> dict[str, Any]:
    """The figures measured for the recipe's own checkpoint, which stand beside the recipe."""
    path = request.recipe.path.parent / ACCURACY
    own = request.source is None and not request.labels and not request.excluded
    if not own or not path.is_file():
        return {}
    try:
        return {"accuracy": manifests.parse_json(path.read_bytes())}
    except (OSError, json.JSONDecodeError) as error:
        raise PocketlensError("unreadable_file", f"{path}: {error}.") from None
