"""Scores and headline in Python equal the core's, on cases by hand and on random outputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tools.evaluation.headline import best_label, guess, headline, scores
from tools.evaluation.outputs import open_model
from tools.evaluation.truth import Labels
from tools.native.classifier import Classifier

ANIMAL, CAT, DOG, VEHICLE, CAR, TOY, BAT = range(7)


def shown(labels: Labels, **values: float) -> int:
    probabilities = np.zeros(7, np.float32)
    for name, value in values.items():
        probabilities[globals()[name.upper()]] = value
    limits, silent = np.full(7, 0.5, np.float32), np.zeros(7, np.bool_)
    return headline(probabilities, limits, silent, labels.parents, labels.children)


def test_down_to_the_leaf_while_it_keeps_nine_tenths(labels: Labels) -> None:
    assert shown(labels, animal=0.9, cat=0.82) == CAT
    assert shown(labels, animal=0.9, cat=0.8) == ANIMAL
    assert shown(labels, animal=0.9, cat=0.82, dog=0.85) == DOG
    assert shown(labels, animal=0.49, cat=0.4) == -1
    assert shown(labels, vehicle=0.6, car=0.55, toy=0.9) == TOY
    assert shown(labels, vehicle=0.8, car=0.75, toy=0.6) == CAR


def test_scores_are_half_at_the_threshold() -> None:
    limits = np.array([0.01, 0.3, 0.9], np.float32)
    assert np.array_equal(scores(limits[None], limits)[0], np.full(3, 0.5, np.float32))
    assert scores(np.zeros((1, 3), np.float32), limits).tolist() == [[0, 0, 0]]
    assert scores(np.ones((1, 3), np.float32), limits).tolist() == [[1, 1, 1]]


def test_the_core_says_the_same(demo_package: Path) -> None:
    model = open_model(demo_package)
    random = np.random.default_rng(5)
    limits, silent = model.limits, model.silent
    guessed = 0
    with Classifier(demo_package) as classifier:
        for power in (1, 2, 4, 8) * 25:
            probabilities = (random.random(len(model.labels)) ** power).astype(np.float32)
            best, sure = classifier.score(probabilities, 1)
            parents, children = model.labels.parents, model.labels.children
            mine = headline(probabilities, limits, silent, parents, children)
            assert (sure.label if sure else None) == (
                classifier.labels[mine] if mine >= 0 else None
            )
            mine = guess(probabilities, silent, children, mine, model.guess_share)
            told = classifier.guess(probabilities, sure.label.index if sure else -1)
            assert (told.label.index if told else -1) == mine
            guessed += mine >= 0
            first = best_label(probabilities[None], limits, silent)[0]
            assert best[0].label == classifier.labels[first]
            assert (
                best[0].score == scores(probabilities[None], limits).max(initial=0) or silent.any()
            )
    assert guessed > 3
