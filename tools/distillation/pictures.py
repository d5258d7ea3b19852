"""Training views: crops of photos, and cut-outs laid over photos, plain and patchy backgrounds.

A view is (224, 224, 3) uint8 RGB, made by the recipe's own resize and crop. What is drawn at random
depends on the picture's hash alone, so that views do not change with the order of the list.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.package.recipe_tables import Preprocess

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
KINDS = ("cutout", "drawing", "photo", "subject")
CANVAS = 320  # side of a composed picture
LONGEST = 1600  # photos are brought to this side first
VIEWS_OF_PHOTO, VIEWS_OF_SUBJECT, VIEWS_OF_DRAWING = 16, 16, 4
OVER_PHOTOS, OVER_OTHERS = 5, 3


@dataclass(frozen=True)
class Entry:
    """One line of training.csv: a file of a source and what it is for."""

    source: str
    path: str
    kind: str  # one of KINDS
    taught: tuple[str, ...]  # labels without a class of ImageNet that it shows
    named: str  # the label whose classes it shows, or nothing
    sha256: str


def read_entries(path: Path) -> list[Entry]:
    """The lines of training.csv."""
    with open(path, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        Entry(
            row["source"],
            row["path"],
            row["kind"],
            names_in(row["taught"]),
            row["named"],
            row["sha256"],
        )
        for row in rows
    ]


def names_in(text: str) -> tuple[str, ...]:
    """The names between semicolons."""
    return tuple(name.strip() for name in text.split(";") if name.strip())


def read_picture(file: Path) -> Bytes:
    """(height, width, 4) uint8, red first, alpha 255 where the file has none."""
    pixels = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint8:
        raise PocketlensError("unreadable_photo", f"{file} cannot be decoded to 8 bits.")
    code = {2: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}
    channels = 2 if pixels.ndim == 2 else pixels.shape[2]
    return np.asarray(cv2.cvtColor(pixels, code[channels]), np.uint8)


def shrunk(pixels: Bytes, longest: int) -> Bytes:
    """The picture with no side longer than `longest`."""
    scale = longest / max(pixels.shape[:2])
    return pixels if scale >= 1 else _scaled(pixels, scale)


def _scaled(pixels: Bytes, scale: float) -> Bytes:
    height, width = pixels.shape[:2]
    size = max(2, round(width * scale)), max(2, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)


class Views:
    """Makes the views of one recipe's chain; `backgrounds` are photos for cut-outs."""

    def __init__(self, chain: Preprocess, backgrounds: Sequence[Bytes]) -> None:
        self._chain = chain
        self._backgrounds = backgrounds

    def of(self, entry: Entry, pixels: Bytes) -> Iterator[Bytes]:
        """The views of one picture (height, width, 4), always the same ones."""
        random = np.random.default_rng(int(entry.sha256[:15], 16))
        if entry.kind in ("photo", "subject"):
            least = 0.08 if entry.kind == "photo" else 0.36
            count = VIEWS_OF_PHOTO if entry.kind == "photo" else VIEWS_OF_SUBJECT
            photo = shrunk(pixels[:, :, :3], LONGEST)
            yield self._view(photo)
            for _ in range(count - 1):
                yield self._view(_crop(random, photo, least))
        elif entry.kind == "cutout":
            for turn in range(OVER_PHOTOS + OVER_OTHERS):
                yield self._view(self._composed(random, pixels, turn < OVER_PHOTOS))
        else:
            for _ in range(VIEWS_OF_DRAWING):
                yield self._view(self._composed(random, pixels, False))

    def _view(self, pixels: Bytes) -> Bytes:
        resized = cv2.resize(pixels, self._chain.resize, interpolation=cv2.INTER_LINEAR)
        x, y, width, height = self._chain.crop
        return np.asarray(resized[y : y + height, x : x + width], np.uint8)

    def _composed(self, random: np.random.Generator, cutout: Bytes, over_photo: bool) -> Bytes:
        if over_photo and self._backgrounds:
            canvas = _photo_canvas(random, self._backgrounds)
        else:
            canvas = _plain_canvas(random)
        return _lay_over(random, canvas, cutout)


def _crop(random: np.random.Generator, photo: Bytes, least: float) -> Bytes:
    """A random part of at least this share of the area, brought near the network's size."""
    height, width = photo.shape[:2]
    side, stretch = np.sqrt(random.uniform(least, 1)), np.exp(random.uniform(-0.3, 0.3))
    h = min(height, max(32, int(height * side * stretch)))
    w = min(width, max(32, int(width * side / stretch)))
    y, x = random.integers(0, height - h + 1), random.integers(0, width - w + 1)
    part = shrunk(photo[y : y + h, x : x + w], CANVAS)
    return part[:, ::-1] if random.random() < 0.5 else part


def _photo_canvas(random: np.random.Generator, photos: Sequence[Bytes]) -> Floats:
    photo = photos[random.integers(len(photos))]
    height, width = photo.shape[:2]
    side = int(min(height, width) * random.uniform(0.3, 1))
    y, x = random.integers(0, height - side + 1), random.integers(0, width - side + 1)
    part = photo[y : y + side, x : x + side, :3]
    canvas = cv2.resize(part, (CANVAS, CANVAS), interpolation=cv2.INTER_AREA).astype(np.float32)
    if random.random() < 0.5:
        canvas = cv2.GaussianBlur(canvas, (0, 0), random.uniform(1, 8))
    return np.asarray(canvas, np.float32)


def _plain_canvas(random: np.random.Generator) -> Floats:
    """White, one colour, a gradient, or soft patches of colour."""
    kind = random.integers(4)
    if kind == 0:
        return np.full((CANVAS, CANVAS, 3), 255, np.float32)
    colours = random.integers(0, 256, (2, 3)).astype(np.float32)
    if kind == 1:
        return np.broadcast_to(colours[0], (CANVAS, CANVAS, 3)).copy()
    if kind == 2:
        ramp = np.linspace(0, 1, CANVAS, dtype=np.float32)[:, None, None]
        mixed = (1 - ramp) * colours[0] + ramp * colours[1]
        return np.broadcast_to(mixed, (CANVAS, CANVAS, 3)).copy()
    cells = random.integers(0, 256, (*random.integers(2, 8, 2), 3)).astype(np.float32)
    soft = cv2.resize(cells, (CANVAS, CANVAS), interpolation=cv2.INTER_CUBIC)
    return np.asarray(soft.clip(0, 255), np.float32)


def _lay_over(random: np.random.Generator, canvas: Floats, cutout: Bytes) -> Bytes:
    """The cut-out somewhere on the canvas, at a random size, turned left or right."""
    part = _scaled(cutout, random.uniform(0.45, 1.2) * CANVAS / max(cutout.shape[:2]))
    if random.random() < 0.5:
        part = part[:, ::-1]
    height, width = part.shape[:2]
    y = int(random.integers(min(0, CANVAS - height), max(0, CANVAS - height) + 1))
    x = int(random.integers(min(0, CANVAS - width), max(0, CANVAS - width) + 1))
    top, left = max(0, y), max(0, x)
    bottom, right = min(CANVAS, y + height), min(CANVAS, x + width)
    shown = part[top - y : bottom - y, left - x : right - x].astype(np.float32)
    alpha = shown[:, :, 3:] / 255
    tint = random.uniform(0.8, 1.2) * random.uniform(0.92, 1.08, 3)
    under = canvas[top:bottom, left:right]
    canvas[top:bottom, left:right] = under * (1 - alpha) + (shown[:, :, :3] * tint) * alpha
    return canvas.clip(0, 255).round().astype(np.uint8)


def backgrounds(files: Mapping[Entry, Path]) -> list[Bytes]:
    """The photos among the entries, small, to lay cut-outs over."""
    photos = [file for entry, file in files.items() if entry.kind == "photo"]
    return [shrunk(read_picture(file), 900) for file in photos]
