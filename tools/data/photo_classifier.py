"""Photos through the core, decoding and inference side by side, results in the photos' order."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tools.data.photo_files import lend_bytes
from tools.data.photo_frames import photo_frame
from tools.errors import PocketlensError
from tools.native.answers import EVERYTHING, Choice, Result
from tools.native.classifier import Settings
from tools.native.closing import Closing
from tools.native.frames import WHOLE, Region
from tools.native.sessions import Sessions
from tools.native.teaching import TaughtLabel, TaughtLabels


@dataclass(frozen=True)
class PhotoResult:
    """One photo's result, or the error that kept it from one. decode_ms: reading and decoding."""

    photo: Path
    result: Result | None
    decode_ms: float
    error: PocketlensError | None = None


class PhotoClassifier(Closing):
    """Photos by independent sessions of one package, each on one photo at a time.

    Two sessions of one thread on two photos do more photos a second than one session of two
    threads (tests/bench/README.md), so that is the default for more than one photo.
    """

    def __init__(
        self,
        package: Path | str,
        workers: int,
        threads: int,
        half: bool = False,
        taught: Path | None = None,
    ) -> None:
        """Open `workers` sessions of `threads` threads each; half: decode JPEGs at half their size.

        taught: a .taught file whose labels are named too. Errors: those of opening a package and
        of reading the file.
        """
        self._half = half
        self._sessions = Sessions(package, workers, Settings(threads=threads))
        self.taught: list[TaughtLabel] = []
        if taught is not None:
            self._use(taught)
        # One session needs no thread but the caller's: a tenth of a millisecond a photo less.
        self._pool = ThreadPoolExecutor(workers) if workers > 1 else None
        self.labels = self._sessions.opened[0].labels
        self.load_timings = self._sessions.opened[-1].load_timings

    def _use(self, taught: Path) -> None:
        try:
            known = TaughtLabels(self._sessions.opened[0], taught)
            for session in self._sessions.opened:
                session.use_taught(known)
            self.taught = known.labels
        except PocketlensError:
            self._sessions.close()
            raise

    def close(self) -> None:
        """Let running photos end, drop waiting ones and close the sessions."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
        self._sessions.close()

    def check(self, choice: Choice) -> None:
        """Refuse a choice of labels that the package does not have; unknown_label."""
        session = self._sessions.opened[0]
        session.score(np.zeros(session.outputs, np.float32), 0, choice)

    def classify(
        self,
        photos: Sequence[Path],
        top: int,
        choice: Choice = EVERYTHING,
        region: Region = WHOLE,
    ) -> Iterator[PhotoResult]:
        """Results in the photos' order, each as soon as it and those before it are there.

        choice: what may be named. region: the part of each upright photo that is looked at.
        """
        run = self._pool.map if self._pool else map
        return run(lambda photo: self._one(photo, top, choice, region), photos)

    def _one(self, photo: Path, top: int, choice: Choice, region: Region) -> PhotoResult:
        begun = time.perf_counter()
        try:
            frame = photo_frame(lend_bytes(photo), str(photo), self._half)
            frame = replace(frame, region=region)
        except PocketlensError as error:
            return PhotoResult(photo, None, _since(begun), error)
        decode_ms = _since(begun)
        try:
            return PhotoResult(photo, self._sessions.mine().classify(frame, top, choice), decode_ms)
        except PocketlensError as error:
            return PhotoResult(photo, None, decode_ms, error)


def best_settings(photos: int) -> tuple[int, int]:
    """Sessions and threads a session for this many photos on this machine's cores."""
    cores = len(os.sched_getaffinity(0))
    return (1, min(2, cores)) if photos == 1 else (max(1, min(cores, photos, 8)), 1)


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
