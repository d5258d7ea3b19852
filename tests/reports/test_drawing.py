"""Drawn cards: sizes, the photo itself, long names, odd photos, files written whole."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools.errors import PocketlensError
from tools.native.classifier import Label, Result, Scored, Timings
from tools.reports.drawing import Card, contact_sheet, photo_card, save_picture


def card(width: int, height: int, name: str = "Polar bear", sure: bool = True) -> Card:
    pixels = np.full((height, width, 3), (30, 160, 90), np.uint8)
    labels = [
        Scored(Label(i, f"/m/{i}", f"{name} {i}", 0.5), score, score)
        for i, score in enumerate([1.0, 0.7, 0.4, 0.0, 0.0])
    ]
    result = Result(labels, labels[0] if sure else None, np.zeros(5, np.float32), Timings(1, 1, 1))
    return Card(pixels, result, "photo.jpg")


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1, 1), (2000, 10), (10, 2000)])
def test_a_card_has_its_width_and_the_photo_on_top(size: tuple[int, int]) -> None:
    drawn = photo_card(card(*size))
    assert drawn.width == 900
    assert drawn.getpixel((450, 1)) == (30, 160, 90)
    assert drawn.getpixel((2, drawn.height - 2)) == (255, 255, 255)


def test_bars_show_the_scores() -> None:
    """The first bar is full, the last ones are next to empty."""
    drawn = np.asarray(photo_card(card(640, 480)))
    blue = (drawn == (0x1A, 0x73, 0xE8)).all(axis=2)
    rows = np.flatnonzero(blue.any(axis=1))
    widths = blue.sum(axis=1)
    assert widths[rows].max() > 300
    assert 0.6 < widths[rows[-5:]].max() / widths[rows].max() < 0.8


def test_being_unsure_is_drawn_without_colour() -> None:
    unsure = Result([], None, np.zeros(5, np.float32), Timings(1, 1, 1))
    drawn = np.asarray(photo_card(Card(card(64, 48).pixels, unsure)))
    assert not (drawn == (0x1A, 0x73, 0xE8)).all(axis=2).any()


def test_names_of_any_length_are_drawn() -> None:
    assert photo_card(card(64, 48, name="Marine invertebrates " * 20)).width == 900


def test_a_sheet_has_a_row_for_every_four() -> None:
    one = contact_sheet([card(64, 48)] * 4)
    two = contact_sheet([card(64, 48)] * 5)
    assert one.width == two.width == 1600
    assert 1.8 < two.height / one.height < 2.0


def test_pictures_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    drawn = photo_card(card(64, 48))
    for name in ("a.png", "b.jpg", "c.webp"):
        save_picture(drawn, tmp_path / "deep" / name)
        with Image.open(tmp_path / "deep" / name) as written:
            assert written.size == drawn.size
    assert sorted(os.listdir(tmp_path / "deep")) == ["a.png", "b.jpg", "c.webp"]
    (tmp_path / "folder.png").mkdir()
    for target in (tmp_path / "x.gif", tmp_path / "folder.png", tmp_path / "deep/a.png/b.png"):
        with pytest.raises(PocketlensError) as caught:
            save_picture(drawn, target)
        assert caught.value.name == "cannot_write"
    assert sorted(os.listdir(tmp_path)) == ["deep", "folder.png"]
