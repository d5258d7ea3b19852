"""What `own` tells at the end: how good the package is on photos that were held back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.evaluation.measure import Measurement
from tools.evaluation.metrics import balanced_accuracy
from tools.package.threshold_table import Threshold
from tools.training.own_head import Floats, OwnHead, softmax
from tools.training.own_look import Looked
from tools.training.own_split import Ints, Split

DRAWS = 4000


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
    trained_on: int  # by the head that was measured
    refitted: bool  # whether the package's head was then trained on all photos
    held_back: int
    balanced_accuracy: float  # the mean of the classes' shares of right answers
    balanced_interval: tuple[float, float]  # 95 %
    accuracy: float  # share of right answers on the photos held back
    accuracy_interval: tuple[float, float]  # 95 %, Wilson
    never_right: list[str]  # classes of which no photo that was held back is recognised
    cross_validated: float  # balanced accuracy on all other photos by heads that had not seen them
    classes_weighed: bool  # whether every class weighed the same in training
    findings: dict[str, list[str]]  # what was seen in the photos before
    macro_f1: float
    micro_f1: float
    silent: list[str]
    confusions: list[dict[str, Any]]
    worst: list[dict[str, Any]]
    strength: float
    temperature: float
    strangers: dict[str, Any] | None = None  # how well ordinary pictures are told from these


def held_back_accuracy(split: Split, answers: Ints, refitted: bool) -> dict[str, Any]:
    """What the manifest says of accuracy: by a head that had not seen the photos held back."""
    classes = split.classes[split.held]
    right = int((answers == classes).sum())
    low, high = wilson(right, len(classes))
    least, most = balanced_interval(answers, classes)
    return {
        "data": "photos of the same folders that were held back, near-duplicates together"
        + ("; the package's head was trained on them afterwards" if refitted else ""),
        "photos": len(classes),
        "balanced": round(balanced_accuracy(answers, classes), 4),
        "balanced_interval": [round(least, 4), round(most, 4)],
        "top1": round(right / len(classes), 4),
        "top1_interval": [round(low, 4), round(high, 4)],
    }


def balanced_interval(answers: Ints, classes: Ints) -> tuple[float, float]:
    """The 95 % interval of the mean of the classes' shares of right answers.

    Each share is drawn from its posterior, a beta distribution of Jeffreys' prior, and the draws'
    means are ranked (Brodersen, Ong, Stephan & Buhmann 2010, "The balanced accuracy and its
    posterior distribution").
    """
    rng, draws = np.random.default_rng(0), []
    for label in np.unique(classes):
        own = answers[classes == label] == label
        draws.append(rng.beta(own.sum() + 0.5, (~own).sum() + 0.5, DRAWS))
    low, high = np.quantile(np.mean(draws, axis=0), [0.025, 0.975])
    middle = balanced_accuracy(answers, classes)
    return min(float(low), middle), max(float(high), middle)


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
    looked: Looked,
    refitted: bool,
) -> Report:
    """The report's figures. `head`: the one that was measured; `thresholds`: the package's."""
    labels = split.samples.labels
    answers = answers_of(split, head)
    _, sizes = np.unique(split.groups, return_counts=True)
    seen, shown = split.classes[~split.held], split.classes[split.held]
    classes = np.unique(shown)
    return Report(
        name=name,
        classes=len(labels),
        photos=len(split.held),
        unreadable=looked.errors,
        near_duplicates=int(sizes[sizes > 1].sum()),
        alike=split.alike,
        not_held_back=[label.name for i, label in enumerate(labels) if i not in classes],
        trained_on=len(seen),
        refitted=refitted,
        held_back=len(shown),
        balanced_accuracy=balanced_accuracy(answers, shown),
        balanced_interval=balanced_interval(answers, shown),
        accuracy=float((answers == shown).mean()),
        accuracy_interval=wilson(int((answers == shown).sum()), len(shown)),
        never_right=[labels[i].name for i in classes if not (answers[shown == i] == i).any()],
        cross_validated=balanced_accuracy(head.held_out.argmax(1), seen),
        classes_weighed=head.balanced,
        findings={row.what: list(row.which) for row in looked.findings},
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


def answers_of(split: Split, head: OwnHead) -> Ints:
    """The class that a head gives to each photo held back."""
    return np.asarray(probabilities_of(split, head).argmax(1))


def probabilities_of(split: Split, head: OwnHead) -> Floats:
    """A head's probabilities (photos held back, classes)."""
    vectors = split.found.vectors[split.held].astype(np.float64)
    return softmax(vectors @ head.weight.T.astype(np.float64) + head.bias).astype(np.float32)
