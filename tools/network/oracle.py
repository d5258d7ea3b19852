"""The answers that everything else is measured against: cv2, NumPy, MindSpore and onnxruntime.

Preprocessing here is cv2's fixed-point `INTER_LINEAR` on bytes, or Pillow's own `resize`, and
float32 arithmetic after it; the core claims to equal it bit for bit (cv2: for pictures of at least
8 rows; core/preprocess/reference.h and antialias.h).
None of our C++ is in it. Only `checkpoint_outputs` imports MindSpore, so a process that uses the
core calls it through tools.native.worker.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from tools.errors import PocketlensError
from tools.package.recipe import load_recipe
from tools.package.recipe_tables import Preprocess, centred_crop

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def preprocess(pixels: Bytes, recipe: Preprocess) -> Floats:
    """An upright RGB picture (height, width, 3) as the input tensor (crop height, crop width, 3).

    Resize, crop, (float32(v * scale) - mean) / std, where v * scale is taken in double precision.
    """
    cropped = resized_crop(pixels, recipe)
    if recipe.channel_order == "BGR":
        cropped = cropped[:, :, ::-1]
    scale = recipe.scale[0] / recipe.scale[1]
    scaled = (cropped.astype(np.float64) * scale).astype(np.float32)
    mean, std = np.array(recipe.mean, np.float32), np.array(recipe.std, np.float32)
    return np.ascontiguousarray((scaled - mean) / std, np.float32)


def resized_crop(pixels: Bytes, recipe: Preprocess) -> Bytes:
    """An upright RGB picture resized and cropped: (crop height, crop width, 3)."""
    x, y, width, height = recipe.crop
    if not recipe.keeps_aspect:
        resized = cv2.resize(pixels, recipe.resize, interpolation=cv2.INTER_LINEAR)
        return np.asarray(resized[y : y + height, x : x + width], np.uint8)
    side, ways = recipe.resize[0], Image.Resampling
    way = ways.BILINEAR if recipe.interpolation == "pillow-bilinear" else ways.BICUBIC
    shorter, longer = sorted(pixels.shape[:2])
    long = int(side * longer / shorter)  # as torchvision's Resize
    size = (side, long) if pixels.shape[1] == shorter else (long, side)
    # In two calls, so that the horizontal pass is first whatever the picture: Pillow 13 begins with
    # the vertical one where the height shrinks clearly more, which rounding does to tiny pictures.
    image = Image.fromarray(pixels).resize((size[0], pixels.shape[0]), way).resize(size, way)
    left, top = centred_crop(size[0], width), centred_crop(size[1], height)
    return np.asarray(image, np.uint8)[top : top + height, left : left + width]


def nv21_to_rgb(data: Bytes, width: int, height: int) -> Bytes:
    """An NV21 picture of even size as RGB (height, width, 3): BT.601, full range (JFIF 1.02).

    R = Y + 1.402 V, G = Y - 0.344136 U - 0.714136 V, B = Y + 1.772 U with U and V around zero, the
    factors in 15 bits, rounded half up; each 2x2 block shares its chroma sample.
    """
    luma = data[: width * height].reshape(height, width).astype(np.int64)
    pairs = data[width * height :].reshape(height // 2, width // 2, 2).astype(np.int64) - 128
    v, u = (plane.repeat(2, axis=0).repeat(2, axis=1) for plane in (pairs[..., 0], pairs[..., 1]))
    red = luma + ((45941 * v + 16384) >> 15)
    green = luma - ((11277 * u + 23401 * v + 16384) >> 15)
    blue = luma + ((58065 * u + 16384) >> 15)
    return np.stack([red, green, blue], axis=-1).clip(0, 255).astype(np.uint8)


def upright(pixels: Bytes, rotation: int, mirror: bool) -> Bytes:
    """Turn a stored picture clockwise by `rotation` degrees, then mirror it left to right."""
    turned = np.rot90(pixels, -(rotation // 90))
    return np.ascontiguousarray(turned[:, ::-1] if mirror else turned)


def checkpoint_outputs(recipe: Path, checkpoint: Path, tensors: Sequence[Floats]) -> Floats:
    """Raw outputs (tensors, outputs) of a checkpoint in MindSpore for NHWC tensors, one by one.

    Imports MindSpore. Errors: those of reading recipe and checkpoint.
    """
    import mindspore

    from tools.network import networks

    network, _ = networks.load(load_recipe(recipe), checkpoint)
    planar = [tensor.transpose(2, 0, 1)[None] for tensor in tensors]
    rows: list[Floats] = [network(mindspore.Tensor(one)).asnumpy()[0] for one in planar]
    return np.stack(rows)


def onnx_outputs(
    model: Path,
    tensors: Sequence[Floats],
    activation: str | None = None,
    output: str | None = None,
) -> Floats:
    """Raw outputs (tensors, outputs) of any ONNX model in onnxruntime, for NHWC tensors.

    The model may take channels first or last, another float type, and a batch of any size (the
    picture is repeated). `output` names the one that counts, else it is the first. `activation`
    (softmax or sigmoid) is applied to what the model gives. Errors: bad_model_file with
    onnxruntime's reason.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # its errors are raised as well
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(model), options, ["CPUExecutionProvider"])
        name = output or session.get_outputs()[0].name
        rows = [_onnx_row(session, name, tensor) for tensor in tensors]
    except Exception as error:  # its errors have no common type of their own
        reason = " ".join(str(error).split())[:300]
        raise PocketlensError(
            "bad_model_file", f"onnxruntime cannot run {model}: {reason}"
        ) from error
    return activate(np.stack(rows), activation)


def _onnx_row(session: Any, output: str, tensor: Floats) -> Floats:
    """An output's values for a picture."""
    source = session.get_inputs()[0]
    shape = source.shape
    last = len(shape) == 4 and shape[3] == 3 and shape[1] != 3
    picture = tensor[None] if last else tensor.transpose(2, 0, 1)[None]
    batch = shape[0] if shape and isinstance(shape[0], int) else 1
    kinds = {"tensor(float16)": np.float16, "tensor(double)": np.float64}
    fed = np.repeat(picture.astype(kinds.get(source.type, np.float32)), batch, axis=0)
    out = session.run([output], {source.name: fed})[0]
    row: Floats = out.reshape(batch, -1)[0].astype(np.float32)
    return row


def activate(values: Floats, activation: str | None) -> Floats:
    """(rows, outputs) after softmax over each row, sigmoid, or nothing; computed in float64."""
    if activation is None:
        return values
    wide = values.astype(np.float64)
    if activation == "sigmoid":
        return (1 / (1 + np.exp(-wide))).astype(np.float32)
    raised = np.exp(wide - wide.max(axis=1, keepdims=True))
    shares: Floats = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def top(outputs: Floats, count: int = 5) -> list[int]:
    """Indices of the largest outputs, largest first; of equal ones the lower index first."""
    return [int(index) for index in np.argsort(-outputs, kind="stable")[:count]]
