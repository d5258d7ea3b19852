"""Closed-form maps from the backbone's features to what the teachers say.

A teacher's logits are linear in its pooled features, and pooling is linear too. So the map from the
backbone's 1280 features to the teachers' mean logits, a ridge regression (Hoerl & Kennard 1970),
can be learnt from every one of the 7x7 places of the feature maps, not only from their means: 49
times as many pairs, each of another piece of the picture. Both kinds of pairs are used.

Labels that the teachers do not know are taught by a few pictures each: the direction of Fisher's
linear discriminant (Fisher 1936) with the covariance of all features, that is ridge regression on
"this label or not".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FEATURES, CLASSES = 1280, 1000
Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]


@dataclass
class Moments:
    """Sums over pairs of vectors: x the backbone's features, y the teachers' logits."""

    xx: Doubles
    xy: Doubles
    x: Doubles
    y: Doubles
    count: float = 0.0

    @classmethod
    def empty(cls, outputs: int = CLASSES) -> Moments:
        """No pairs yet; y has this many numbers."""
        inner, outer = np.zeros((FEATURES, FEATURES)), np.zeros((FEATURES, outputs))
        return cls(inner, outer, np.zeros(FEATURES), np.zeros(outputs))

    def add(self, xs: Floats, ys: Floats, weight: float = 1.0) -> None:
        """Take in pairs (rows, 1280) and (rows, outputs), each counting `weight`."""
        self.xx += weight * (xs.T @ xs)
        self.xy += weight * (xs.T @ ys)
        self.x += weight * xs.sum(axis=0, dtype=np.float64)
        self.y += weight * ys.sum(axis=0, dtype=np.float64)
        self.count += weight * len(xs)

    def covariance(self) -> Doubles:
        """(1280, 1280) of the backbone's features."""
        mean = self.x / self.count
        return np.asarray(self.xx / self.count - np.outer(mean, mean))

    def solve(self, strength: float) -> tuple[Doubles, Doubles]:
        """Matrix (1280, outputs) and offset (outputs,): y is about x @ matrix + offset."""
        mean_x, mean_y = self.x / self.count, self.y / self.count
        cross = self.xy / self.count - np.outer(mean_x, mean_y)
        matrix = np.linalg.solve(self.covariance() + strength * np.eye(FEATURES), cross)
        return matrix, mean_y - mean_x @ matrix


def blend(local: Moments, pooled: Moments, share: float) -> Moments:
    """Local pairs with this share of the weight, pooled ones with the rest."""
    a, b = share / local.count, (1 - share) / pooled.count
    return Moments(
        a * local.xx + b * pooled.xx,
        a * local.xy + b * pooled.xy,
        a * local.x + b * pooled.x,
        a * local.y + b * pooled.y,
        1.0,
    )


def discriminant(
    pooled: Moments, examples: list[Floats], strength: float
) -> tuple[Doubles, Doubles]:
    """Weights (labels, 1280) and offsets (labels,) of taught labels.

    `examples` holds each label's pooled features (views, 1280). A row is 0 at the mean of all
    pictures and 1 at the mean of its own examples.
    """
    inverse = np.linalg.inv(pooled.covariance() + strength * np.eye(FEATURES))
    mean = pooled.x / pooled.count
    rows = []
    for views in examples:
        away = views.mean(axis=0, dtype=np.float64) - mean
        row = inverse @ away
        rows.append(row / (row @ away))
    weights = np.stack(rows) if rows else np.zeros((0, FEATURES))
    return weights, -(weights @ mean)
