"""Workers that are kept for the next call: starting one and loading the core takes longer than most
calls, and packing one model makes a dozen.

    with core_worker() as worker:  # as with Worker(), but the child stays when the block ends
        outputs = worker.call(run_tensors, package, tensors)

A kept child may load the core, or mindspore, never both. Two blocks at the same time have a child
each. A child that has ended is not used again, and one that was started in another folder or
environment is not either. All end with this process.
"""

import atexit
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from tools.native.worker import Worker

Surroundings = tuple[str, dict[str, str]]


@dataclass
class _Idle:
    """The children that nobody is using, and what they were started in."""

    workers: dict[str, list[Worker]] = field(default_factory=dict)
    surroundings: Surroundings | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_idle = _Idle()


def core_worker() -> AbstractContextManager[Worker]:
    """A worker for calls that load the core, or neither of the two."""
    return _borrowed("core")


def mindspore_worker() -> AbstractContextManager[Worker]:
    """A worker for calls that import mindspore."""
    return _borrowed("mindspore")


def close_kept() -> None:
    """End all that nobody is using."""
    with _idle.lock:
        ending = [worker for workers in _idle.workers.values() for worker in workers]
        _idle.workers.clear()
    for worker in ending:
        worker.close()


atexit.register(close_kept)


@contextmanager
def _borrowed(side: str) -> Iterator[Worker]:
    begun_in = _surroundings()
    worker = _take(side, begun_in) or Worker()
    try:
        yield worker
    except KeyboardInterrupt:
        worker.stop()
        raise
    finally:
        _give_back(side, worker, begun_in)


def _take(side: str, surroundings: Surroundings) -> Worker | None:
    """A child of these surroundings that is still there; those of others are ended."""
    if surroundings != _idle.surroundings:
        close_kept()
        return None
    while True:
        with _idle.lock:
            workers = _idle.workers.get(side)
            worker = workers.pop() if workers else None
        if worker is None or not worker.stopped:
            return worker
        worker.close()


def _give_back(side: str, worker: Worker, begun_in: Surroundings) -> None:
    with _idle.lock:
        kept = not worker.stopped and begun_in == _surroundings()
        if kept:
            _idle.surroundings = begun_in
            _idle.workers.setdefault(side, []).append(worker)
    if not kept:
        worker.close()


def _surroundings() -> Surroundings:
    """What a child is started in: folder and environment (pytest writes each test's name there)."""
    told = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return os.getcwd(), told
