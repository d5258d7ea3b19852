"""Teaching, measured: things that nobody has seen, taught with a few pictures, among strangers.

Cut-outs of real objects over photos (tools/teaching/scenes.py). For each seed the objects are dealt
anew: 30 are taught, 80 are strangers, of the others the whitening and the bank are made; photos are
dealt in three for teaching, testing and the bank, those of one spot together. All arithmetic is
that of the product: vectors of whole numbers, thresholds from the bank and from leaving one out.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.bench import frames
from tools.native.classifier import Classifier, Settings
from tools.package.embedding import Embedding, backbone_of
from tools.package.manifest import EMBEDDING
from tools.places import DEMO_MODEL, FEATURES_MODEL
from tools.reports.table import table
from tools.teaching import scenes, vectors
from tools.teaching.making import make_embedding

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
TAUGHT, STRANGERS = 30, 80  # objects
SHOTS = 10  # of each taught object, in each way
TESTS, OF_STRANGER, PLAIN = 20, 10, 600  # pictures: of each taught object, of each stranger, photos
COUNTS = (1, 3, 5, 10)  # pictures that are taught
WAYS = ("different places", "one place")
CACHE = frames.ROOT / "build" / "bench" / "taught"
SEEDS = (2, 3, 4, 5)  # 0 and 1 were looked at while the figures of vectors.py were chosen
RESAMPLED = 1000  # bootstrap samples of objects


@dataclass(frozen=True)
class Dealt:
    """Embeddings of one seed's pictures."""

    ordinary: Floats  # (pictures, length)
    taught: Mapping[str, Floats]  # way -> (objects, SHOTS, views, length)
    empty: Floats  # (objects, SHOTS, length): where each was taught in one place, without it
    test: Floats  # (objects, TESTS, length)
    strangers: Floats  # (objects, OF_STRANGER, length)
    plain: Floats  # (PLAIN, length)

    @functools.cached_property
    def space(self) -> Embedding:
        """The whitening and the bank of the ordinary pictures."""
        return make_embedding(self.ordinary, "ab" * 32)


def embeddings_of(package: Path, seed: int) -> Dealt:
    """The pictures of a seed through the package's model; kept under build/bench/taught."""
    kept = CACHE / f"{seed}.npz"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with Classifier(package, Settings(threads=1)) as classifier:
            made = _embedded(classifier, seed)
        draft = kept.with_name(f".{kept.name}")
        with draft.open("wb") as file:
            np.savez(file, **made)
        draft.replace(kept)
    with np.load(kept) as read:
        taught = {way: read[f"taught, {way}"].astype(np.float32) for way in WAYS}
        keys = ("ordinary", "empty", "test", "strangers", "plain")
        ordinary, empty, test, strangers, plain = (read[key].astype(np.float32) for key in keys)
    return Dealt(ordinary, taught, empty, test, strangers, plain)


def _embedded(classifier: Classifier, seed: int) -> dict[str, Floats]:
    stock = scenes.read_stock(DEMO_MODEL)
    deal = np.random.default_rng(seed)
    things = [stock.things[place] for place in deal.permutation(len(stock.things))]
    teach, test, rest = thirds(deal, stock)
    taught, strangers = things[:TAUGHT], things[TAUGHT : TAUGHT + STRANGERS]
    bank = scenes.Stock(things[TAUGHT + STRANGERS :], rest, stock.subjects, [])

    def embed(pictures: Iterator[Bytes] | Sequence[Bytes]) -> Floats:
        return np.stack([classifier.embed(picture) for picture in pictures])

    def views(pictures: Sequence[Bytes]) -> Floats:
        return np.stack([embed(vectors.views(one)) for one in pictures])

    def shown(key: int, objects: Sequence[Bytes], count: int) -> Floats:
        random = np.random.default_rng([seed, key])
        return np.stack([embed(_scenes(random, one, test, count)) for one in objects])

    plain = np.random.default_rng([seed, 7])
    parts = (scenes.ground(plain, scenes.pick(plain, test)) for _ in range(PLAIN))
    random = [np.random.default_rng([seed, key]) for key in (3, 4, 8)]
    spots = [_spot(random[1], teach) for _ in taught]
    return {
        "ordinary": embed(scenes.ordinary(bank, (seed,))),
        f"taught, {WAYS[0]}": np.stack(
            [views(_scenes(random[0], one, teach, SHOTS)) for one in taught]
        ),
        f"taught, {WAYS[1]}": np.stack(
            [
                views(_in_one_place(random[1], one, spot))
                for one, spot in zip(taught, spots, strict=True)
            ]
        ),
        "empty": np.stack([embed(_without_it(random[2], spot)) for spot in spots]),
        "test": shown(5, taught, TESTS),
        "strangers": shown(6, strangers, OF_STRANGER),
        "plain": embed(scenes.spoilt(plain, part.astype(np.float32)) for part in parts),
    }


def _scenes(
    random: np.random.Generator, thing: Bytes, photos: Sequence[Bytes], count: int
) -> list[Bytes]:
    """Pictures of a thing, each in another place."""
    return [
        scenes.scene(random, thing, scenes.ground(random, scenes.pick(random, photos)))
        for _ in range(count)
    ]


def thirds(
    random: np.random.Generator, stock: scenes.Stock
) -> tuple[list[Bytes], list[Bytes], list[Bytes]]:
    """The photos in three, those of one spot together: another view of where a thing was taught is
    no stranger."""
    names = list(dict.fromkeys(stock.spots))
    ranks = {names[place]: rank for rank, place in enumerate(random.permutation(len(names)))}
    order = sorted(range(len(stock.places)), key=lambda place: ranks[stock.spots[place]])
    parts: tuple[list[Bytes], list[Bytes], list[Bytes]] = ([], [], [])
    for place in order:
        parts[ranks[stock.spots[place]] * 3 // len(names)].append(stock.places[place])
    return parts


def _spot(random: np.random.Generator, photos: Sequence[Bytes]) -> Bytes:
    """Where all pictures of a thing are taken: a part of a photo."""
    photo = scenes.pick(random, photos)
    height, width = photo.shape[:2]
    side = int(min(height, width) * random.uniform(0.3, 0.9))
    y, x = random.integers(0, height - side + 1), random.integers(0, width - side + 1)
    return np.asarray(photo[y : y + side, x : x + side], np.uint8)


def _in_one_place(random: np.random.Generator, thing: Bytes, spot: Bytes) -> list[Bytes]:
    """SHOTS pictures of a thing in one place: the camera moves a little."""
    return [scenes.scene(random, thing, scenes.ground(random, spot, 0.8)) for _ in range(SHOTS)]


def _without_it(random: np.random.Generator, spot: Bytes) -> list[Bytes]:
    """SHOTS pictures of the place alone."""
    grounds = (scenes.ground(random, spot, 0.8) for _ in range(SHOTS))
    return [scenes.spoilt(random, ground.astype(np.float32)) for ground in grounds]


def of_seed(dealt: Dealt, count: int, way: str, mixed: bool = False) -> dict[str, Any]:
    """What `count` pictures teach. For each taught object: how often its pictures are best matched
    by it (right), and claimed by it (recall) or by another (wrong); for each stranger, plain photo
    and the place alone where each was taught in one (empty): how often anything claims it. mixed:
    each label's pictures are of different things."""
    space = dealt.space
    labels = [
        np.stack([vectors.picture(space, shot) for shot in shots[:count]])
        for shots in dealt.taught[way]
    ]
    if mixed:
        labels = [
            np.stack([labels[(k + s) % len(labels)][s] for s in range(count)])
            for k in range(len(labels))
        ]
    taught = vectors.teach(space, labels)
    test = _scores(space, taught, dealt.test)  # (objects, TESTS, labels)
    best, sure = test.argmax(axis=2), test.max(axis=2) >= 0.5
    own = best == np.arange(len(labels))[:, None]
    strangers = _scores(space, taught, dealt.strangers).max(axis=2) >= 0.5
    agreements = [vectors.agreement(one) for one in labels]
    return {
        "right": own.mean(axis=1),
        "recall": (own & sure).mean(axis=1),
        "wrong": (~own & sure).mean(axis=1),
        "strangers": strangers.mean(axis=1),
        "plain": (_scores(space, taught, dealt.plain).max(axis=1) >= 0.5).astype(float),
        "empty": (_scores(space, taught, dealt.empty).max(axis=2) >= 0.5).mean(axis=1),
        "agreement": np.array(agreements),
    }


def _scores(space: Embedding, taught: vectors.Taught, embeddings: Floats) -> Floats:
    """(…, labels) of embeddings (…, length)."""
    flat = embeddings.reshape(-1, embeddings.shape[-1])
    found = taught.scores(vectors.project(space, flat))
    return found.reshape(*embeddings.shape[:-1], -1)


FIGURES = FEATURES_MODEL / "teaching.json"  # what reports show


def keep(rows: list[dict[str, Any]]) -> None:
    """Write the figures beside the backbone, whose they are."""
    backbone = backbone_of(FEATURES_MODEL / EMBEDDING)
    short = [
        {
            key: [round(v, 4) for v in value] if isinstance(value, tuple) else value
            for key, value in row.items()
        }
        for row in rows
    ]
    lines = ",\n".join(f"  {json.dumps(row)}" for row in short)
    FIGURES.write_text(f'{{"backbone": "{backbone}", "rows": [\n{lines}\n]}}\n')


def measure(
    package: Path = frames.ROOT / "build/packages/mobilenetv2-openimages",
    seeds: Sequence[int] = SEEDS,
) -> list[dict[str, Any]]:
    """A row of figures, each with its interval, for every way and number of pictures."""
    dealt = [embeddings_of(package, seed) for seed in seeds]
    rows = []
    for way in WAYS:
        for count in COUNTS:
            rows.append(_row(way, count, [of_seed(one, count, way) for one in dealt]))
    rows.append(_row("five different things", 5, [of_seed(one, 5, WAYS[0], True) for one in dealt]))
    if len(seeds) == len(SEEDS):
        keep(rows)
    return rows


def _row(way: str, count: int, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    pooled = {key: np.concatenate([one[key] for one in found]) for key in found[0]}
    return {"way": way, "pictures": count, **{key: interval(pooled[key]) for key in pooled}}


def interval(values: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean and 95 % interval over the objects (or photos), by bootstrap."""
    random = np.random.default_rng(0)
    means = values[random.integers(0, len(values), (RESAMPLED, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)


def text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table for a terminal and the model card."""
    keys = ("right", "recall", "wrong", "strangers", "plain", "empty")
    heads = [
        "taught in",
        "pictures",
        "right object",
        "claimed",
        "another claims",
        "strangers",
        "plain photos",
        "the place alone",
    ]
    lines = [
        [str(row["way"]), str(row["pictures"]), *(_share(row[key]) for key in keys)] for row in rows
    ]
    return table(heads, lines)


def _share(value: tuple[float, float, float]) -> str:
    return f"{value[0]:.1%} ({value[1]:.1%} to {value[2]:.1%})"
