"""What an answer may name: lists of labels and a least score."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.native import Choice, Classifier


@pytest.fixture(scope="module")
def classifier(demo_package: Path) -> Iterator[Classifier]:
    with Classifier(demo_package) as opened:
        yield opened


def test_a_choice_is_a_filter_of_the_whole_ranking(classifier: Classifier, photos: Path) -> None:
    cat = read_photo(photos / "cat.png")
    everything = classifier.classify(cat, 1000).labels
    some = {scored.label.mid for scored in everything[::3]}
    least = everything[len(everything) // 2].score
    for choice, kept in (
        (Choice(allow=tuple(some)), lambda one: one.label.mid in some),
        (Choice(deny=tuple(some)), lambda one: one.label.mid not in some),
        (Choice(least=least), lambda one: one.score >= least),
        (Choice(("Cat", "Dog"), ("Dog",)), lambda one: one.label.name == "Cat"),
    ):
        found = classifier.classify(cat, 1000, choice)
        assert found.labels == [one for one in everything if kept(one)]
        for named in (found.headline, found.guess):
            assert named is None or named in found.labels
        assert classifier.score(found.probabilities, 1000, choice)[0] == found.labels


def test_a_choice_of_nothing_names_nothing(classifier: Classifier, photos: Path) -> None:
    cat = read_photo(photos / "cat.png")
    found = classifier.classify(cat, 5, Choice(("Cat",), ("Cat",)))
    assert (found.labels, found.headline, found.guess) == ([], None, None)


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        (Choice(allow=("Cat", "Zebra crossing")), "unknown_label"),
        (Choice(deny=("cat",)), "unknown_label"),
        (Choice(deny=("Ca\0t",)), "unknown_label"),
        (Choice(least=1.5), "bad_settings"),
        (Choice(least=float("nan")), "bad_settings"),
    ],
)
def test_bad_choices_are_refused_by_name(classifier: Classifier, choice: Choice, name: str) -> None:
    with pytest.raises(PocketlensError) as refused:
        classifier.score(np.zeros(classifier.outputs, np.float32), 5, choice)
    assert refused.value.name == name
