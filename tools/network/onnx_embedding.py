"""The vector that a picture becomes before the head, as a second output of an ONNX model.

It is what the last pooling over all pixels gives: one number a channel. With it goes the identity
of what computes it, so that vectors of one backbone are never compared with another's.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tools.network import onnx_file
from tools.package.manifest import EMBEDDING_OUTPUT as OUTPUT
from tools.package.manifest import LONGEST_EMBEDDING, SHORTEST_EMBEDDING
from tools.package.recipe import Recipe

_POOLINGS = ("GlobalAveragePool", "ReduceMean", "AveragePool")
_SMALL = 16  # tensors with fewer numbers are an operator's settings, not learnt weights


@dataclass(frozen=True)
class Embedding:
    """A second output: its name, its length, and the SHA-256 of what computes it."""

    length: int
    sha256: str
    output: str = OUTPUT

    def to_manifest(self) -> dict[str, Any]:
        """The value of `embedding` in model.json."""
        return {"output": self.output, "length": self.length, "sha256": self.sha256}


def add_embedding(source: Path, recipe: Recipe, out: Path) -> Embedding | None:
    """Write `source` with the embedding as a second output to `out`.

    None, and nothing is written, where no vector is found between the convolutions and the head.
    The first output's arithmetic is left as it is. Raises the errors of reading an ONNX.
    """
    model = onnx_file.read_onnx(source)
    found = find_vector(model)
    if found is None or OUTPUT in _names(model):
        return None
    name, length = found
    identity = identity_of(model, name, recipe)
    shape = numpy_helper.from_array(np.array([1, length], np.int64), f"{OUTPUT}_shape")
    model.graph.initializer.append(shape)
    node = helper.make_node("Reshape", [name, shape.name], [OUTPUT], name=f"{OUTPUT}_row")
    model.graph.node.append(node)
    model.graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, length]))
    onnx.save_model(model, str(out))
    return Embedding(length, identity)


def find_vector(model: onnx.ModelProto) -> tuple[str, int] | None:
    """The value that the last pooling over all pixels gives, after at least one convolution and
    before at least one layer, and how many numbers it has."""
    try:
        model = onnx.shape_inference.infer_shapes(model, data_prop=True)
    except Exception:  # the library documents none of its errors; without sizes nothing is found
        return None
    shapes = _shapes(model)
    nodes = list(model.graph.node)
    layers = [place for place, node in enumerate(nodes) if _is_layer(node)]
    for place in reversed(range(len(nodes))):
        node = nodes[place]
        if node.op_type not in _POOLINGS or not layers or place > layers[-1] or place < layers[0]:
            continue
        before, after = shapes.get(node.input[0], []), shapes.get(node.output[0], [])
        if _pools_pixels(before, after) and SHORTEST_EMBEDDING <= after[1] <= LONGEST_EMBEDDING:
            return node.output[0], after[1]
    return None


def _is_layer(node: onnx.NodeProto) -> bool:
    return node.op_type in ("Conv", "Gemm", "MatMul")


def _pools_pixels(before: list[int], after: list[int]) -> bool:
    """(1, C, H, W) to (1, C) or (1, C, 1, 1)."""
    if len(before) != 4 or before[0] != 1 or math.prod(before[2:]) < 2:
        return False
    return after[:2] == before[:2] and math.prod(after) == before[1]


def _shapes(model: onnx.ModelProto) -> dict[str, list[int]]:
    """The sizes of all values that are known to the last one."""
    graph = model.graph
    known = {one.name: onnx_file.sizes(one) for one in (*graph.input, *graph.value_info)}
    known |= {one.name: onnx_file.sizes(one) for one in graph.output}
    return {
        name: [size for size in sizes if size is not None]
        for name, sizes in known.items()
        if None not in sizes
    }


def _names(model: onnx.ModelProto) -> set[str]:
    """The names of all values."""
    return {name for node in model.graph.node for name in (*node.input, *node.output)}


def identity_of(model: onnx.ModelProto, value: str, recipe: Recipe) -> str:
    """SHA-256 over the weights that a value depends on and over how pictures are prepared.

    Weights count as float32, each by itself and in no order, so that the same backbone has the same
    identity under any head, whatever wrote the file.
    """
    return _identity(recipe, sorted(_weights(model, value)))


def of_converted(sha256: str, length: int, recipe: Recipe) -> Embedding:
    """The embedding of a ready `.ms` with this hash: no backbone is known, so it is its own."""
    return Embedding(length, _identity(recipe, [sha256]))


def _identity(recipe: Recipe, hashes: list[str]) -> str:
    told = recipe.to_manifest()
    chain = json.dumps([told["input"], told["preprocess"]], sort_keys=True)
    return hashlib.sha256("\n".join([chain, *hashes]).encode()).hexdigest()


def _weights(model: onnx.ModelProto, value: str) -> Iterator[str]:
    """The hash of each learnt tensor that a value depends on."""
    makers = {name: node for node in model.graph.node for name in node.output}
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].HasField("t"):
            tensors[node.output[0]] = node.attribute[0].t
    waiting, seen = [value], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in tensors and math.prod(tensors[name].dims) >= _SMALL:
            array = numpy_helper.to_array(tensors[name]).astype("<f4")
            yield hashlib.sha256(repr(array.shape).encode() + array.tobytes()).hexdigest()
        elif name in makers:
            waiting += makers[name].input
