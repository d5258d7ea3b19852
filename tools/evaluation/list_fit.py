"""Which class list does a model follow? Asked on photos whose content is known.

A candidate is a class list in some order, with as many rows as the model has outputs, or with one
row more, of which each is left out in turn. A photo counts as right when the best output's label is
there (ancestors included). Two questions are answered separately:

- *Does the list fit at all?* The same count is taken with the list's names shuffled, many times;
  the p-value is the share of shuffles (this list's own count among them) that do as well.
- *Does it fit better than the next one?* Only photos that one of the two names rightly tell them
  apart; the p-value is that of a sign test, one-sided.

A row is proven when some photo of its label has it among its five best outputs. Lists that differ
only in rows that are not proven cannot be told apart by these photos.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.evaluation.histograms import PRESENT, Floats, Truth
from tools.evaluation.truth import Labels
from tools.package.label_table import Label

Ints = npt.NDArray[np.int64]
SHUFFLES = 500
AMONG = 5  # best outputs of a photo that can prove a row
SURE = 0.01  # p-value from which on chance is no explanation
SEED = 1


@dataclass(frozen=True)
class Candidate:
    """A class list in some order; with one row too many, each is left out in turn."""

    title: str
    labels: tuple[Label, ...]

    def variants(self, outputs: int) -> Ints:
        """(variants, outputs): which row of `labels` an output is called by."""
        rows = np.arange(len(self.labels))
        if len(rows) == outputs:
            return rows[None]
        return np.stack([np.delete(rows, gone) for gone in rows])

    def variant(self, number: int, outputs: int) -> tuple[Label, ...]:
        """The labels of one variant, in the order of the outputs."""
        return tuple(self.labels[row] for row in self.variants(outputs)[number])


@dataclass(frozen=True)
class Fit:
    """How well a candidate explains the model's outputs.

    `right`: for each photo whether the best label is there, under the best variant. `equal`: the
    variants that no photo tells apart from it, itself first. `chance`: mean and most photos right
    with shuffled names. `proven`: for each output whether a photo proves its label.
    """

    candidate: Candidate
    right: npt.NDArray[np.bool_]
    equal: tuple[int, ...]
    chance: tuple[float, int]
    p: float
    proven: npt.NDArray[np.bool_]

    @property
    def count(self) -> int:
        """Photos whose best label is there."""
        return int(self.right.sum())

    @property
    def labels(self) -> tuple[Label, ...]:
        """The list, in the order of the outputs."""
        return self.candidate.variant(self.equal[0], len(self.proven))

    @property
    def spare(self) -> tuple[Label, ...]:
        """The rows of the list any of which may be the one that is left out; none: all are used."""
        if len(self.candidate.labels) == len(self.proven):
            return ()
        return tuple(self.candidate.labels[number] for number in self.equal)


def candidates(lists: Mapping[str, Sequence[Label]], outputs: int) -> Iterator[Candidate]:
    """The lists of a fitting length in the orders that people use, each order once.

    As listed, as a longer list has them, by id, and by name (as folders of photos are sorted).
    """
    seen: set[tuple[str, ...]] = set()
    for title, labels in lists.items():
        if len(labels) - outputs not in (0, 1):
            continue
        for order, ordered in _orders(labels, lists):
            key = tuple(label.mid for label in ordered)
            if key not in seen:
                seen.add(key)
                yield Candidate(f"{title}{order}", tuple(ordered))


def _orders(
    labels: Sequence[Label], lists: Mapping[str, Sequence[Label]]
) -> Iterator[tuple[str, list[Label]]]:
    yield "", list(labels)
    for title, other in lists.items():
        place = {label.mid: number for number, label in enumerate(other)}
        if len(other) > len(labels) and all(label.mid in place for label in labels):
            ordered = sorted(labels, key=lambda label: place[label.mid])
            yield f", in the order of {title}", ordered
    yield ", sorted by id", sorted(labels, key=lambda label: label.mid)
    yield ", sorted by name", sorted(labels, key=lambda label: label.name)


def universe(lists: Mapping[str, Sequence[Label]], edges: Sequence[tuple[str, str]]) -> Labels:
    """All labels of some lists, each once; a name that is already there is the same label."""
    known: dict[str, Label] = {}
    names: set[str] = set()
    for labels in lists.values():
        for label in labels:
            if label.mid not in known and label.name not in names:
                known[label.mid] = label
        names.update(label.name for label in labels)
    return Labels(list(known.values()), edges)


def fit_list(candidate: Candidate, outputs: Floats, truth: Truth, known: Labels) -> Fit:
    """Judge one candidate. `outputs` (photos, outputs); `truth` (photos, labels of `known`)."""
    there = _there(candidate, truth, known)
    ranked = np.argsort(-outputs, axis=1, kind="stable")[:, :AMONG]
    variants = candidate.variants(outputs.shape[1])
    photos = np.arange(len(outputs))
    right = there[photos, variants[:, ranked[:, 0]]]  # (variants, photos)
    among = there[photos[:, None], variants[:, ranked]]  # (variants, photos, AMONG)
    score = among.sum(axis=(1, 2)) + len(photos) * AMONG * right.sum(axis=1)
    equal = tuple(int(one) for one in np.flatnonzero(score == score.max()))
    best = right[equal[0]]
    shuffled = _shuffled(there, variants[:, ranked[:, 0]])
    return Fit(
        candidate,
        best,
        equal,
        (float(shuffled.mean()), int(shuffled.max())),
        float((1 + (shuffled >= best.sum()).sum()) / (1 + len(shuffled))),
        _proven(among[equal[0]], ranked, outputs.shape[1]),
    )


def _there(candidate: Candidate, truth: Truth, known: Labels) -> npt.NDArray[np.bool_]:
    """(photos, rows of the candidate): whether the label is in the photo, as far as is known."""
    found = np.zeros((len(truth), len(candidate.labels)), np.bool_)
    for row, label in enumerate(candidate.labels):
        place = known.find(label.mid)
        place = known.find(label.name) if place is None else place
        if place is not None:
            found[:, row] = truth[:, place] == PRESENT
    return found


def _shuffled(there: npt.NDArray[np.bool_], best: Ints) -> Ints:
    """Photos right with the rows' names shuffled; `best` (variants, photos) rows. The best variant
    is taken each time, as it was for the list itself."""
    random = np.random.default_rng(SEED)
    photos = np.arange(len(there))
    counts = []
    for _ in range(SHUFFLES):
        names = random.permutation(there.shape[1])
        counts.append(int(there[photos, names[best]].sum(axis=1).max()))
    return np.array(counts)


def _proven(among: npt.NDArray[np.bool_], ranked: Ints, outputs: int) -> npt.NDArray[np.bool_]:
    proven = np.zeros(outputs, np.bool_)
    proven[ranked[among]] = True
    return proven


def better(first: Fit, second: Fit) -> float:
    """The p-value of `first` being better than `second`: a one-sided sign test over the photos."""
    won = int((first.right & ~second.right).sum())
    apart = won + int((second.right & ~first.right).sum())
    return sum(math.comb(apart, wins) for wins in range(won, apart + 1)) * 0.5**apart


def judge(found: Sequence[Candidate], outputs: Floats, truth: Truth, known: Labels) -> list[Fit]:
    """All candidates, the one that names most photos rightly first."""
    fits = [fit_list(candidate, outputs, truth, known) for candidate in found]
    return sorted(fits, key=lambda fit: (-fit.count, -int(fit.proven.sum())))
