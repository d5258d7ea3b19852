"""None of these: one's own classes told from everything else, on vectors that are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tests.native import make_teaching_hashes as golden
from tools.errors import PocketlensError
from tools.package.embedding import Known, read_known
from tools.training import own_known


def drawn(classes: int, each: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings of classes with a part of their own, their classes and folds."""
    random = np.random.default_rng(4)
    bases = random.random((classes, golden.LENGTH)) * 2
    rows = [base + random.random((each, golden.LENGTH)) for base in bases]
    labels = np.repeat(np.arange(classes), each)
    folds = np.tile(np.arange(each) % 5, classes)
    return np.concatenate(rows).astype(np.float32), labels, folds


def test_classes_are_told_from_the_bank() -> None:
    space = golden.space(True)
    features, classes, folds = drawn(3, 20)
    known, strangers = own_known.know(space, features, classes, folds)
    assert known.centres.shape == (3, golden.ROWS) and strangers.photos == 60
    assert strangers.pictures == golden.PICTURES
    assert strangers.auroc > 0.99 and strangers.passing < 0.05
    found = own_known.nearest(own_known.vectors.project(space, features), known.centres)
    assert (found >= known.threshold).mean() >= 0.95
    assert (own_known.nearest(space.bank, known.centres) >= known.threshold).mean() < 0.05


def test_the_file_is_read_as_it_was_written() -> None:
    space = golden.space(True)
    known = Known(0.25, space.bank[:4])
    read = read_known(known.to_bytes(space), space)
    assert read.threshold == known.threshold and (read.centres == known.centres).all()
    with pytest.raises(PocketlensError) as error:
        read_known(known.to_bytes(space), golden.space(False))
    assert error.value.name == "bad_embedding"


def test_auroc_counts_pairs() -> None:
    random = np.random.default_rng(0)
    own, theirs = random.integers(0, 9, 40) + 2.0, random.integers(0, 9, 30) + 0.0
    pairs = [(a > b) + (a == b) / 2 for a in own for b in theirs]
    assert own_known.auroc(own, theirs) == pytest.approx(np.mean(pairs))


def test_one_group_of_photos_leaves_the_gate_open() -> None:
    features, classes, _ = drawn(2, 4)
    known, _ = own_known.know(golden.space(True), features, classes, np.zeros(8, np.int64))
    assert known.threshold == pytest.approx(own_known.LOWEST)


def test_the_shipped_backbone_has_one() -> None:
    space = own_known.shipped_space(1280)
    assert space is not None and space.weights.shape == (256, 1280) and len(space.bank) == 1080
