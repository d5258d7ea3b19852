"""The head's weights from what was collected: mapped features, the teacher's layer, taught rows."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.distillation.collect import Collected
from tools.distillation.ridge import Moments, blend, discriminant, total
from tools.distillation.teacher import read_weights

LOCAL_SHARE = 0.5  # weight of local pairs against pooled ones
STRENGTH = 0.05  # of the ridge, against features whose variance is about 0.1
TEMPERATURE = 0.5  # logits are divided by it; folded into the weights
# A taught row's logit is HEIGHT where a picture is like its examples, FLOOR at the mean picture.
HEIGHT, FLOOR = 40.0, -4.0
IMAGENET = 1000

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Head:
    """`weight` (outputs, 1280) and `bias` (outputs,): first ImageNet's classes, then taught ones.

    `taught` names the labels of the rows after ImageNet's.
    """

    weight: Doubles
    bias: Doubles
    taught: tuple[tuple[str, ...], ...]


def build(collected: Mapping[str, Collected], teacher: Path) -> Head:
    """Solve for the head; see ridge.py for the method."""
    kinds = collected.values()
    pooled = total(kind.pooled for kind in kinds)
    both = blend(total(kind.local for kind in kinds), pooled, LOCAL_SHARE)
    matrix, offset = both.solve(STRENGTH)
    dense, bias = read_weights(teacher)[-2:]
    weight = (matrix @ dense.T.astype(np.float64)).T / TEMPERATURE
    logits = (offset @ dense.T.astype(np.float64) + bias) / TEMPERATURE
    labels, rows, starts = _taught(collected, pooled)
    return Head(np.concatenate([weight, rows]), np.concatenate([logits, starts]), labels)


def _taught(
    collected: Mapping[str, Collected], pooled: Moments
) -> tuple[tuple[tuple[str, ...], ...], Doubles, Doubles]:
    """Labels, weights and offsets of the taught rows, in the order of their names."""
    examples: dict[tuple[str, ...], list[npt.NDArray[np.float32]]] = {}
    for kind in collected.values():
        for labels, pictures in kind.taught.items():
            examples.setdefault(labels, []).extend(pictures)
    names = tuple(sorted(examples))
    views = [np.concatenate(examples[name]) for name in names]
    rows, starts = discriminant(pooled, views, STRENGTH)
    return names, rows * (HEIGHT - FLOOR), starts * (HEIGHT - FLOOR) + FLOOR


def write(path: Path, head: Head) -> None:
    """Write head.npz, float16, whole or not at all; the same head gives the same bytes."""
    stream = io.BytesIO()
    np.savez(stream, weight=head.weight.astype(np.float16), bias=head.bias.astype(np.float16))
    draft = path.with_suffix(".draft")
    draft.write_bytes(stream.getvalue())
    os.replace(draft, path)
