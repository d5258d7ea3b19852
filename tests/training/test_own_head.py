"""The head of `own` against a plain solution of the same problem, and its choices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from tools.native.worker import Worker
from tools.training import own_head

RNG = np.random.default_rng(2)
CENTRES = RNG.normal(size=(3, 20))
CLASSES = np.arange(90) % 3
VECTORS = (CENTRES[CLASSES] + RNG.normal(scale=1.3, size=(90, 20))).astype(np.float32)
FOLDS = np.arange(90) // 3 % 5


@pytest.fixture(scope="module")
def head() -> own_head.OwnHead:
    with Worker() as worker:
        return worker.call(own_head.train_own_head, VECTORS, CLASSES, FOLDS)


def logits(head: own_head.OwnHead, vectors: np.ndarray) -> np.ndarray:
    return vectors.astype(np.float64) @ head.weight.T + head.bias


def by_scipy(vectors: np.ndarray, classes: np.ndarray, strength: float) -> np.ndarray:
    """Weights (21, 3) that minimise mean cross entropy + strength |W|^2 / 2, the bias last."""
    target = np.eye(3)[classes]
    inputs = np.concatenate([vectors, np.ones((len(vectors), 1))], 1).astype(np.float64)

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weight = flat.reshape(21, 3)
        p = own_head.softmax(inputs @ weight)
        value = -np.log(p[np.arange(len(p)), classes]).mean()
        decay = weight.copy()
        decay[-1] = 0
        slope = inputs.T @ (p - target) / len(p) + strength * decay
        return value + strength * (decay**2).sum() / 2, slope.ravel()

    found = minimize(
        objective, np.zeros(63), jac=True, method="L-BFGS-B", options={"maxiter": 2000}
    )
    return found.x.reshape(21, 3)


@pytest.mark.slow
def test_it_is_the_minimum(head: own_head.OwnHead) -> None:
    """Probabilities of the final head equal those of another optimizer's solution."""
    scaled = (VECTORS - VECTORS.mean(0)) / VECTORS.std(0)
    weight = by_scipy(scaled, CLASSES, head.strength)
    expected = own_head.softmax((scaled @ weight[:-1] + weight[-1]) / head.temperature)
    np.testing.assert_allclose(own_head.softmax(logits(head, VECTORS)), expected, atol=0.01)


def test_held_out_means_not_seen(head: own_head.OwnHead) -> None:
    """What is said of a fold's photos is said by the solution without them."""
    rest = FOLDS != 2
    scaled = (VECTORS - VECTORS.mean(0)) / VECTORS.std(0)
    weight = by_scipy(scaled[rest], CLASSES[rest], head.strength)
    said = own_head.softmax((scaled[~rest] @ weight[:-1] + weight[-1]) / head.temperature)
    np.testing.assert_allclose(head.held_out[~rest], said, atol=0.01)


def test_the_strength_is_the_one_with_the_least_held_out_loss(head: own_head.OwnHead) -> None:
    assert head.losses.keys() == set(own_head.STRENGTHS)
    assert head.losses[head.strength] == min(head.losses.values())
    accuracy = (head.held_out.argmax(1) == CLASSES).mean()
    assert accuracy > 0.7
    assert (logits(head, VECTORS).argmax(1) == CLASSES).mean() >= accuracy


def test_temperature() -> None:
    """Overconfident logits are cooled to where they were sampled from."""
    rng = np.random.default_rng(0)
    true = rng.normal(size=(4000, 4)) * 2
    drawn = (own_head.softmax(true).cumsum(1) > rng.random((4000, 1))).argmax(1)
    assert own_head.best_temperature(true * 2.5, drawn) == pytest.approx(2.5, rel=0.12)
    assert own_head.best_temperature(true, drawn) == pytest.approx(1.0, rel=0.12)


def test_large_sets_try_one_strength() -> None:
    assert own_head.strengths_for(1000, 1280, 10, 5) == own_head.STRENGTHS
    assert own_head.strengths_for(50_000, 1280, 100, 5) == (own_head.USUAL_STRENGTH,)
