"""Losses against numpy; two halves of a batch have the loss of the whole."""

from __future__ import annotations

import mindspore as ms
import numpy as np
import pytest

from tools.training.losses import SigmoidLoss, SoftmaxLoss

pytestmark = pytest.mark.mindspore
RNG = np.random.default_rng(4)
LOGITS = (RNG.normal(size=(8, 5)) * 3).astype(np.float32)
CLASSES = RNG.integers(0, 5, 8).astype(np.int32)
TRUTH = (RNG.random((8, 5)) < 0.4).astype(np.float32)
MASK = (RNG.random((8, 5)) < 0.6).astype(np.float32)


def value(loss: object, *parts: np.ndarray) -> float:
    return float(loss(*(ms.Tensor(part) for part in parts)).asnumpy())  # type: ignore[operator]


def log_softmax(logits: np.ndarray) -> np.ndarray:
    wide = logits.astype(np.float64)
    return wide - np.log(np.exp(wide).sum(1, keepdims=True))


@pytest.mark.parametrize("smooth", [0.0, 0.1])
def test_softmax(smooth: float) -> None:
    target = np.full((8, 5), smooth / 4)
    target[np.arange(8), CLASSES] = 1 - smooth
    expected = -(target * log_softmax(LOGITS)).sum(1).mean()
    found = value(SoftmaxLoss(5, smooth), LOGITS, CLASSES, np.ones(8, np.float32))
    assert found == pytest.approx(expected, rel=1e-5)


def test_softmax_without_smoothing_is_mindspores_own() -> None:
    own = ms.nn.CrossEntropyLoss()(ms.Tensor(LOGITS), ms.Tensor(CLASSES))
    found = value(SoftmaxLoss(5, 0.0), LOGITS, CLASSES, np.ones(8, np.float32))
    assert found == pytest.approx(float(own.asnumpy()), rel=1e-5)


def test_sigmoid_counts_known_pairs_only() -> None:
    p = 1 / (1 + np.exp(-LOGITS.astype(np.float64)))
    each = -(TRUTH * np.log(p) + (1 - TRUTH) * np.log(1 - p)) * MASK
    found = value(SigmoidLoss(3.0), LOGITS, TRUTH, MASK)
    assert found == pytest.approx(each.sum() / 8 / 3, rel=1e-5)
    changed = np.where(MASK == 1, LOGITS, LOGITS * -7).astype(np.float32)
    assert value(SigmoidLoss(3.0), changed, TRUTH, MASK) == pytest.approx(found, rel=1e-6)


def test_sigmoid_does_not_overflow() -> None:
    logits = np.array([[300, -300]], np.float32)
    ones = np.ones((1, 2), np.float32)
    wrong = value(SigmoidLoss(2.0), logits, 1 - np.array([[1, 0]], np.float32), ones)
    right = value(SigmoidLoss(2.0), logits, np.array([[1, 0]], np.float32), ones)
    assert wrong == pytest.approx(300) and right == pytest.approx(0, abs=1e-6)


def test_halves_have_the_mean_of_their_losses() -> None:
    """What data-parallel training needs: equal parts, whatever is known in each."""
    for loss, parts in (
        (SigmoidLoss(2.5), (LOGITS, TRUTH, MASK)),
        (SoftmaxLoss(5, 0.1), (LOGITS, CLASSES, np.ones(8, np.float32))),
    ):
        whole = value(loss, *parts)
        halves = [value(loss, *(part[s] for part in parts)) for s in (slice(4), slice(4, 8))]
        assert np.mean(halves) == pytest.approx(whole, rel=1e-5)
