"""The two ends of an ONNX model: one picture in, one row of probabilities out.

Changes the model that is given and says in words what was changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tools.errors import PocketlensError
from tools.network import onnx_file
from tools.package.recipe import Recipe

ACTIVATIONS = {"softmax": "Softmax", "sigmoid": "Sigmoid"}
# Operators after which values are no probabilities: layers, means over pixels, what has no bounds.
UNBOUNDED = {
    *("Gemm", "MatMul", "Add", "Sub", "Conv", "BatchNormalization", "Relu", "LeakyRelu"),
    *("LogSoftmax", "GlobalAveragePool", "AveragePool", "GlobalMaxPool", "MaxPool", "ReduceMean"),
}
_TO_LAST, _TO_FIRST = [0, 2, 3, 1], [0, 3, 1, 2]


def fix_input(model: onnx.ModelProto, path: Path, recipe: Recipe) -> list[str]:
    """One float32 picture of the recipe's size, channels first. Raises input_mismatch."""
    value = _the_input(model, path)
    last = _channels_last(model, value)
    _, height, width, channels = recipe.input.shape
    wanted = (1, height, width, channels) if last else (1, channels, height, width)
    told, changes = onnx_file.written(value), []
    if not _fits(value, wanted):
        raise PocketlensError(
            "input_mismatch",
            f"{path} takes a picture of another size.",
            found=f"{told}, channels {'last' if last else 'first'}",
            expected="×".join(map(str, wanted)),
            do="Give [input] and [preprocess] of the recipe the size that the model was made for.",
        )
    if told != "×".join(map(str, wanted)):
        changes.append(f"input {told} fixed to {'×'.join(map(str, wanted))}")
    if last:
        _turn(model, value.name)
        changes.append("input turned to channels first")
    _set_sizes(value, (1, channels, height, width))
    return changes


def _the_input(model: onnx.ModelProto, path: Path) -> onnx.ValueInfoProto:
    """The one input, which must be of float32 by now."""
    found = onnx_file.inputs(model)
    if len(found) != 1:
        names = ", ".join(f"{one.name} ({onnx_file.written(one)})" for one in found) or "none"
        raise PocketlensError(
            "input_mismatch", f"{path} does not take one picture.", found=names, expected="1 input"
        )
    kind = found[0].type.tensor_type.elem_type
    if kind != TensorProto.FLOAT:
        raise PocketlensError(
            "input_mismatch",
            f"{path} takes another type of numbers.",
            found=onnx_file.type_name(kind),
            expected="float32, normalised as [preprocess] of the recipe says",
            do="Export the model without its own conversion from bytes.",
        )
    return found[0]


def _channels_last(model: onnx.ModelProto, value: onnx.ValueInfoProto) -> bool:
    """By where the three channels stand, and where sizes do not tell, by the first node."""
    sizes = onnx_file.sizes(value)
    if len(sizes) != 4:
        return False
    if 3 in (sizes[1], sizes[3]):
        return sizes[1] != 3
    return any(
        node.op_type == "Transpose" and list(node.attribute[0].ints) == _TO_FIRST
        for node in model.graph.node
        if value.name in node.input and node.attribute
    )


def _fits(value: onnx.ValueInfoProto, wanted: Sequence[int]) -> bool:
    """Whether sizes that are fixed are those; a batch of any size can become one picture."""
    sizes = onnx_file.sizes(value)
    return len(sizes) == len(wanted) and all(
        size in (None, want) for size, want in zip(sizes[1:], wanted[1:], strict=True)
    )


def _set_sizes(value: onnx.ValueInfoProto, sizes: Sequence[int]) -> None:
    del value.type.tensor_type.shape.dim[:]
    for size in sizes:
        value.type.tensor_type.shape.dim.add().dim_value = size


def _turn(model: onnx.ModelProto, name: str) -> None:
    """The converter takes pictures channels first: turn them to what the model takes."""
    inner = f"{name}_channels_last"
    for node in model.graph.node:
        for place, source in enumerate(node.input):
            if source == name:
                node.input[place] = inner
    turn = helper.make_node("Transpose", [name], [inner], perm=_TO_LAST, name=inner)
    model.graph.node.insert(0, turn)


def fix_output(model: onnx.ModelProto, path: Path, recipe: Recipe) -> list[str]:
    """One row of values, one for each label. Raises output_mismatch or bad_model_file."""
    _infer(model, path)
    changes = []
    name = _the_output(model, path, recipe.outputs)
    dropped = [one.name for one in model.graph.output if one.name != name]
    if dropped:
        _keep_only(model, name)
        changes.append(f"left out: output {', '.join(dropped)}")
    output = model.graph.output[0]
    kind = output.type.tensor_type.elem_type
    if kind not in (TensorProto.FLOAT, TensorProto.UNDEFINED):
        raise PocketlensError(
            "output_mismatch",
            f"{path} gives no probabilities.",
            found=f"{onnx_file.type_name(kind)} from {onnx_file.ending(model, name)}",
            expected=f"{recipe.outputs} numbers of type float32",
            do="Export the model without the step that picks the best class.",
        )
    if _length(output) == recipe.outputs and len(onnx_file.sizes(output)) != 2:
        changes.append(f"output {onnx_file.written(output)} made one row")
        shape = numpy_helper.from_array(np.array([1, recipe.outputs], np.int64), "row_shape")
        model.graph.initializer.append(shape)
        _append(model, output.name, helper.make_node("Reshape", ["", shape.name], [""]))
        _set_sizes(output, (1, recipe.outputs))
    return changes


def _infer(model: onnx.ModelProto, path: Path) -> None:
    """Work the sizes of everything out again, now that the input's are fixed.

    An output whose sizes nobody can work out keeps those that it had.
    """
    told = [onnx_file.sizes(output) for output in model.graph.output]
    del model.graph.value_info[:]
    for output in model.graph.output:
        for dim in output.type.tensor_type.shape.dim:
            dim.Clear()
    try:
        model.CopyFrom(onnx.shape_inference.infer_shapes(model, data_prop=True))
    except Exception as error:  # the library documents none of its errors
        reason = " ".join(str(error).split())[:200]
        raise onnx_file.bad_model(
            path, f"does not work with one picture of the recipe's size: {reason}"
        ) from None
    for output, sizes in zip(model.graph.output, told, strict=True):
        rest = [size for size in sizes[1:] if size is not None]
        if _length(output) is None and len(rest) == len(sizes) - 1:
            _set_sizes(output, (1, *rest))


def _the_output(model: onnx.ModelProto, path: Path, length: int) -> str:
    """The name of the only output, or of the only one that has this many values."""
    found = list(model.graph.output)
    fitting = [one.name for one in found if len(found) == 1 or _length(one) == length]
    if len(fitting) != 1:
        raise PocketlensError(
            "output_mismatch",
            f"{path} has several outputs, and not just one of them fits the recipe.",
            found=", ".join(f"{one.name} ({onnx_file.written(one)})" for one in found),
            expected=f"one of {length} values",
        )
    return str(fitting[0])


def _length(value: onnx.ValueInfoProto) -> int | None:
    """How many values it has; None where that is not fixed."""
    known = [size for size in onnx_file.sizes(value) if size is not None]
    return math.prod(known) if len(known) == len(onnx_file.sizes(value)) else None


def _keep_only(model: onnx.ModelProto, name: str) -> None:
    """Leave out all outputs but one, and the nodes that only those needed."""
    for output in [one for one in model.graph.output if one.name != name]:
        model.graph.output.remove(output)
    needed, nodes = {name}, []
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(reversed(nodes))


def _append(model: onnx.ModelProto, output: str, node: onnx.NodeProto) -> None:
    """Put a node behind an output, which keeps its name: first input and output are filled in."""
    inner = f"{output}_before_{node.op_type.lower()}"
    for other in model.graph.node:
        for names in (other.input, other.output):
            for place, name in enumerate(names):
                if name == output:
                    names[place] = inner
    node.name = f"appended_{node.op_type.lower()}"
    node.input[0], node.output[0] = inner, output
    model.graph.node.append(node)


def activation_of(model: onnx.ModelProto) -> str | None:
    """The activation that the model's first output ends in, as recipes call it; None: none known.

    Logarithms of probabilities count as softmax, for a softmax makes probabilities of them again;
    what is known to lie between 0 and 1 otherwise as none.
    """
    ends = {"Softmax": "softmax", "LogSoftmax": "softmax", "Sigmoid": "sigmoid"}
    last = onnx_file.ending(model, model.graph.output[0].name)
    return {**ends, "HardSigmoid": "none"}.get(last)


def activate(model: onnx.ModelProto, path: Path, recipe: Recipe) -> str | None:
    """Put the recipe's activation behind a model that ends in logits; its name, if that was so.

    Raises bad_recipe where the model ends in the other activation.
    """
    head = recipe.network.head
    if head is None or head.type != "dense" or head.activation not in ACTIVATIONS:
        return None
    output = model.graph.output[0].name
    last = onnx_file.ending(model, output)
    others = {operator for name, operator in ACTIVATIONS.items() if name != head.activation}
    if last in others:
        raise PocketlensError(
            "bad_recipe",
            f"{path} ends in {last}, and the recipe says {head.activation}.",
            do=f'Write activation = "{last.lower()}" in [network.head] of the model.toml.',
        )
    if last not in UNBOUNDED:
        return None
    attributes = {"axis": -1} if head.activation == "softmax" else {}
    operator = ACTIVATIONS[head.activation]
    _append(model, output, helper.make_node(operator, [""], [""], **attributes))
    return head.activation
