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

from tools.native.worker import Worker

Surroundings = tuple[str, dict[str, str]]


# The children that nobody is using, each with what it was started in.
_idle: dict[str, list[tuple[Surroundings, Worker]]] = {"core": [], "mindspore": []}
_lock = threading.Lock()


def core_worker() -> AbstractContextManager[Worker]:
    """A worker for calls that load the core, or neither of the two."""
    return _borrowed("core")


def mindspore_worker() -> AbstractContextManager[Worker]:
    """A worker for calls that import mindspore."""
    return _borrowed("mindspore")


def close_kept() -> None:
    """End all that nobody is using."""
    with _lock:
        ending = [worker for kept in _idle.values() for _, worker in kept]
        for kept in _idle.values():
            kept.clear()
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
    """A child of these surroundings that is still there; others that are met are ended."""
    while True:
        with _lock:
            if not _idle[side]:
                return None
            begun_in, worker = _idle[side].pop()
        if begun_in == surroundings and not worker.stopped:
            return worker
        worker.close()


def _give_back(side: str, worker: Worker, begun_in: Surroundings) -> None:
    if worker.stopped or begun_in != _surroundings():
        worker.close()
        return
    with _lock:
        _idle[side].append((begun_in, worker))


def _surroundings() -> Surroundings:
    """What a child is started in: folder and environment (pytest writes each test's name there)."""
    told = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return os.getcwd(), told
