"""From a model and a class list to a package: the steps of `convert`, each of which can refuse."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import tools
from tools.conversion.bridge import QUANTIZING_SECONDS, convert_model, describe_ms
from tools.conversion.export import default_checkpoint, export_checkpoint
from tools.conversion.labelling import Choice, Tables, class_list, make_tables, rebased, table_of
from tools.conversion.model_files import check_model_file, ms_version
from tools.conversion.outputs import count_outputs
from tools.conversion.parity import Parity, Source, check_parity, input_tensors
from tools.conversion.reference import make_reference
from tools.errors import PocketlensError
from tools.lists.class_list import check_counts
from tools.lists.threshold_list import belongs_to
from tools.native.kept import core_worker, mindspore_worker
from tools.network.layers import ARCHITECTURE
from tools.network.onnx_embedding import Embedding, add_embedding, of_converted
from tools.network.onnx_file import head_nodes
from tools.network.onnx_repair import repair_file
from tools.package import manifest as manifests
from tools.package.embedding import backbone_of
from tools.package.publish import scratch
from tools.package.recipe import Recipe
from tools.package.recipe_tables import AnswerRules, Preprocess
from tools.package.writer import Contents, write_package
from tools.places import FEATURES_MODEL, sha256_of

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
    """What came of it; `notes` are sentences that its maker should read."""

    out: Path
    contents: Contents
    parity: Parity
    notes: tuple[str, ...] = ()

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
class Given:
    """The file that the model comes from."""

    kind: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Model:
    """The converted model and what is known of where it comes from."""

    ms: Path
    converted_from: Source | None  # None for a ready .ms
    source: dict[str, Any]  # as the manifest tells it
    mobilenet: bool = False  # whether it is known to be the recipe's network
    embedding: Embedding | None = None  # its second output


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


# --- source and labels


def settle_source(request: Request, step: Step) -> Given:
    """The file that the options or the recipe name, looked at from outside."""
    path = request.source
    if path is None:
        with step("checkpoint"), mindspore_worker() as worker:
            path = worker.call(default_checkpoint, request.recipe)
    check_model_file(path, request.kind)
    return Given(request.kind, path, sha256_of(path))


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
        recipe = replace(recipe, answers=AnswerRules())  # they were measured for another model
    return recipe, make_tables(recipe, labels, choice, (given.path, given.sha256), request.out)


# --- model


def make_model(request: Request, recipe: Recipe, given: Given, work: Path, step: Step) -> Model:
    """The .ms file, converted by way of ONNX where the source is a checkpoint."""
    ms = work / manifests.MODEL
    known: dict[str, Any] = {
        "kind": given.kind,
        "file": given.path.name,
        "sha256": given.sha256,
    }
    if given.kind == "ms":
        with step("model"):
            shutil.copyfile(given.path, ms)
        length = describe_ms(ms).embedding
        found = of_converted(given.sha256, length, recipe) if length else None
        return Model(ms, None, known, embedding=found)
    read = Source(given.kind, given.path)
    mobilenet = given.kind == "checkpoint"
    if given.kind == "checkpoint":
        with step("export to ONNX"):
            exported = export_checkpoint(recipe, given.path, work / "model.onnx")
        read, known["naming"] = Source("onnx", exported.path), exported.naming
    elif given.kind == "onnx":
        with step("ONNX looked at"), core_worker() as worker:  # which a hostile model can end
            repair = worker.call(repair_file, given.path, recipe, work / "repaired.onnx")
        read, mobilenet = Source("onnx", repair.path, (given.path, repair)), repair.mobilenet
        known |= _told("changes", list(repair.changes)) | _told("external", dict(repair.external))
    with step(f"conversion ({request.weights})"):
        embedding = convert_with_embedding(request, recipe, read, ms)
    return Model(ms, read, known, mobilenet, embedding)


def convert_with_embedding(
    request: Request, recipe: Recipe, read: Source, ms: Path
) -> Embedding | None:
    """Convert with the embedding as a second output, where one is found and can be converted."""
    whole = ms.with_name("with-embedding.onnx")
    found = None
    if recipe.kind == "classifier" and read.kind == "onnx":
        with core_worker() as worker:  # which a hostile model can end
            found = worker.call(add_embedding, read.path, recipe, whole)
    if found is not None:
        try:
            convert_weights(request, recipe, read.kind, whole, ms)
            if describe_ms(ms).embedding == found.length:
                return found
        except PocketlensError as error:
            if error.name not in ("converter_failed", "model_build_failed", "worker_failed"):
                raise
    convert_weights(request, recipe, read.kind, read.path, ms)
    return None


def embedding_file(recipe: Recipe, model: Model) -> dict[str, bytes | Path]:
    """The embedding.bin of the model's backbone, where one is at hand: beside the recipe, or that
    of the backbone which this project ships."""
    if model.embedding is None:
        return {}
    for folder in (recipe.path.parent, FEATURES_MODEL):
        path = folder / manifests.EMBEDDING
        if path.is_file() and backbone_of(path) == model.embedding.sha256:
            known = recipe.path.parent / manifests.KNOWN
            more: dict[str, bytes | Path] = {manifests.KNOWN: known} if known.is_file() else {}
            return {manifests.EMBEDDING: path, **more}
    return {}


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
