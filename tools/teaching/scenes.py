"""Pictures of things that nobody has seen: cut-outs of real objects laid over photos.

A cut-out is turned, tilted, lit, blurred and compressed, and fills most of the frame, as a thing
does that somebody points a phone at. What is drawn depends on a seed alone. The same pictures make
the bank of embedding.bin and measure teaching, there with objects and grounds that are apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tools.distillation import collect, pictures
from tools.distillation.sources import read_sources

Bytes = npt.NDArray[np.uint8]
CANVAS = 320  # pixels along a side
OF_THING, OF_PHOTO = 10, 12  # ordinary pictures that are made of each
SAME_SPOT = (  # photos of one place, seen twice or three times
    ("graf1.png", "graf3.png"),
    ("leuvenA.jpg", "leuvenB.jpg"),
    ("aero1.jpg", "aero3.jpg"),
    ("left01.jpg", "left05.jpg", "right14.jpg"),
    ("box.png", "box_in_scene.png"),
)


@dataclass(frozen=True)
class Stock:
    """What scenes are made of: cut-outs (height, width, 4), photos of places and of single things
    (height, width, 3)."""

    things: list[Bytes]
    places: list[Bytes]
    subjects: list[Bytes]
    spots: list[str]  # what tells apart where each of `places` was taken


def read_stock(model: Path) -> Stock:
    """The training pictures of a model folder's head, fetched when they are not there yet."""
    entries = pictures.read_entries(model / "training.csv")
    wanted = [entry for entry in entries if entry.kind != "drawing"]
    files = collect.files_of(wanted, read_sources(model / "sources.toml"))

    def read(kind: str, longest: int, channels: int) -> list[Bytes]:
        chosen = [file for entry, file in files.items() if entry.kind == kind]
        shrunk = [pictures.shrunk(pictures.read_picture(file), longest) for file in chosen]
        return [picture[:, :, :channels] for picture in shrunk]

    spots = [spot_of(file) for entry, file in files.items() if entry.kind == "photo"]
    return Stock(read("cutout", 640, 4), read("photo", 900, 3), read("subject", 900, 3), spots)


def spot_of(photo: Path) -> str:
    """Where a photo was taken: some show the same wall, street or room from another side."""
    return next((spot[0] for spot in SAME_SPOT if photo.name in spot), str(photo))


def ordinary(stock: Stock, seed: Sequence[int] = (0,)) -> Iterator[Bytes]:
    """OF_THING scenes of every thing and OF_PHOTO parts of every photo: what a bank is made of."""
    random = np.random.default_rng([*seed, 1])
    for thing in stock.things:
        for _ in range(OF_THING):
            yield scene(random, thing, ground(random, pick(random, stock.places)))
    random = np.random.default_rng([*seed, 2])
    for photo in (*stock.places, *stock.subjects):
        for _ in range(OF_PHOTO):
            yield spoilt(random, ground(random, photo, 0.25).astype(np.float32))


def ground(random: np.random.Generator, photo: Bytes, least: float = 0.3) -> Bytes:
    """A square part of a photo, CANVAS wide; `least` of its shorter side at least."""
    height, width = photo.shape[:2]
    side = int(min(height, width) * random.uniform(least, 1))
    y, x = random.integers(0, height - side + 1), random.integers(0, width - side + 1)
    part = photo[y : y + side, x : x + side]
    return np.asarray(cv2.resize(part, (CANVAS, CANVAS), interpolation=cv2.INTER_AREA), np.uint8)


def scene(random: np.random.Generator, thing: Bytes, under: Bytes) -> Bytes:
    """A cut-out over a ground (CANVAS, CANVAS, 3): turned, tilted, lit, blurred, compressed."""
    height, width = thing.shape[:2]
    size = random.uniform(0.7, 1.0) * CANVAS / max(height, width)
    w, h = width * size, height * size
    angle = random.uniform(-25, 25) * np.pi / 180
    corners = np.array([[-w, -h], [w, -h], [w, h], [-w, h]]) / 2
    corners = corners * (1 + random.uniform(-0.12, 0.12, (4, 2)))  # seen from aside
    if random.random() < 0.5:
        corners[:, 0] *= -1
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = random.uniform(-0.08, 0.08, 2) * CANVAS + CANVAS / 2
    target = (corners @ turn.T + shift).astype(np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    warped = cv2.warpPerspective(thing, matrix, (CANVAS, CANVAS), flags=cv2.INTER_AREA)
    alpha = warped[:, :, 3:].astype(np.float32) / 255
    lit = warped[:, :, :3] * random.uniform(0.7, 1.25) * random.uniform(0.92, 1.08, 3)
    mixed = under * (1 - alpha) + lit.clip(0, 255) * alpha
    return spoilt(random, mixed)


def spoilt(random: np.random.Generator, canvas: npt.NDArray[np.float32]) -> Bytes:
    """What a camera does: a little blur, noise and JPEG."""
    if random.random() < 0.5:
        canvas = cv2.GaussianBlur(canvas, (0, 0), random.uniform(0.4, 1.6))
    canvas = canvas + random.normal(0, random.uniform(0, 5), canvas.shape)
    bgr = canvas[:, :, ::-1].clip(0, 255).round().astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(60, 95))]
    _, packed = cv2.imencode(".jpg", bgr, quality)
    read = cv2.imdecode(packed, cv2.IMREAD_COLOR)[:, :, ::-1]
    return np.ascontiguousarray(read, np.uint8)


def pick(random: np.random.Generator, many: Sequence[Bytes]) -> Bytes:
    """One of many."""
    return many[int(random.integers(len(many)))]
