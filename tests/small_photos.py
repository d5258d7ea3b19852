"""Small pictures of simple patterns, as class folders: something a network can learn in seconds."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

PATTERNS = ("disc", "horizontal", "vertical")


def pattern(name: str, rng: np.random.Generator, side: int = 40) -> np.ndarray:
    """An RGB picture (side, side, 3) of one pattern in random colours, phase and noise."""
    back, front = rng.integers(0, 110, 3), rng.integers(145, 255, 3)
    y, x = np.mgrid[0:side, 0:side]
    period, phase = rng.uniform(5, 9), rng.uniform(0, 9)
    if name == "disc":
        centre = rng.uniform(0.4, 0.6, 2) * side
        inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 < (side * rng.uniform(0.25, 0.4)) ** 2
    else:
        along = y if name == "horizontal" else x
        inside = np.sin((along + phase) * 2 * np.pi / period) > 0
    picture = np.where(inside[..., None], front, back) + rng.normal(0, 8, (side, side, 3))
    return picture.clip(0, 255).astype(np.uint8)


def class_folders(root: Path, count: int, seed: int = 0, side: int = 40) -> Path:
    """`count` pictures of each pattern in root/PATTERN/NUMBER.png."""
    rng = np.random.default_rng(seed)
    for name in PATTERNS:
        (root / name).mkdir(parents=True)
        for number in range(count):
            picture = pattern(name, rng, side)
            cv2.imwrite(str(root / name / f"{number:03d}.png"), picture[:, :, ::-1])
    return root
