"""The head's weights from what was collected: a ridge to start with, then what is asked of it.

1. Ridge regression from the backbone's features to the teachers' mean logits (ridge.py).
2. Logistic regression of ImageNet's classes on the whole views (refine.py). What a view should say
   is the teachers' mean softmax; where a picture's name says which label it shows, most of it is
   shared out among that label's classes, as the teachers weigh them.
3. Logits are sharpened by TEMPERATURE, for the teachers were trained with smoothed labels. It is
   the one at which the validation photos are least of a surprise.
4. A row for each label that ImageNet lacks (taught.csv), by Fisher's discriminant. Refined with the
   others such rows learnt their few pictures by heart.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.distillation.collect import Collected
from tools.distillation.pictures import Entry, names_in
from tools.distillation.refine import Linear, Views, Whitening, refine, softmax
from tools.distillation.ridge import Doubles, Floats, Moments, blend, discriminant

LOCAL_SHARE = 0.7  # weight of local pairs against pooled ones in the ridge
START = 0.7  # the ridge's logits are divided by it: they are shrunk
STRENGTH = 0.1  # of the ridge, against features whose variance is about 0.1
NAMED_SHARE = 0.7  # of a view's probability that its picture's name decides
SEEN = 0.001  # probability of a label from which on the teachers are taken to have seen it
STEP = 2  # every second view is refined on: all of them take twice as long and gave no better head
FLOOR = 0.1  # added to the features' variances when they are whitened
TEMPERATURE = 0.54  # logits are divided by it; folded into the weights
TAUGHT_STRENGTH = 0.05
# A taught row's logit is LEVEL_LOGIT where its discriminant has its level (taught.csv) and rises
# with SLOPE towards the mean of its examples, where the discriminant is 1. Others reach 9 to 13.
LEVEL_LOGIT, SLOPE = 5.0, 45.0

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Head:
    """`weight` (outputs, 1280) and `bias` (outputs,): ImageNet's classes, then taught ones."""

    weight: Doubles
    bias: Doubles


def read_levels(path: Path) -> dict[tuple[str, ...], float]:
    """taught.csv: for each taught row's labels the discriminant that is not yet a sign of them.

    It is what 1 % of the validation photos without the label exceed.
    """
    with open(path, encoding="utf-8", newline="") as stream:
        return {names_in(row["labels"]): float(row["level"]) for row in csv.DictReader(stream)}


def build(
    collected: Collected,
    entries: Sequence[Entry],
    levels: Mapping[tuple[str, ...], float],
    classes: Mapping[str, Flags],
) -> Head:
    """Solve for the head. `entries`: the pictures, in the order of training.csv; `classes`: for
    each label's name which of ImageNet's classes count for it."""
    pooled = Moments.empty()
    pooled.add(collected.features, collected.logits.mean(axis=1, dtype=np.float32))
    matrix, offset = blend(collected.local, pooled, LOCAL_SHARE).solve(STRENGTH)
    ridge = Linear(matrix / START, offset / START)
    both = blend(collected.local, pooled, 0.5)
    white = Whitening(both.covariance(), both.x / both.count, FLOOR)
    some = collected.every(STEP)
    views = Views(white.features(some.features), targets_of(some, entries, classes))
    found = white.back(refine(white.into(ridge), views))
    rows, starts = _taught(collected, entries, pooled, levels)
    weight = np.concatenate([found.weight.T / TEMPERATURE, rows])
    return Head(weight, np.concatenate([found.bias / TEMPERATURE, starts]))


def _taught(
    collected: Collected,
    entries: Sequence[Entry],
    pooled: Moments,
    levels: Mapping[tuple[str, ...], float],
) -> tuple[Doubles, Doubles]:
    """Weights and offsets of the taught rows."""
    shown = [shows(entries, labels)[collected.picture] for labels in levels]
    examples = [collected.features[views] for views in shown]
    rows, starts = discriminant(pooled, examples, TAUGHT_STRENGTH)
    level = np.array(list(levels.values()))
    return rows * SLOPE, (starts - level) * SLOPE + LEVEL_LOGIT


def shows(entries: Sequence[Entry], labels: tuple[str, ...]) -> Flags:
    """(pictures,): which of them teach all of a row's labels."""
    return np.array([set(labels) <= set(entry.taught) for entry in entries], np.bool_)


def targets_of(
    collected: Collected, entries: Sequence[Entry], classes: Mapping[str, Flags]
) -> Floats:
    """What each view should say, (views, 1000)."""
    said = softmax(collected.logits.astype(np.float32)).mean(axis=1)
    for place, entry in enumerate(entries):
        if entry.named in classes:
            views = np.flatnonzero(collected.picture == place)
            said[views] = _narrowed(said[views], classes[entry.named])
    return np.asarray(said, np.float32)


def _narrowed(said: Floats, mine: Flags) -> Floats:
    """NAMED_SHARE of the probability (views, 1000) moved to the classes of the picture's label, in
    each view where the teachers saw any of it."""
    only = said * mine
    whole = only.sum(axis=1, keepdims=True)
    moved = (1 - NAMED_SHARE) * said + NAMED_SHARE * only / np.maximum(whole, 1e-9)
    return np.asarray(np.where(whole > SEEN, moved, said), np.float32)


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
