"""One model on one data set: everything that `evaluate` prints and the report draws."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tools.evaluation.confidence import (
    Band,
    bands,
    calibration_error,
    guesses,
    headlines,
    shown_pairs,
)
from tools.evaluation.headline import SURE, best_label, scores
from tools.evaluation.histograms import Floats
from tools.evaluation.metrics import (
    average_precision,
    balanced_accuracy,
    confusions,
    naming,
    outcome,
    surprise,
    top_accuracy,
)
from tools.evaluation.outputs import Answers, Model
from tools.evaluation.truth import SINGLE, Dataset


@dataclass(frozen=True)
class Measurement:
    """The figures, ready for JSON; shares are of photos, None stands for "nothing to measure"."""

    model: str
    data: str
    photos: int
    task: str
    definition: str
    accuracy: float
    top1: float
    top5: float
    balanced: float | None  # top-1 with all classes counting alike; single-label only
    best: dict[str, float]
    headline: dict[str, float]
    guess: dict[str, float]  # as the headline's, over the photos that have one; `shown`: how many
    calibration: dict[str, float]  # expected calibration error of `pairs` and of `headline`
    headline_bands: list[dict[str, float]]  # of verified ones: from, to, right, wrong
    guess_bands: list[dict[str, float]]
    summary: dict[str, float]
    per_label: list[dict[str, Any]]
    confusions: list[dict[str, Any]]
    worst: list[dict[str, Any]]
    left_out: list[str]  # why each photo that could not be read is not among the others

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def measure(model: Model, answers: Answers, source: str, worst: int = 10) -> Measurement:
    """Judge a model's answers at its thresholds."""
    data, probabilities = answers.data, answers.probabilities
    limits, silent = model.limits, model.silent
    shown = headlines(probabilities, limits, silent, model.labels)
    for row, none in enumerate(answers.headless):  # a package may know that it shows none of them
        shown[row] = -1 if none else shown[row]
    guessed = guesses(probabilities, shown, silent, model.labels, model.guess_share)
    speaking = probabilities[:, ~silent], data.truth[:, ~silent]
    best = best_label(probabilities, limits, silent)
    summary, per_label = _by_label(model, data, probabilities)
    rivals = _rivals(model, data, probabilities)
    top1, top5 = (top_accuracy(rivals, data.named, k) for k in (1, 5))
    best_naming = naming(best, data.truth, data.named)
    names = [label.name for label in model.labels.labels]
    return Measurement(
        model=str(model.path),
        data=source,
        photos=len(data.photos),
        task=data.task,
        definition=data.definition,
        accuracy=top1 if data.task == SINGLE else best_naming.right,
        top1=top1,
        top5=top5,
        balanced=_balanced(rivals, data) if data.task == SINGLE else None,
        best=asdict(best_naming),
        headline=asdict(naming(shown, data.truth, data.named)),
        guess=_guess(guessed, data),
        calibration={
            "pairs": calibration_error(*speaking),
            "headline": calibration_error(*shown_pairs(shown, probabilities, data.truth)),
        },
        headline_bands=_bands(bands(shown, probabilities, data.truth)),
        guess_bands=_bands(bands(guessed, probabilities, data.truth)),
        summary=summary,
        per_label=per_label,
        confusions=[
            {"named": names[one], "shown": names[other], "times": times}
            for one, other, times in confusions(shown, data.truth, data.named)
        ],
        worst=_worst(data, probabilities, shown, names, worst),
        left_out=list(answers.left_out),
    )


def _guess(guessed: list[int], data: Dataset) -> dict[str, float]:
    """Shares of the photos that have a guess."""
    rows = [row for row, label in enumerate(guessed) if label >= 0]
    named = [data.named[row] for row in rows]
    found = naming([guessed[row] for row in rows], data.truth[rows], named)
    return {
        "shown": float(len(rows)),
        "right": found.right,
        "wrong": found.wrong,
        "exact": found.exact,
    }


def _bands(counted: list[Band]) -> list[dict[str, float]]:
    return [{"from": b.low, "to": b.high, "right": b.right, "wrong": b.wrong} for b in counted]


def _balanced(rivals: Floats, data: Dataset) -> float:
    classes = np.array([names[0] for names in data.named], np.int64)
    return balanced_accuracy(rivals.argmax(axis=1), classes)


def _rivals(model: Model, data: Dataset, probabilities: Floats) -> Floats:
    """Probabilities of the labels that stand for one thing: those without children, and the named.

    In a hierarchy a group outranks its members by construction, which says nothing about them.
    """
    named = {label for names in data.named for label in names}
    rivals = [i for i in range(len(model.labels)) if i in named or i not in model.labels.children]
    only = np.full_like(probabilities, -1)
    only[:, rivals] = probabilities[:, rivals]
    return only


def _by_label(
    model: Model, data: Dataset, probabilities: Floats
) -> tuple[dict[str, float], list[dict[str, Any]]]:
    reported = (scores(probabilities, model.limits) >= SURE) & ~model.silent
    found, precision = outcome(reported, data.truth), average_precision(probabilities, data.truth)
    known = precision[~np.isnan(precision)]
    summary = found.summary() | {"map": float(known.mean()) if known.size else 0.0}
    columns = (found.precision, found.recall, found.f1, precision)
    rows = []
    for index in np.argsort(-found.support, kind="stable"):
        if found.support[index]:
            label, limit = model.labels.labels[index], model.thresholds[index]
            shares = [None if np.isnan(c[index]) else float(c[index]) for c in columns]
            rows.append(
                {
                    "mid": label.mid,
                    "name": label.name,
                    "support": int(found.support[index]),
                    "threshold": limit.threshold,
                    "status": limit.status,
                    **dict(zip(("precision", "recall", "f1", "ap"), shares, strict=True)),
                }
            )
    return summary, rows


def _worst(
    data: Dataset, probabilities: Floats, shown: list[int], names: list[str], most: int
) -> list[dict[str, Any]]:
    loss = surprise(probabilities, data.truth)
    return [
        {
            "photo": str(data.photos[row]),
            "named": "; ".join(names[label] for label in data.named[row]),
            "shown": names[shown[row]] if shown[row] >= 0 else None,
            "loss": float(loss[row]),
        }
        for row in np.argsort(-loss, kind="stable")[:most]
    ]
