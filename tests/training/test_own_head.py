"""The head of `own` against a plain solution of the same problem, and its choices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from tools.evaluation.metrics import balanced_accuracy
from tools.native.kept import mindspore_worker
from tools.training import own_head

RNG = np.random.default_rng(2)
CENTRES = RNG.normal(size=(3, 20))
CLASSES = np.arange(90) % 3
VECTORS = (CENTRES[CLASSES] + RNG.normal(scale=1.3, size=(90, 20))).astype(np.float32)
FOLDS = np.arange(90) // 3 % 5


@pytest.fixture(scope="module")
def head() -> own_head.OwnHead:
    with mindspore_worker() as worker:
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


@pytest.mark.slow
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
    small, large = np.arange(1000) % 10, np.arange(50_000) % 100
    strengths = [choice.strength for choice in own_head.choices_for(1280, small, 5)]
    assert tuple(strengths) == own_head.STRENGTHS
    one = own_head.choices_for(1280, large, 5)
    assert one == [own_head.Choice(own_head.USUAL_STRENGTH, False)]


def test_weights_are_tried_where_classes_differ_in_size() -> None:
    uneven = np.array([0] * 30 + [1] * 10)
    assert {choice.balanced for choice in own_head.choices_for(20, uneven, 5)} == {False, True}
    weights = own_head.photo_weights(uneven, balanced=True)
    assert weights.mean() == pytest.approx(1)
    assert weights[uneven == 0].sum() == pytest.approx(weights[uneven == 1].sum())


@pytest.mark.slow
def test_small_classes_are_not_given_up() -> None:
    """150 photos of one class and 6 of each of two others that lie close: weights find more."""
    rng = np.random.default_rng(4)
    classes = np.array([0] * 150 + [1] * 6 + [2] * 6)
    centres = rng.normal(size=(3, 20)) * 0.55
    vectors = (centres[classes] + rng.normal(scale=1.0, size=(len(classes), 20))).astype(np.float32)
    folds = np.arange(len(classes)) % 5
    with mindspore_worker() as worker:
        plain = [
            worker.call(
                own_head.train_own_head, vectors, classes, folds, own_head.Choice(strength, False)
            )
            for strength in own_head.STRENGTHS[:1]
        ]
        chosen = worker.call(own_head.train_own_head, vectors, classes, folds)
    assert chosen.balanced
    right = balanced_accuracy(chosen.held_out.argmax(1), classes)
    for other in plain:
        assert right > balanced_accuracy(other.held_out.argmax(1), classes)


@pytest.mark.slow
def test_a_choice_made_before_is_kept() -> None:
    """For the head on all photos: what was chosen is trained, as choosing trained it."""
    with mindspore_worker() as worker:
        free = worker.call(own_head.train_own_head, VECTORS, CLASSES, FOLDS)
        told = worker.call(own_head.train_own_head, VECTORS, CLASSES, FOLDS, free.choice)
    assert told.choice == free.choice and not told.balanced
    np.testing.assert_allclose(told.weight, free.weight, atol=1e-4)
