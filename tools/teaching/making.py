"""Makes embedding.bin of the embeddings of ordinary pictures: the whitening and the bank."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.package.embedding import Embedding
from tools.teaching.vectors import project

Floats = npt.NDArray[np.float32]
ROWS = 256  # numbers of a vector
PICTURES = 1080  # of the bank, so that the file of 1280 numbers stays below its limit
SHRINK = 0.1  # of the mean variance, added to each: rare directions are not blown up
FEWEST = 64  # pictures, below which nothing can be said of what is ordinary


def make_embedding(embeddings: Floats, backbone: str, seed: int = 0) -> Embedding:
    """The whitening of the square roots of embeddings (pictures, length), and PICTURES of them.

    Square roots, because what tells things apart are the many small numbers. Whitening is by
    principal components: W = (V / sqrt(w + SHRINK mean(w)))^T of the covariance V diag(w) V^T.
    Raises too_few_examples.
    """
    if len(embeddings) < FEWEST:
        raise PocketlensError(
            "too_few_examples",
            "A bank of ordinary pictures needs more of them.",
            found=f"{len(embeddings)} pictures",
            expected=f"at least {FEWEST}; some hundreds of many kinds are better",
        )
    roots = np.sqrt(np.maximum(embeddings, 0)).astype(np.float64)
    mean = roots.mean(axis=0)
    rows = min(ROWS, embeddings.shape[1], len(embeddings) // 2)
    weights = _whitening(roots - mean, rows)
    scales = np.abs(weights).max(axis=1) / 127
    steps = np.rint(weights / scales[:, None]).astype(np.int8)
    space = Embedding(
        backbone,
        True,
        mean.astype(np.float32),
        scales.astype(np.float32),
        steps,
        np.zeros((0, rows), np.int8),
    )
    chosen = np.arange(len(embeddings))
    if len(chosen) > PICTURES:
        chosen = np.sort(np.random.default_rng(seed).permutation(len(chosen))[:PICTURES])
    bank = project(space, embeddings[chosen])
    return Embedding(backbone, True, space.mean, space.scales, space.weights, bank)


def _whitening(deviations: npt.NDArray[np.float64], rows: int) -> npt.NDArray[np.float64]:
    """(rows, length) for deviations from the mean (pictures, length)."""
    variances, directions = np.linalg.eigh(np.cov(deviations.T))
    kept, ways = variances[::-1][:rows], directions[:, ::-1][:, :rows]
    signs = np.where(ways[np.abs(ways).argmax(axis=0), np.arange(rows)] < 0, -1, 1)
    weights: npt.NDArray[np.float64] = (ways * signs / np.sqrt(kept + SHRINK * kept.mean())).T
    return weights
