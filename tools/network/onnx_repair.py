"""Small changes to other people's ONNX models, so that MindSpore Lite's converter takes them.

Each change leaves the model's answers as they are (but for the recipe's activation, where the model
ends without one) and is told in words. What a change cannot mend is refused here, before the
converter says it in its own way. The given file is never written to.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnx.inliner
from onnx import TensorProto, helper, numpy_helper

from tools.network import onnx_ends, onnx_file, oracle
from tools.network.onnx_file import bad_model
from tools.package.recipe import Recipe

_WIDER = (TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE)
_POOLINGS = ("MaxPool", "AveragePool", "LpPool")
_PRODUCTS: Mapping[str, Sequence[tuple[str, Mapping[str, float]]]] = {
    "HardSwish": [("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5})],  # opset 14
    "Mish": [("Softplus", {}), ("Tanh", {})],  # opset 18
}


@dataclass(frozen=True)
class Repair:
    """What to convert, and what was changed in it."""

    path: Path  # the given file itself where nothing had to be changed
    output: str  # the name of its one output
    changes: tuple[str, ...] = ()
    activation: str | None = None  # softmax or sigmoid, where that was appended
    rounded: bool = False  # it computed in another precision before, so last digits differ
    mobilenet: bool = False  # its convolutions are those of the recipe's MobileNetV2
    external: Mapping[str, str] = field(default_factory=dict)  # files with weights -> SHA-256


def repair_file(source: Path, recipe: Recipe, out: Path) -> Repair:
    """Bring an ONNX model to what the converter takes and the recipe says; write it to `out`.

    A model that needs no change is not written. Raises the errors of
    tools.network.onnx_file.read_onnx, bad_model_file for what the converter cannot do,
    input_mismatch, output_mismatch and bad_recipe.
    """
    model = onnx_file.read_onnx(source)
    refuse_quantised(model, source)
    external = onnx_file.external_hashes(source)
    changes = [f"weights of {name} brought into the model" for name in external]
    changes += inline(model, source)
    widened = widen(model)
    changes += [*widened, *write_out_defaults(model), *plain_pooling(model, source)]
    changes += [*pad_before_pooling(model), *bound_clips(model), *split_products(model)]
    changes += onnx_ends.fix_input(model, source, recipe)
    changes += onnx_ends.fix_output(model, source, recipe)
    activation = onnx_ends.activate(model, source, recipe)
    if activation:
        changes.append(f"{activation} appended, as the recipe says: the model ends in logits")
    if changes:
        onnx.save_model(model, str(out))
    return Repair(
        out if changes else source,
        model.graph.output[0].name,
        tuple(changes),
        activation,
        bool(widened),
        onnx_file.is_mobilenet_v2(model, recipe.network.width),
        external,
    )


def answers(source: Path, recipe: Recipe, tensors: Sequence[oracle.Floats]) -> oracle.Floats:
    """Raw outputs (tensors, outputs) of a repaired model in onnxruntime for NHWC tensors."""
    with tempfile.TemporaryDirectory() as folder:
        made = repair_file(source, recipe, Path(folder) / "repaired.onnx")
        return oracle.onnx_outputs(made.path, tensors)


def refuse_quantised(model: onnx.ModelProto, path: Path) -> None:
    """Raises bad_model_file for a model with 8-bit operators."""
    kinds = {node.op_type for node in onnx_file.all_nodes(model.graph)}
    quantised = sorted(
        kind
        for kind in kinds
        if kind.endswith(("uantizeLinear", "Integer")) or kind.startswith("QLinear")
    )
    if quantised:
        raise bad_model(
            path,
            f"is quantised ({', '.join(quantised)}), which MindSpore Lite 2.0.0 does not read.",
            do="Give the model as it was before quantising; `convert --quantize int8 --calibration"
            " PHOTOS` quantises it for MindSpore Lite.",
        )


def inline(model: onnx.ModelProto, path: Path) -> list[str]:
    """Functions of the model's own become ordinary nodes."""
    count = len(model.functions)
    if count:
        try:
            model.CopyFrom(onnx.inliner.inline_local_functions(model))
        except Exception as error:  # the library documents none of its errors
            reason = " ".join(str(error).split())[-200:]
            raise bad_model(path, f"has functions that cannot be written out: {reason}") from None
    return [f"functions of its own written out ({count})"] if count else []


def widen(model: onnx.ModelProto) -> list[str]:
    """float16, bfloat16 and float64 become float32, in weights, inputs, outputs and casts."""
    graph, kinds = model.graph, Counter[str]()
    for tensor in onnx_file.tensors(graph):
        if tensor.data_type in _WIDER:
            kinds[onnx_file.type_name(tensor.data_type)] += 1
            values = numpy_helper.to_array(tensor).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    for value in (*graph.input, *graph.output, *graph.value_info):
        if value.type.tensor_type.elem_type in _WIDER:
            kinds[onnx_file.type_name(value.type.tensor_type.elem_type)] += 0
            value.type.tensor_type.elem_type = TensorProto.FLOAT
    for node in onnx_file.all_nodes(graph):
        for attribute in node.attribute:
            if attribute.name in ("to", "dtype") and attribute.i in _WIDER:
                attribute.i = TensorProto.FLOAT
    return [f"{kind} made float32 ({count} tensors)" for kind, count in sorted(kinds.items())]


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
        elif node.op_type in _POOLINGS:
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
        if node.op_type not in _POOLINGS:
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
        if (
            node.op_type != "Clip"
            or len(node.input) == 1
            or all([*node.input, len(node.input) > 2])
        ):
            continue
        node.input.extend([""] * (3 - len(node.input)))
        for place, limit in limits.items():
            if not node.input[place]:
                name = node.input[place] = f"{node.output[0]}_limit_{place}"
                bound = numpy_helper.from_array(np.array(limit, np.float32), name)
                model.graph.initializer.append(bound)
        changed += 1
    return [f"a missing bound written out at {changed} × Clip"] if changed else []


def split_products(model: onnx.ModelProto) -> list[str]:
    """x · HardSigmoid(x) for HardSwish and x · tanh(softplus(x)) for Mish, which are not known."""
    changed = Counter[str]()
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        factors = _PRODUCTS.get(node.op_type)
        if factors is None:
            nodes.append(node)
            continue
        changed[node.op_type] += 1
        name = node.input[0]
        for operator, attributes in factors:
            out = f"{node.output[0]}_{operator.lower()}"
            nodes.append(helper.make_node(operator, [name], [out], name=out, **attributes))
            name = out
        nodes.append(helper.make_node("Mul", [node.input[0], name], node.output, name=node.name))
    if changed:
        _put(model, nodes)
    return [f"{kind} put together from simpler operators ({n})" for kind, n in changed.items()]


def pad_before_pooling(model: onnx.ModelProto) -> list[str]:
    """A Pad of its own where an AveragePool counts its padding: the converter does not count it."""
    by_input = any(one.version >= 11 for one in model.opset_import if one.domain in ("", "ai.onnx"))
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        given = {attribute.name: attribute for attribute in node.attribute}
        pads = list(given["pads"].ints) if "pads" in given else []
        counted = "count_include_pad" in given and given["count_include_pad"].i == 1
        rounded = "ceil_mode" in given and given["ceil_mode"].i == 1
        if node.op_type == "AveragePool" and counted and len(pads) == 4 and not rounded:
            padded = f"{node.output[0]}_padded"
            all_pads = [0, 0, *pads[:2], 0, 0, *pads[2:]]
            if by_input:
                sizes = numpy_helper.from_array(np.array(all_pads, np.int64), f"{padded}_pads")
                model.graph.initializer.append(sizes)
                pad = helper.make_node("Pad", [node.input[0], sizes.name], [padded], name=padded)
            else:
                pad = helper.make_node("Pad", [node.input[0]], [padded], name=padded, pads=all_pads)
            nodes.append(pad)
            node.input[0] = padded
            node.attribute.remove(given["pads"])
            node.attribute.remove(given["count_include_pad"])
        nodes.append(node)
    count = len(nodes) - len(model.graph.node)
    if count:
        _put(model, nodes)
    return [f"padding that counts made a step of its own ({count} × AveragePool)"] if count else []


def _put(model: onnx.ModelProto, nodes: Sequence[onnx.NodeProto]) -> None:
    """Exchange the graph's nodes."""
    made = onnx.GraphProto(node=nodes)
    del model.graph.node[:]
    model.graph.node.extend(made.node)
