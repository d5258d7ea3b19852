"""The head of `own`: regularised softmax regression on features, its strength chosen by folds.

Minimised is, per head, the mean cross entropy over its photos plus |W|^2 * strength / 2, on
features brought to mean 0 and variance 1 (what they are brought back by is folded into the layer).
The heads of all folds and strengths, and the final ones on all photos, are one batch of matrices
that MindSpore trains at once by Adam with full batches, so choosing costs little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STRENGTHS = (0.03, 0.1, 0.3, 1.0)
USUAL_STRENGTH = 0.1  # taken alone where trying all would take minutes
MOST_WORK = 5e12  # floating-point operations for all heads: about a minute on two cores
STEPS = 150
RATE = 0.05
SMALLEST_VARIANCE = 1e-6


@dataclass(frozen=True)
class OwnHead:
    """A trained head and what it said about photos while they were held out.

    weight (classes, length) and bias (classes,) give logits whose softmax is a probability;
    held_out (photos, classes) are probabilities by heads that had not seen the photo.
    """

    weight: Floats
    bias: Floats
    held_out: Floats
    strength: float
    temperature: float
    losses: dict[float, float]  # held-out cross entropy by strength


def strengths_for(photos: int, length: int, classes: int, folds: int) -> tuple[float, ...]:
    """The strengths to choose among: one where all would be too much work."""
    work = 6.0 * photos * length * classes * (folds + 1) * len(STRENGTHS) * STEPS
    return STRENGTHS if work <= MOST_WORK else (USUAL_STRENGTH,)


def _heads(
    folds: Ints, count: int, strengths: Sequence[float]
) -> tuple[npt.NDArray[np.float32], list[tuple[int, float]]]:
    """Weights of photos (heads, photos), and each head's (fold left out or -1, strength)."""
    names = [(fold, strength) for strength in strengths for fold in [*range(count), -1]]
    rows = [(folds != fold).astype(np.float32) for fold, _ in names]
    shares = np.stack(rows)
    return shares / shares.sum(axis=1, keepdims=True), names


def _fit(vectors: Floats, classes: Ints, shares: Floats, strengths: Floats, count: int) -> Any:
    """Trains all heads; weights (heads, length, classes) and biases (heads, 1, classes)."""
    import mindspore as ms
    from mindspore import Parameter, Tensor, nn, ops

    heads, length = len(shares), vectors.shape[1]
    target = np.eye(count, dtype=np.float32)[classes]

    class Objective(nn.Cell):  # type: ignore[misc]
        """The sum of the heads' objectives."""

        def __init__(self) -> None:
            super().__init__()
            self.weight = Parameter(Tensor(np.zeros((length, heads * count), np.float32)))
            self.bias = Parameter(Tensor(np.zeros((heads, count), np.float32)))
            self.inputs = Tensor(vectors)
            self.target = Tensor(target[:, None, :])
            self.shares = Tensor(shares.T.copy())
            self.strengths = Tensor(np.repeat(strengths, count)[None].astype(np.float32))

        def construct(self) -> Any:
            logits = ops.matmul(self.inputs, self.weight).reshape(-1, heads, count) + self.bias
            losses = -(self.target * ops.log_softmax(logits, -1)).sum(axis=-1)
            penalty = (self.weight * self.weight * self.strengths).sum() / 2
            return (losses * self.shares).sum() + penalty

    ms.set_context(mode=ms.GRAPH_MODE)
    objective = Objective()
    rates = RATE * (1 + np.cos(np.pi * np.arange(STEPS) / STEPS)) / 2
    optimizer = nn.Adam(objective.trainable_params(), ms.Tensor(rates.astype(np.float32)))
    step = nn.TrainOneStepCell(objective, optimizer)
    step.set_train()
    for _ in range(STEPS):
        step()
    weight = objective.weight.asnumpy().reshape(length, heads, count).transpose(1, 0, 2)
    return weight, objective.bias.asnumpy()[:, None, :]


def softmax(logits: Doubles) -> Doubles:
    """Row by row."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def cross_entropy(logits: Doubles, classes: Ints) -> float:
    """Mean over photos, in nats."""
    probabilities = softmax(logits)[np.arange(len(classes)), classes]
    return float(-np.log(np.maximum(probabilities, 1e-12)).mean())


def best_temperature(logits: Doubles, classes: Ints) -> float:
    """What logits must be divided by for the least held-out cross entropy (Guo et al. 2017)."""
    candidates = np.exp(np.linspace(np.log(0.25), np.log(4), 81))
    losses = [cross_entropy(logits / t, classes) for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def train_own_head(vectors: Floats, classes: Ints, folds: Ints) -> OwnHead:
    """Trains on features (photos, length) of classes 0…; `folds` says which photos go together."""
    count, parts = int(classes.max()) + 1, int(folds.max()) + 1
    mean = vectors.mean(axis=0)
    spread = np.sqrt(np.maximum(vectors.var(axis=0), SMALLEST_VARIANCE))
    scaled = ((vectors - mean) / spread).astype(np.float32)
    tried = strengths_for(len(scaled), scaled.shape[1], count, parts)
    shares, names = _heads(folds, parts, tried)
    penalties = np.array([strength for _, strength in names], np.float32)
    weights, biases = _fit(scaled, classes, shares, penalties, count)
    logits = _held_out_logits(scaled, weights, biases, names, folds)
    losses = {s: cross_entropy(rows, classes) for s, rows in logits.items()}
    strength = min(losses, key=lambda s: losses[s])
    temperature = best_temperature(logits[strength], classes)
    final = names.index((-1, strength))
    weight = weights[final].astype(np.float64) / spread[:, None] / temperature
    bias = biases[final, 0].astype(np.float64) / temperature - mean @ weight
    held_out = softmax(logits[strength] / temperature).astype(np.float32)
    return OwnHead(
        weight.T.astype(np.float32),
        bias.astype(np.float32),
        held_out,
        strength,
        temperature,
        losses,
    )


def _held_out_logits(
    scaled: Floats, weights: Any, biases: Any, names: Sequence[tuple[int, float]], folds: Ints
) -> dict[float, Doubles]:
    """For each strength, every photo's logits by the head whose fold it was."""
    found = {s: np.zeros((len(scaled), weights.shape[2])) for _, s in names}
    for (fold, strength), weight, bias in zip(names, weights, biases, strict=True):
        if fold >= 0:
            rows = folds == fold
            found[strength][rows] = scaled[rows] @ weight + bias
    return found


def save_own_checkpoint(head: OwnHead, path: Path) -> None:
    """The ImageNet backbone with this head as a checkpoint."""
    from tools.network.assemble import backbone_arrays
    from tools.network.checkpoints import save_checkpoint

    arrays = {**backbone_arrays(), "dense.weight": head.weight, "dense.bias": head.bias}
    save_checkpoint(arrays, path)
