"""From a decoded photo to a training or an evaluation tensor.

Training uses the model zoo's chain: a random part of 8 to 100 % of the area with a ratio of 3:4 to
4:3, resized; mirrored half of the time; brightness, contrast and saturation changed by up to 40 %.
Every choice comes from the generator that is passed in, so a run can be repeated and resumed
exactly, whatever the number of workers. Evaluation is the phone's chain, to the bit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tools.network.oracle import resized_crop
from tools.package.recipe_tables import Preprocess

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

AREA = (0.08, 1.0)
RATIO = (3 / 4, 4 / 3)
JITTER = 0.4
TRIES = 10
# Weights of red, green and blue in a grey value (ITU-R BT.601).
GREY = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Box:
    """A part of a picture in pixels."""

    x: int
    y: int
    width: int
    height: int


def random_box(width: int, height: int, rng: np.random.Generator) -> Box:
    """A random part of a picture by area and ratio; the largest central one if ten tries fail."""
    for _ in range(TRIES):
        area = width * height * rng.uniform(*AREA)
        ratio = math.exp(rng.uniform(math.log(RATIO[0]), math.log(RATIO[1])))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            x, y = int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1))
            return Box(x, y, w, h)
    w = min(width, max(1, round(height * RATIO[1])))
    h = min(height, max(1, round(width / RATIO[0])))
    return Box((width - w) // 2, (height - h) // 2, w, h)


def _blend(pixels: Floats, other: Floats | float, factor: float) -> Floats:
    """pixels * factor + other * (1 - factor), clipped to 0…255."""
    mixed: Floats = np.clip(pixels * np.float32(factor) + other * np.float32(1 - factor), 0, 255)
    return mixed


def jitter(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Brightness, contrast and saturation by random factors, in a random order."""
    values = pixels.astype(np.float32)
    for step in rng.permutation(3):
        factor = float(rng.uniform(1 - JITTER, 1 + JITTER))
        if step == 0:
            values = _blend(values, 0.0, factor)
        elif step == 1:
            values = _blend(values, float((values @ GREY).mean()), factor)
        else:
            values = _blend(values, (values @ GREY)[..., None], factor)
    return np.rint(values).astype(np.uint8)


def normalise(pixels: Pixels, recipe: Preprocess) -> Floats:
    """(H, W, 3) uint8 RGB to (3, H, W) float32: (v * scale - mean) / std, as on the phone."""
    numerator, denominator = recipe.scale
    scaled = (pixels * (numerator / denominator)).astype(np.float32)
    mean, std = np.array(recipe.mean, np.float32), np.array(recipe.std, np.float32)
    values = (scaled - mean) / std
    if recipe.channel_order == "BGR":
        values = values[..., ::-1]
    return np.ascontiguousarray(values.transpose(2, 0, 1))


def training_tensor(
    pixels: Pixels, recipe: Preprocess, side: int, rng: np.random.Generator
) -> Floats:
    """A photo (H, W, 3) as a randomly changed tensor (3, side, side)."""
    box = random_box(pixels.shape[1], pixels.shape[0], rng)
    part = pixels[box.y : box.y + box.height, box.x : box.x + box.width]
    resized = cv2.resize(part, (side, side), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        resized = cv2.flip(resized, 1)
    return normalise(jitter(np.asarray(resized, np.uint8), rng), recipe)


def evaluation_tensor(pixels: Pixels, recipe: Preprocess) -> Floats:
    """A photo (H, W, 3) as the phone's tensor (3, height, width): resize, crop, normalise."""
    return normalise(resized_crop(pixels, recipe), recipe)
