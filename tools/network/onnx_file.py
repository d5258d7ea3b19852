"""Reads ONNX models of anybody's making, and says what is in them.

Weights in files beside the model are brought in. What cannot be read is one named error that says
what the file is or what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import onnx
from google.protobuf.message import DecodeError
from onnx import external_data_helper, numpy_helper

from tools.errors import PocketlensError
from tools.network import formats, layers
from tools.places import sha256_of

LARGEST = 1 << 30  # bytes of a model with all its files
# Operators that only move values, or leave them as they are.
GLOBAL_POOLINGS = ("GlobalAveragePool", "GlobalMaxPool", "ReduceMean")
MOVING = ["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Cast", "Dropout"]


def bad_model(path: Path, what: str, **more: Any) -> PocketlensError:
    """The error about a file that is no model to work with."""
    return PocketlensError("bad_model_file", f"{path} {what}", **more)


def read_onnx(path: Path, weights: bool = True) -> onnx.ModelProto:
    """The model; with all its weights in memory, or without those in files of their own.

    Raises missing_file, unreadable_file, too_large or bad_model_file.
    """
    if not path.is_file():
        raise PocketlensError("missing_file", f"{path} is not there, or is no file.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PocketlensError("unreadable_file", f"{path}: {error.strerror}.") from None
    found = formats.recognise(path)
    if found is not None and found is not formats.ONNX:
        raise bad_model(path, f"is {found.title}.", expected="an ONNX model", do=found.advice)
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError:
        what = "is cut off or damaged." if found else "is no ONNX model."
        raise bad_model(path, what, expected="an ONNX model") from None
    if not model.ir_version or not model.HasField("graph"):
        raise bad_model(path, "holds no graph.", expected="an ONNX model")
    if any(isinstance(text, bytes) for text in _texts(model)):  # what is no UTF-8 stays bytes
        raise bad_model(path, "is damaged: one of its names is no text.", expected="an ONNX model")
    if weights:
        _bring_in(model, path)
    return model


def _texts(model: onnx.ModelProto) -> Iterator[object]:
    """All names in a model."""
    for node in (*all_nodes(model.graph), *(n for f in model.functions for n in f.node)):
        yield from (node.op_type, node.domain, node.name, *node.input, *node.output)
        yield from (attribute.name for attribute in node.attribute)
    for value in (*model.graph.input, *model.graph.output):
        yield value.name
        yield from (dim.dim_param for dim in value.type.tensor_type.shape.dim)
    for tensor in tensors(model.graph):
        yield tensor.name
        yield from (part for entry in tensor.external_data for part in (entry.key, entry.value))


def external_files(model: onnx.ModelProto, path: Path) -> dict[str, Path]:
    """The files that hold weights of a model that was read without them, by their names."""
    names = [
        entry.value
        for tensor in tensors(model.graph)
        if external_data_helper.uses_external_data(tensor)
        for entry in tensor.external_data
        if entry.key == "location"
    ]
    return {name: path.parent / name for name in dict.fromkeys(names)}


def external_hashes(path: Path) -> dict[str, str]:
    """SHA-256 of each file beside an ONNX model that holds weights of it, by name."""
    files = external_files(read_onnx(path, weights=False), path)
    return {name: sha256_of(file) for name, file in files.items()}


def _bring_in(model: onnx.ModelProto, path: Path) -> None:
    """Load the weights that lie in files beside the model."""
    files = external_files(model, path)
    for name, file in files.items():
        outside = Path(name).is_absolute() or ".." in Path(name).parts
        if outside:
            raise bad_model(path, "says that its weights lie in another folder.", found=repr(name))
        if not file.is_file():
            raise PocketlensError(
                "missing_file",
                f"{path} keeps its weights in a file of their own, {name}, which is not beside it.",
                do="Copy that file into the same folder, under that name.",
            )
    size = sum(file.stat().st_size for file in files.values())
    if size > LARGEST:
        raise PocketlensError("too_large", f"{path} is too large.", found=f"{size} bytes")
    try:
        external_data_helper.load_external_data_for_model(model, str(path.parent))
        for tensor in tensors(model.graph):
            numpy_helper.to_array(tensor)
    except Exception as error:  # the library documents none of the errors that damage leads to
        where = f"{', '.join(files)} does not hold" if files else "it does not hold"
        first = str(error).strip().splitlines()[0][:160] if str(error).strip() else ""
        raise bad_model(
            path, f"and its weights do not fit together: {where} what the model says ({first})."
        ) from None


def tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    """All tensors that a graph holds: weights, and constants among the attributes of its nodes."""
    yield from graph.initializer
    for node in all_nodes(graph):
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            if attribute.HasField("g"):
                yield from attribute.g.initializer


def inputs(model: onnx.ModelProto) -> list[onnx.ValueInfoProto]:
    """The inputs that are no weights (up to IR version 3 weights are listed among them)."""
    known = {tensor.name for tensor in model.graph.initializer}
    return [one for one in model.graph.input if one.name not in known]


def sizes(value: onnx.ValueInfoProto) -> list[int | None]:
    """The sizes of an input or output; None for one that is not fixed."""
    dims = value.type.tensor_type.shape.dim
    return [dim.dim_value if dim.HasField("dim_value") else None for dim in dims]


def written(value: onnx.ValueInfoProto) -> str:
    """Its sizes as in `batch×3×224×224`."""
    dims = value.type.tensor_type.shape.dim
    return "×".join(dim.dim_param or str(dim.dim_value or "?") for dim in dims)


def type_name(kind: int) -> str:
    """The name of a type of numbers, such as `float16`."""
    known: dict[int, str] = {number: name for name, number in onnx.TensorProto.DataType.items()}
    return known[kind].lower() if kind in known else f"type {kind}"


def ending(model: onnx.ModelProto, output: str) -> str:
    """The operator that makes an output's values, whatever turns or casts them afterwards.

    "" where an input or a weight is the output.
    """
    makers = {name: node for node in model.graph.node for name in node.output}
    name = output
    while name in makers:
        node = makers[name]
        if node.op_type not in MOVING or not node.input:
            return str(node.op_type)
        name = node.input[0]
    return ""


def head_nodes(path: Path) -> list[str]:
    """The names of the nodes that make probabilities of features: pooling, layers, activation.

    They begin after the last convolution with its normalisation and activation, or at a global
    pooling before it where the head's layers are convolutions themselves. Empty for a model without
    convolutions. Raises the errors of read_onnx.
    """
    nodes = list(read_onnx(path).graph.node)
    kinds = [node.op_type for node in nodes]
    convolutions = [place for place, kind in enumerate(kinds) if kind == "Conv"]
    if not convolutions:
        return []
    begin = convolutions[-1] + 1
    while begin < len(nodes) and kinds[begin] in ("BatchNormalization", "Clip", "Relu"):
        begin += 1
    poolings = [place for place, kind in enumerate(kinds) if kind in GLOBAL_POOLINGS]
    if poolings:
        begin = min(begin, poolings[-1])
    return [node.name for node in nodes[begin:] if node.name]


def is_mobilenet_v2(model: onnx.ModelProto, width: float) -> bool:
    """Whether the model's convolutions are those of MobileNetV2 of this width, in their order."""
    expected = [layer.shape for layer in layers.backbone_layers(width)]
    return list(_convolutions(model))[: len(expected)] == expected


def _convolutions(model: onnx.ModelProto) -> Iterator[tuple[int, ...]]:
    """The shapes of the convolutions' weights."""
    shapes = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Conv" and len(node.input) > 1:
            yield shapes.get(node.input[1], ())


def all_nodes(graph: onnx.GraphProto) -> Iterable[onnx.NodeProto]:
    """The nodes of a graph and of the graphs within them."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from all_nodes(attribute.g)
