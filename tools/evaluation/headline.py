"""Scores and headline in Python: a few plain lines that the core's are checked against.

The core (jni/core/scores.cc) is what runs on the desk and on the phone. These lines serve
evaluation, which judges many variants of thresholds over many photos, and tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tools.evaluation.histograms import Floats

SURE = np.float32(0.5)
CHILD_SHARE = np.float32(0.9)  # of its parent's probability that a child must keep

Flags = npt.NDArray[np.bool_]
Edges = Mapping[int, Sequence[int]]


def scores(probabilities: Floats, thresholds: Floats) -> Floats:
    """Rescaled scores of the same shape: 0.5 at the threshold; 0 and 1 stay where they are."""
    p, t = np.clip(probabilities, 0, 1), np.asarray(thresholds, np.float32)
    below = p / t * np.float32(0.5)
    above = (p - t) / (1 - t) * np.float32(0.5) + np.float32(0.5)
    return np.where(p < t, below, above).astype(np.float32)


def best_label(probabilities: Floats, thresholds: Floats, silent: Flags) -> list[int]:
    """The label of the highest score of each photo (photos, labels); ties to the lower index."""
    rated = np.where(silent, np.float32(-1), scores(probabilities, thresholds))
    return [int(label) for label in rated.argmax(axis=1)]


def headline(
    probabilities: Floats, thresholds: Floats, silent: Flags, parents: Edges, children: Edges
) -> int:
    """The headline of one photo's probabilities (labels,), -1 for none.

    From the sure label of the highest score without a sure parent down to the child of the highest
    probability, as long as it keeps nine tenths of its parent's; the last sure label on the way
    is the headline.
    """
    rated = scores(probabilities, thresholds)
    sure = (rated >= SURE) & ~silent
    roots = [i for i in np.flatnonzero(sure) if not any(sure[p] for p in parents.get(int(i), ()))]
    if not roots:
        return -1
    at = shown = int(max(roots, key=lambda label: (rated[label], -label)))
    while True:
        share = CHILD_SHARE * probabilities[at]
        steps = [c for c in children.get(at, ()) if probabilities[c] >= share]
        if not steps:
            return shown
        at = max(steps, key=lambda label: probabilities[label])
        shown = at if sure[at] else shown


def guess(
    probabilities: Floats, silent: Flags, children: Edges, headline: int, share: float
) -> int:
    """The guess below a headline for one photo's probabilities (labels,), -1 for none.

    From the headline down to the child of the highest probability, as long as it keeps this share
    of the headline's; the last label on the way that is not silent.
    """
    if headline < 0:
        return -1
    least = np.float32(share) * probabilities[headline]
    at, found = headline, -1
    while True:
        steps = [c for c in children.get(at, ()) if probabilities[c] >= least]
        if not steps:
            return found
        at = max(steps, key=lambda label: probabilities[label])
        found = found if silent[at] else at
