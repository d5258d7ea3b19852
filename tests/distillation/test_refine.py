"""Logistic regression on soft targets: it finds what made them, and stays where it is pulled to."""

from __future__ import annotations

import numpy as np

from tools.distillation.refine import Linear, Views, Whitening, refine, softmax
from tools.distillation.ridge import Floats

RANDOM = np.random.default_rng(0)
TRUE = Linear(RANDOM.normal(size=(6, 4)), RANDOM.normal(size=4))
START = Linear(np.zeros((6, 4)), np.zeros(4))


def views(count: int = 400) -> Views:
    features = RANDOM.normal(size=(count, 6)).astype(np.float32)
    logits = (features @ TRUE.weight + TRUE.bias).astype(np.float32)
    return Views(features, softmax(logits))


def said(linear: Linear, features: Floats) -> Floats:
    return softmax((features @ linear.weight + linear.bias).astype(np.float32))


def test_what_made_the_targets_is_found() -> None:
    shown, other = views(), views(50)
    found = refine(START, shown, pull=0.0, rounds=400)
    assert np.abs(said(found, other.features) - other.targets).max() < 0.02


def test_the_same_views_give_the_same_bits() -> None:
    shown = views()
    first, second = (refine(START, shown, rounds=20) for _ in range(2))
    assert np.array_equal(first.weight, second.weight)
    assert np.array_equal(first.bias, second.bias)


def test_a_strong_pull_keeps_it_where_it_began() -> None:
    shown = views()
    near, far = (refine(START, shown, pull, 100).weight for pull in (100.0, 1e-4))
    assert np.linalg.norm(near) < np.linalg.norm(far) / 50


def test_whitened_features_have_unit_covariance_and_maps_come_back() -> None:
    spread = RANDOM.normal(size=(6, 6)) * np.array([1, 2, 3, 4, 5, 6])
    features = (RANDOM.normal(size=(5000, 6)) @ spread + 7).astype(np.float32)
    mean = features.mean(axis=0, dtype=np.float64)
    white = Whitening(np.cov(features.T, bias=True), mean, floor=0.0)
    inner = white.features(features)
    assert np.abs(np.cov(inner.T, bias=True) - np.eye(6)).max() < 0.01
    into = white.into(TRUE)
    expected = features @ TRUE.weight + TRUE.bias
    np.testing.assert_allclose(inner @ into.weight + into.bias, expected, atol=0.05)
    back = white.back(into)
    np.testing.assert_allclose(back.weight, TRUE.weight, atol=1e-9)
    np.testing.assert_allclose(back.bias, TRUE.bias, atol=1e-9)
