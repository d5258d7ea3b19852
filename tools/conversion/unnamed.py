"""A model without a class list, run on photos: packed for a moment with labels that say nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.conversion.outputs import count_outputs
from tools.conversion.packer import make_draft
from tools.conversion.parity import packed_outputs
from tools.conversion.request import Request, Step
from tools.data.left_out import check_any, reason
from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.native.kept import core_worker
from tools.native.worker import Worker
from tools.network import formats, onnx_ends, onnx_file, oracle
from tools.package.label_table import Label, write_labels
from tools.package.recipe import Recipe

Floats = npt.NDArray[np.float32]
KINDS = {".onnx": "onnx", ".mindir": "mindir", ".ms": "ms"}
CHECKPOINTS = ("checkpoint", "torch", "safetensors")
BLOCK = 32  # photos whose tensors are in memory at once


@dataclass(frozen=True)
class Answers:
    """What a model answers: values (photos, outputs), and why each other photo is left out."""

    values: Floats
    photos: tuple[Path, ...]
    left_out: tuple[str, ...]


def kind_of(source: Path) -> str:
    """What kind of model file it is by what it holds: onnx, mindir, ms or checkpoint.

    Where that is not known its name decides, and whoever reads it says what is wrong. Raises
    bad_model_file for a format that has to be brought to another one first, missing_file.
    """
    if not source.is_file():
        raise PocketlensError("missing_file", f"{source} is not there, or is no file.")
    found = formats.recognise(source)
    if found is None:
        return KINDS.get(source.suffix.lower(), "checkpoint")
    if found.kind in CHECKPOINTS:
        return "checkpoint"
    if found.kind in KINDS.values():
        return found.kind
    raise PocketlensError("bad_model_file", f"{source} is {found.title}.", do=found.advice or None)


def answers(source: Path, recipe: Recipe, photos: Iterable[Path], step: Step) -> Answers:
    """Convert the model file as `recipe` says (its head and preprocessing) and run it on photos.

    How many outputs there are the file says itself. Raises the errors of `convert`.
    """
    kind = kind_of(source)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        with step("number of outputs"):
            outputs = count_outputs(kind, source, work)
        table = work / "unnamed.csv"
        table.write_bytes(write_labels(Label(f"own/{n}", f"output {n}") for n in range(outputs)))
        draft = work / "draft"
        fitting = with_activation(recipe, source) if kind == "onnx" else recipe
        request = Request(fitting, draft, source, kind, source, recipe.weights, table)
        make_draft(request, draft, step)
        with step("photos"), core_worker() as worker:
            return _run(worker, draft, recipe, list(photos))


def with_activation(recipe: Recipe, source: Path) -> Recipe:
    """The recipe with the activation that an ONNX ends in, whatever its own head says."""
    ends = onnx_ends.activation_of(onnx_file.read_onnx(source, weights=False))
    head = recipe.network.head
    if ends is None or head is None or head.type != "dense":
        return recipe
    return replace(recipe, network=replace(recipe.network, head=replace(head, activation=ends)))


def _run(worker: Worker, package: Path, recipe: Recipe, photos: list[Path]) -> Answers:
    rows: list[Floats] = []
    read: list[Path] = []
    left_out: list[str] = []
    for start in range(0, len(photos), BLOCK):
        tensors = []
        for photo in photos[start : start + BLOCK]:
            try:
                tensors.append(oracle.preprocess(read_photo(photo), recipe.preprocess))
                read.append(photo)
            except PocketlensError as error:
                left_out.append(reason(error))
        if tensors:
            rows.append(worker.call(packed_outputs, package, tensors))
    check_any(len(read), left_out)
    return Answers(np.concatenate(rows), tuple(read), tuple(left_out))
