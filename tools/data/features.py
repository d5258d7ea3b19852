"""Feature vectors of photos, computed once: photo -> vector of a features package's model.

Vectors are kept in a database per backbone and preprocessing; its name is a hash of the model file,
the recipe's input and preprocessing, and the decoder's version. A photo's key is the SHA-256 of its
bytes. So another checkpoint, another recipe or an edited photo never meets an old vector.

`extract` runs the native core in its own process, which must not import mindspore; callers that do
take `extract_apart`.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import PIL

from tools.data.cluster import Engine, in_blocks, spread
from tools.data.photo_files import read_bytes
from tools.data.photo_frames import photo_frame
from tools.data.photos import DECODING
from tools.data.progress import Progress
from tools.errors import PocketlensError
from tools.native.classifier import Settings
from tools.native.sessions import Sessions
from tools.native.worker import Worker

Floats = npt.NDArray[np.float32]
FORMAT = 1
BLOCK = 256  # photos between two writes


@dataclass(frozen=True)
class Extracted:
    """Vectors (photos, outputs) float32 in the photos' order; a row of NaN where there is an error.

    `hashes` are the photos' SHA-256 ("" where unreadable), `errors` what kept photos from a vector.
    """

    vectors: Floats
    hashes: tuple[str, ...]
    errors: dict[int, str]
    computed: int  # the others came out of the cache

    @property
    def good(self) -> npt.NDArray[np.int64]:
        """Indices of the photos that have a vector."""
        return np.array([i for i in range(len(self.hashes)) if i not in self.errors], np.int64)


def default_folder() -> Path:
    """Where vectors are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "pocketlens" / "features"


def cache_key(package: Path) -> str:
    """The hash of all that a vector depends on, the photo aside. Raises as reading a package."""
    from tools.package.reader import open_package

    manifest = open_package(package, check_hashes=False).manifest
    recipe = manifest.raw["recipe"]
    parts = {
        "format": FORMAT,
        "model": manifest.raw["files"]["model.ms"]["sha256"],
        "input": recipe["input"],
        "preprocess": recipe["preprocess"],
        "decoder": [DECODING, PIL.__version__],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class FeatureCache:
    """Vectors by photo hash, in one file that survives a killed process."""

    def __init__(self, folder: Path, key: str, length: int) -> None:
        """Opens or makes `folder`/KEY.sqlite for vectors of `length` numbers."""
        self.length = length
        self.path = folder / f"{key[:32]}.sqlite"
        with self._errors():
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self.path, timeout=60)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS vectors (photo TEXT PRIMARY KEY, vector BLOB NOT NULL)"
            )

    def __enter__(self) -> FeatureCache:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        """Database errors as named errors."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise PocketlensError(
                "cannot_write",
                f"The feature cache {self.path} could not be used: {error}.",
                do="Free some space; if it is damaged, delete it: it is made again.",
            ) from error

    def get(self, hashes: Iterable[str]) -> dict[str, Floats]:
        """The vectors that are there, by photo hash. One of another length counts as not there."""
        found: dict[str, Floats] = {}
        with self._errors():
            for name in hashes:
                row = self._database.execute(
                    "SELECT vector FROM vectors WHERE photo = ?", (name,)
                ).fetchone()
                if row is not None and len(row[0]) == 4 * self.length:
                    found[name] = np.frombuffer(row[0], np.float32)
        return found

    def put(self, vectors: dict[str, Floats]) -> None:
        """Adds vectors, all or none."""
        rows = [(name, vector.astype("<f4").tobytes()) for name, vector in vectors.items()]
        with self._errors(), self._database:
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)


@dataclass(frozen=True)
class _Photo:
    """A photo's bytes and their hash, or why there are none."""

    data: bytes
    digest: str
    error: str = ""


def _read(path: Path) -> _Photo:
    try:
        data = read_bytes(path)
    except PocketlensError as error:
        return _Photo(b"", "", error.message)
    return _Photo(data, hashlib.sha256(data).hexdigest())


def _vector(sessions: Sessions, photo: _Photo, name: str) -> Floats | str:
    """The vector of a photo, or why there is none."""
    try:
        frame = photo_frame(photo.data, name)
    except PocketlensError as error:
        return error.message
    vector: Floats = sessions.mine().features(frame)
    return vector if np.isfinite(vector).all() else f"{name}: its features are no numbers."


def extract(
    package: Path,
    photos: Sequence[Path],
    *,
    cache: Path | None = None,
    workers: int | None = None,
    label: str = "features",
) -> Extracted:
    """Vectors of photos by a features package, from the cache where it has them.

    Unreadable photos are reported in the result, not raised. Raises `wrong_kind` for a classifier,
    the errors of opening a package, and `cannot_write` for the cache.
    """
    cores = workers or len(os.sched_getaffinity(0))
    cv2.setNumThreads(1)
    with Sessions(package, cores, Settings(threads=1)) as sessions:
        outputs = sessions.opened[0].outputs
        with FeatureCache(cache or default_folder(), cache_key(package), outputs) as store:
            return _extract(sessions, store, photos, cores, label)


def _extract(
    sessions: Sessions, store: FeatureCache, photos: Sequence[Path], cores: int, label: str
) -> Extracted:
    """Block by block: read and hash, look up, compute the rest, keep it."""
    vectors = np.full((len(photos), sessions.opened[0].outputs), np.nan, np.float32)
    hashes: list[str] = []
    errors: dict[int, str] = {}
    computed = 0
    with ThreadPoolExecutor(cores) as pool, Progress(len(photos), label) as progress:
        for start in range(0, len(photos), BLOCK):
            names = photos[start : start + BLOCK]
            read = list(pool.map(_read, names))
            known = store.get({photo.digest for photo in read if photo.digest})
            missing = [i for i, p in enumerate(read) if p.digest and p.digest not in known]
            made = pool.map(lambda i: _vector(sessions, read[i], str(names[i])), missing)  # noqa: B023
            fresh: dict[str, Floats] = {}
            progress.step(len(names) - len(missing))
            for index, vector in zip(missing, made, strict=True):
                progress.step()
                if isinstance(vector, str):
                    errors[start + index] = vector
                else:
                    fresh[read[index].digest] = vector
            store.put(fresh)
            computed += len(fresh)
            for index, photo in enumerate(read):
                hashes.append(photo.digest)
                vector_ = fresh.get(photo.digest, known.get(photo.digest))
                if vector_ is not None:
                    vectors[start + index] = vector_
                elif not photo.digest:
                    errors[start + index] = photo.error
    return Extracted(vectors, tuple(hashes), errors, computed)


def extract_apart(
    package: Path,
    photos: Sequence[Path],
    *,
    cache: Path | None = None,
    workers: int | None = None,
    label: str = "features",
    engine: Engine | None = None,
) -> Extracted:
    """`extract` in processes of its own, for callers that import mindspore: one, or Ray's."""
    if engine is not None and engine.is_ray:
        task = functools.partial(_extract_block, package, cache)
        return _joined(spread(task, in_blocks(photos), engine, label))
    with Worker(timeout=7 * 24 * 3600) as worker:
        return worker.call(
            extract, package, list(photos), cache=cache, workers=workers, label=label
        )


def _extract_block(package: Path, cache: Path | None, photos: list[Path]) -> Extracted:
    """One block on a node of a cluster, with the cache that the node sees."""
    return extract(package, photos, cache=cache, workers=1)


def _joined(blocks: Sequence[Extracted]) -> Extracted:
    """The blocks' results as those of all photos."""
    if not blocks:
        return Extracted(np.empty((0, 0), np.float32), (), {}, 0)
    hashes: list[str] = []
    errors: dict[int, str] = {}
    for block in blocks:
        errors |= {len(hashes) + index: message for index, message in block.errors.items()}
        hashes += block.hashes
    vectors = np.concatenate([block.vectors for block in blocks])
    return Extracted(vectors, tuple(hashes), errors, sum(block.computed for block in blocks))
