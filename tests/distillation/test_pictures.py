"""Views are always the same, in the recipe's size, and show the cut-out over its background."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tools.distillation.collect import student_input
from tools.distillation.pictures import (
    OVER_OTHERS,
    OVER_PHOTOS,
    VIEWS_OF_DRAWING,
    VIEWS_OF_PHOTO,
    Entry,
    Views,
    read_picture,
)
from tools.errors import PocketlensError
from tools.network.oracle import preprocess
from tools.package.recipe import load_recipe
from tools.places import ROOT

CHAIN = load_recipe(ROOT / "models" / "mobilenetv2-openimages").preprocess
PHOTO = ROOT / "tests" / "data" / "photos" / "cat.png"
COUNTS = {
    "photo": VIEWS_OF_PHOTO,
    "cutout": OVER_PHOTOS + OVER_OTHERS,
    "drawing": VIEWS_OF_DRAWING,
}


def entry(kind: str, mark: str = "a") -> Entry:
    return Entry("source", "path", kind, (), "", mark * 64)


def cutout() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A red disc on nothing."""
    pixels = np.zeros((120, 90, 4), np.uint8)
    cv2.circle(pixels, (45, 60), 40, (255, 0, 0, 255), -1)
    return pixels


@pytest.mark.parametrize("kind", COUNTS)
def test_views_are_many_equal_every_time_and_differ_among_themselves(kind: str) -> None:
    pixels = cutout() if kind != "photo" else read_picture(PHOTO)
    views = Views(CHAIN, [read_picture(PHOTO)])
    first, second = (list(views.of(entry(kind), pixels)) for _ in range(2))
    assert len(first) == COUNTS[kind]
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert all(view.shape == (224, 224, 3) and view.dtype == np.uint8 for view in first)
    assert len({view.tobytes() for view in first}) == len(first)
    other = list(views.of(entry(kind, "b"), pixels))
    assert not np.array_equal(first[1], other[1])


def test_the_first_view_of_a_photo_is_what_the_phone_sees() -> None:
    pixels = read_picture(PHOTO)[:, :, :3]
    view = next(iter(Views(CHAIN, []).of(entry("photo"), read_picture(PHOTO))))
    assert np.array_equal(student_input(view[None], CHAIN)[0], preprocess(pixels, CHAIN))


def test_cutouts_are_seen_and_transparent_parts_are_not() -> None:
    """On a white photo only the disc is red, and it never fills the view."""
    white = np.full((400, 400, 4), 255, np.uint8)
    views = Views(CHAIN, [white]).of(entry("cutout"), cutout())
    for view in list(views)[:OVER_PHOTOS]:
        red = (view[:, :, 0] > 150) & (view[:, :, 1:].max(2) < 90)
        blank = (view > 245).all(2)
        assert 0.02 < red.mean() < 0.9
        assert red.mean() + blank.mean() > 0.9


def test_pictures_without_alpha_and_grey_ones_are_read(tmp_path: Path) -> None:
    grey = np.arange(64, dtype=np.uint8).reshape(8, 8)
    cv2.imwrite(str(tmp_path / "grey.png"), grey)
    read = read_picture(tmp_path / "grey.png")
    assert np.array_equal(read[:, :, 1], grey)
    assert (read[:, :, 3] == 255).all()


def test_what_cannot_be_decoded_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"no picture")
    with pytest.raises(PocketlensError) as caught:
        read_picture(tmp_path / "no.png")
    assert caught.value.name == "unreadable_photo"
