"""Sessions side by side: one a thread, one a core where that is possible, the same answers."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.native.classifier import Classifier, Settings
from tools.native.sessions import Sessions, own_cores, side_by_side

ONE = Settings(threads=1)


def test_a_core_each_where_there_are_as_many(demo_package: Path, photos: Path) -> None:
    picture, cores = read_photo(photos / "cat.png"), os.sched_getaffinity(0)
    seen: list[tuple[int, set[int], np.ndarray]] = []
    together = threading.Barrier(len(cores))

    def work() -> None:
        together.wait()
        found = [sessions.mine() for _ in range(3)]
        assert found[0] is found[1] is found[2]
        probabilities = found[0].classify(picture).probabilities
        seen.append((sessions.opened.index(found[0]), os.sched_getaffinity(0), probabilities))

    with Classifier(demo_package, ONE) as alone:
        expected = alone.classify(picture).probabilities
    with Sessions(demo_package, len(cores), ONE) as sessions:
        assert os.sched_getaffinity(0) == cores  # the caller is held to nothing
        side_by_side([work] * len(cores))
    assert os.sched_getaffinity(0) == cores
    assert sorted(number for number, _, _ in seen) == list(range(len(cores)))
    assert [held for _, held, _ in sorted(seen, key=lambda one: one[0])] == [
        {core} for core in sorted(cores)
    ]
    for _, _, probabilities in seen:
        np.testing.assert_array_equal(probabilities, expected)


def test_one_session_is_for_every_thread(demo_package: Path) -> None:
    """And holds none of them, whichever asks first."""
    cores = os.sched_getaffinity(0)
    seen: list[tuple[Classifier, set[int]]] = []
    with Sessions(demo_package, 1, ONE) as sessions:

        def ask() -> None:
            seen.append((sessions.mine(), os.sched_getaffinity(0)))

        ask()
        side_by_side([ask, ask])
        assert seen == [(sessions.opened[0], cores)] * 3


def test_nothing_is_held_otherwise() -> None:
    """More sessions than cores, several threads each, or a choice of cores by the caller."""
    cores = os.sched_getaffinity(0)
    for count, settings in [
        (len(cores) + 1, ONE),
        (len(cores), Settings(threads=2)),
        (len(cores), Settings(threads=1, affinity=1)),
    ]:
        assert own_cores(count, settings) == [cores] * count


def test_a_refused_package_leaves_the_thread_where_it_was(tmp_path: Path) -> None:
    cores = os.sched_getaffinity(0)
    with pytest.raises(PocketlensError) as caught:
        Sessions(tmp_path / "none", len(cores), ONE)
    assert caught.value.name == "missing_file"
    assert os.sched_getaffinity(0) == cores
