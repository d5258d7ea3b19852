"""How embedding.bin is made: whitening and bank, on vectors that are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tools.errors import PocketlensError
from tools.package.embedding import read_embedding
from tools.package.manifest import LARGEST_EMBEDDING, EmbeddingOutput
from tools.teaching import making, vectors

BACKBONE = "cd" * 32


def drawn(pictures: int, length: int = 64) -> np.ndarray:
    """Embeddings with a few strong directions, never below 0."""
    random = np.random.default_rng(8)
    strengths = 1 / (1 + np.arange(length))
    mixed = (
        random.normal(0, 1, (pictures, length)) * strengths @ random.normal(0, 1, (length, length))
    )
    return np.abs(mixed).astype(np.float32)


def test_directions_count_alike_after_whitening() -> None:
    embeddings = drawn(600)
    space = making.make_embedding(embeddings, BACKBONE)
    assert space.weights.shape == (64, 64) and space.root and len(space.bank) == 600
    roots = np.sqrt(embeddings) - space.mean
    whitened = roots @ (space.weights * space.scales[:, None]).T
    covariance = np.cov(whitened.T)
    variances = np.diag(covariance)
    assert variances.max() <= 1.05 and variances[:10].min() > 0.5, "but for the shrinkage"
    assert np.abs(covariance - np.diag(variances)).max() < 0.1, "they vary for themselves"
    before = np.linalg.eigvalsh(np.cov(roots.T))
    assert variances.max() / variances.min() < before.max() / before.min() / 20


def test_the_bank_is_pictures_of_it() -> None:
    embeddings = drawn(making.PICTURES + 300)
    space = making.make_embedding(embeddings, BACKBONE)
    assert space.bank.shape == (making.PICTURES, 64)
    everything = {row.tobytes() for row in vectors.project(space, embeddings)}
    assert all(row.tobytes() in everything for row in space.bank)


def test_the_same_pictures_make_the_same_file_which_is_read_again() -> None:
    made = [making.make_embedding(drawn(200), BACKBONE) for _ in range(2)]
    data = made[0].to_bytes()
    assert data == made[1].to_bytes()
    read = read_embedding(data, EmbeddingOutput("embedding", 64, BACKBONE))
    assert read.id == made[0].id and (read.bank == made[0].bank).all()


def test_the_largest_fits_into_a_package() -> None:
    rows, length = making.ROWS, 1280
    assert 64 + 4 * (length + rows) + rows * length + making.PICTURES * rows <= LARGEST_EMBEDDING


def test_a_handful_of_pictures_says_nothing() -> None:
    with pytest.raises(PocketlensError) as error:
        making.make_embedding(drawn(making.FEWEST - 1), BACKBONE)
    assert error.value.name == "too_few_examples"
