"""What of a picture is taught, and how the pictures that measure teaching are dealt."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.bench import teaching
from tools.teaching import scenes, vectors


def test_views_are_the_picture_and_its_middle_as_they_are_and_mirrored() -> None:
    picture = np.arange(100 * 40 * 3, dtype=np.int64).astype(np.uint8).reshape(40, 100, 3)
    views = vectors.views(picture)
    assert [view.shape[:2] for view in views] == [(40, 100), (34, 85), (28, 70)] * 2
    assert np.array_equal(views[1], picture[3:37, 7:92])
    assert np.array_equal(views[5], picture[:, ::-1][6:34, 15:85])
    assert all(view.flags["C_CONTIGUOUS"] for view in views)


def test_the_smallest_picture_has_them_too() -> None:
    assert [view.shape for view in vectors.views(np.zeros((1, 2, 3), np.uint8))] == [
        (1, 2, 3),
        (1, 1, 3),
        (1, 1, 3),
    ] * 2


def test_photos_of_one_spot_are_dealt_together() -> None:
    names = ["a/graf1.png", "a/graf3.png", "left01.jpg", "left05.jpg", "right14.jpg"]
    names += [f"{number}.jpg" for number in range(25)]
    spots = [scenes.spot_of(Path(name)) for name in names]
    assert len(set(spots)) == 27
    places = [np.full((1, 1, 3), number, np.uint8) for number in range(len(names))]
    stock = scenes.Stock([], places, [], spots)
    seen = set()
    for seed in range(8):
        parts = teaching.thirds(np.random.default_rng(seed), stock)
        dealt = [[int(photo[0, 0, 0]) for photo in part] for part in parts]
        assert sorted(photo for part in dealt for photo in part) == list(range(len(names)))
        for together in ({0, 1}, {2, 3, 4}):
            assert sum(bool(together & set(part)) for part in dealt) == 1
        assert all(9 <= len(part) <= 12 for part in dealt)
        seen.add(tuple(map(tuple, dealt)))
    assert len(seen) == 8
