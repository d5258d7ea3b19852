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
from onnx import TensorProto, numpy_helper

from tools.network import onnx_ends, onnx_file, onnx_operators, oracle
from tools.network.onnx_file import bad_model
from tools.package.recipe import Recipe

_WIDER = (TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE)


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
    changes += [*widened, *onnx_operators.write_out_defaults(model)]
    changes += onnx_operators.plain_pooling(model, source)
    changes += onnx_operators.pad_before_pooling(model)
    changes += onnx_operators.bound_clips(model)
    changes += onnx_operators.split_products(model)
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
