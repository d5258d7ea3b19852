"""The page's packages, and what they say about a picture, as JSON."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tools.data.photo_frames import photo_frame
from tools.data.photos import MAX_PIXELS
from tools.errors import PocketlensError
from tools.native.answers import Result
from tools.native.closing import Closing
from tools.native.frames import Picture
from tools.reports.alternatives import RANKED, above, alternatives
from tools.reports.photos import result_entry, scored_entry
from tools.web.lens import SESSIONS, Lens

LARGEST_FRAME = 64 << 20  # bytes of a camera's picture
MOST_ROWS = 20


class Lenses(Closing):
    """The packages of the page, by number; the first is what others are compared with."""

    def __init__(self, packages: Sequence[Path]) -> None:
        self._lenses: list[Lens] = []
        # Decoding keeps memory for each thread that does it, so a few threads do it for all.
        self._photos = ThreadPoolExecutor(SESSIONS, "photo")
        for path in packages:
            self.add(path)

    def add(self, path: Path) -> int:
        """Open another package; its number. Errors: those of Lens."""
        self._lenses.append(Lens(path))
        return len(self._lenses) - 1

    def close(self) -> None:
        """Free everything, after the pictures that are being looked at."""
        self._photos.shutdown(cancel_futures=True)
        for lens in self._lenses:
            lens.close()

    def lens(self, number: int) -> Lens:
        """A package by its number. Errors: bad_settings."""
        if not 0 <= number < len(self._lenses):
            raise PocketlensError("bad_settings", f"There is no package number {number} here.")
        return self._lenses[number]

    def describe(self) -> list[dict[str, Any]]:
        """All packages."""
        return [lens.describe(number) for number, lens in enumerate(self._lenses)]

    def photo(self, data: bytes, name: str, numbers: Sequence[int], top: int) -> dict[str, Any]:
        """What packages say about a photo's bytes, as `tools classify` would."""
        return self._photos.submit(self._photo, data, name, numbers, top).result()

    def _photo(self, data: bytes, name: str, numbers: Sequence[int], top: int) -> dict[str, Any]:
        lenses = self._asked(numbers)
        begun = time.perf_counter()
        frame = photo_frame(data, name)
        decode_ms = (time.perf_counter() - begun) * 1000
        turned = frame.rotation in (90, 270)
        size = (frame.height, frame.width) if turned else (frame.width, frame.height)
        return {"size": size, "answers": self._answers(frame, decode_ms, lenses, top)}

    def frame(self, data: bytes, width: int, height: int, numbers: Sequence[int], top: int) -> Any:
        """What packages say about a camera's RGBA picture, rows of pixels. Errors: bad_frame."""
        lenses, picture = self._asked(numbers), rgba(data, width, height)
        return {"size": (width, height), "answers": self._answers(picture, 0, lenses, top)}

    def teach_photo(self, number: int, name: str, data: bytes) -> dict[str, Any]:
        """Teach a package what a photo's bytes show. Errors: those of the photo and of Taught."""
        lens = self.lens(number)
        work = self._photos.submit(lambda: lens.taught.add(name, photo_frame(data)))
        return work.result()

    def teach_frame(
        self, number: int, name: str, data: bytes, width: int, height: int
    ) -> dict[str, Any]:
        """Teach a package what a camera's RGBA picture shows."""
        return self.lens(number).taught.add(name, rgba(data, width, height))

    def _asked(self, numbers: Sequence[int]) -> dict[int, Lens]:
        return {number: self.lens(number) for number in numbers}

    def _answers(
        self, picture: Picture, decode_ms: float, lenses: Mapping[int, Lens], top: int
    ) -> list[dict[str, Any]]:
        results = []
        for lens in lenses.values():
            with lens.session() as session:
                results.append(session.classify(picture, RANKED))
        first = next(iter(lenses.values())), results[0]
        rows = max(1, min(top, MOST_ROWS))
        return [
            {
                "package": number,
                **result_entry(replace(result, labels=result.labels[:rows]), decode_ms),
                "path": above(result, lens.kinds),
                "alternatives": [
                    scored_entry(other) for other in alternatives(result, lens.kinds)[:rows]
                ],
                "compared": compared(*first, lens, result),
            }
            for (number, lens), result in zip(lenses.items(), results, strict=True)
        ]


def compared(first: Lens, expected: Result, lens: Lens, result: Result) -> dict[str, Any] | None:
    """How a package's answer differs from the first one's; None for the first itself.

    `largest` is the largest difference of a raw output and `tolerance` what `verify` allows the two
    packages; both None where their labels differ.
    """
    if lens is first:
        return None
    ours = expected.headline and expected.headline.label.mid
    same = ours == (result.headline and result.headline.label.mid)
    told: dict[str, Any] = {"same_headline": same, "largest": None, "tolerance": None}
    if lens.same_labels(first):
        told["largest"] = float(np.abs(result.probabilities - expected.probabilities).max())
        told["tolerance"] = max(each.package.manifest.tolerance for each in (first, lens))
    return told


def rgba(data: bytes, width: int, height: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A picture (height, width, 4) over the bytes. Errors: bad_frame."""
    if not (0 < width * height <= MAX_PIXELS and len(data) == width * height * 4 <= LARGEST_FRAME):
        raise PocketlensError(
            "bad_frame",
            "A camera's picture does not have the size that it says.",
            found=f"{len(data)} bytes for {width}x{height}",
            expected=f"4 bytes a pixel, at most {LARGEST_FRAME}",
        )
    return np.frombuffer(data, np.uint8).reshape(height, width, 4)
