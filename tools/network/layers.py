"""The layers of MobileNetV2 as data: the network and all checkpoint namings come from one table.

Needs numpy only, so that names and shapes can be checked without importing MindSpore.
Architecture: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

ARCHITECTURE = "mobilenetv2"  # in recipes
# (expansion, channels, repeats, stride of the first repeat)
STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
STEM_CHANNELS = 32
LAST_CHANNELS = 1280
BATCH_NORM_PARTS = ("moving_mean", "moving_variance", "gamma", "beta")

Shape = tuple[int, ...]


def make_divisible(channels: float, divisor: int = 8) -> int:
    """Round to the nearest multiple of `divisor`, at least one, never losing more than 10 %."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


@dataclass(frozen=True)
class Block:
    """One inverted residual block: channels in, inside and out, and its stride."""

    inputs: int
    hidden: int
    outputs: int
    stride: int

    @property
    def expands(self) -> bool:
        """Whether a 1x1 convolution widens the input first."""
        return self.hidden != self.inputs

    @property
    def adds(self) -> bool:
        """Whether the block's input is added to its output."""
        return self.stride == 1 and self.inputs == self.outputs


def stem_channels(width: float) -> int:
    """Channels after the first convolution."""
    return make_divisible(STEM_CHANNELS * width)


def feature_channels(width: float) -> int:
    """Channels of the last convolution, so the length of a feature vector: 1280 up to width 1.0."""
    return make_divisible(LAST_CHANNELS * max(1.0, width))


def blocks(width: float) -> list[Block]:
    """The 17 inverted residual blocks at a width multiplier."""
    found = []
    inputs = stem_channels(width)
    for expansion, channels, repeats, stride in STAGES:
        outputs = make_divisible(channels * width)
        for repeat in range(repeats):
            step = stride if repeat == 0 else 1
            found.append(Block(inputs, inputs * expansion, outputs, step))
            inputs = outputs
    return found


@dataclass(frozen=True)
class Layer:
    """A convolution and the batch norm after it: shape of its weights and its names everywhere.

    Each name is a pair (convolution, batch norm). `zoo` is the MindSpore model zoo's naming and
    ours, `mindcv` that of mindcv, `torch` the one of the first PyTorch port (flat lists in a
    block), `torchvision` torchvision's, `timm` that of timm's mobilenetv2_100 and its kin.
    """

    shape: Shape
    zoo: tuple[str, str]
    mindcv: tuple[str, str]
    torch: tuple[str, str]
    torchvision: tuple[str, str]
    timm: tuple[str, str]


def _single(index: int, shape: Shape, mindcv_index: int, timm: tuple[str, str]) -> Layer:
    """The first or the last convolution, which stand outside of the blocks."""
    zoo = f"features.{index}.features"
    torch = f"features.{index}"
    return Layer(
        shape,
        (f"{zoo}.0", f"{zoo}.1"),
        (f"features.{mindcv_index}", f"features.{mindcv_index + 1}"),
        (f"{torch}.0", f"{torch}.1"),
        (f"{torch}.0", f"{torch}.1"),
        timm,
    )


def _block_layers(index: int, block: Block) -> Iterator[Layer]:
    """Expansion (if any), depthwise and projection of block `index` (counted from 1)."""
    shapes = [(block.hidden, 1, 3, 3), (block.outputs, block.hidden, 1, 1)]
    if block.expands:
        shapes.insert(0, (block.hidden, block.inputs, 1, 1))
    kinds = ("conv_pw", "conv_dw", "conv_pwl") if block.expands else ("conv_dw", "conv_pw")
    prefix = f"features.{index}.conv"
    for step, shape in enumerate(shapes):
        projects = step == len(shapes) - 1
        if projects:
            own = (f"{prefix}.{step}", f"{prefix}.{step + 1}")
            vision = own
        else:
            own = (f"{prefix}.{step}.features.0", f"{prefix}.{step}.features.1")
            vision = (f"{prefix}.{step}.0", f"{prefix}.{step}.1")
        flat = (f"{prefix}.{3 * step}", f"{prefix}.{3 * step + 1}")
        mindcv = f"features.{index + 2}.layers"
        pair = (f"{mindcv}.{3 * step}", f"{mindcv}.{3 * step + 1}")
        timm = (f"{_timm_block(index)}.{kinds[step]}", f"{_timm_block(index)}.bn{step + 1}")
        yield Layer(shape, own, pair, flat, vision, timm)


def _timm_block(index: int) -> str:
    """timm counts stages and the blocks in them: `blocks.1.0` is block 2."""
    first = 1
    for stage, (_, _, repeats, _) in enumerate(STAGES):
        if index < first + repeats:
            return f"blocks.{stage}.{index - first}"
        first += repeats
    raise IndexError(index)


def backbone_layers(width: float = 1.0) -> list[Layer]:
    """The 52 convolutions with batch norm, in the order in which they run."""
    found = [_single(0, (stem_channels(width), 3, 3, 3), 0, ("conv_stem", "bn1"))]
    all_blocks = blocks(width)
    for index, block in enumerate(all_blocks, start=1):
        found.extend(_block_layers(index, block))
    last = len(all_blocks) + 1
    shape = (feature_channels(width), all_blocks[-1].outputs, 1, 1)
    found.append(_single(last, shape, last + 2, ("conv_head", "bn2")))
    return found


def backbone_shapes(width: float = 1.0) -> dict[str, Shape]:
    """Name -> shape of the backbone's 260 parameters in a checkpoint's order."""
    shapes: dict[str, Shape] = {}
    for layer in backbone_layers(width):
        convolution, norm = layer.zoo
        shapes[f"{convolution}.weight"] = layer.shape
        for part in BATCH_NORM_PARTS:
            shapes[f"{norm}.{part}"] = layer.shape[:1]
    return shapes


def head_shapes(outputs: int, width: float = 1.0) -> dict[str, Shape]:
    """Name -> shape of the dense head."""
    return {"dense.weight": (outputs, feature_channels(width)), "dense.bias": (outputs,)}
