"""Whole networks as ONNX, from those that the onnx package brings for its own tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper


def architecture(name: str, seed: int = 3) -> Any:
    """A whole network of those that the onnx package brings for its own tests, such as shufflenet.

    They come with one number for all weights; here they get random ones, and their poolings say
    `dilations` as torch.onnx.export would write it.
    """
    folder = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
    made = onnx.load(str(folder / f"light_{name}.onnx"))
    random = np.random.default_rng(seed)
    shapes = {tensor.name: numpy_helper.to_array(tensor) for tensor in made.graph.initializer}
    filled = [node for node in made.graph.node if node.op_type == "ConstantOfShape"]
    for node in filled:
        shape = tuple(int(size) for size in shapes[node.input[0]])
        values = _like_trained(node.output[0], shape, random)
        values *= 0.01 if shape[0] == 1000 else 1  # logits of a size that a softmax can tell apart
        made.graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
        made.graph.node.remove(node)
    for node in made.graph.node:
        if node.op_type == "MaxPool":
            node.attribute.append(helper.make_attribute("dilations", [1, 1]))
    made.opset_import[0].version = 10  # where poolings got that attribute
    made.ir_version = 5
    return made


def _like_trained(name: str, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """Weights of about the right size to let a picture through to the last layer."""
    if len(shape) > 1:
        spread = np.sqrt(2 / np.prod(shape[1:]))
        return random.normal(0, spread, shape).astype(np.float32)
    if any(part in name for part in ("_riv", "_var", "_scale", "_s_0", "bn_w_0")):
        return np.ones(shape, np.float32)
    return random.normal(0, 0.05, shape).astype(np.float32)
