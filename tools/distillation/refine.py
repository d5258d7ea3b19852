"""The head brought from the ridge's squares to what a classifier is asked for: probabilities.

Multinomial logistic regression on the teachers' softmax (Hinton, Vinyals & Dean 2015, "Distilling
the Knowledge in a Neural Network"): the mean cross entropy between what the pictures should say and
what the head says, and a pull back to where it started. Features are whitened first, so that one
step length suits all directions; the steps are Nesterov's accelerated gradient with restarts
(O'Donoghue & Candes 2015). Nothing is random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.distillation.ridge import Doubles, Floats

PULL, ROUNDS = 1e-4, 60


@dataclass(frozen=True)
class Views:
    """`features` (views, n) and `targets` (views, classes), which sum to 1."""

    features: Floats
    targets: Floats


@dataclass(frozen=True)
class Linear:
    """Logits are features @ weight + bias: (n, classes) and (classes,)."""

    weight: Doubles
    bias: Doubles


def softmax(logits: Floats) -> Floats:
    """Along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


class Whitening:
    """Coordinates in which the features' covariance, `floor` added, is the identity."""

    def __init__(self, covariance: Doubles, mean: Doubles, floor: float) -> None:
        values, vectors = np.linalg.eigh(covariance)
        scale = np.sqrt(np.maximum(values, 0) + floor)
        self._mean, self._into, self._back = mean, vectors / scale, (vectors * scale).T

    def features(self, features: Floats) -> Floats:
        """Features in these coordinates."""
        away = features - self._mean.astype(np.float32)
        return np.asarray(away @ self._into.astype(np.float32), np.float32)

    def into(self, linear: Linear) -> Linear:
        """The same map for whitened features."""
        return Linear(self._back @ linear.weight, linear.bias + self._mean @ linear.weight)

    def back(self, linear: Linear) -> Linear:
        """The same map for features as they were."""
        weight = self._into @ linear.weight
        return Linear(weight, linear.bias - self._mean @ weight)


def refine(start: Linear, views: Views, pull: float = PULL, rounds: int = ROUNDS) -> Linear:
    """Minimise the mean cross entropy + pull / 2 * the squared distance from the start."""
    z, share = views.features, np.float32(1 / len(views.features))
    first_w, first_b = start.weight.astype(np.float32), start.bias.astype(np.float32)
    # Softmax bends by at most a half, mostly by far less: an eighth has not diverged.
    step = np.float32(1 / (0.125 * (np.linalg.norm(z.T @ z, 2) * share + 1) + pull))
    weight, bias, ahead_w, ahead_b = first_w, first_b, first_w, first_b
    momentum = 1.0
    for _ in range(rounds):
        error = (softmax(z @ ahead_w + ahead_b) - views.targets) * share
        next_w = ahead_w - step * (z.T @ error + np.float32(pull) * (ahead_w - first_w))
        next_b = ahead_b - step * (error.sum(axis=0) + np.float32(pull / 10) * (ahead_b - first_b))
        if np.vdot(ahead_w - next_w, next_w - weight) > 0:
            momentum = 1.0  # uphill: begin anew
        later = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        go_on = np.float32((momentum - 1) / later)
        ahead_w, ahead_b = next_w + go_on * (next_w - weight), next_b + go_on * (next_b - bias)
        weight, bias, momentum = next_w, next_b, later
    return Linear(weight.astype(np.float64), bias.astype(np.float64))
