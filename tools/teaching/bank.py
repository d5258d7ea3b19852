"""Embeddings of many ordinary pictures by a package's model, and the embedding.bin they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from tools.data.left_out import read_all, tell_left_out
from tools.data.photo_files import find_photos
from tools.errors import PocketlensError
from tools.native.classifier import Classifier, Settings
from tools.package.embedding import Embedding
from tools.package.manifest import EmbeddingOutput
from tools.teaching import scenes
from tools.teaching.making import make_embedding

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
PARTS = 6  # of each photo: itself, and parts of it


def of_training_pictures(package: Path, told: EmbeddingOutput | None, model: Path) -> Embedding:
    """The embedding.bin of a package, made of the demo head's training pictures."""
    known = _known(package, told)
    stock = scenes.read_stock(model)
    count = len(stock.things) * scenes.OF_THING
    count += (len(stock.places) + len(stock.subjects)) * scenes.OF_PHOTO
    return make_embedding(_embedded(package, scenes.ordinary(stock), count), known.sha256)


def of_photos(package: Path, told: EmbeddingOutput | None, photos: Sequence[Path]) -> Embedding:
    """The embedding.bin of a package, made of one's own photos."""
    known = _known(package, told)
    found = find_photos(photos)
    decoded, left_out = read_all(found)
    tell_left_out(left_out, len(found))
    random = np.random.default_rng(0)
    views = (
        pixels if part == 0 else scenes.ground(random, pixels, 0.4)
        for _, pixels in decoded
        for part in range(PARTS)
    )
    return make_embedding(_embedded(package, views, len(decoded) * PARTS), known.sha256)


def _known(package: Path, told: EmbeddingOutput | None) -> EmbeddingOutput:
    if told is None:
        raise PocketlensError(
            "no_embedding",
            f"The model of {package} gives no embedding.",
            do="Make the package anew with `convert` from a checkpoint or an ONNX that has a mean"
            " over its pixels before its head.",
        )
    return told


def _embedded(package: Path, views: Iterable[Bytes], count: int) -> Floats:
    """(pictures, length); tells how far it has come."""
    rows: list[Floats] = []
    with (
        Classifier(package, Settings(threads=1)) as classifier,
        click.progressbar(views, length=count, label="looking at pictures") as bar,
    ):
        for view in bar:
            rows.append(classifier.embed(np.ascontiguousarray(view)))
    return np.stack(rows)
