"""The .ms file of a package, and what is known of where it comes from."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.conversion.bridge import QUANTIZING_SECONDS, convert_model, describe_ms
from tools.conversion.export import default_checkpoint, export_checkpoint
from tools.conversion.model_files import check_model_file
from tools.conversion.parity import Source, input_tensors
from tools.conversion.request import Request, Step
from tools.errors import PocketlensError
from tools.native.kept import core_worker, mindspore_worker
from tools.network.onnx_embedding import Embedding, add_embedding, of_converted
from tools.network.onnx_file import head_nodes
from tools.network.onnx_repair import repair_file
from tools.package import manifest as manifests
from tools.package.embedding import backbone_of
from tools.package.recipe import Recipe
from tools.package.recipe_tables import Preprocess
from tools.places import FEATURES_MODEL, sha256_of


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


def settle_source(request: Request, step: Step) -> Given:
    """The file that the options or the recipe name, looked at from outside."""
    path = request.source
    if path is None:
        with step("checkpoint"), mindspore_worker() as worker:
            path = worker.call(default_checkpoint, request.recipe)
    check_model_file(path, request.kind)
    return Given(request.kind, path, sha256_of(path))


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
