"""The tables of a recipe, each with how it is read.

Whatever is wrong is `bad_recipe` with file, key and value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from tools.package.fields import Fields

VARIANTS = ("float32", "float16", "int8")
# LiteCV's fixed-point bilinear; and Pillow's, which torchvision and timm train with: the shorter
# side is resized, and the crop is in the middle (jni/core/preprocess/antialias.h).
INTERPOLATIONS = ("bilinear-q11", "pillow-bilinear", "pillow-bicubic")
CHANNEL_ORDERS = ("RGB", "BGR")
ACTIVATIONS = ("none", "softmax", "sigmoid")
LARGEST_SIDE = 4096  # of input, resize and crop, in pixels
MOST_LABELS = 100_000
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
SHA256 = re.compile(r"[0-9a-f]{64}")
SHA256_FORM = "64 hexadecimal digits in lower case"


@dataclass(frozen=True)
class Input:
    """The model's input tensor: (1, height, width, channels) float32."""

    width: int
    height: int
    channels: int
    layout: str
    dtype: str

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The shape of one picture's tensor, NHWC."""
        return (1, self.height, self.width, self.channels)


@dataclass(frozen=True)
class Preprocess:
    """From an upright picture to the input tensor; (v*scale - mean)/std per channel."""

    interpolation: str
    resize: tuple[int, int]  # width, height; Pillow's: twice the shorter side
    crop: tuple[int, int, int, int]  # x, y, width, height in the resized (Pillow's: square) picture
    scale: tuple[int, int]  # numerator, denominator
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    channel_order: str

    @property
    def keeps_aspect(self) -> bool:
        """Whether the shorter side is resized and the crop is the one in the middle."""
        return self.interpolation != "bilinear-q11"


def centred_crop(side: int, crop: int) -> int:
    """Where a crop in the middle begins, as torchvision's CenterCrop has it."""
    return round((side - crop) / 2)


@dataclass(frozen=True)
class Head:
    """The network's end. `mapped`: dense -> softmax -> fixed class map."""

    type: str  # "dense" or "mapped"
    activation: str
    dense_outputs: int | None = None  # mapped only
    class_map: Path | None = None  # mapped only


@dataclass(frozen=True)
class Network:
    """What is to be built. A features network has no head and no classes."""

    architecture: str
    width: float
    num_classes: int | None
    head: Head | None


@dataclass(frozen=True)
class Labels:
    """Where the class list and its companions stand."""

    table: Path
    count: int
    hierarchy: Path | None = None
    thresholds: Path | None = None
    names: dict[str, Path] = field(default_factory=dict)  # language -> table of translated names
    thresholds_source: str | None = None  # SHA-256 of the model file that they were chosen for
    alternatives: tuple[Path, ...] = ()  # lists of other lengths that such models are known with


@dataclass(frozen=True)
class Asset:
    """A file that `fetch` can download."""

    name: str
    url: str
    size: int | None  # bytes; None where no source states it
    sha256: str
    kind: str


@dataclass(frozen=True)
class Checkpoint:
    """Where the default checkpoint comes from: a file, or an assembly that tools.network knows."""

    file: Path | None = None
    assemble: str | None = None


@dataclass(frozen=True)
class AnswerRules:
    """What is said of a model's outputs.

    `guess_share`: the share of its headline's probability that a guess ("Animal, probably a
    lizard") must keep to be shown, as it was measured for this model.
    """

    guess_share: float = 0.5


NO_RULES = AnswerRules()


def read_input(fields: Fields, strict: bool = True) -> Input:
    """The `input` table; strict: a key that is not known is refused."""
    out = Input(
        width=fields.integer("width", 1, LARGEST_SIDE),
        height=fields.integer("height", 1, LARGEST_SIDE),
        channels=fields.integer("channels", 3, 3),
        layout=fields.choice("layout", ["NHWC"]),
        dtype=fields.choice("dtype", ["float32"]),
    )
    if strict:
        fields.finish()
    return out


def read_preprocess(fields: Fields, input_: Input, strict: bool = True) -> Preprocess:
    """The `preprocess` table, which must end in a picture of the input's size."""
    width, height = fields.integers("resize", 2, 1, LARGEST_SIDE)
    x, y, w, h = fields.integers("crop", 4, 0, LARGEST_SIDE)
    if w < 1 or h < 1 or x + w > width or y + h > height:
        raise fields.mistake("crop", f"a crop inside the resized {width}x{height} picture")
    if (w, h) != (input_.width, input_.height):
        raise fields.mistake("crop", f"a crop of the input's size {input_.width}x{input_.height}")
    interpolation = fields.choice("interpolation", INTERPOLATIONS)
    if interpolation != "bilinear-q11":
        if width != height:
            raise fields.mistake("resize", "twice the length of the shorter side")
        if (x, y) != (centred_crop(width, w), centred_crop(height, h)):
            middle = f"{centred_crop(width, w)}, {centred_crop(height, h)}"
            raise fields.mistake("crop", f"the crop in the middle, at {middle}")
    numerator, denominator = fields.integers("scale", 2, 1, 65535)
    m0, m1, m2 = fields.numbers("mean", 3, -1000, 1000)
    s0, s1, s2 = fields.numbers("std", 3, 1e-6, 1000)
    out = Preprocess(
        interpolation=interpolation,
        resize=(width, height),
        crop=(x, y, w, h),
        scale=(numerator, denominator),
        mean=(m0, m1, m2),
        std=(s0, s1, s2),
        channel_order=fields.choice("channel_order", CHANNEL_ORDERS),
    )
    if strict:
        fields.finish()
    return out


def read_answers(fields: Fields, strict: bool = False) -> AnswerRules:
    """The optional `answers` table."""
    table = fields.optional_table("answers")
    if table is None:
        return NO_RULES
    out = AnswerRules(table.number("guess_share", 0, 1))
    if strict:
        table.finish()
    return out


def matching(fields: Fields, key: str, pattern: re.Pattern[str], expected: str) -> str:
    """A text that matches a pattern; `expected` says it in words."""
    value = fields.string(key)
    if not pattern.fullmatch(value):
        raise fields.mistake(key, expected)
    return value


def read_network(fields: Fields, kind: str, folder: Path) -> tuple[Network, int]:
    """The `network` table and the length of the output vector; files lie in `folder`."""
    architecture = fields.string("architecture", 100)
    width = fields.number("width", 0, 8)
    if kind == "features":
        return Network(architecture, width, None, None), fields.integer("outputs", 1, MOST_LABELS)
    count = fields.integer("num_classes", 1, MOST_LABELS)
    table = fields.table("head")
    head = _head(table, folder)
    table.finish()
    return Network(architecture, width, count, head), count


def _head(fields: Fields, folder: Path) -> Head:
    kind = fields.choice("type", ["dense", "mapped"])
    activation = fields.choice("activation", ACTIVATIONS if kind == "dense" else ["softmax"])
    if kind == "dense":
        return Head(kind, activation)
    outputs = fields.integer("dense_outputs", 1, MOST_LABELS)
    return Head(kind, activation, outputs, _file(fields, "class_map", folder))


def _file(fields: Fields, key: str, folder: Path) -> Path:
    path = folder / fields.string(key)
    if not path.is_file():
        raise fields.mistake(key, f"the name of a file that exists, relative to {folder}")
    return path


def _class_list(fields: Fields, folder: Path) -> Path:
    """A file, or a folder of class folders."""
    path = folder / fields.string("table")
    if not path.exists():
        raise fields.mistake("table", f"a file or folder that exists, relative to {folder}")
    return path


def read_labels(fields: Fields, kind: str, network: Network, folder: Path) -> Labels | None:
    """The `labels` table of all fields, which a classifier has and a features model has not."""
    if kind == "features":
        if fields.has("labels"):
            raise fields.mistake("labels", "no [labels], as a features model has none", "[labels]")
        return None
    table = fields.table("labels")
    names = table.optional_table("names")
    labels = Labels(
        table=_class_list(table, folder),
        count=table.integer("count", 1, MOST_LABELS),
        hierarchy=_file(table, "hierarchy", folder) if table.has("hierarchy") else None,
        thresholds=_file(table, "thresholds", folder) if table.has("thresholds") else None,
        names=_names(names, folder) if names is not None else {},
        thresholds_source=_thresholds_source(table),
        alternatives=_files(table, "alternatives", folder),
    )
    if labels.count != network.num_classes:
        raise table.mistake("count", f"network.num_classes, which is {network.num_classes}")
    table.finish()
    return labels


def _thresholds_source(fields: Fields) -> str | None:
    if not fields.has("thresholds_source"):
        return None
    return matching(fields, "thresholds_source", SHA256, SHA256_FORM)


def _files(fields: Fields, key: str, folder: Path) -> tuple[Path, ...]:
    if not fields.has(key):
        return ()
    expected = f"a list of files that exist, relative to {folder}"
    names = fields.any(key, expected)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise fields.mistake(key, expected)
    paths = tuple(folder / name for name in names)
    if not all(path.is_file() for path in paths):
        raise fields.mistake(key, expected)
    return paths


def _names(fields: Fields, folder: Path) -> dict[str, Path]:
    for language in fields.data:
        if not LANGUAGE.fullmatch(language):
            raise fields.mistake(language, "a language as key, e.g. zh or pt-BR", language)
    return {language: _file(fields, language, folder) for language in sorted(fields.data)}


def read_weights(fields: Fields) -> tuple[str, dict[str, float]]:
    """The `weights` table: the default variant, and the tolerance of each."""
    variant = fields.choice("variant", VARIANTS)
    table = fields.table("tolerance")
    tolerance = {key: table.number(key, 0, 1) for key in VARIANTS if table.has(key)}
    table.finish()
    if variant not in tolerance:
        raise table.mistake(variant, f"a tolerance for the variant {variant}", sorted(tolerance))
    fields.finish()
    return variant, tolerance


def read_checkpoint(fields: Fields, folder: Path) -> Checkpoint:
    """The optional `checkpoint` table of all fields."""
    table = fields.optional_table("checkpoint")
    if table is None:
        return Checkpoint()
    out = Checkpoint(
        file=folder / table.string("file") if table.has("file") else None,
        assemble=table.string("assemble", 100) if table.has("assemble") else None,
    )
    table.finish()
    return out


def read_assets(fields: Fields) -> tuple[Asset, ...]:
    """The optional `assets` table of all fields, by name."""
    table = fields.optional_table("assets")
    if table is None:
        return ()
    return tuple(_asset(table.table(name), name) for name in sorted(table.data))


def _asset(fields: Fields, name: str) -> Asset:
    out = Asset(
        name=name,
        url=fields.string("url", 2000),
        size=fields.integer("size", 1, 2**40) if fields.has("size") else None,
        sha256=matching(fields, "sha256", SHA256, SHA256_FORM),
        kind=fields.choice("kind", ["checkpoint", "onnx", "mindir", "ms"]),
    )
    fields.finish()
    return out
