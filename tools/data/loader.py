"""Batches for training: photos decoded and prepared by threads, a few batches ahead.

What a batch holds depends on the seed, the epoch and the batch's number alone, never on the number
of threads or processes, so an interrupted run goes on exactly where it stopped, and N processes
with batches of B see the same pictures as one with batches of N x B.
"""

from __future__ import annotations

import collections
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tools.data.photos import Pixels, read_photo
from tools.data.samples import Array, Samples
from tools.errors import PocketlensError

Floats = npt.NDArray[np.float32]
Order = npt.NDArray[np.int64]
Transform = Callable[[Pixels, np.random.Generator], Floats]
MOST_IN_A_ROW = 16  # unreadable photos one after the other: the data set has gone
AHEAD = 2  # batches


@dataclass(frozen=True)
class Batch:
    """Tensors (n, 3, side, side), and what Samples.targets says of them."""

    pictures: Floats
    truth: Array
    mask: Array


@dataclass(frozen=True)
class Share:
    """Which part of every batch this process takes."""

    rank: int = 0
    size: int = 1


ALONE = Share()


@dataclass
class Unreadable:
    """Photos that could not be read during training; each was replaced by another one."""

    photos: list[str] = field(default_factory=list)

    def note(self, error: PocketlensError) -> None:
        """Keeps a message once."""
        if error.message not in self.photos:
            self.photos.append(error.message)


def shuffled(count: int, seed: int, epoch: int) -> Order:
    """The order of an epoch: a permutation that seed and epoch decide."""
    return np.random.default_rng((seed, epoch)).permutation(count)


def batch_indices(order: Order, batch_size: int, share: Share = ALONE) -> Iterator[Order]:
    """This process's part of every whole batch; photos beyond the last whole one are left out."""
    whole = batch_size * share.size
    for start in range(0, len(order) - whole + 1, whole):
        begin = start + share.rank * batch_size
        yield order[begin : begin + batch_size]


class Loader:
    """Reads and prepares the photos of one data set."""

    def __init__(self, samples: Samples, transform: Transform, workers: int, seed: int) -> None:
        """`transform` turns a photo into a tensor, all its choices taken from its generator."""
        self.samples, self.transform, self.seed = samples, transform, seed
        self.workers = max(1, workers)
        self.unreadable = Unreadable()

    def _picture(self, index: int, epoch: int) -> tuple[int, Floats]:
        """The tensor of a photo; of the next readable one if it cannot be read. And which it is."""
        for step in range(MOST_IN_A_ROW):
            chosen = (index + step) % len(self.samples)
            try:
                pixels = read_photo(self.samples.photo(chosen))
            except PocketlensError as error:
                self.unreadable.note(error)
                last = error
                continue
            rng = np.random.default_rng((self.seed, epoch, chosen))
            return chosen, self.transform(pixels, rng)
        raise PocketlensError(
            "bad_dataset",
            f"{MOST_IN_A_ROW} photos in a row could not be read; the last: {last.message}",
            do="Check that the data set is still there, then run the same command with --resume.",
        )

    def _batch(self, pool: ThreadPoolExecutor, indices: Order, epoch: int) -> Future[Batch]:
        """A batch that is being made."""
        parts = [pool.submit(self._picture, int(index), epoch) for index in indices]
        return pool.submit(self._gather, parts)

    def _gather(self, parts: list[Future[tuple[int, Floats]]]) -> Batch:
        """Waits for a batch's photos, which stand before it in the pool's queue."""
        done = [part.result() for part in parts]
        truth, mask = self.samples.targets(np.array([index for index, _ in done], np.int64))
        return Batch(np.stack([picture for _, picture in done]), truth, mask)

    def batches(self, indices: Iterator[Order], epoch: int) -> Iterator[Batch]:
        """The batches of an epoch in order. Raises `bad_dataset` when the photos have gone."""
        pool = ThreadPoolExecutor(self.workers)
        try:
            waiting = collections.deque(
                self._batch(pool, part, epoch) for part in itertools.islice(indices, AHEAD)
            )
            while waiting:
                batch = waiting.popleft().result()
                for part in itertools.islice(indices, 1):
                    waiting.append(self._batch(pool, part, epoch))
                yield batch
        finally:
            pool.shutdown(cancel_futures=True)
