"""MobileNetV2 as MindSpore cells.

Parameter names and shapes are those of the MindSpore model zoo from r1.5 on (`features.…`,
`dense.weight`, `dense.bias`), so its checkpoints load by name. Pictures are float32 (N, 3, H, W),
normalised as the recipe says.
"""

import math
from typing import Any

import mindspore as ms
import numpy as np
import numpy.typing as npt
from mindspore import nn, ops
from mindspore.common.initializer import Normal

from tools.network import layers

ACTIVATIONS = ("none", "softmax", "sigmoid")
FloatArray = npt.NDArray[np.float32]


def _convolution(
    inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1
) -> Any:
    """Convolution without bias, padded evenly, with the model zoo's random start."""
    start = Normal(math.sqrt(2.0 / (kernel * kernel * outputs)))
    return nn.Conv2d(
        inputs,
        outputs,
        kernel,
        stride,
        pad_mode="pad",
        padding=(kernel - 1) // 2,
        group=groups,
        weight_init=start,
    )


class ConvBNReLU(nn.Cell):  # type: ignore[misc]
    """Convolution, batch norm, ReLU6."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__()
        convolution = _convolution(inputs, outputs, kernel, stride, groups)
        self.features = nn.SequentialCell([convolution, nn.BatchNorm2d(outputs), nn.ReLU6()])

    def construct(self, x: Any) -> Any:
        """(N, inputs, H, W) -> (N, outputs, H / stride, W / stride)."""
        return self.features(x)


class InvertedResidual(nn.Cell):  # type: ignore[misc]
    """Expansion, depthwise convolution, linear projection, and the shortcut where it fits."""

    def __init__(self, block: layers.Block) -> None:
        super().__init__()
        cells: list[Any] = []
        if block.expands:
            cells.append(ConvBNReLU(block.inputs, block.hidden, kernel=1))
        cells.append(
            ConvBNReLU(block.hidden, block.hidden, stride=block.stride, groups=block.hidden)
        )
        cells.append(_convolution(block.hidden, block.outputs))
        cells.append(nn.BatchNorm2d(block.outputs))
        self.conv = nn.SequentialCell(cells)
        self.adds = block.adds

    def construct(self, x: Any) -> Any:
        """(N, inputs, H, W) -> (N, outputs, H / stride, W / stride)."""
        if self.adds:
            return x + self.conv(x)
        return self.conv(x)


def _feature_cells(width: float) -> Any:
    """Stem, 17 blocks and last convolution as one sequence."""
    blocks = layers.blocks(width)
    cells: list[Any] = [ConvBNReLU(3, layers.stem_channels(width), stride=2)]
    cells += [InvertedResidual(block) for block in blocks]
    cells.append(ConvBNReLU(blocks[-1].outputs, layers.feature_channels(width), kernel=1))
    return nn.SequentialCell(cells)


class Backbone(nn.Cell):  # type: ignore[misc]
    """Everything before the pooling: feature maps, as `include_top=False` means on the hub."""

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        self.features = _feature_cells(width)
        self.out_channels = layers.feature_channels(width)

    def construct(self, x: Any) -> Any:
        """(N, 3, H, W) -> (N, 1280, H / 32, W / 32)."""
        return self.features(x)


class Features(nn.Cell):  # type: ignore[misc]
    """Backbone and mean pooling: one vector a picture."""

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        self.features = _feature_cells(width)
        self.pool = ops.ReduceMean(keep_dims=False)

    def construct(self, x: Any) -> Any:
        """(N, 3, H, W) -> (N, 1280)."""
        return self.pool(self.features(x), (2, 3))


def dense_head(inputs: int, outputs: int) -> Any:
    """The trainable layer of a head: weights N(0, 0.01), bias 0, as in the model zoo."""
    return nn.Dense(inputs, outputs, weight_init=Normal(0.01), bias_init="zeros")


class MobileNetV2(nn.Cell):  # type: ignore[misc]
    """The whole network.

    Without `class_map` the head is dense -> activation. With it (dense outputs x classes, fixed,
    not a parameter) it is dense -> softmax -> matrix product -> clamp to [0, 1]: the `mapped` head,
    which turns a distribution over one class list into probabilities of another's labels.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        width: float = 1.0,
        activation: str = "none",
        class_map: FloatArray | None = None,
    ) -> None:
        super().__init__()
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is {activation!r}; it can be {', '.join(ACTIVATIONS)}")
        if class_map is not None and activation != "softmax":
            raise ValueError(f"a mapped head needs activation 'softmax', not {activation!r}")
        if class_map is not None and class_map.shape[1] != num_classes:
            raise ValueError(f"the class map has {class_map.shape[1]} columns, not {num_classes}")
        self.features = _feature_cells(width)
        self.pool = ops.ReduceMean(keep_dims=False)
        outputs = num_classes if class_map is None else int(class_map.shape[0])
        self.dense = dense_head(layers.feature_channels(width), outputs)
        self.activation = activation
        self.mapped = class_map is not None
        if class_map is not None:
            self.class_map = ms.Tensor(class_map.astype(np.float32))
            self.one = ms.Tensor(np.float32(1.0))

    def construct(self, x: Any) -> Any:
        """(N, 3, H, W) -> (N, num_classes)."""
        logits = self.dense(self.pool(self.features(x), (2, 3)))
        if self.activation == "none":
            return logits
        if self.activation == "sigmoid":
            return ops.sigmoid(logits)
        probabilities = ops.softmax(logits, -1)
        if self.mapped:
            # Sums of probabilities are never below 0; rounding can lift them above 1.
            return ops.minimum(ops.matmul(probabilities, self.class_map), self.one)
        return probabilities
