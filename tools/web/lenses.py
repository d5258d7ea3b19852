"""Open packages and what they say about a picture, as the page's JSON."""

from __future__ import annotations

import os
import queue
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from tools.data.photo_frames import photo_frame
from tools.data.photos import MAX_PIXELS
from tools.errors import PocketlensError
from tools.native.classifier import Classifier, Picture, Result, Settings
from tools.native.closing import Closing
from tools.package.archive import write_archive
from tools.package.reader import Package, open_package
from tools.package.writer import Contents, all_files
from tools.reports.photos import result_entry

SESSIONS = 2  # of a package: pictures that it looks at side by side
LARGEST_FRAME = 64 << 20  # bytes of a camera's picture
MOST_ROWS = 20


class Lens(Closing):
    """An open package: its description, and sessions that lend themselves to one picture each."""

    def __init__(self, path: Path) -> None:
        """Errors: those of opening a package, and wrong_kind for one without labels."""
        self.path = path
        self.package = open_package(path)
        manifest = self.package.manifest
        if manifest.kind != "classifier":
            raise PocketlensError(
                "wrong_kind",
                f"{path} names nothing.",
                found=f"a package of kind {manifest.kind}",
                expected="a classifier",
            )
        self._all: list[Classifier] = []
        self._free: queue.SimpleQueue[Classifier] = queue.SimpleQueue()
        try:
            for _ in range(min(SESSIONS, len(os.sched_getaffinity(0)))):
                self._all.append(Classifier(path, Settings(threads=1, warm_up=True)))
                self._free.put(self._all[-1])
        except BaseException:
            self.close()
            raise
        self._parents = parents_of(self.package)

    def close(self) -> None:
        """Free the sessions, after the pictures they are at."""
        for session in self._all:
            session.close()

    @contextmanager
    def session(self) -> Iterator[Classifier]:
        """A session for one picture; waits until one is free."""
        lent = self._free.get()
        try:
            yield lent
        finally:
            self._free.put(lent)

    def same_labels(self, other: Lens) -> bool:
        """Whether both have the same labels in the same order, so that outputs can be compared."""
        return self.package.labels == other.package.labels

    def describe(self, number: int) -> dict[str, Any]:
        """What the page says of the package."""
        manifest = self.package.manifest
        return {
            "id": number,
            "name": manifest.name,
            "title": manifest.title,
            "variant": manifest.variant,
            "tolerance": manifest.tolerance,
            "labels": len(self.package.labels),
            "runs_on": self._all[0].backend.used,
        }

    def as_zip(self) -> BinaryIO:
        """The package as one file without a name; whoever gets it closes it."""
        stream = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
        files = {name: self.package.read(name) for name in self.package.manifest.files}
        head = {key: value for key, value in self.package.manifest.raw.items() if key != "files"}
        write_archive(stream, all_files(Contents(head, files)))
        return stream

    def path_to(self, index: int) -> list[str]:
        """The names above a label: its shortest way from a root, as the app shows it."""
        open_paths = deque([[index]])
        while True:
            path = open_paths.popleft()
            above = [parent for parent in self._parents.get(path[0], ()) if parent not in path]
            if not above:
                return [self.package.labels[label].name for label in path[:-1]]
            open_paths.extend([parent, *path] for parent in above)


def parents_of(package: Package) -> dict[int, list[int]]:
    """The labels directly above each label, in the order of the package's hierarchy."""
    index = {label.mid: number for number, label in enumerate(package.labels)}
    parents: dict[int, list[int]] = {}
    for parent, child in package.hierarchy:
        parents.setdefault(index[child], []).append(index[parent])
    return parents


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

    def _asked(self, numbers: Sequence[int]) -> dict[int, Lens]:
        return {number: self.lens(number) for number in numbers}

    def _answers(
        self, picture: Picture, decode_ms: float, lenses: Mapping[int, Lens], top: int
    ) -> list[dict[str, Any]]:
        results = []
        for lens in lenses.values():
            with lens.session() as session:
                results.append(session.classify(picture, max(1, min(top, MOST_ROWS))))
        first = next(iter(lenses.values())), results[0]
        return [
            {
                "package": number,
                **result_entry(result, decode_ms),
                "path": lens.path_to(result.headline.label.index) if result.headline else [],
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
