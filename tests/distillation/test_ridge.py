"""The closed form finds a linear map again, whichever pairs show it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools.distillation import ridge
from tools.distillation.head import Head, write
from tools.distillation.ridge import FEATURES, Moments, blend, discriminant

RANDOM = np.random.default_rng(0)
MAP = RANDOM.normal(size=(FEATURES, FEATURES)).astype(np.float32) / 36


def pairs(rows: int) -> tuple[ridge.Floats, ridge.Floats]:
    xs = RANDOM.gamma(0.5, 1, (rows, FEATURES)).astype(np.float32)
    return xs, np.asarray(xs @ MAP + 3, np.float32)


@pytest.mark.slow
def test_a_linear_map_is_found_from_pooled_and_local_pairs() -> None:
    local, pooled = Moments.empty(FEATURES), Moments.empty(FEATURES)
    local.add(*pairs(3000))
    pooled.add(*pairs(800))
    matrix, offset = blend(local, pooled, 0.5).solve(1e-6)
    xs, ys = pairs(50)
    assert np.abs(xs @ matrix + offset - ys).max() < 0.01


def test_parts_add_up_and_weights_count_as_repeats() -> None:
    xs, ys = pairs(40)
    once, twice, parts = (Moments.empty(FEATURES) for _ in range(3))
    once.add(xs, ys, weight=2)
    twice.add(np.concatenate([xs, xs]), np.concatenate([ys, ys]))
    for _ in range(2):
        parts.add(xs, ys)
    for one in (twice, parts):
        assert np.allclose(once.xx, one.xx, rtol=1e-4)
        assert np.allclose(once.y, one.y, rtol=1e-4)
        assert once.count == one.count


@pytest.mark.slow
def test_a_strong_ridge_shrinks_the_map() -> None:
    moments = Moments.empty(FEATURES)
    moments.add(*pairs(2000))
    weak, strong = moments.solve(1e-6)[0], moments.solve(10.0)[0]
    assert np.linalg.norm(strong) < np.linalg.norm(weak) / 5


def test_a_taught_row_is_one_at_its_examples_and_zero_at_the_mean() -> None:
    moments = Moments.empty(FEATURES)
    xs, ys = pairs(3000)
    moments.add(xs, ys)
    examples = [
        (xs[:10] + 4 * (np.arange(FEATURES) % 7 == place)).astype(np.float32) for place in range(2)
    ]
    weights, offsets = discriminant(moments, examples, 0.05)
    values = np.array(
        [
            [(views @ w + o).mean() for views in examples]
            for w, o in zip(weights, offsets, strict=True)
        ]
    )
    assert np.allclose(np.diag(values), 1, atol=1e-3)
    assert abs(values[0, 1]) < 0.3
    assert np.abs(weights @ (moments.x / moments.count) + offsets).max() < 1e-6


def test_a_head_that_float16_cannot_hold_is_written_in_float32(tmp_path: Path) -> None:
    for largest, kind in ((60_000.0, np.float16), (1e9, np.float32)):
        write(tmp_path / "head.npz", Head(np.full((2, 3), largest), np.zeros(2)))
        with np.load(tmp_path / "head.npz") as stored:
            assert stored["weight"].dtype == stored["bias"].dtype == kind
            np.testing.assert_allclose(stored["weight"], largest, rtol=1e-3)
