"""The reference picture that a package carries, for a phone to check its accelerators with.

It is drawn here, not a photo, so nobody's picture travels with a package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tools.native.answers import Floats
from tools.native.classifier import Classifier, Settings
from tools.native.kept import core_worker
from tools.package.manifest import REFERENCE, REFERENCE_EMBEDDING

Pixels = npt.NDArray[np.uint8]
SIDE = 64  # pixels
DRAWN = 4  # pictures, of which the most telling one is taken


@dataclass(frozen=True)
class Answer:
    """What a package makes of a picture: its input tensor's hash, its raw outputs (outputs,) and
    its embedding (length,), which is empty where the model gives none."""

    tensor_sha256: str
    outputs: Floats
    embedding: Floats


def make_reference(package: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest's `reference` and the files that go with it, from a package without them.

    Errors: those of opening the package and running its model, in float32 on the CPU.
    """
    pictures = [drawn(number) for number in range(DRAWN)]
    with core_worker() as worker:
        answers = worker.call(ask, package, pictures)
    best = max(range(DRAWN), key=lambda number: telling(answers[number].outputs))
    answer, (height, width, _) = answers[best], pictures[best].shape
    files = {REFERENCE: pictures[best].tobytes() + answer.outputs.astype("<f4").tobytes()}
    if answer.embedding.size:
        files[REFERENCE_EMBEDDING] = answer.embedding.astype("<f4").tobytes()
    return {"width": width, "height": height, "tensor_sha256": answer.tensor_sha256}, files


def drawn(number: int) -> Pixels:
    """A picture (SIDE, SIDE, 3) of soft colours and a few shapes, always the same for a number."""
    chance = np.random.default_rng(number)
    colours = chance.integers(0, 256, (5, 5, 3), np.uint8)
    picture: Pixels = cv2.resize(colours, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    for _ in range(6):
        centre, axes = chance.integers(0, SIDE, 2).tolist(), chance.integers(4, 24, 2).tolist()
        colour, angle = chance.integers(0, 256, 3).tolist(), int(chance.integers(0, 180))
        cv2.ellipse(picture, centre, axes, angle, 0, 360, colour, -1, cv2.LINE_AA)
    return picture


def telling(outputs: Floats) -> float:
    """How much a small change of the network would show: most where a probability is 0.5."""
    inside = np.clip(outputs.astype(np.float64), 0, 1)
    return float((inside * (1 - inside)).sum())


def ask(package: Path, pictures: Sequence[Pixels]) -> list[Answer]:
    """The package's answers. Loads the core into this process."""
    with Classifier(package, Settings(threads=1)) as classifier:
        return [answer_to(classifier, picture) for picture in pictures]


def answer_to(classifier: Classifier, picture: Pixels) -> Answer:
    """An open package's answer."""
    tensor, embedding = classifier.preprocess(picture), np.empty(0, np.float32)
    if classifier.embedding_length:
        embedding = classifier.embed(picture)
    return Answer(hashlib.sha256(tensor.tobytes()).hexdigest(), classifier.run(tensor), embedding)
