"""Independent sessions of one package side by side, one for each thread that asks."""

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tools.native.classifier import Classifier, Settings
from tools.native.closing import Closing


class Sessions(Closing):
    """`count` sessions of a package. A thread gets one with `mine` and keeps it; one is for all.

    MindSpore Lite runs a model on a thread of its own, which it wakes for every frame. Where there
    are as many sessions of one thread as cores, each session and the thread that uses it are held
    to one core: otherwise two sessions' threads meet on one core now and then while the other
    idles (tests/bench/README.md has the figures).
    """

    def __init__(self, package: Path | str, count: int, settings: Settings) -> None:
        """Open the sessions one after the other. Errors: those of opening a package."""
        self._free: queue.SimpleQueue[tuple[Classifier, set[int]]] = queue.SimpleQueue()
        self._own = threading.local()
        self.opened: list[Classifier] = []
        with ExitStack() as opened:
            for cores in own_cores(count, settings):
                with held_to(cores):  # the session's threads stay where they were made
                    session = opened.enter_context(Classifier(package, settings))
                self.opened.append(session)
                self._free.put((session, cores))
            self._stack = opened.pop_all()

    def close(self) -> None:
        """Free the sessions, after the calls that are running."""
        self._stack.close()

    def mine(self) -> Classifier:
        """The calling thread's session; where there are several, at most `count` threads may ask.

        The first call for one of several holds the thread to the session's cores for the rest of
        its life, so it belongs into threads that exist for these sessions.
        """
        if len(self.opened) == 1:
            return self.opened[0]
        if not hasattr(self._own, "session"):
            session, cores = self._free.get_nowait()
            os.sched_setaffinity(0, cores)
            self._own.session = session
        found: Classifier = self._own.session
        return found


def own_cores(count: int, settings: Settings) -> list[set[int]]:
    """For each of `count` sessions the cores that it may use: its own one, or all of them."""
    cores = os.sched_getaffinity(0)
    if settings.threads == 1 and settings.affinity == 0 and count == len(cores):
        return [{core} for core in sorted(cores)]
    return [cores] * count


@contextmanager
def held_to(cores: set[int]) -> Iterator[None]:
    """The calling thread, and what it starts meanwhile, on these cores only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def side_by_side(jobs: Sequence[Callable[[], object]]) -> float:
    """Run each job in a thread of its own, all at the same time; seconds until the last ended."""
    threads = [threading.Thread(target=job) for job in jobs]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun
