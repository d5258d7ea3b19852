"""What else a picture may show: never what is already said, nor what that is a kind of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tools.native.answers import Label, Result, Scored, Timings
from tools.package.kinds import Kinds
from tools.package.label_table import Label as PackageLabel
from tools.reports.alternatives import above, alternatives, answer
from tools.reports.drawing import INK, PAPER, SURE, TRACK, UNSURE, Card, photo_card

NAMES = ["Animal", "Mammal", "Cat", "Pillow", "Furniture", "Chair", "Cushion"]
HIERARCHY = [("Animal", "Mammal"), ("Mammal", "Cat"), ("Furniture", "Chair"), ("Pillow", "Cushion")]
KINDS = Kinds(
    [PackageLabel(f"/m/{name}", name) for name in NAMES],
    [(f"/m/{parent}", f"/m/{child}") for parent, child in HIERARCHY],
)
ORDER = ["Animal", "Mammal", "Cat", "Pillow", "Cushion", "Furniture", "Chair"]


def scored(name: str, mid: str = "", index: int | None = None) -> Scored:
    """A label by its name, or one that was taught behind the package's."""
    place = NAMES.index(name) if index is None else index
    label = Label(place, mid or f"/m/{name}", name, 0.5, index is not None)
    return Scored(label, 0.9 - 0.1 * place, 0.9)


def result(headline: Scored | None, guess: Scored | None = None) -> Result:
    """All labels, in ORDER, with this said of them."""
    labels = [scored(name) for name in ORDER]
    return Result(labels, headline, guess, np.zeros(7, np.float32), Timings(0, 0, 0))


def names(rows: Sequence[Scored]) -> list[str]:
    return [row.label.name for row in rows]


def test_ancestors_are_the_path_and_no_rows() -> None:
    cat = result(scored("Cat"))
    assert above(cat, KINDS) == ["Animal", "Mammal"]
    assert names(alternatives(cat, KINDS)) == ["Pillow", "Cushion", "Furniture", "Chair"]


def test_the_guess_is_said_too() -> None:
    probably = result(scored("Animal"), scored("Cat"))
    assert answer(probably) == "Animal, probably Cat" and above(probably, KINDS) == []
    assert names(alternatives(probably, KINDS)) == ["Pillow", "Cushion", "Furniture", "Chair"]


def test_members_of_the_headline_stay_as_rows() -> None:
    assert "Cushion" in names(alternatives(result(scored("Pillow")), KINDS))


def test_without_a_headline_all_are_rows() -> None:
    unsure = result(None)
    assert (answer(unsure), above(unsure, KINDS)) == ("not sure", [])
    assert names(alternatives(unsure, KINDS)) == ORDER


def test_a_thing_of_ones_own_stands_alone() -> None:
    mug = result(scored("My mug", "own/my-mug", 7))
    assert above(mug, KINDS) == [] and names(alternatives(mug, KINDS)) == ORDER


def test_a_taught_label_that_corrects_one_stands_where_that_does() -> None:
    cat = result(scored("Cat", "/m/Cat", 7))
    assert above(cat, KINDS) == ["Animal", "Mammal"]
    assert names(alternatives(cat, KINDS)) == ["Pillow", "Cushion", "Furniture", "Chair"]


@pytest.mark.parametrize(("said", "bars"), [("Cat", 4), ("Chair", 5), (None, 7)])
def test_a_drawn_photo_has_a_bar_for_each_alternative(said: str | None, bars: int) -> None:
    told = result(scored(said) if said else None)
    card = photo_card(Card(np.zeros((300, 400, 3), np.uint8), told, KINDS), rows=7)
    below = np.asarray(card)[card.height - 7 * 48 - 32 :, 780]
    track = np.all(below == [int(TRACK[i : i + 2], 16) for i in (1, 3, 5)], axis=1)
    assert np.count_nonzero(np.diff(track.astype(int)) == 1) == bars


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    """Between 1 and 21."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_bars_and_text_stand_out() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast(SURE, TRACK) >= 3 and contrast(UNSURE, TRACK) >= 3
    assert contrast(INK, PAPER) >= 4.5
