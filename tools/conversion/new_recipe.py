"""The first recipe of somebody's own model: what its file says, in a model.toml with comments."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.conversion.bridge import describe_ms
from tools.conversion.outputs import convert_to_ms, count_outputs
from tools.conversion.unnamed import kind_of
from tools.errors import PocketlensError
from tools.lists.class_list import check_counts, read_class_list
from tools.network import onnx_ends, onnx_file
from tools.package.label_table import Label, write_labels
from tools.package.publish import write_file
from tools.package.recipe import Recipe, load_recipe

SIDE = 224  # of the input, where the file does not say
SHARE = 0.875  # of the resized picture that the crop keeps, as the model zoo and torchvision do


@dataclass(frozen=True)
class Seen:
    """What a model file says of itself; None: nothing."""

    kind: str
    outputs: int
    size: tuple[int, int] | None  # width, height of the input
    activation: str | None


def look_at(source: Path) -> Seen:
    """Outputs, input size and last activation of a model file. Raises the errors of reading it."""
    kind = kind_of(source)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        outputs = count_outputs(kind, source, work)
        if kind == "checkpoint":
            return Seen(kind, outputs, None, None)
        if kind == "onnx":
            return Seen(kind, outputs, *_of_onnx(source))
        _, height, width, _ = describe_ms(convert_to_ms(kind, source, work)).inputs[0].shape
        return Seen(kind, outputs, (width, height), None)


def _of_onnx(source: Path) -> tuple[tuple[int, int] | None, str | None]:
    """Width and height where both are fixed, and the activation where the model ends in one."""
    model = onnx_file.read_onnx(source, weights=False)
    found = onnx_file.inputs(model)
    sizes = onnx_file.sizes(found[0]) if found else []
    height, width = (sizes[1:3] if sizes[-1:] == [3] else sizes[2:4]) if len(sizes) == 4 else (0, 0)
    return (width, height) if width and height else None, onnx_ends.activation_of(model)


def new_recipe(
    source: Path, labels: Path, folder: Path, name: str | None, activation: str | None
) -> tuple[Recipe, Seen]:
    """Write `folder`/model.toml and labels.csv for a model file and its class list.

    Raises class_count_mismatch where the two do not fit, cannot_write where there is a recipe
    already, and the errors of reading them.
    """
    file = folder / "model.toml"
    if file.exists():
        raise PocketlensError(
            "cannot_write",
            f"{file} exists and is not replaced.",
            do="Change that file, or choose another folder with --out.",
        )
    seen, listed = look_at(source), read_class_list(labels)
    check_counts(None, len(listed), seen.outputs)
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / "labels.csv", write_labels(listed))
    title = name or source.stem
    write_file(file, recipe_text(seen, listed, title, activation).encode())
    return load_recipe(folder), seen


def recipe_name(title: str) -> str:
    """A title as a recipe's name: lower-case letters, digits, '.', '_' and '-'."""
    made = re.sub(r"[^a-z0-9._-]+", "-", title.lower()).strip("-._")
    return made[:100] or "model"


def recipe_text(seen: Seen, labels: Sequence[Label], title: str, activation: str | None) -> str:
    """The model.toml. Where the model file says nothing, a usual value stands with a question."""
    width, height = seen.size or (SIDE, SIDE)
    resize = [round(width / SHARE), round(height / SHARE)]
    # Halves to the even number, as torchvision's CenterCrop and the recipe's reader round.
    crop = [round((resize[0] - width) / 2), round((resize[1] - height) / 2), width, height]
    end = activation or seen.activation or "softmax"
    asked = "" if seen.activation or activation else "; CHECK: the file does not say"
    sized = "" if seen.size else "   # CHECK: the file does not say"
    own = seen.kind == "checkpoint"
    return f"""\
# The recipe of {title}: what conversion, the desk and the phone must agree on.
# models/README.md explains every key.

[model]
name = {json.dumps(recipe_name(title))}
title = {json.dumps(title, ensure_ascii=False)}
version = "1.0.0"
kind = "classifier"

[network]
architecture = "{"mobilenetv2" if own else "other"}"   # {
        "loaded with the checkpoint" if own else "the model file brings its own"
    }
width = 1.0
num_classes = {len(labels)}

[network.head]
type = "dense"
activation = "{end}"   # softmax: one class a photo; sigmoid: several; none: ends in one already{
        asked
    }

[input]
width = {width}{sized}
height = {height}
channels = 3
layout = "NHWC"         # of the packaged model; the converter turns NCHW into it
dtype = "float32"

# CHECK: must be what the model was trained with, or every score is wrong without any error.
[preprocess]
interpolation = "bilinear-q11"   # torchvision's: "pillow-bilinear"; timm's mostly "pillow-bicubic"
resize = {resize}     # width, height; for Pillow's twice the shorter side
crop = {crop}   # x, y, width, height: the middle
scale = [1, 255]        # bytes to 0 … 1; [1, 1] keeps 0 … 255
mean = [0.485, 0.456, 0.406]   # ImageNet's; [0.5, 0.5, 0.5] with such a std gives -1 … 1
std = [0.229, 0.224, 0.225]
channel_order = "RGB"

[labels]
table = "labels.csv"    # in the order of the model's outputs
count = {len(labels)}
# hierarchy = "hierarchy.csv"     parent,child by id: the headline becomes the surest precise label
# thresholds = "thresholds.csv"   from `thresholds PACKAGE --calibrate DATA`; until then 0.5

[weights]
variant = "float32"     # float16 halves the file
tolerance = {{ float32 = 1e-4, float16 = 2e-2 }}   # from the source's outputs, as measured

[versions]
converter = "2.0.0"
runtime = "2.0.0"
"""
