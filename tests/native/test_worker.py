"""The worker process: the core and mindspore kept apart, failures told, nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tools.data.photo_files import find_photos
from tools.data.photos import decode_photo, read_photo
from tools.errors import PocketlensError
from tools.native import Classifier, Frame, Settings, version
from tools.native.worker import Worker


def test_a_call_gives_its_result() -> None:
    with Worker() as worker:
        assert worker.call(os.path.join, "a", "b") == "a/b"
        assert worker.call(os.getpid) != os.getpid()
        assert worker.call(find_photos, [Path("x.jpg")]) == [Path("x.jpg")]


def test_a_named_error_comes_back_as_it_was() -> None:
    with Worker() as worker:
        with pytest.raises(PocketlensError, match="empty") as caught:
            worker.call(decode_photo, b"", "it")
        assert caught.value.name == "unreadable_photo"
        assert worker.call(os.path.basename, "a/b") == "b"


def test_any_other_error_brings_its_trace() -> None:
    with Worker() as worker, pytest.raises(PocketlensError, match="ZeroDivisionError") as caught:
        worker.call(divmod, 1, 0)
    assert caught.value.name == "internal"


def test_a_worker_that_is_killed_is_told() -> None:
    with Worker() as worker:
        with pytest.raises(PocketlensError, match="by signal 11") as caught:
            worker.call(os.kill, worker.call(os.getpid), 11)
        assert caught.value.name == "worker_failed"
        with pytest.raises(PocketlensError) as caught:
            worker.call(os.getpid)
        assert caught.value.name == "worker_failed"


def test_a_worker_that_leaves_is_told() -> None:
    with Worker() as worker, pytest.raises(PocketlensError, match="exit code 7"):
        worker.call(os._exit, 7)


def test_a_call_that_takes_too_long_is_stopped() -> None:
    begun = time.monotonic()
    with Worker(timeout=0.5) as worker, pytest.raises(PocketlensError, match=r"longer than 0\.5 s"):
        worker.call(time.sleep, 60)
    assert time.monotonic() - begun < 20


def test_nothing_is_left_behind() -> None:
    with Worker() as worker:
        child = worker.call(os.getpid)
    assert not Path(f"/proc/{child}").exists()


def test_the_core_in_a_worker_answers_as_the_core_here(demo_package: Path, photos: Path) -> None:
    pixels = read_photo(photos / "coffee.jpg")
    settings = Settings(threads=1)
    with Classifier(demo_package, settings) as here, Worker() as worker:
        with worker.open(demo_package, settings) as there:
            assert (there.outputs, there.recipe) == (here.outputs, here.recipe)
            expected, found = here.classify(pixels), there.classify(Frame.rgb(pixels))
            assert found.labels == expected.labels
            assert np.array_equal(found.probabilities, expected.probabilities)
            tensor = there.preprocess(pixels)
            assert np.array_equal(tensor, here.preprocess(pixels))
            assert np.array_equal(there.run(tensor), expected.probabilities)
            assert there.score(expected.probabilities) == here.score(expected.probabilities)
        with pytest.raises(PocketlensError) as caught:
            there.classify(pixels)
        assert caught.value.name == "closed"


def python(code: str, root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(root), "GLOG_v": "3"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_mindspore_and_the_core_refuse_each_other(root: Path) -> None:
    """Each in a process of its own, or the rest of this test run would suffer."""
    core_second = python("import mindspore; from tools.native import version; version()", root)
    assert "mindspore_loaded" in core_second and "tools.native.worker" in core_second
    mindspore_second = python("from tools.native import version; version(); import mindspore", root)
    assert "ImportError: This process has loaded the native core" in mindspore_second


@pytest.mark.slow
def test_a_process_with_mindspore_uses_the_core_through_a_worker(root: Path) -> None:
    code = (
        "import mindspore\n"
        "from tools.native import version\n"
        "from tools.native.worker import Worker\n"
        "with Worker() as worker: print('core', worker.call(version), mindspore.__version__)"
    )
    assert f"core {version()} 2.10.0" in python(code, root)


def test_a_missing_core_says_what_to_do(root: Path, tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.so", "is not there"), (Path(__file__), "cannot be used")):
        code = (
            f"import os; os.environ['POCKETLENS_LIBRARY'] = {str(path)!r}\n"
            "from tools.native import version\n"
            "version()"
        )
        said = python(code, root)
        assert "core_missing" in said and why in said and "make setup" in said


def test_a_core_of_another_header_says_what_to_do(root: Path, tmp_path: Path) -> None:
    """A library that was built before the C API changed, as after a `git pull`."""
    changed = tmp_path / "pocketlens.h"
    changed.write_bytes((root / "jni/host/pocketlens.h").read_bytes() + b"\n")
    code = (
        "from pathlib import Path\n"
        "from tools.native import library\n"
        f"library.HEADER = Path({str(changed)!r})\n"
        "library.load()"
    )
    said = python(code, root)
    assert "core_missing" in said and "was built from another pocketlens.h" in said
    assert "make setup" in said
