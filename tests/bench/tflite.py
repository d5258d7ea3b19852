"""The benchmark network as a .tflite file, written layer by layer: the same net for LiteRT.

Runs in the peers' environment (ai_edge_litert brings the schema). Batch norm is folded into the
convolutions, as every converter does; even padding at stride 2 is a PAD of its own, which XNNPACK
folds into the convolution. The result is compared with the core's outputs before it is timed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from tools.network import layers

Array = npt.NDArray[Any]
EPSILON = 1e-5  # of the network's batch norms
_RELU6 = schema.ActivationFunctionType.RELU6
_NONE = schema.ActivationFunctionType.NONE
_OPTIONS = schema.BuiltinOptions


class Graph:
    """A model under construction: tensors, buffers and operators in the order they run."""

    def __init__(self) -> None:
        self.tensors: list[Any] = []
        self.buffers: list[Any] = [schema.BufferT()]
        self.operators: list[Any] = []
        self.codes: list[int] = []

    def tensor(self, name: str, shape: tuple[int, ...], data: Array | None = None) -> int:
        """Add a tensor (float32, or int32 where the data are) and return its number."""
        made = schema.TensorT()
        made.name, made.shape = name.encode(), list(shape)
        integers = data is not None and data.dtype == np.int32
        made.type = schema.TensorType.INT32 if integers else schema.TensorType.FLOAT32
        made.buffer = 0
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
            made.buffer = len(self.buffers)
            self.buffers.append(buffer)
        self.tensors.append(made)
        return len(self.tensors) - 1

    def constant(self, name: str, data: Array) -> int:
        """Add a tensor with fixed values."""
        return self.tensor(name, data.shape, data)

    def add(self, code: int, inputs: list[int], shape: tuple[int, ...], options: Any) -> int:
        """Add an operator with one output of this shape; the output's number."""
        output = self.tensor(f"t{len(self.tensors)}", shape)
        if code not in self.codes:
            self.codes.append(code)
        made = schema.OperatorT()
        made.opcodeIndex, made.inputs, made.outputs = self.codes.index(code), inputs, [output]
        if options is not None:
            made.builtinOptionsType = getattr(_OPTIONS, type(options).__name__[:-1])
            made.builtinOptions = options
        self.operators.append(made)
        return output

    def shape(self, number: int) -> list[int]:
        """A tensor's shape."""
        found: list[int] = self.tensors[number].shape
        return found

    def bytes(self, first: int, last: int) -> bytes:
        """The finished file."""
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs, graph.name = [first], [last], b"main"
        model = schema.ModelT()
        model.version, model.subgraphs, model.buffers = 3, [graph], self.buffers
        model.operatorCodes = [_operator_code(code) for code in self.codes]
        model.description = b"benchmark network"
        builder = flatbuffers.Builder(32 << 20)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def _operator_code(code: int) -> Any:
    made = schema.OperatorCodeT()
    made.builtinCode, made.deprecatedBuiltinCode, made.version = code, min(code, 127), 1
    return made


def write(arrays: Path, out: Path, side: int = 224) -> None:
    """Write the network of an .npz (parameters by name, and `class_map`) as `out`."""
    with np.load(arrays) as stored:
        values = {name: stored[name] for name in stored.files}
    graph = Graph()
    first = graph.tensor("image", (1, side, side, 3))
    last = _head(graph, values, _backbone(graph, values, first))
    out.write_bytes(graph.bytes(first, last))


def _backbone(graph: Graph, values: dict[str, Array], number: int) -> int:
    """Stem, blocks and last convolution."""
    named = iter(layers.backbone_layers())
    number = _convolution(graph, values, next(named), number, 2, _RELU6)
    for block in layers.blocks(1.0):
        start = number
        if block.expands:
            number = _convolution(graph, values, next(named), number, 1, _RELU6)
        number = _depthwise(graph, values, next(named), number, block.stride)
        number = _convolution(graph, values, next(named), number, 1, _NONE)
        if block.adds:
            options = schema.AddOptionsT()
            options.fusedActivationFunction = _NONE
            shape = tuple(graph.shape(number))
            number = graph.add(schema.BuiltinOperator.ADD, [start, number], shape, options)
    return _convolution(graph, values, next(named), number, 1, _RELU6)


def _folded(values: dict[str, Array], layer: layers.Layer) -> tuple[Array, Array]:
    """A convolution's weights and bias with the batch norm after it folded in."""
    convolution, norm = layer.zoo
    variance = values[f"{norm}.moving_variance"].astype(np.float64)
    scale = values[f"{norm}.gamma"] / np.sqrt(variance + EPSILON)
    weight = values[f"{convolution}.weight"] * scale[:, None, None, None]
    bias = values[f"{norm}.beta"] - values[f"{norm}.moving_mean"] * scale
    return weight.astype(np.float32), bias.astype(np.float32)


def _padded(graph: Graph, number: int, stride: int) -> tuple[int, int]:
    """The input of a 3x3 convolution: padded by one where SAME would pad unevenly; and how."""
    if stride == 1:
        return number, schema.Padding.SAME
    _, height, width, channels = graph.shape(number)
    pads = graph.constant("pads", np.array([[0, 0], [1, 1], [1, 1], [0, 0]], np.int32))
    shape = (1, height + 2, width + 2, channels)
    padded = graph.add(schema.BuiltinOperator.PAD, [number, pads], shape, schema.PadOptionsT())
    return padded, schema.Padding.VALID


def _convolution(
    graph: Graph,
    values: dict[str, Array],
    layer: layers.Layer,
    number: int,
    stride: int,
    activation: int,
) -> int:
    weight, bias = _folded(values, layer)
    _, height, width, _ = graph.shape(number)
    wide = weight.shape[2] == 3
    number, padding = _padded(graph, number, stride) if wide else (number, schema.Padding.SAME)
    options = schema.Conv2DOptionsT()
    options.strideH = options.strideW = stride
    options.padding, options.fusedActivationFunction = padding, activation
    inputs = [
        number,
        graph.constant(layer.zoo[0], weight.transpose(0, 2, 3, 1)),
        graph.constant(layer.zoo[1], bias),
    ]
    shape = (1, height // stride, width // stride, len(bias))
    return graph.add(schema.BuiltinOperator.CONV_2D, inputs, shape, options)


def _depthwise(
    graph: Graph, values: dict[str, Array], layer: layers.Layer, number: int, stride: int
) -> int:
    weight, bias = _folded(values, layer)
    _, height, width, _ = graph.shape(number)
    number, padding = _padded(graph, number, stride)
    options = schema.DepthwiseConv2DOptionsT()
    options.strideH = options.strideW = stride
    options.depthMultiplier = 1
    options.padding, options.fusedActivationFunction = padding, _RELU6
    inputs = [
        number,
        graph.constant(layer.zoo[0], weight.transpose(1, 2, 3, 0)),
        graph.constant(layer.zoo[1], bias),
    ]
    shape = (1, height // stride, width // stride, len(bias))
    return graph.add(schema.BuiltinOperator.DEPTHWISE_CONV_2D, inputs, shape, options)


def _head(graph: Graph, values: dict[str, Array], number: int) -> int:
    """Mean, dense layer, softmax, class map, and the bound at 1."""
    channels = graph.shape(number)[3]
    axes = graph.constant("axes", np.array([1, 2], np.int32))
    reducer = schema.ReducerOptionsT()
    reducer.keepDims = False
    mean = graph.add(schema.BuiltinOperator.MEAN, [number, axes], (1, channels), reducer)
    number = _dense(graph, mean, values["dense.weight"], values["dense.bias"])
    softmax = schema.SoftmaxOptionsT()
    softmax.beta = 1.0
    shape = tuple(graph.shape(number))
    number = graph.add(schema.BuiltinOperator.SOFTMAX, [number], shape, softmax)
    class_map = values["class_map"].T
    number = _dense(graph, number, class_map, np.zeros(len(class_map), np.float32))
    one = graph.constant("one", np.ones((1, 1), np.float32))
    options = schema.MaximumMinimumOptionsT()
    shape = tuple(graph.shape(number))
    return graph.add(schema.BuiltinOperator.MINIMUM, [number, one], shape, options)


def _dense(graph: Graph, number: int, weight: Array, bias: Array) -> int:
    options = schema.FullyConnectedOptionsT()
    options.fusedActivationFunction = _NONE
    inputs = [
        number,
        graph.constant("weight", weight.astype(np.float32)),
        graph.constant("bias", bias.astype(np.float32)),
    ]
    shape = (1, len(bias))
    return graph.add(schema.BuiltinOperator.FULLY_CONNECTED, inputs, shape, options)
