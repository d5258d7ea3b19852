"""Operators of an ONNX model in the form that MindSpore Lite's converter reads right.

Each function changes the model that is given and says in words what it changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from tools.network import onnx_file
from tools.network.onnx_file import bad_model

POOLINGS = ("MaxPool", "AveragePool", "LpPool")
# Operators that are x times something: a chain of simpler ones applied to x.
PRODUCTS: Mapping[str, Sequence[tuple[str, Mapping[str, float]]]] = {
    "HardSwish": [("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5})],  # opset 14
    "Mish": [("Softplus", {}), ("Tanh", {})],  # opset 18
}


def write_out_defaults(model: onnx.ModelProto) -> list[str]:
    """What the standard lets a convolution or pooling leave out and the converter wants to see."""
    ranks = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    changed = Counter[str]()
    for node in onnx_file.all_nodes(model.graph):
        present = {attribute.name for attribute in node.attribute}
        defaults: dict[str, list[int]] = {}
        if node.op_type == "Conv" and len(ranks.get(node.input[1], ())) == 4:
            kernel = list(ranks[node.input[1]][2:])
            defaults = {"kernel_shape": kernel, "strides": [1, 1], "dilations": [1, 1]}
        elif node.op_type in POOLINGS:
            defaults = {"strides": [1, 1]}
        missing = {key: value for key, value in defaults.items() if key not in present}
        if missing.keys() - {"dilations"}:  # the converter knows the default of this one
            changed[node.op_type] += 1
            node.attribute.extend(helper.make_attribute(*one) for one in missing.items())
    return [f"defaults written out at {n} × {kind}" for kind, n in sorted(changed.items())]


def plain_pooling(model: onnx.ModelProto, path: Path) -> list[str]:
    """A pooling that says "dilations of 1" says nothing; the converter refuses the very word."""
    changed = 0
    for node in onnx_file.all_nodes(model.graph):
        if node.op_type not in POOLINGS:
            continue
        for attribute in [one for one in node.attribute if one.name == "dilations"]:
            if any(step != 1 for step in attribute.ints):
                raise bad_model(
                    path,
                    f"has a {node.op_type} with dilations, which MindSpore Lite 2.0.0 does not do.",
                    found=f"dilations {list(attribute.ints)} at {node.name or node.output[0]}",
                    expected="dilations of 1",
                )
            node.attribute.remove(attribute)
            changed += 1
    return [f"dilations of 1, the default, left out of {changed} × pooling"] if changed else []


def bound_clips(model: onnx.ModelProto) -> list[str]:
    """Both bounds for each Clip: the converter takes an upper one that stands alone for a lower."""
    limits = {1: np.finfo(np.float32).min, 2: np.finfo(np.float32).max}
    changed = 0
    for node in onnx_file.all_nodes(model.graph):
        given = len([name for name in node.input if name])
        if node.op_type != "Clip" or given != 2:
            continue  # no bound, both, or (up to opset 10) attributes
        node.input.extend([""] * (3 - len(node.input)))
        for place, limit in limits.items():
            if not node.input[place]:
                node.input[place] = f"{node.output[0]}_limit"
                bound = numpy_helper.from_array(np.array(limit, np.float32), node.input[place])
                model.graph.initializer.append(bound)
        changed += 1
    return [f"a missing bound written out at {changed} × Clip"] if changed else []


def split_products(model: onnx.ModelProto) -> list[str]:
    """x · HardSigmoid(x) for HardSwish and x · tanh(softplus(x)) for Mish, which are not known."""
    changed = Counter[str]()

    def split(node: onnx.NodeProto) -> list[onnx.NodeProto]:
        if node.op_type not in PRODUCTS:
            return [node]
        changed[node.op_type] += 1
        made, name = [], node.input[0]
        for operator, attributes in PRODUCTS[node.op_type]:
            out = f"{node.output[0]}_{operator.lower()}"
            made.append(helper.make_node(operator, [name], [out], name=out, **attributes))
            name = out
        product = helper.make_node("Mul", [node.input[0], name], node.output, name=node.name)
        return [*made, product]

    _rewrite(model, split)
    return [f"{kind} put together from simpler operators ({n})" for kind, n in changed.items()]


def pad_before_pooling(model: onnx.ModelProto) -> list[str]:
    """A Pad of its own where an AveragePool counts its padding: the converter does not count it."""
    opset = max((one.version for one in model.opset_import if not one.domain), default=0)
    before = len(model.graph.node)

    def split(node: onnx.NodeProto) -> list[onnx.NodeProto]:
        given = {one.name: helper.get_attribute_value(one) for one in node.attribute}
        pads = given.get("pads", [])
        counted = given.get("count_include_pad") == 1 and any(pads) and not given.get("ceil_mode")
        if node.op_type != "AveragePool" or len(pads) != 4 or not counted:
            return [node]
        padded = f"{node.output[0]}_padded"
        pad = _pad(model, node.input[0], padded, pads, by_input=opset >= 11)
        for attribute in list(node.attribute):
            if attribute.name in ("pads", "count_include_pad"):
                node.attribute.remove(attribute)
        node.input[0] = padded
        return [pad, node]

    _rewrite(model, split)
    count = len(model.graph.node) - before
    return [f"padding that counts made a step of its own ({count} × AveragePool)"] if count else []


def _pad(
    model: onnx.ModelProto, source: str, out: str, pads: Sequence[int], by_input: bool
) -> onnx.NodeProto:
    """Zeros around a picture: `pads` is top, left, bottom, right; from opset 11 on an input."""
    sizes = [0, 0, *pads[:2], 0, 0, *pads[2:]]
    if not by_input:
        return helper.make_node("Pad", [source], [out], name=out, pads=sizes)
    model.graph.initializer.append(numpy_helper.from_array(np.array(sizes, np.int64), f"{out}_by"))
    return helper.make_node("Pad", [source, f"{out}_by"], [out], name=out)


def _rewrite(
    model: onnx.ModelProto, change: Callable[[onnx.NodeProto], Sequence[onnx.NodeProto]]
) -> None:
    """Put what `change` makes of each node in its place."""
    made = onnx.GraphProto(node=[new for node in model.graph.node for new in change(node)])
    del model.graph.node[:]
    model.graph.node.extend(made.node)
