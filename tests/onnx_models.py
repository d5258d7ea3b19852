"""Tiny ONNX models of every kind that people bring, built with the onnx library.

One picture network throughout (convolution, ReLU, pooling, dense layer, softmax over five classes)
with the same random weights, each time in another form. All but those that change a weight's
precision answer the same, so onnxruntime's answer to `plain` is the answer to all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CLASSES = 5
CHANNELS = 8
SIDE = 224
PLANAR = (1, 3, SIDE, SIDE)
NODE = helper.make_node
Nodes = list[onnx.NodeProto]


def weights() -> dict[str, np.ndarray]:
    """The network's weights; large enough that photos differ in their answers."""
    random = np.random.default_rng(5)
    return {
        "W": random.normal(0, 0.4, (CHANNELS, 3, 3, 3)).astype(np.float32),
        "B": random.normal(0, 0.1, CHANNELS).astype(np.float32),
        "FW": random.normal(0, 1.5, (CLASSES, CHANNELS)).astype(np.float32),
        "FB": random.normal(0, 0.3, CLASSES).astype(np.float32),
    }


def one_convolution(side: int, classes: int, infinite: bool = False) -> onnx.ModelProto:
    """A convolution over the whole of a side x side picture; infinite: its outputs are."""
    random = np.random.default_rng(3)
    arrays = {
        "whole": random.normal(0, 0.01, (1, 3, side, side)).astype(np.float32),
        "spread": random.normal(0, 0.01, (classes, 1, 1, 1)).astype(np.float32),
    }
    mean = "m" if infinite else "y"
    nodes = [
        NODE(
            "Conv",
            ["x", "whole"],
            ["w"],
            kernel_shape=[side, side],
            strides=[side, side],
            pads=[0] * 4,
        ),
        NODE("Conv", ["w", "spread"], ["s"], kernel_shape=[1, 1], pads=[0] * 4, strides=[1, 1]),
        NODE("Sigmoid", ["s"], ["p"]),
        NODE("Flatten", ["p"], [mean]),
    ]
    if infinite:
        nodes += [
            NODE("Neg", ["m"], ["n"]),
            NODE("Relu", ["n"], ["r"]),
            NODE("Div", ["m", "r"], ["y"]),
        ]
    return model(nodes, (1, 3, side, side), (1, classes), arrays, opset=11)


def convolution(source: str = "x") -> Nodes:
    """Convolution and ReLU: `source` to `r`."""
    conv = NODE(
        "Conv", [source, "W", "B"], ["c"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[8, 8]
    )
    return [conv, NODE("Relu", ["c"], ["r"])]


def head(source: str = "r", activation: str | None = "Softmax") -> Nodes:
    """Pooling, dense layer and activation: `source` to `y`."""
    last = "z" if activation else "y"
    nodes = [
        NODE("GlobalAveragePool", [source], ["g"]),
        NODE("Flatten", ["g"], ["f"]),
        NODE("Gemm", ["f", "FW", "FB"], [last], transB=1, name="dense"),
    ]
    return [*nodes, NODE(activation, ["z"], ["y"])] if activation else nodes


def model(
    nodes: Nodes,
    shape: Sequence[object] = PLANAR,
    out: Sequence[object] = (1, CLASSES),
    arrays: dict[str, np.ndarray] | None = None,
    opset: int = 13,
    dtype: int = TensorProto.FLOAT,
    **more: Any,
) -> onnx.ModelProto:
    """A model of these nodes with one input `x` and one output `y`."""
    values = {**weights(), **(arrays or {})}
    used = {name for node in nodes for name in node.input}
    tensors = [numpy_helper.from_array(values[name], name) for name in values if name in used]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", dtype, shape)],
        [helper.make_tensor_value_info("y", dtype, out)],
        tensors,
    )
    ir = 4 if opset < 11 else 8 if opset < 18 else 10
    made = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir, **more
    )
    onnx.checker.check_model(made)
    return made


def plain(shape: Sequence[object] = PLANAR, out: Sequence[object] = (1, CLASSES)) -> Any:
    """What the converter takes as it is."""
    return model(convolution() + head(), shape, out)


def dynamic_batch() -> Any:
    """As torch.onnx.export with dynamic_axes writes it."""
    return plain(("batch", 3, SIDE, SIDE), ("batch", CLASSES))


def dynamic_everything() -> Any:
    """Batch, height and width under names."""
    return plain(("N", 3, "H", "W"), ("N", CLASSES))


def without_sizes() -> Any:
    """Sizes that are not there at all, not even by name."""
    return plain((None, 3, None, None), (None, CLASSES))


def batch_of_eight() -> Any:
    """A model that was exported for eight pictures at once."""
    return plain((8, 3, SIDE, SIDE), (8, CLASSES))


def nhwc_input() -> Any:
    """Channels last, turned by the first node."""
    turn = [NODE("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2])]
    return model(turn + convolution("t") + head(), (1, SIDE, SIDE, 3))


def nhwc_after_scaling() -> Any:
    """Channels last and dynamic, scaled before it is turned, as tf2onnx writes it."""
    nodes = [
        NODE("Mul", ["x", "half"], ["m"]),
        NODE("Add", ["m", "m"], ["d"]),
        NODE("Transpose", ["d"], ["t"], perm=[0, 3, 1, 2]),
    ]
    arrays = {"half": np.full(3, 0.5, np.float32)}
    return model(nodes + convolution("t") + head(), ("n", SIDE, SIDE, 3), ("n", CLASSES), arrays)


def pooling(kind: str = "MaxPool", dilation: int = 1, opset: int = 13) -> Any:
    """A pooling with dilations written out, as torch.onnx.export does."""
    attributes = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
    pool = NODE(kind, ["r"], ["p"], dilations=[dilation] * 2, ceil_mode=0, **attributes)
    return model([*convolution(), pool, *head("p")], opset=opset)


def logits() -> Any:
    """Without an activation."""
    return model(convolution() + head(activation=None))


def small_logits() -> Any:
    """Logits that happen to lie between 0 and 1 on every photo: nothing but their sum tells."""
    arrays = {name: weights()[name] * np.float32(0.02) for name in ("FW", "FB")}
    arrays["FB"] = np.array([0.2, 0.3, 0.4, 0.5, 0.6], np.float32)
    return model(convolution() + head(activation=None), arrays=arrays)


def log_softmax() -> Any:
    """Logarithms of probabilities."""
    return model(convolution() + head(activation="LogSoftmax"))


def sigmoid() -> Any:
    """A sigmoid where others have a softmax."""
    return model(convolution() + head(activation="Sigmoid"))


def own_softmax() -> Any:
    """A softmax put together from smaller operators."""
    nodes = [
        NODE("Exp", ["z"], ["e"]),
        NODE("ReduceSum", ["e", "axis"], ["s"], keepdims=1),
        NODE("Div", ["e", "s"], ["y"]),
    ]
    dense = head(activation=None)
    dense[-1].output[0] = "z"
    return model(convolution() + dense + nodes, arrays={"axis": np.array([1], np.int64)})


def conv_head(activation: str | None = None) -> Any:
    """A 1x1 convolution as head: an output of 1 x 5 x 1 x 1."""
    last = "z" if activation else "y"
    nodes = [
        NODE("GlobalAveragePool", ["r"], ["g"]),
        NODE("Conv", ["g", "HW", "FB"], [last], kernel_shape=[1, 1]),
    ]
    if activation:
        nodes.append(NODE(activation, ["z"], ["y"], axis=1))
    arrays = {"HW": weights()["FW"][:, :, None, None]}
    return model(convolution() + nodes, out=(1, CLASSES, 1, 1), arrays=arrays)


def half() -> Any:
    """float16 throughout."""
    arrays = {name: value.astype(np.float16) for name, value in weights().items()}
    return model(convolution() + head(), arrays=arrays, dtype=TensorProto.FLOAT16)


def half_inside() -> Any:
    """float16 weights and float32 ends, with casts between, as converters with keep_io_types do."""
    arrays = {name: value.astype(np.float16) for name, value in weights().items()}
    nodes = [
        NODE("Cast", ["x"], ["h"], to=TensorProto.FLOAT16),
        *convolution("h"),
        *head(activation=None),
        NODE("Cast", ["l"], ["z"], to=TensorProto.FLOAT),
        NODE("Softmax", ["z"], ["y"]),
    ]
    nodes[-3].output[0] = "l"
    return model(nodes, arrays=arrays)


def double() -> Any:
    """float64 throughout."""
    arrays = {name: value.astype(np.float64) for name, value in weights().items()}
    return model(convolution() + head(), arrays=arrays, dtype=TensorProto.DOUBLE)


def axes_as_input() -> Any:
    """Means over axes that are an input, as from opset 18 on."""
    nodes = [
        NODE("ReduceMean", ["r", "axes"], ["f"], keepdims=0),
        NODE("Gemm", ["f", "FW", "FB"], ["z"], transB=1),
        NODE("Softmax", ["z"], ["y"], axis=-1),
    ]
    return model(convolution() + nodes, arrays={"axes": np.array([2, 3], np.int64)}, opset=18)


def weights_as_inputs() -> Any:
    """Weights listed among the inputs too, as before IR version 4."""
    made = plain()
    for tensor in made.graph.initializer:
        info = helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
        made.graph.input.insert(0, info)
    return made


def quantised(kind: str) -> Any:
    """8-bit models: `qdq` and `qlinear` as onnxruntime writes them, `integer` as dynamic ones."""
    value = weights()
    arrays = {
        "s": np.array(0.02, np.float32),
        "zp": np.array(128, np.uint8),
        "ws": np.array(0.01, np.float32),
        "wzp": np.array(0, np.int8),
        "WQ": np.clip(value["W"] / 0.01, -127, 127).astype(np.int8),
    }
    shape = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [8, 8]}
    quantise = NODE("QuantizeLinear", ["x", "s", "zp"], ["xq"])
    if kind == "qdq":
        nodes = [
            quantise,
            NODE("DequantizeLinear", ["xq", "s", "zp"], ["xd"]),
            NODE("DequantizeLinear", ["WQ", "ws", "wzp"], ["wd"]),
            NODE("Conv", ["xd", "wd", "B"], ["c"], **shape),
        ]
    elif kind == "qlinear":
        sources = ["xq", "s", "zp", "WQ", "ws", "wzp", "s", "zp"]
        nodes = [
            quantise,
            NODE("QLinearConv", sources, ["cq"], **shape),
            NODE("DequantizeLinear", ["cq", "s", "zp"], ["c"]),
        ]
    else:
        nodes = [
            NODE("DynamicQuantizeLinear", ["x"], ["xq", "xs", "xz"]),
            NODE("ConvInteger", ["xq", "WQ", "xz", "wzp"], ["ci"], **shape),
            NODE("Cast", ["ci"], ["cf"], to=TensorProto.FLOAT),
            NODE("Mul", ["cf", "ws"], ["c"]),
        ]
    return model([*nodes, NODE("Relu", ["c"], ["r"]), *head()], arrays=arrays)


def bytes_input() -> Any:
    """An input of bytes, scaled inside."""
    nodes = [
        NODE("Cast", ["x"], ["f32"], to=TensorProto.FLOAT),
        *convolution("f32"),
        *head(),
    ]
    made = model(nodes)
    made.graph.input[0].type.tensor_type.elem_type = TensorProto.UINT8
    return made


def two_outputs() -> Any:
    """Probabilities and features."""
    made = plain()
    made.graph.output.append(helper.make_tensor_value_info("f", TensorProto.FLOAT, (1, CHANNELS)))
    return made


def mish() -> Any:
    """An activation that only newer operator sets have."""
    return model([*convolution(), NODE("Mish", ["c"], ["q"]), *head("q")], opset=18)


def counted_padding(opset: int = 13) -> Any:
    """An average that counts the zeros around a picture, as torch.nn.AvgPool2d does."""
    attributes = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
    pool = NODE("AveragePool", ["r"], ["p"], count_include_pad=1, **attributes)
    return model([*convolution(), pool, *head("p")], opset=opset)


def clipped_above() -> Any:
    """A Clip with an upper bound alone."""
    nodes = [NODE("Clip", ["c", "", "six"], ["q"])]
    return model(convolution() + nodes + head("q"), arrays={"six": np.array(6, np.float32)})


def best_class() -> Any:
    """The number of the best class instead of probabilities."""
    made = plain()
    made.graph.node[-1].output[0] = "p"
    made.graph.node.append(NODE("ArgMax", ["p"], ["y"], axis=1, keepdims=0))
    made.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", TensorProto.INT64, (1,)))
    return made


def two_inputs() -> Any:
    """A picture and something else."""
    nodes = [NODE("Add", ["x", "other"], ["sum"]), *convolution("sum"), *head()]
    made = model(convolution() + head())
    del made.graph.node[:]
    made.graph.node.extend(nodes)
    made.graph.input.append(helper.make_tensor_value_info("other", TensorProto.FLOAT, PLANAR))
    return made


def other_size() -> Any:
    """A fixed input of another size than the recipe's."""
    return plain((1, 3, 192, 192))


def one_channel() -> Any:
    """A network for grey pictures."""
    arrays = {"W": weights()["W"][:, :1]}
    return model(convolution() + head(), (1, 1, SIDE, SIDE), arrays=arrays)


def constant() -> Any:
    """Every ReLU is dead: the same answer for every photo."""
    return model(convolution() + head(), arrays={"B": np.full(CHANNELS, -1e4, np.float32)})


def unknown_operator() -> Any:
    """An operator of somebody's own."""
    made = plain()
    made.graph.node[1].op_type, made.graph.node[1].domain = "MyRelu", "com.example"
    made.opset_import.append(helper.make_opsetid("com.example", 1))
    return made


def local_function() -> Any:
    """A layer as a function of the model's own, as torch's newer exporter writes them."""
    made = plain()
    made.graph.node[1].op_type, made.graph.node[1].domain = "MyRelu", "pkg.net"
    made.opset_import.append(helper.make_opsetid("pkg.net", 1))
    body = [NODE("Relu", ["a"], ["b"])]
    imports = [helper.make_opsetid("", 13)]
    made.functions.append(helper.make_function("pkg.net", "MyRelu", ["a"], ["b"], body, imports))
    return made


def external(folder: Path, name: str = "model.onnx") -> Path:
    """A model whose weights lie in a file of their own beside it."""
    path = folder / name
    onnx.save_model(
        plain(),
        str(path),
        save_as_external_data=True,
        location=f"{name}.data",
        size_threshold=0,
        convert_attribute=False,
    )
    return path


def flattened_by_size() -> Any:
    """`x.view(x.size(0), -1)` with a dynamic batch: the shape is worked out inside the model."""
    nodes = [
        NODE("GlobalAveragePool", ["r"], ["g"]),
        NODE("Shape", ["g"], ["sizes"]),
        NODE("Gather", ["sizes", "zero"], ["batch"], axis=0),
        NODE("Unsqueeze", ["batch", "zeros"], ["first"]),
        NODE("Concat", ["first", "rest"], ["to"], axis=0),
        NODE("Reshape", ["g", "to"], ["f"]),
        *head()[2:],
    ]
    arrays = {
        "zero": np.array(0, np.int64),
        "zeros": np.array([0], np.int64),
        "rest": np.array([-1], np.int64),
    }
    return model(convolution() + nodes, ("batch", 3, SIDE, SIDE), ("batch", CLASSES), arrays=arrays)


def squeezed() -> Any:
    """As MobileNetV3 and EfficientNet: hard swish, swish, channels weighed by a hard sigmoid."""
    nodes = [
        NODE("HardSwish", ["r"], ["h"]),
        NODE("GlobalAveragePool", ["h"], ["w1"]),
        NODE("Conv", ["w1", "SW", "SB"], ["w2"], kernel_shape=[1, 1]),
        NODE("HardSigmoid", ["w2"], ["w3"], alpha=1 / 6, beta=0.5),
        NODE("Mul", ["h", "w3"], ["weighed"]),
        NODE("Sigmoid", ["weighed"], ["s"]),
        NODE("Mul", ["weighed", "s"], ["swish"]),
    ]
    random = np.random.default_rng(6)
    arrays = {
        "SW": random.normal(0, 0.3, (CHANNELS, CHANNELS, 1, 1)).astype(np.float32),
        "SB": np.zeros(CHANNELS, np.float32),
    }
    return model(convolution() + nodes + head("swish"), arrays=arrays, opset=14)


KINDS: dict[str, Callable[[], Any]] = {
    "plain": plain,
    "dynamic_batch": dynamic_batch,
    "dynamic_everything": dynamic_everything,
    "without_sizes": without_sizes,
    "batch_of_eight": batch_of_eight,
    "nhwc_input": nhwc_input,
    "nhwc_after_scaling": nhwc_after_scaling,
    "max_pool": pooling,
    "max_pool_12": lambda: pooling(opset=11),
    "average_pool_19": lambda: pooling("AveragePool", opset=19),
    "dilated_pool": lambda: pooling(dilation=2),
    "logits": logits,
    "small_logits": small_logits,
    "log_softmax": log_softmax,
    "sigmoid": sigmoid,
    "own_softmax": own_softmax,
    "conv_head": conv_head,
    "conv_head_softmax": lambda: conv_head("Softmax"),
    "half": half,
    "half_inside": half_inside,
    "double": double,
    "axes_as_input": axes_as_input,
    "weights_as_inputs": weights_as_inputs,
    "qdq": lambda: quantised("qdq"),
    "qlinear": lambda: quantised("qlinear"),
    "integer": lambda: quantised("integer"),
    "bytes_input": bytes_input,
    "two_outputs": two_outputs,
    "best_class": best_class,
    "clipped_above": clipped_above,
    "mish": mish,
    "counted_padding": counted_padding,
    "counted_padding_10": lambda: counted_padding(10),
    "two_inputs": two_inputs,
    "other_size": other_size,
    "one_channel": one_channel,
    "constant": constant,
    "unknown_operator": unknown_operator,
    "local_function": local_function,
    "flattened_by_size": flattened_by_size,
    "squeezed": squeezed,
}


def write(folder: Path, kind: str) -> Path:
    """One of KINDS as a file, or `external` with its weights beside it."""
    if kind == "external":
        return external(folder)
    path = folder / f"{kind}.onnx"
    path.write_bytes(KINDS[kind]().SerializeToString())
    return path
