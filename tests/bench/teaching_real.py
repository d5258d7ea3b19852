"""Teaching on real photos: the kinds that the validation photos show at least six times.

Another kind than the objects of teaching.py: a kind of thing (any castle), not one thing (this
mug). One label is taught at a time, with photos drawn at random; the photos left over must be
claimed, those of other kinds must not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.data.photos import read_photo
from tools.distillation.validation import unpack
from tools.evaluation.histograms import ABSENT, PRESENT
from tools.evaluation.outputs import open_model
from tools.evaluation.truth import read_dataset
from tools.native.classifier import Classifier, Settings
from tools.package.embedding import Embedding, read_embedding
from tools.package.manifest import EMBEDDING
from tools.package.reader import open_package
from tools.places import DEMO_MODEL
from tools.reports.table import table
from tools.teaching import vectors

COUNTS = (1, 3, 5)
FEWEST = 6  # photos of a kind
DRAWS = 30
Steps = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]


def measure(package: Path) -> list[dict[str, Any]]:
    """A row a kind: which shares of its own and of other photos are claimed, by pictures taught."""
    opened = open_package(package)
    assert opened.manifest.embedding is not None
    space = read_embedding(opened.read(EMBEDDING), opened.manifest.embedding)
    labels = open_model(package).labels
    with tempfile.TemporaryDirectory() as name:
        unpack(DEMO_MODEL, Path(name))
        data = read_dataset(DEMO_MODEL / "validation.csv", labels, Path(name))
        with Classifier(package, Settings(threads=1)) as classifier:
            seen = [_views(classifier, photo) for photo in data.photos]
    pictures = np.stack([vectors.picture(space, views) for views in seen])
    asked = vectors.project(space, np.stack([views[0] for views in seen]))
    found = []
    for place, label in enumerate(labels.labels):
        named = sum(place in names for names in data.named)
        if named >= FEWEST:
            own = np.flatnonzero(data.truth[:, place] == PRESENT)
            others = np.flatnonzero(data.truth[:, place] == ABSENT)
            found.append(_row(space, label.name, pictures, asked, own, others))
    return found


def _views(classifier: Classifier, photo: Path) -> npt.NDArray[np.float32]:
    return np.stack([classifier.embed(view) for view in vectors.views(read_photo(photo))])


def _row(
    space: Embedding, kind: str, pictures: Steps, asked: Steps, own: Ints, others: Ints
) -> dict[str, Any]:
    random = np.random.default_rng(0)
    row: dict[str, Any] = {"kind": kind, "photos": len(own)}
    for count in COUNTS:
        shares = []
        for _ in range(DRAWS):
            order = random.permutation(own)
            taught = vectors.teach(space, [pictures[order[:count]]])
            claims = taught.scores(asked)[:, 0] >= 0.5
            shares.append((claims[order[count:]].mean(), claims[others].mean()))
        row[f"claimed {count}"], row[f"others {count}"] = (
            float(v) for v in np.mean(shares, axis=0)
        )
    return row


def text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table: claimed of the kind / of others."""
    heads = ["kind", "photos", *(f"{count} taught" for count in COUNTS)]
    lines = [
        [row["kind"], str(row["photos"])]
        + [f"{row[f'claimed {c}']:.0%} / {row[f'others {c}']:.1%}" for c in COUNTS]
        for row in rows
    ]
    return table(heads, lines)
