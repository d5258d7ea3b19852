"""Workers that are kept: one process for many calls, and no call meets what another left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.errors import PocketlensError
from tools.native.kept import close_kept, core_worker, mindspore_worker


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """Without children of other tests."""
    close_kept()
    yield
    close_kept()


def child() -> int:
    with core_worker() as worker:
        return worker.call(os.getpid)


def gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def test_one_call_after_the_other_has_the_same_child() -> None:
    first = child()
    assert first == child() != os.getpid()


def test_calls_at_the_same_time_have_a_child_each() -> None:
    with core_worker() as one, core_worker() as other:
        pids = {one.call(os.getpid), other.call(os.getpid)}
    assert len(pids) == 2
    with core_worker() as one, core_worker() as other:
        assert {one.call(os.getpid), other.call(os.getpid)} == pids


def test_the_core_and_mindspore_never_share_a_child() -> None:
    with mindspore_worker() as worker:
        theirs = worker.call(os.getpid)
    assert theirs != child()


def test_a_child_that_has_ended_is_not_used_again() -> None:
    first = child()
    with core_worker() as worker, pytest.raises(PocketlensError, match="by signal 11"):
        worker.call(os.kill, first, signal.SIGSEGV)
    second = child()
    os.kill(second, signal.SIGKILL)  # while nobody uses it
    os.waitid(os.P_PID, second, os.WEXITED | os.WNOWAIT)  # with all of its threads
    assert len({first, second, child()}) == 3


def test_a_named_error_does_not_end_it() -> None:
    first = child()
    with core_worker() as worker, pytest.raises(PocketlensError):
        worker.call(divmod, 1, 0)
    assert child() == first


def test_another_folder_or_environment_has_another_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = child()
    monkeypatch.chdir(tmp_path)
    with core_worker() as worker:
        second = worker.call(os.getpid)
        assert worker.call(os.getcwd) == str(tmp_path)
    assert gone(first) and second != first
    monkeypatch.setenv("POCKETLENS_LIBRARY", "another")
    with core_worker() as worker:
        assert worker.call(os.getenv, "POCKETLENS_LIBRARY") == "another"
    assert gone(second)


def test_a_block_that_is_interrupted_ends_it() -> None:
    first = child()
    with pytest.raises(KeyboardInterrupt), core_worker():
        raise KeyboardInterrupt
    assert gone(first)


def test_an_answer_that_nobody_waited_for_does_not_meet_the_next_call() -> None:
    def alarm(*_: object) -> None:
        raise ArithmeticError

    before = signal.signal(signal.SIGALRM, alarm)
    try:
        with pytest.raises(ArithmeticError), core_worker() as worker:
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            worker.call(time.sleep, 1)
    finally:
        signal.signal(signal.SIGALRM, before)
    with core_worker() as worker:
        assert worker.call(os.path.basename, "a/b") == "b"


def test_all_end_with_the_program(root: Path) -> None:
    code = (
        "import os\n"
        "from tools.native.kept import core_worker\n"
        "with core_worker() as worker: print(worker.call(os.getpid))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert gone(int(done.stdout))
