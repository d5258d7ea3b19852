"""Pictures made from numbers, the same in Python and in C++, and the demo's recipe."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tools.native import Recipe

DEMO = Recipe(
    (256, 256), (16, 16, 224, 224), 1 / 255, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "RGB"
)


def noise(seed: int, height: int, width: int, channels: int) -> npt.NDArray[np.uint8]:
    """Bytes (height, width, channels): byte k is a mixture of the bits of k and the seed.

    jni/core/preprocess/golden_test.cc makes the same.
    """
    k = np.arange(height * width * channels, dtype=np.uint32)
    k = (k + np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)) * np.uint32(0x85EBCA6B)
    k = (k ^ (k >> np.uint32(15))) * np.uint32(0xC2B2AE35)
    return (
        ((k ^ (k >> np.uint32(13))) >> np.uint32(8))
        .astype(np.uint8)
        .reshape(height, width, channels)
    )
