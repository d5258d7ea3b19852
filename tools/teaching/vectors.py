"""What pictures are compared by, in NumPy: the arithmetic of jni/core/teaching/, to the last bit.

It makes embedding.bin, measures, and is what the core is tested against. A vector is a row of small
whole numbers; whatever is no whole number is one correctly rounded operation in a fixed order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.package.embedding import Embedding

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int8]
Bytes = npt.NDArray[np.uint8]

INPUT_STEPS, STEPS = np.float32(4095), 127.0
CLAIMS = 0.02  # the share of the bank that taught labels may claim
ONE_LABEL = 5  # times its even share of those claims, at most, that one label may account for
OF_AGREEMENT = 0.15  # how much of a label's own agreement its threshold takes
USUAL = 0.6  # a label's similarity to a picture of itself elsewhere
VARIED, ALIKE = 0.6, 0.75  # agreements between which pictures stop telling how they vary
STRANGE = 0.15  # an agreement below which pictures are not of one thing
LOWEST, HIGHEST = 0.05, 0.95  # a threshold
SHARES = (100, 85, 70)  # per cent of a taught picture's sides: it, and its middle from closer by


def project(space: Embedding, embeddings: Floats) -> Steps:
    """Embeddings (n, length) as vectors (n, rows). Zeros for one that is the mean of all."""
    values = np.asarray(embeddings, np.float32)
    if space.root:
        values = np.sqrt(np.maximum(values, np.float32(0)))
    deviations = values - space.mean
    largest = np.abs(deviations).max(axis=1, keepdims=True)
    good = largest > np.float32(1e-20)
    factors = INPUT_STEPS / np.where(good, largest, np.float32(1))
    steps = np.rint(deviations * factors).astype(np.int32) * good
    sums = (steps.astype(np.float64) @ space.weights.astype(np.float64).T).astype(np.int64)
    return in_steps(sums.astype(np.float64) * space.scales.astype(np.float64))


def in_steps(values: Doubles) -> Steps:
    """Rows of real numbers in steps of a 127th of their largest."""
    largest = np.abs(values).max(axis=1, keepdims=True)
    factors = STEPS / np.where(largest > 0, largest, 1)
    return np.rint(values * factors).astype(np.int8)


def cosines(left: Steps, right: Steps) -> Doubles:
    """(n, rows) and (m, rows): the cosines of the angles (n, m); 0 where one is all zeros."""
    a, b = left.astype(np.float64), right.astype(np.float64)  # sums of whole numbers are exact
    lengths = (a * a).sum(axis=1)[:, None] * (b * b).sum(axis=1)[None]
    return np.where(lengths > 0, (a @ b.T) / np.sqrt(np.where(lengths > 0, lengths, 1)), 0.0)


def centre(vectors: Steps) -> Steps:
    """What vectors (n, rows) have in common (rows,): the direction of the sum of their units."""
    total = np.zeros(vectors.shape[1])
    for vector in vectors.astype(np.float64):
        length = math.sqrt((vector * vector).sum())
        if length > 0:
            total = total + vector / length
    steps: Steps = in_steps(total[None])[0]
    return steps


def agreement(pictures: Steps) -> float:
    """How like the common direction of the others each picture is, on average; -1 for one alone."""
    count = len(pictures)
    if count < 2:
        return -1.0
    table = cosines(pictures, pictures)
    rows = np.add.accumulate(table, axis=1)[:, -1]  # in this order, as sum() would not be
    everything = np.add.accumulate(rows)[-1]
    total = 0.0
    for place in range(count):
        own = table[place, place]
        square = everything - 2 * rows[place] + own
        total += (rows[place] - own) / math.sqrt(square) if square > 0 else 0.0
    return total / count


def expected(pictures: Steps) -> float:
    """The similarity that a picture of the label elsewhere may be expected to have."""
    if len(pictures) < 2:
        return USUAL
    found = agreement(pictures)
    told = min(max((ALIKE - found) / (ALIKE - VARIED), 0.0), 1.0)
    return told * found + (1 - told) * USUAL


@dataclass(frozen=True)
class Taught:
    """Labels that were taught with the pictures' vectors: their centres and thresholds."""

    centres: Steps  # (labels, rows)
    thresholds: Floats  # (labels,)

    def similarities(self, vectors: Steps) -> Floats:
        """(n, labels) of vectors (n, rows), never below 0."""
        return np.maximum(cosines(vectors, self.centres).astype(np.float32), np.float32(0))

    def scores(self, vectors: Steps) -> Floats:
        """(n, labels): 0.5 at a label's threshold."""
        p, t = self.similarities(vectors), self.thresholds[None]
        half, one = np.float32(0.5), np.float32(1)
        p = np.minimum(p, one)
        return np.where(p < t, p / t * half, (p - t) / (one - t) * half + half)


def teach(space: Embedding, labels: Sequence[Steps]) -> Taught:
    """Labels by their pictures' vectors, each (pictures, rows)."""
    centres = np.stack([centre(pictures) for pictures in labels])
    found = levels(cosines(centres, space.bank))
    thresholds = [threshold(one, level) for one, level in zip(labels, found, strict=True)]
    return Taught(centres, np.array(thresholds, np.float32))


def levels(bank: Doubles) -> Doubles:
    """(labels,): the similarity that CLAIMS of the bank exceed, (labels, pictures): for any label,
    or for this one where that is more. A label that many of the bank are like, as they are of its
    kind, does not make the others ask for more."""
    labels, pictures = bank.shape
    claims = int(CLAIMS * pictures)
    ranked = np.sort(bank, axis=1)
    most = min(ONE_LABEL * claims // labels + 1, pictures)
    counted = np.where(bank >= ranked[:, pictures - most, None], bank, -1.0)
    common = np.sort(counted.max(axis=0))[pictures - 1 - claims]
    found: Doubles = np.maximum(common, ranked[:, pictures - 1 - claims])
    return found


def threshold(pictures: Steps, level: float) -> float:
    """The similarity from which on a label is sure; `level` is that of the bank."""
    found = level + OF_AGREEMENT * max(0.0, expected(pictures) - level)
    if len(pictures) > 1 and agreement(pictures) < STRANGE:
        found = max(found, USUAL)
    return min(max(found, LOWEST), HIGHEST)


def views(pixels: Bytes) -> list[Bytes]:
    """What of a picture (height, width, channels) is taught: it and its middle, as they are and
    mirrored. The place where it was taken lies at the edges, so it counts for less."""
    return [middle(one, share) for one in (pixels, pixels[:, ::-1]) for share in SHARES]


def middle(pixels: Bytes, share: int) -> Bytes:
    """The middle of a picture, `share` per cent of its sides."""
    whole = pixels.shape[:2]
    height, width = (max(1, side * share // 100) for side in whole)
    y, x = (whole[0] - height) // 2, (whole[1] - width) // 2
    return np.ascontiguousarray(pixels[y : y + height, x : x + width])


def picture(space: Embedding, embeddings: Floats) -> Steps:
    """One picture's vector (rows,) by the embeddings (views, length) of its views."""
    return centre(project(space, embeddings))
