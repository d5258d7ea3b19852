"""The head of `own`: regularised softmax regression on features, its strength chosen by folds.

Minimised is, per head, the mean cross entropy over its photos plus |W|^2 * strength / 2, on
features brought to mean 0 and variance 1 (what they are brought back by is folded into the layer).
The heads of all folds and strengths, and the final ones on all photos, are one batch of matrices
that MindSpore trains at once by Adam with full batches, so choosing costs little.

Where classes differ in size, heads in which every class weighs the same are trained beside those in
which every photo does, and are taken if they are right more often on held-out photos, classes
counting alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.evaluation.metrics import balanced_accuracy

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STRENGTHS = (0.03, 0.1, 0.3, 1.0)
USUAL_STRENGTH = 0.1  # taken alone where trying all would take minutes
MOST_WORK = 5e12  # floating-point operations for all heads: about a minute on two cores
STEPS = 150
RATE = 0.05
SMALLEST_VARIANCE = 1e-6
UNEVEN = 1.5  # times as many photos of one class as of another, from which on weights are tried


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
    balanced: bool  # whether every class weighed the same, not every photo

    @property
    def choice(self) -> Choice:
        """What was chosen by held-out photos."""
        return Choice(self.strength, self.balanced)


@dataclass(frozen=True)
class Choice:
    """A strength, and whether classes weigh the same."""

    strength: float
    balanced: bool


Head = tuple[int, Choice]  # the fold left out (-1: none), and with what it is trained


def choices_for(length: int, classes: Ints, folds: int) -> list[Choice]:
    """What to choose among: one strength where all would be too much work."""
    sizes = np.bincount(classes)
    uneven = (False, True) if sizes.max() >= UNEVEN * max(sizes.min(), 1) else (False,)
    work = 6.0 * len(classes) * length * len(sizes) * (folds + 1) * STEPS
    strengths = STRENGTHS if work * len(STRENGTHS) * len(uneven) <= MOST_WORK else (USUAL_STRENGTH,)
    return [Choice(strength, balanced) for balanced in uneven for strength in strengths]


def photo_weights(classes: Ints, balanced: bool) -> Doubles:
    """What each photo weighs: 1, or such that all classes weigh the same; the mean is 1."""
    if not balanced:
        return np.ones(len(classes))
    sizes = np.bincount(classes)
    present = int((sizes > 0).sum())
    return np.asarray(len(classes) / (present * sizes[classes]))


def _heads(
    classes: Ints, folds: Ints, choices: Sequence[Choice]
) -> tuple[npt.NDArray[np.float32], list[Head]]:
    """Weights of photos (heads, photos), and the heads' names."""
    count = int(folds.max()) + 1
    names = [(fold, choice) for choice in choices for fold in [*range(count), -1]]
    rows = [(folds != fold) * photo_weights(classes, choice.balanced) for fold, choice in names]
    shares = np.stack(rows)
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32), names


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


def cross_entropy(logits: Doubles, classes: Ints, weights: Doubles | None = None) -> float:
    """Mean over photos, in nats; `weights` of the photos have the mean 1."""
    probabilities = softmax(logits)[np.arange(len(classes)), classes]
    losses = -np.log(np.maximum(probabilities, 1e-12))
    return float(losses.mean() if weights is None else (losses * weights).mean())


def best_temperature(logits: Doubles, classes: Ints, weights: Doubles | None = None) -> float:
    """What logits must be divided by for the least held-out cross entropy (Guo et al. 2017)."""
    candidates = np.exp(np.linspace(np.log(0.25), np.log(4), 81))
    losses = [cross_entropy(logits / t, classes, weights) for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def train_own_head(
    vectors: Floats, classes: Ints, folds: Ints, choice: Choice | None = None
) -> OwnHead:
    """Trains on features (photos, length) of classes 0…; `folds` says which photos go together.

    `choice`: what was chosen before, by photos that had no part in it; None: choose by the folds.
    """
    mean = vectors.mean(axis=0)
    spread = np.sqrt(np.maximum(vectors.var(axis=0), SMALLEST_VARIANCE))
    scaled = ((vectors - mean) / spread).astype(np.float32)
    tried = [choice] if choice else choices_for(scaled.shape[1], classes, int(folds.max()) + 1)
    shares, names = _heads(classes, folds, tried)
    penalties = np.array([each.strength for _, each in names], np.float32)
    weights, biases = _fit(scaled, classes, shares, penalties, int(classes.max()) + 1)
    logits = _held_out_logits(scaled, weights, biases, names, folds)
    chosen, losses = _choose(logits, classes)
    balance = photo_weights(classes, chosen.balanced)
    temperature = best_temperature(logits[chosen], classes, balance)
    final = names.index((-1, chosen))
    weight = weights[final].astype(np.float64) / spread[:, None] / temperature
    bias = biases[final, 0].astype(np.float64) / temperature - mean @ weight
    held_out = softmax(logits[chosen] / temperature).astype(np.float32)
    return OwnHead(
        weight.T.astype(np.float32),
        bias.astype(np.float32),
        held_out,
        chosen.strength,
        temperature,
        losses,
        chosen.balanced,
    )


def _choose(logits: dict[Choice, Doubles], classes: Ints) -> tuple[Choice, dict[float, float]]:
    """The choice that does best on held-out photos, and the losses of its kind by strength."""
    best: dict[bool, Choice] = {}
    losses: dict[bool, dict[float, float]] = {}
    for balanced in sorted({choice.balanced for choice in logits}):
        weights = photo_weights(classes, balanced)
        told = {
            choice: cross_entropy(rows, classes, weights)
            for choice, rows in logits.items()
            if choice.balanced == balanced
        }
        best[balanced] = min(told, key=lambda choice: told[choice])
        losses[balanced] = {choice.strength: loss for choice, loss in told.items()}
    right = {
        balanced: balanced_accuracy(logits[choice].argmax(1), classes)
        for balanced, choice in best.items()
    }
    taken = max(right, key=lambda balanced: right[balanced])  # of equal ones the plain
    return best[taken], losses[taken]


def _held_out_logits(
    scaled: Floats, weights: Any, biases: Any, names: Sequence[Head], folds: Ints
) -> dict[Choice, Doubles]:
    """For each choice, every photo's logits by the head whose fold it was."""
    found = {choice: np.zeros((len(scaled), weights.shape[2])) for _, choice in names}
    for (fold, choice), weight, bias in zip(names, weights, biases, strict=True):
        if fold >= 0:
            rows = folds == fold
            found[choice][rows] = scaled[rows] @ weight + bias
    return found


def save_own_checkpoint(head: OwnHead, path: Path) -> None:
    """The ImageNet backbone with this head as a checkpoint."""
    from tools.network.assemble import backbone_arrays
    from tools.network.checkpoints import save_checkpoint

    arrays = {**backbone_arrays(), "dense.weight": head.weight, "dense.bias": head.bias}
    save_checkpoint(arrays, path)
