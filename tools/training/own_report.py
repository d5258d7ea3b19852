"""What `own` tells at the end: how good the package is on photos that were held back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.evaluation.measure import Measurement
from tools.package.label_table import Label
from tools.package.threshold_table import Threshold
from tools.training.own_head import OwnHead
from tools.training.own_split import Split


@dataclass(frozen=True)
class Report:
    """What is told at the end, ready for JSON."""

    name: str
    classes: int
    photos: int
    unreadable: list[str]
    near_duplicates: int  # photos that share a group with another one
    alike: float  # cosine of features from which on they counted as such; above 1: equal files
    not_held_back: list[str]  # classes of which nothing could be held back
    trained_on: int
    held_back: int
    accuracy: float  # top-1 of the package on the photos held back
    accuracy_interval: tuple[float, float]  # 95 %, Wilson
    cross_validated: float  # top-1 on all other photos by heads that had not seen them
    macro_f1: float
    micro_f1: float
    silent: list[str]
    confusions: list[dict[str, Any]]
    worst: list[dict[str, Any]]
    strength: float
    temperature: float


def held_back_accuracy(split: Split, head: OwnHead) -> dict[str, Any]:
    """What the manifest says of accuracy: top-1 on the photos held back, by the head itself."""
    right, count = count_right(split, head)
    low, high = wilson(right, count)
    return {
        "data": "photos of the same folders that were held back, near-duplicates together",
        "photos": count,
        "top1": round(right / count, 4) if count else None,
        "top1_interval": [round(low, 4), round(high, 4)],
    }


def count_right(split: Split, head: OwnHead) -> tuple[int, int]:
    """Right answers and photos among those held back."""
    vectors, classes = split.found.vectors[split.held], split.classes[split.held]
    logits = vectors @ head.weight.T + head.bias
    return int((logits.argmax(1) == classes).sum()), len(classes)


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return (middle - spread) / whole, (middle + spread) / whole


def summarise(
    name: str,
    split: Split,
    head: OwnHead,
    thresholds: Sequence[Threshold],
    measured: Measurement,
) -> Report:
    """The report's figures."""
    labels: tuple[Label, ...] = split.samples.labels
    _, sizes = np.unique(split.groups, return_counts=True)
    seen = split.classes[~split.held]
    count = len(split.held)
    held = int(split.held.sum())
    return Report(
        name=name,
        classes=len(labels),
        photos=count,
        unreadable=list(split.found.errors.values()),
        near_duplicates=int(sizes[sizes > 1].sum()),
        alike=split.alike,
        not_held_back=[
            label.name
            for index, label in enumerate(labels)
            if not (split.held & (split.classes == index)).any()
        ],
        trained_on=count - held,
        held_back=held,
        accuracy=measured.top1,
        accuracy_interval=wilson(round(measured.top1 * held), held),
        cross_validated=float((head.held_out.argmax(1) == seen).mean()),
        macro_f1=measured.summary["macro_f1"],
        micro_f1=measured.summary["micro_f1"],
        silent=[
            label.name
            for label, row in zip(labels, thresholds, strict=True)
            if row.status == "silent"
        ],
        confusions=measured.confusions[:10],
        worst=measured.worst[:10],
        strength=head.strength,
        temperature=head.temperature,
    )
