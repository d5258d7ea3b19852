"""None of these: what one's own things look like, so that a picture of no such thing is told.

A softmax over one's own classes always names one of them. What can say no is how far a picture is
from everything that was learnt: the cosine of its vector to the nearest class's centre.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.package.embedding import Embedding, Known, backbone_of, read_embedding
from tools.package.manifest import EMBEDDING, EMBEDDING_OUTPUT, EmbeddingOutput
from tools.places import FEATURES_MODEL
from tools.teaching import vectors

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
TRUE_SHARE = 0.95  # of one's own photos that must pass
LOWEST, HIGHEST = 0.01, 0.95  # a threshold


@dataclass(frozen=True)
class Strangers:
    """How well one's own photos are told from ordinary pictures, those of the bank.

    auroc: the chance that one of one's own is nearer to a class than one of theirs. passing: the
    share of theirs that passes where TRUE_SHARE of one's own do. All photos had no part in the
    centres that they are held against.
    """

    photos: int
    pictures: int
    auroc: float
    passing: float


def shipped_space(length: int) -> Embedding | None:
    """The embedding.bin of the shipped backbone, where it is there and for vectors of `length`."""
    path = FEATURES_MODEL / EMBEDDING
    backbone = backbone_of(path) if path.is_file() else None
    if backbone is None:
        return None
    data = path.read_bytes()
    told = EmbeddingOutput(EMBEDDING_OUTPUT, length, backbone)
    return read_embedding(data, told)


def know(space: Embedding, features: Floats, classes: Ints, folds: Ints) -> tuple[Known, Strangers]:
    """The centres of all classes of photos (features (photos, length)), and how well they tell.

    Each fold's photos are held against the centres of the others; the threshold is what TRUE_SHARE
    of them reach.
    """
    found = vectors.project(space, features)
    own = np.zeros(len(found))
    theirs = np.zeros(len(space.bank))
    for fold in np.unique(folds):
        rest = folds != fold
        if rest.any():
            centres = centres_of(found[rest], classes[rest])
            own[~rest] = nearest(found[~rest], centres)
            theirs += nearest(space.bank, centres) / len(np.unique(folds))
    limit = float(np.quantile(own, 1 - TRUE_SHARE))
    known = Known(min(max(limit, LOWEST), HIGHEST), centres_of(found, classes))
    passing = float((theirs >= known.threshold).mean())
    return known, Strangers(len(own), len(theirs), auroc(own, theirs), passing)


def centres_of(found: vectors.Steps, classes: Ints) -> vectors.Steps:
    """(classes that occur, rows)."""
    return np.stack([vectors.centre(found[classes == label]) for label in np.unique(classes)])


def nearest(found: vectors.Steps, centres: vectors.Steps) -> npt.NDArray[np.float64]:
    """The cosine of each vector to the nearest centre."""
    best: npt.NDArray[np.float64] = vectors.cosines(found, centres).max(axis=1)
    return best


def auroc(own: npt.NDArray[np.float64], theirs: npt.NDArray[np.float64]) -> float:
    """The share of pairs in which one's own is larger; equal ones count half."""
    ranked = np.sort(theirs)
    below = np.searchsorted(ranked, own, "left")
    through = np.searchsorted(ranked, own, "right")
    return float(((below + through) / 2).mean() / len(ranked))
