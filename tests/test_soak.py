"""A sample of `make soak`; the long run is a command of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import soak

pytestmark = pytest.mark.slow


def test_a_sample_of_the_soak_passes(demo_package: Path) -> None:
    known = soak.known_frames(demo_package, 16)
    for outcome in (
        soak.soak_frames(demo_package, known, 300),
        soak.soak_opening(demo_package, known, 15),
        soak.soak_threads(demo_package, known, 100, threads=4),
    ):
        assert outcome.passed, str(outcome)


def test_the_soak_notices_a_wrong_score(demo_package: Path) -> None:
    known = soak.known_frames(demo_package, 3)
    off = np.nextafter(known[1].probabilities, np.float32(2), dtype=np.float32)
    known[1] = soak.Known(known[1].frame, off)
    outcome = soak.soak_frames(demo_package, known, 30)
    assert outcome.wrong > 0
    assert not outcome.passed


def test_the_soak_notices_growth() -> None:
    assert not soak.Outcome("frames", 1, 0, soak.GROWTH_ALLOWED + 1).passed
