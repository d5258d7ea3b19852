"""The reference picture that every package carries."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from tools.conversion.reference import SIDE, drawn, telling
from tools.native import Classifier, Settings
from tools.network import oracle
from tools.package.reader import open_package


def test_the_demo_package_carries_one(demo_package: Path) -> None:
    """Its tensor is the oracle's to the last bit, its outputs are the model's."""
    package = open_package(demo_package)
    reference = package.manifest.reference
    assert reference is not None
    data = package.read("reference.bin")
    count = 3 * reference.width * reference.height
    picture = np.frombuffer(data[:count], np.uint8).reshape(reference.height, reference.width, 3)
    tensor = oracle.preprocess(picture, package.manifest.recipe.preprocess)
    assert hashlib.sha256(tensor.tobytes()).hexdigest() == reference.tensor_sha256
    outputs = np.frombuffer(data[count:], "<f4")
    with Classifier(demo_package, Settings(threads=1)) as classifier:
        assert np.abs(classifier.run(tensor) - outputs).max() <= 1e-5
        vector = np.frombuffer(package.read("reference.embedding.bin"), "<f4")
        assert vector.shape == (1280,) and vector.max() > 0.5, "something is said of it"
        assert np.abs(classifier.embed(picture) - vector).max() <= 1e-5
    assert telling(outputs) > 0.1  # something is said of it


def test_pictures_are_the_same_each_time_and_differ() -> None:
    pictures = [drawn(number) for number in range(3)]
    assert all(picture.shape == (SIDE, SIDE, 3) for picture in pictures)
    assert np.array_equal(pictures[1], drawn(1))
    assert not np.array_equal(pictures[0], pictures[1])


def test_the_most_telling_is_where_probabilities_are_undecided() -> None:
    undecided, sure = np.full(4, 0.5, np.float32), np.array([1, 0, 0, 1.0000001], np.float32)
    assert telling(undecided) == 1.0 and telling(sure) == 0
