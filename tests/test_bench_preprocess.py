"""The preprocessing benchmark: every layout runs, the peers give the same tensor, keys are there.

Nothing is said about the times: this machine may be busy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

from tests.bench import preprocess
from tools.native.worker import Worker

pytestmark = pytest.mark.slow

# Every layout, turned and cut; the others differ in their size alone.
MEASURED = [*preprocess.CASES[:9], *(case for case in preprocess.CASES if case.region)]
KEYS = {f"{state}_ratio_to_{peer}_cv2" for state in ("warm", "cold") for peer in ("demo", "best")}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One process for all cases: no time counts here."""
    with Worker() as process:
        yield process


@pytest.mark.parametrize("case", MEASURED, ids=lambda case: case.key)
def test_a_case_is_measured_beside_exact_peers(worker: Worker, case: preprocess.Case) -> None:
    """measure_case refuses to compare with a chain of cv2 calls that gives another tensor."""
    figures = worker.call(preprocess.measure_case, case, 1, 1)
    assert figures.keys() >= KEYS
    assert all(figures[key] > 0 for key in KEYS)
    told = preprocess.text({case.key: json.loads(json.dumps(figures))})
    assert case.key in told


def test_the_promised_frames_are_measured() -> None:
    promised = {"rgba_1280", "rgba_640", "rgba_1920", "rgba_1280_rot90", "nv21_1280", "yuv420_1280"}
    assert promised <= {case.key for case in preprocess.CASES}


def test_the_floor_counts_the_pixels_that_have_weight() -> None:
    five_to_one = preprocess.needed(1280)
    assert (five_to_one == np.arange(16, 240) * 5 + 2).all()
    assert (preprocess.needed(256) == np.arange(16, 240)).all()
    assert (preprocess.needed(512) == np.arange(32, 480)).all()
    assert (preprocess.needed(1) == 0).all()
