"""Thresholds from scores: per label the one with the best F1, kept honest by pooling and folds.

The method, step by step:

1. Photos are dealt into folds by their group (photos of one scene stay together). Every figure that
   is reported for a threshold comes from photos that had no part in choosing it.
2. A label's own threshold is the one of the highest F1 = 2TP / (2TP + FP + FN). Where several
   stretches of thresholds share it, the higher one counts (fewer false alarms); inside a stretch,
   whose thresholds the data cannot tell apart, the middle in log-odds.
3. With few examples that choice is mostly luck: F1's optimum on a handful of photos is biased and
   unstable (Lipton, Elkan & Naryanaswamy 2014, "Optimal Thresholding of Classifiers to Maximize F1
   Measure"; Yang 2001, "A Study of Thresholding Strategies for Text Categorization"). So each
   threshold is pulled towards a prior by partial pooling (Efron & Morris 1975, "Data Analysis Using
   Stein's Estimator and its Generalizations"): in log-odds z = (n z_own + k z_prior) / (n + k),
   where n is the smaller of the label's numbers of positive and negative examples. The prior is
   either the pooled threshold, one for all labels, or the mean of the parents' thresholds in the
   hierarchy, themselves pulled the same way. The pooled one is that of the highest F1, three
   quarters of it over all labels' pairs together (micro) and a quarter its mean over the labels
   (macro): micro F1 alone is that of the few labels that most photos show, and they do not need it.
4. Which prior, and k, the number of examples that it is worth, is chosen on held-out folds: of the
   settings whose mean of macro and micro F1 lies within one standard error of the best one's the
   last, parents before pooled and small k before large (Breiman, Friedman, Olshen & Stone 1984,
   "Classification and Regression Trees", the 1-SE rule; the error is that of the labels' paired
   differences). The micro figure is there because the macro one is blind to false alarms of labels
   without a positive example. For the figures of a fold, the other folds alone choose.
5. A label is `silent`, never shown, when its output is the same for every photo, when with enough
   examples its scores do not rank present above absent (one-sided Mann-Whitney test at 5 %, Mann &
   Whitney 1947), or when no threshold reaches the precision that was asked for. It is `calibrated`
   when its own examples outweigh the prior (n >= k, n > 0), else `pooled`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.evaluation.histograms import (
    BINS,
    Bins,
    Counts,
    Doubles,
    Floats,
    Folds,
    Histograms,
    Truth,
    count,
    edge_of,
    threshold_of,
)

MACRO_SHARE = 0.25  # of the macro F1 in what the pooled threshold is chosen by
STRENGTHS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
ENOUGH = 10  # examples of each kind from which on a label without signal is told from bad luck
NO_SIGNAL_Z = 1.6449  # one-sided 5 % of the normal distribution
MIDDLE = BINS // 2  # the edge of probability 0.5

Flags = npt.NDArray[np.bool_]
Parents = Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Floors:
    """What a threshold must keep on the data it is chosen from; 0 asks for nothing."""

    precision: float = 0.0
    recall: float = 0.0


NO_FLOORS = Floors()


@dataclass(frozen=True)
class Calibration:
    """Thresholds and the held-out outcomes they are judged by; arrays run over the labels."""

    thresholds: Doubles
    silent: Flags
    calibrated: Flags
    hits: Counts  # held-out true positives
    alarms: Counts  # held-out false positives
    misses: Counts
    rejections: Counts  # held-out true negatives
    fold_thresholds: Doubles  # (labels, folds): what each fold's photos were judged by
    pooled: float
    strength: float
    by_parents: bool  # whether the prior is the parents' threshold, not the pooled one

    @property
    def support(self) -> Counts:
        """Positive examples of each label."""
        return self.hits + self.misses


def deal(groups: Sequence[str], folds: int, seed: int = 0) -> Folds:
    """A fold from 0 for each photo; photos of one group share one; folds differ by one group.

    Raises too_few_examples when there are fewer groups than folds.
    """
    names = sorted(set(groups))
    if folds < 2 or len(names) < folds:
        raise PocketlensError(
            "too_few_examples",
            "There are too few separate photos to hold some back.",
            found=f"{len(names)} groups of photos, {folds} folds",
            expected="at least two folds and a group for each",
        )
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {names[place]: turn % folds for turn, place in enumerate(order)}
    return np.array([fold[group] for group in groups], np.int64)


def calibrate(
    probabilities: Floats,
    truth: Truth,
    folds: Folds,
    parents: Parents,
    floors: Floors = NO_FLOORS,
) -> Calibration:
    """Thresholds for (photos, labels) probabilities; see the module's text for the method.

    `truth` as histograms.count takes it; `parents` maps a label's index to its parents' indices.
    """
    histograms = count(probabilities, truth, folds)
    own, examples, reachable = _own_edges(histograms, floors)
    prior = _pooled_edges(histograms, floors)
    settings = [(family, k) for family in (parents, {}) for k in STRENGTHS]
    pulled = np.stack([_pull(own, examples, prior, family, k) for family, k in settings])
    edges, chosen = _choose(histograms, pulled)
    family, strength = settings[chosen]
    edges = _keep_floors(histograms, edges, floors)
    silent = ~histograms.varies | _no_signal(histograms) | ~reachable
    hits, alarms, misses, rejections = (part.sum(1) for part in histograms.held_out(edges[:, :-1]))
    return Calibration(
        thresholds=threshold_of(edges[:, -1]),
        silent=silent,
        calibrated=(examples[:, -1] > 0) & (examples[:, -1] >= strength) & ~silent,
        hits=np.where(silent, 0, hits),
        alarms=np.where(silent, 0, alarms),
        misses=np.where(silent, hits + misses, misses),
        rejections=np.where(silent, alarms + rejections, rejections),
        fold_thresholds=threshold_of(edges[:, :-1]),
        pooled=float(threshold_of(prior[-1])),
        strength=strength,
        by_parents=bool(family),
    )


def _own_edges(histograms: Histograms, floors: Floors) -> tuple[Bins, Counts, Flags]:
    """Best edges and numbers of examples (labels, folds + 1); whether the floors can be kept."""
    present, absent = histograms.training()
    edges = np.full(present.shape[:2], MIDDLE, np.int64)
    reachable = np.ones(len(edges), np.bool_)
    examples = np.minimum(present[:, :, 0], absent[:, :, 0])
    for label in np.flatnonzero(examples[:, -1] > 0):
        allowed = _allowed(present[label], absent[label], floors)
        edges[label] = _best(present[label], absent[label], allowed)
        reachable[label] = allowed[-1].any()
    return edges, examples, reachable


def _allowed(hits: Counts, alarms: Counts, floors: Floors) -> Flags:
    """Which of (rows, BINS) thresholds keep the floors; the lowest edge (everything) is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        precise = hits >= floors.precision * (hits + alarms)
        complete = hits >= floors.recall * hits[:, :1]
    allowed: Flags = precise & complete & ((hits > 0) | (floors.precision == 0))
    allowed[:, 0] = False
    return allowed


def _best(hits: Counts, alarms: Counts, allowed: Flags) -> Bins:
    """The edge of the highest F1 of each row, by rule 2 of the module's text."""
    return _highest(_f1_at(hits, alarms), allowed)


def _f1_at(hits: Counts, alarms: Counts) -> Doubles:
    """F1 (rows, BINS) at every threshold."""
    return np.asarray(2 * hits / np.maximum(hits + alarms + hits[:, :1], 1))


def _highest(worth: Doubles, allowed: Flags) -> Bins:
    """Where each row (rows, BINS) is highest among what is allowed, by rule 2."""
    worth = np.where(allowed, worth, -1.0)
    best = worth >= worth.max(axis=1, keepdims=True) - 1e-12
    top = BINS - 1 - best[:, ::-1].argmax(axis=1)
    column = np.arange(BINS)
    gaps = np.where(~best & (column < top[:, None]), column, -1).max(axis=1)
    middle: Bins = (gaps + 1 + top) // 2
    return np.where(allowed.any(axis=1), np.maximum(middle, 1), MIDDLE)


def _pooled_edges(histograms: Histograms, floors: Floors) -> Bins:
    """The edge that serves all labels best when they share it (rule 3), (folds + 1,)."""
    present, absent = (part[histograms.varies] for part in histograms.training())
    hits, alarms = present.sum(0), absent.sum(0)
    of_labels = np.zeros(hits.shape)
    for mine, others in zip(present, absent, strict=True):
        of_labels += _f1_at(mine, others)  # 0 where a label is on no photo
    shown = (present[:, :, :1] > 0).sum(axis=0)
    worth = (1 - MACRO_SHARE) * _f1_at(hits, alarms)
    worth += MACRO_SHARE * of_labels / np.maximum(shown, 1)
    return _highest(worth, _allowed(hits, alarms, floors))


def _pull(own: Bins, examples: Counts, prior: Bins, parents: Parents, strength: float) -> Bins:
    """Every label's edges pulled towards its parents', parents first; edges are log-odds."""
    pulled: dict[int, Doubles] = {}

    def settle(label: int, above: tuple[int, ...]) -> Doubles:
        if label not in pulled:
            near = [p for p in parents.get(label, ()) if p not in above]
            towards = [settle(p, (*above, label)) for p in near]
            target = np.mean(towards, axis=0) if towards else prior.astype(np.float64)
            weight = examples[label] + strength
            mixed = examples[label] * own[label] + strength * target
            pulled[label] = np.where(weight > 0, mixed / np.maximum(weight, 1e-9), target)
        return pulled[label]

    rows = [settle(label, ()) for label in range(len(own))]
    return np.clip(np.rint(np.stack(rows)), 1, BINS - 1).astype(np.int64)


def _choose(histograms: Histograms, pulled: Bins) -> tuple[Bins, int]:
    """Edges (labels, folds + 1) of the chosen setting, for a fold by the others; the last's place.

    `pulled`: (settings, labels, folds + 1).
    """
    outcomes = [histograms.held_out(edges[:, :-1])[:3] for edges in pulled]
    folds = histograms.folds
    chosen = np.empty(pulled.shape[1:], np.int64)
    for fold in range(folds + 1):
        others = [f for f in range(folds) if f != fold]
        seen = [[part[:, others].sum(1) for part in outcome] for outcome in outcomes]
        best = _strongest_good([_f1(*parts) for parts in seen], [micro_f1(*p) for p in seen])
        chosen[:, fold] = pulled[best][:, fold]
    return chosen, best


def _strongest_good(by_label: Sequence[Doubles], micro: Sequence[float]) -> int:
    """The last of several settings that is no more than one standard error below the best (4).

    Each holds the labels' F1, not a number where a label has no positive example.
    """
    table = np.stack(by_label)[:, ~np.isnan(by_label[0])]
    if table.shape[1] < 2:
        return len(micro) - 1
    worth = (table.mean(axis=1) + np.array(micro)) / 2
    best = int(worth.argmax())
    error = (table[best] - table).std(axis=1, ddof=1) / np.sqrt(table.shape[1]) / 2
    return int(np.flatnonzero(worth[best] - worth <= error).max())


def _f1(hits: Counts, alarms: Counts, misses: Counts) -> Doubles:
    """Each label's F1, not a number without a positive example."""
    f1 = 2 * hits / np.maximum(2 * hits + alarms + misses, 1)
    return np.where(hits + misses > 0, f1, np.nan)


def _keep_floors(histograms: Histograms, edges: Bins, floors: Floors) -> Bins:
    """Move each edge to the nearest one that keeps the floors where pulling broke them."""
    if floors == NO_FLOORS:
        return edges
    present, absent = histograms.training()
    kept = edges.copy()
    column = np.arange(BINS)
    for label in range(len(edges)):
        allowed = _allowed(present[label], absent[label], floors)
        far = np.where(allowed, np.abs(column - edges[label][:, None]), BINS)
        kept[label] = np.where(allowed.any(axis=1), far.argmin(axis=1), edges[label])
    return kept


def _no_signal(histograms: Histograms) -> Flags:
    """Labels with enough examples whose scores do not rank present above absent (rule 5)."""
    above = histograms.present.sum(1), histograms.absent.sum(1)
    present, absent = (-np.diff(part, axis=1, append=0) for part in above)
    yes, no = present.sum(1), absent.sum(1)
    below = absent.cumsum(1) - absent
    wins = (present * (below + absent / 2)).sum(1)
    expected = yes * no / 2
    spread = np.sqrt(np.maximum(yes * no * (yes + no + 1) / 12, 1e-9))
    silent: Flags = (np.minimum(yes, no) >= ENOUGH) & ((wins - expected) / spread < NO_SIGNAL_Z)
    return silent


def macro_f1(hits: Counts, alarms: Counts, misses: Counts) -> float:
    """The mean F1 of the labels that have a positive example; 0 without any."""
    f1 = _f1(hits, alarms, misses)
    return float(np.nanmean(f1)) if (hits + misses).any() else 0.0


def micro_f1(hits: Counts, alarms: Counts, misses: Counts) -> float:
    """F1 of all labels' pairs together."""
    whole = 2 * hits.sum() + alarms.sum() + misses.sum()
    return float(2 * hits.sum() / whole) if whole else 0.0


def constant(histograms: Histograms, threshold: float) -> tuple[Counts, Counts, Counts]:
    """Hits, alarms and misses of each label when all labels share one threshold."""
    edges = np.full(histograms.present.shape[:2], edge_of(threshold))
    hits, alarms, misses, _ = histograms.held_out(edges)
    return hits.sum(1), alarms.sum(1), misses.sum(1)
