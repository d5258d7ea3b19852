"""The learning rate of every step."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tools.training.config import Config


def learning_rates(config: Config, steps_per_epoch: int) -> npt.NDArray[np.float32]:
    """One rate a step, float32 (epochs * steps_per_epoch,): linear warm-up, then a cosine.

    Step i of W warm-up steps: lr_init + (lr_max - lr_init) * i / W. After it, of T steps in all:
    lr_end + (lr_max - lr_end) * (1 + cos(pi * (i - W) / (T - W))) / 2 (the model zoo's formula;
    Loshchilov and Hutter, "SGDR", 2017, for the cosine).
    """
    total, warm = config.epochs * steps_per_epoch, config.warmup_epochs * steps_per_epoch
    steps = np.arange(total, dtype=np.float64)
    rising = config.lr_init + (config.lr_max - config.lr_init) * steps / max(warm, 1)
    phase = (steps - warm) / max(total - warm, 1)
    falling = config.lr_end + (config.lr_max - config.lr_end) * (1 + np.cos(np.pi * phase)) / 2
    rates = np.where(steps < warm, rising, falling)
    return np.maximum(rates, 0).astype(np.float32)
