"""Small pictures that a network can learn in seconds, as class folders."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

TINTS = {"red": 0, "green": 1, "blue": 2}


def picture(tint: str, rng: np.random.Generator, side: int = 40) -> np.ndarray:
    """An RGB picture (side, side, 3) of noisy blobs in which one channel leads."""
    blobs = rng.integers(0, 120, (5, 5, 3)).astype(np.uint8)
    smooth = cv2.resize(blobs, (side, side), interpolation=cv2.INTER_CUBIC).astype(np.float64)
    smooth += rng.normal(0, 6, smooth.shape)
    smooth[..., TINTS[tint]] += rng.uniform(90, 130)
    return smooth.clip(0, 255).astype(np.uint8)


def class_folders(root: Path, count: int, seed: int = 0, side: int = 40) -> Path:
    """`count` pictures of each tint in root/TINT/NUMBER.png."""
    rng = np.random.default_rng(seed)
    for tint in TINTS:
        (root / tint).mkdir(parents=True)
        for number in range(count):
            made = picture(tint, rng, side)
            cv2.imwrite(str(root / tint / f"{number:03d}.png"), made[:, :, ::-1])
    return root
