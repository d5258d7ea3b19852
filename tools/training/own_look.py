"""What `own` sees in photos before it trains on them: what may spoil the result, by name.

Every photo is decoded once, JPEGs at a fraction of their size. A photo is blurred when blurring it
again changes its differences little (Crete, Dolmière, Ladret & Nicolas 2007, "The blur effect:
perception and estimation with a new no-reference perceptual blur metric"), judged at the size that
the network sees, dark when its brightest parts are dark, tiny when the network would enlarge it
several times.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tools.data.photo_files import read_bytes
from tools.data.photos import decode_photo
from tools.data.progress import Progress
from tools.errors import PocketlensError
from tools.training.own_layout import LEAST, OwnPhotos

SIDE = 256  # pixels of the shorter side at which a photo is judged
# Of 23 sharp photos the highest is 0.52; blurred by a Gaussian of 3 pixels at that size the lowest
# is 0.70, by one of 2 pixels 0.56.
BLURRED = 0.68
DARK = 50  # of 255: the brightness that 95 of 100 pixels do not reach
TINY = 64  # pixels of the shorter side
FEW = 10  # photos of a class: below it a figure is luck
UNEVEN = 10  # times as many photos of one class as of another
MOST_UNREADABLE = 0.1
NAMED = 3  # photos or classes in a line of the table


@dataclass(frozen=True)
class Sight:
    """One photo."""

    digest: str = ""  # SHA-256 of the file
    side: int = 0  # the shorter one
    blur: float = 0.0  # 0 to 1
    bright: float = 255.0
    error: str = ""  # why it could not be read


@dataclass(frozen=True)
class Finding:
    """One thing that may spoil the result."""

    what: str
    which: tuple[str, ...]  # photos or classes

    def line(self) -> str:
        """A row of the table."""
        more = f" and {len(self.which) - NAMED} more" if len(self.which) > NAMED else ""
        return f"  {self.what:<34}{len(self.which):>6}  {', '.join(self.which[:NAMED])}{more}"


@dataclass(frozen=True)
class Looked:
    """What was seen: the photos to go on with, and what may spoil the result."""

    photos: OwnPhotos  # readable ones under one label
    all_photos: OwnPhotos
    seen: tuple[Sight, ...]  # of all photos
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[str]:
        """Why photos could not be read."""
        return [each.error for each in self.seen if each.error]

    def table(self) -> str:
        """What was found, for a terminal."""
        gone = len(self.seen) - len(self.photos.samples)
        left = f"\n  left out (unreadable, or under two labels): {gone}" if gone else ""
        return table(self.all_photos, self.findings, self.seen) + left


def look(photos: OwnPhotos) -> Looked:
    """Looks at the photos. Raises `bad_dataset` where too few could be used."""
    seen = look_at(photos)
    check_readable([each.error for each in seen if each.error], len(seen))
    used = photos.subset(usable(photos, seen))
    return Looked(used, photos, tuple(seen), tuple(findings(photos, seen)))


def sight(path: Path) -> Sight:
    """Looks at one photo."""
    try:
        data = read_bytes(path)
        side, gray = _gray(data, str(path))
    except PocketlensError as error:
        return Sight(error=error.message)
    return Sight(hashlib.sha256(data).hexdigest(), side, blur(gray), float(np.percentile(gray, 95)))


def _gray(data: bytes, name: str) -> tuple[int, npt.NDArray[np.uint8]]:
    """The shorter side, and the brightness at the size at which a photo is judged."""
    from PIL import Image

    if data[:2] == b"\xff\xd8":
        try:
            with Image.open(io.BytesIO(data)) as picture:
                side = min(picture.size)
                picture.draft("L", (SIDE, SIDE))
                return side, _shrunk(np.asarray(picture.convert("L")))
        except Exception:  # whatever is wrong with it, the decoder of photos has the last word
            pass
    pixels = decode_photo(data, name)
    return min(pixels.shape[:2]), _shrunk(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))


def _shrunk(gray: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    scale = SIDE / min(gray.shape)
    if scale >= 1:
        return gray
    size = max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def blur(gray: npt.NDArray[np.uint8]) -> float:
    """How blurred a picture (height, width) is, 0 to 1; a picture of one colour is 1."""
    picture, found = gray.astype(np.float32), []
    for axis, kernel in ((0, (1, 9)), (1, (9, 1))):
        own = np.abs(np.diff(picture, axis=axis))
        again = np.abs(np.diff(cv2.blur(picture, kernel), axis=axis))
        total = float(own.sum())
        lost = float(np.maximum(0, own - again).sum())
        found.append((total - lost) / total if total > 0 else 1.0)
    return max(found)


def look_at(photos: OwnPhotos) -> list[Sight]:
    """Looks at every photo, in their order, with as many threads as there are cores."""
    cores = len(os.sched_getaffinity(0))
    with (
        ThreadPoolExecutor(cores) as pool,
        Progress(len(photos.samples), "photos") as progress,
    ):
        seen = []
        for each in pool.map(sight, photos.samples.photos):
            seen.append(each)
            progress.step()
    return seen


def findings(photos: OwnPhotos, seen: Sequence[Sight]) -> list[Finding]:
    """What may spoil the result, the worst first."""
    names = [photos.name(index) for index in range(len(seen))]

    def those(*flags: bool) -> tuple[str, ...]:
        return tuple(name for name, flag in zip(names, flags, strict=True) if flag)

    good = [not each.error for each in seen]
    blurred = (not each.error and each.blur > BLURRED for each in seen)
    dark = (not each.error and each.bright < DARK for each in seen)
    tiny = (not each.error and each.side < TINY for each in seen)
    rows = [
        Finding("could not be read", those(*(not each for each in good))),
        Finding("the same file under two labels", those(*contradictory(photos, seen))),
        Finding("classes of few photos", _few(photos, good)),
        Finding("classes of very different size", _uneven(photos, good)),
        Finding("blurred, or nothing on it", those(*blurred)),
        Finding("dark", those(*dark)),
        Finding("tiny", those(*tiny)),
        Finding("to learn from and to measure with", those(*_leaks(photos, seen))),
    ]
    return [row for row in rows if row.which]


def contradictory(photos: OwnPhotos, seen: Sequence[Sight]) -> list[bool]:
    """Which photos stand under several labels: nobody knows which one is right."""
    labels: dict[str, set[int]] = {}
    for each, label in zip(seen, photos.samples.classes, strict=True):
        labels.setdefault(each.digest, set()).add(int(label))
    return [bool(each.digest) and len(labels[each.digest]) > 1 for each in seen]


def _leaks(photos: OwnPhotos, seen: Sequence[Sight]) -> list[bool]:
    """Photos held back by the folder whose file is also among those to learn from."""
    if photos.held is None:
        return [False] * len(seen)
    learnt = {each.digest for each, held in zip(seen, photos.held, strict=True) if not held}
    pairs = zip(seen, photos.held, strict=True)
    return [bool(held and each.digest) and each.digest in learnt for each, held in pairs]


def _sizes(photos: OwnPhotos, good: Sequence[bool]) -> dict[str, int]:
    counted = Counter(int(c) for c, g in zip(photos.samples.classes, good, strict=True) if g)
    return {label.name: counted[i] for i, label in enumerate(photos.samples.labels)}


def _few(photos: OwnPhotos, good: Sequence[bool]) -> tuple[str, ...]:
    sizes = _sizes(photos, good)
    return tuple(f"{name} ({size})" for name, size in sizes.items() if size < FEW)


def _uneven(photos: OwnPhotos, good: Sequence[bool]) -> tuple[str, ...]:
    sizes = sorted(_sizes(photos, good).items(), key=lambda item: item[1])
    (small, least), (large, most) = sizes[0], sizes[-1]
    if most < UNEVEN * max(least, 1):
        return ()
    return f"{small} ({least})", f"{large} ({most})"


def table(photos: OwnPhotos, found: Sequence[Finding], seen: Sequence[Sight]) -> str:
    """What was found, for a terminal."""
    sizes = _sizes(photos, [True] * len(seen))
    labels = sorted(sizes.items(), key=lambda item: -item[1])
    shown = ", ".join(f"{name} {size}" for name, size in labels[:8])
    more = f" and {len(labels) - 8} more" if len(labels) > 8 else ""
    lines = [f"{len(seen)} photos of {len(labels)} classes: {shown}{more}"]
    lines += [f"  {note}" for note in photos.notes]
    lines += [row.line() for row in found] or ["  nothing that would spoil the result"]
    return "\n".join(lines)


def check_readable(errors: Sequence[str], photos: int) -> None:
    """A few unreadable photos are left out; many are an error (`bad_dataset`)."""
    if len(errors) > MOST_UNREADABLE * photos:
        raise PocketlensError(
            "bad_dataset",
            f"{len(errors)} of {photos} photos could not be read; the first: {errors[0]}",
            do="Take them out. A few bad photos are left out; this is too many.",
        )


def usable(photos: OwnPhotos, seen: Sequence[Sight]) -> npt.NDArray[np.int64]:
    """Indices of the photos to go on with: readable ones with one label.

    Raises `bad_dataset` where they are too few.
    """
    wrong = contradictory(photos, seen)
    good = [i for i, each in enumerate(seen) if not each.error and not wrong[i]]
    counted = Counter(int(photos.samples.classes[i]) for i in good)
    least = 1 if photos.held is not None else LEAST
    few = [label.name for i, label in enumerate(photos.samples.labels) if counted[i] < least]
    if few:
        raise PocketlensError(
            "bad_dataset",
            f"Too few readable photos of {', '.join(few)} that stand under one label.",
            expected=f"at least {least} of each class",
            do="Add photos or move these folders away.",
        )
    return np.array(good, np.int64)
