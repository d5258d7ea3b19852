"""The head's weights from what was collected: mapped features, the teacher's layer, taught rows."""

from __future__ import annotations

import csv
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

LOCAL_SHARE = 0.7  # weight of local pairs against pooled ones
STRENGTH = 0.1  # of the ridge, against features whose variance is about 0.1
TEMPERATURE = 0.5  # logits are divided by it; folded into the weights
TAUGHT_STRENGTH = 0.05
# A taught row's logit is LEVEL_LOGIT where its discriminant has its level (taught.csv) and rises
# with SLOPE towards the mean of its examples, where the discriminant is 1. Others reach 9 to 13.
LEVEL_LOGIT, SLOPE = 5.0, 45.0

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Head:
    """`weight` (outputs, 1280) and `bias` (outputs,): first ImageNet's classes, then taught ones.

    `taught` names the labels of the rows after ImageNet's.
    """

    weight: Doubles
    bias: Doubles
    taught: tuple[tuple[str, ...], ...]


def read_levels(path: Path) -> dict[tuple[str, ...], float]:
    """taught.csv: for each taught row's labels the discriminant that is not yet a sign of them.

    It is what 1 % of the validation photos without the label exceed.
    """
    with open(path, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {tuple(n.strip() for n in r["labels"].split(";")): float(r["level"]) for r in rows}


def build(
    collected: Mapping[str, Collected], teacher: Path, levels: Mapping[tuple[str, ...], float]
) -> Head:
    """Solve for the head; see ridge.py for the method. The taught rows stand in `levels`' order."""
    kinds = collected.values()
    pooled = total(kind.pooled for kind in kinds)
    both = blend(total(kind.local for kind in kinds), pooled, LOCAL_SHARE)
    matrix, offset = both.solve(STRENGTH)
    dense, bias = read_weights(teacher)[-2:]
    weight = (matrix @ dense.T.astype(np.float64)).T / TEMPERATURE
    logits = (offset @ dense.T.astype(np.float64) + bias) / TEMPERATURE
    rows, starts = _taught(collected, pooled, levels)
    return Head(np.concatenate([weight, rows]), np.concatenate([logits, starts]), tuple(levels))


def _taught(
    collected: Mapping[str, Collected], pooled: Moments, levels: Mapping[tuple[str, ...], float]
) -> tuple[Doubles, Doubles]:
    """Weights and offsets of the taught rows."""
    views = [
        np.concatenate([v for kind in collected.values() for v in kind.taught.get(labels, [])])
        for labels in levels
    ]
    rows, starts = discriminant(pooled, views, TAUGHT_STRENGTH)
    level = np.array(list(levels.values()))
    return rows * SLOPE, (starts - level) * SLOPE + LEVEL_LOGIT


def write(path: Path, head: Head) -> None:
    """Write head.npz, whole or not at all; the same head gives the same bytes.

    It is float16, or float32 where that cannot hold it (an untrained backbone's).
    """
    largest = max(np.abs(head.weight).max(), np.abs(head.bias).max())
    kind = np.float16 if largest <= np.finfo(np.float16).max else np.float32
    stream = io.BytesIO()
    np.savez(stream, weight=head.weight.astype(kind), bias=head.bias.astype(kind))
    draft = path.with_suffix(".draft")
    draft.write_bytes(stream.getvalue())
    os.replace(draft, path)
