"""From a model and a class list to a package: the steps of `convert`, each of which can refuse."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import tools
from tools.conversion.bridge import QUANTIZING_SECONDS, convert_model, describe_ms
from tools.conversion.export import default_checkpoint, export_checkpoint
from tools.conversion.model_files import check_model_file, ms_version
from tools.conversion.parity import Parity, Source, check_parity, input_tensors
from tools.errors import PocketlensError
from tools.lists.class_list import check_counts, exclude, read_class_list
from tools.lists.companions import companion_tables
from tools.lists.threshold_list import import_thresholds
from tools.native.worker import Worker
from tools.network.onnx_file import head_nodes
from tools.network.onnx_repair import repair_file
from tools.package import manifest as manifests
from tools.package.label_table import Label, write_labels
from tools.package.publish import scratch
from tools.package.recipe import Labels, Preprocess, Recipe, load_recipe
from tools.package.recipe_toml import write_recipe
from tools.package.threshold_table import default_thresholds, write_thresholds
from tools.package.writer import Contents, write_package
from tools.places import sha256_of

Step = Callable[[str], AbstractContextManager[None]]
ACCURACY = "accuracy.json"
UNKNOWN = "unknown"  # a network that is not known to be the recipe's


@dataclass(frozen=True)
class Request:
    """What is to be packed, and where to."""

    recipe: Recipe
    out: Path
    photos: Path
    kind: str = "checkpoint"  # of the source: checkpoint, onnx, mindir, ms
    source: Path | None = None  # None: the checkpoint that the recipe names
    weights: str = "float32"
    labels: Path | None = None  # a class list in place of the recipe's
    excluded: tuple[str, ...] = ()
    thresholds: Path | None = None
    calibration: Path | None = None  # photos for int8

    @property
    def tolerance(self) -> float | None:
        """The largest allowed difference of an output; None: int8 is measured, not judged.

        Raises bad_recipe where the recipe gives none.
        """
        told = self.recipe.tolerance
        if self.weights == "int8" and "int8" not in told:
            return None
        if self.weights not in told:
            raise PocketlensError(
                "bad_recipe",
                f"{self.recipe.path}: [weights] tolerance has no value for {self.weights}.",
                found=", ".join(sorted(told)),
                do=f"Add {self.weights} = … to it, from what you measured.",
            )
        return told[self.weights]


@dataclass(frozen=True)
class Packed:
    """What came of it."""

    out: Path
    contents: Contents
    parity: Parity

    @property
    def told(self) -> list[str]:
        """What is worth knowing of its source: a checkpoint's naming, changes to an ONNX."""
        source = self.contents.head["source"]
        naming = [f"checkpoint: {source['naming']}"] if "naming" in source else []
        return naming + [f"changed: {words}" for words in source.get("changes", [])]

    @property
    def checked(self) -> str:
        """How it was compared with its source, in words."""
        parity = self.parity
        if parity.against is None:
            return f"run on {parity.photos} photos; {parity.note}"
        return (
            f"at most {parity.max_difference:.2g} from its {parity.against} on {parity.photos}"
            f" photos (allowed: {self.contents.head['weights']['tolerance']:g}), the best label"
            f" the same on {parity.top1_agreement:.0%}"
        )


@dataclass(frozen=True)
class Model:
    """The converted model and what is known of where it comes from."""

    ms: Path
    converted_from: Source | None  # None for a ready .ms
    source: dict[str, Any]  # as the manifest tells it
    mobilenet: bool = False  # whether it is known to be the recipe's network


def pack(request: Request, step: Step) -> Packed:
    """Make the package; it appears whole or not at all.

    `step` is entered with the name of each step. Raises the errors of export, converter, reader and
    tables, and class_count_mismatch, bad_probabilities, parity_failed, cannot_write.
    """
    request.tolerance  # noqa: B018  a recipe without one is refused before anything is made
    with scratch(request.out) as work:
        with step("labels and thresholds"):
            recipe, labels = settle_labels(request, work)
            tables = make_tables(request, recipe, labels)
        model = make_model(request, recipe, work, step)
        with step("inputs and outputs"):
            check_outputs(model.ms, recipe)
        contents = Contents(head(request, recipe, model), {**tables, manifests.MODEL: model.ms})
        with step("parity on photos"):
            parity = measure(request, recipe, model, contents, work)
        with step("package"):
            contents = complete(contents, request, parity)
            write_package(request.out, contents)
    return Packed(request.out, contents, parity)


# --- labels and tables


def settle_labels(request: Request, work: Path) -> tuple[Recipe, tuple[Label, ...]]:
    """The labels that the options name, and the recipe brought to their number."""
    recipe = request.recipe
    if recipe.labels is None:
        if request.labels or request.excluded or request.thresholds:
            raise PocketlensError("wrong_kind", f"{recipe.path}: a features model has no labels.")
        return recipe, ()
    listed = exclude(read_class_list(request.labels or recipe.labels.table), request.excluded)
    if request.labels is None and not request.excluded:
        check_counts(recipe.labels.count, len(listed), None)
        return recipe, listed
    return rebased(recipe, listed, work), listed


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
    request: Request, recipe: Recipe, labels: Sequence[Label]
) -> dict[str, bytes | Path]:
    """The tables of a classifier, brought to its labels; none for a features model."""
    if recipe.labels is None:
        return {}
    thresholds = request.thresholds or recipe.labels.thresholds
    rows = import_thresholds(thresholds, labels) if thresholds else default_thresholds(len(labels))
    tables: dict[str, bytes | Path] = {
        manifests.LABELS: write_labels(labels),
        manifests.THRESHOLDS: write_thresholds(labels, rows),
    }
    companions = companion_tables(recipe.labels.hierarchy, recipe.labels.names, labels)
    return {**tables, **companions}


# --- model


def make_model(request: Request, recipe: Recipe, work: Path, step: Step) -> Model:
    """The .ms file, converted by way of ONNX where the source is a checkpoint."""
    ms = work / manifests.MODEL
    source = request.source
    if source is None:
        with step("checkpoint"), Worker() as worker:
            source = worker.call(default_checkpoint, request.recipe)
    check_model_file(source, request.kind)
    known = {"kind": request.kind, "file": source.name, "sha256": sha256_of(source)}
    if request.kind == "ms":
        with step("model"):
            shutil.copyfile(source, ms)
        return Model(ms, None, known)
    read = Source(request.kind, source)
    mobilenet = request.kind == "checkpoint"
    if request.kind == "checkpoint":
        with step("export to ONNX"):
            exported = export_checkpoint(recipe, source, work / "model.onnx")
        read, known["naming"] = Source("onnx", exported.path), exported.naming
    elif request.kind == "onnx":
        with step("ONNX looked at"), Worker() as worker:  # a hostile model can end its process
            repair = worker.call(repair_file, source, recipe, work / "repaired.onnx")
        read, mobilenet = Source("onnx", repair.path, (source, repair)), repair.mobilenet
        known |= _told("changes", list(repair.changes)) | _told("external", dict(repair.external))
    with step(f"conversion ({request.weights})"):
        convert_weights(request, recipe, read.kind, read.path, ms)
    return Model(ms, read, known, mobilenet)


def _told(key: str, value: Any) -> dict[str, Any]:
    """A key of the manifest where there is something to say."""
    return {key: value} if value else {}


def convert_weights(request: Request, recipe: Recipe, kind: str, source: Path, ms: Path) -> None:
    """Convert with the weights stored as the request says."""
    if request.weights != "int8":
        convert_model(source, kind, ms, request.weights)
        return
    assert request.calibration is not None
    convert_model(source, kind, ms)  # once in float32, to ask for the input's name
    name = describe_ms(ms).inputs[0].name
    settings = int8_settings(name, request.calibration, recipe.preprocess, ms.parent)
    head = head_nodes(source) if kind == "onnx" else []
    if head:  # a softmax over 8 bits loses most of what there is to know
        settings["common_quant_param:skip_quant_node"] = ",".join(head)
    convert_model(source, kind, ms, settings=settings, seconds=QUANTIZING_SECONDS)


def int8_settings(name: str, photos: Path, preprocess: Preprocess, folder: Path) -> dict[str, str]:
    """The converter's settings for full quantisation, calibrated on photos.

    The photos are written to `folder`/calibration as input tensors (NHWC float32).
    """
    tensors = input_tensors(photos, preprocess)
    place = folder / "calibration"
    place.mkdir()
    for number, tensor in enumerate(tensors):
        tensor.tofile(place / f"{number:04}.bin")
    return {
        "common_quant_param:quant_type": "FULL_QUANT",
        "common_quant_param:bit_num": "8",
        "full_quant_param:activation_quant_method": "MAX_MIN",
        "data_preprocess_param:calibrate_path": f"{name}:{place.name}",
        "data_preprocess_param:calibrate_size": str(len(tensors)),
        "data_preprocess_param:input_type": "BIN",
    }


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


def measure(
    request: Request, recipe: Recipe, model: Model, contents: Contents, work: Path
) -> Parity:
    """Pack for a try, and compare that package with the source on the photos."""
    tensors = input_tensors(request.photos, recipe.preprocess)
    draft = work / "try" / "draft"  # not in `work` itself, which is locked against publishing
    write_package(draft, contents)
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
    if model.mobilenet:
        return told
    told = {key: value for key, value in told.items() if key != "width"}
    return {**told, "architecture": UNKNOWN}


def complete(contents: Contents, request: Request, parity: Parity) -> Contents:
    """The contents with what was measured; where no tolerance was given, so was the tolerance."""
    tolerance = request.tolerance or measured_tolerance(parity)
    figures: Mapping[str, Any] = {
        "weights": {"variant": request.weights, "tolerance": tolerance},
        "parity": parity.to_manifest(),
        **_accuracy(request),
    }
    return Contents({**contents.head, **figures}, contents.files)


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
