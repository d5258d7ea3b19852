"""Ray: the results of one process, whatever happens to the workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.small_photos import class_folders
from tools.data import cluster
from tools.data.cluster import Engine, in_blocks, spread
from tools.errors import PocketlensError
from tools.evaluation.truth import Dataset
from tools.places import ROOT

pytestmark = pytest.mark.slow

TWO = Engine("ray", workers=2)


def workers() -> list[int]:
    """Processes of Ray that run a task now."""
    listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True)
    lines = [line.split(maxsplit=1) for line in listing.stdout.splitlines()]
    return [int(pid) for pid, what in lines if what.startswith("ray::") and "IDLE" not in what]


def test_blocks_hold_everything_in_order() -> None:
    assert in_blocks([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
    assert in_blocks([], 2) == []


def dataset(photos: list[Path]) -> Dataset:
    truth = np.zeros((len(photos), 601), np.int8)
    names = tuple(map(str, photos))
    return Dataset(tuple(photos), truth, ((),) * len(photos), names, "multi-label", "")


def test_scores_equal_those_of_one_process_though_a_worker_is_killed(
    demo_package: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tools.evaluation.outputs import answer, open_model

    names = sorted(path for path in photos.iterdir() if path.suffix in {".jpg", ".png"}) * 8
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    names[5] = names[-1] = broken
    model = open_model(demo_package)
    data = dataset(names)
    alone = answer(model, data)
    killed: list[int] = []

    def kill_one() -> None:
        until = time.monotonic() + 60
        while not killed and time.monotonic() < until:
            for pid in workers()[:1]:
                time.sleep(0.5)  # in the middle of its block
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            time.sleep(0.05)

    killer = threading.Thread(target=kill_one)
    killer.start()
    monkeypatch.setattr(cluster, "BLOCK", 23)
    together = answer(model, data, TWO)
    killer.join()
    assert killed, "no worker was caught at work"
    np.testing.assert_array_equal(together.probabilities, alone.probabilities)
    assert len(alone.probabilities) == len(names) - 2
    assert together.left_out == alone.left_out and "broken.jpg" in alone.left_out[0]
    assert together.data.photos == alone.data.photos


def test_features_equal_those_of_one_process(photos: Path, tmp_path: Path) -> None:
    """Vectors, hashes and what could not be read, at the same places."""
    from tools.data.features import extract_apart
    from tools.training.recipes import features_package

    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    names = [photos / "cat.png", broken, photos / "koala.jpg", photos / "panda.jpg"] * 20
    package = features_package(None)
    alone = extract_apart(package, names, cache=tmp_path / "one")
    together = extract_apart(package, names, cache=tmp_path / "many", engine=TWO)
    np.testing.assert_array_equal(together.vectors, alone.vectors)
    assert together.hashes == alone.hashes
    assert together.errors == alone.errors and len(alone.errors) == 20


def test_own_hands_the_engine_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools import own
    from tools.training import own as steps

    given: list[steps.Settings] = []

    def stop(settings: steps.Settings, *_: object) -> None:
        given.append(settings)
        raise PocketlensError("stopped", "Far enough.")

    monkeypatch.setattr(steps, "make_own", stop)
    photos = class_folders(tmp_path / "photos", 3)
    options = [str(photos), "--engine", "ray", "--ray-address", "10.0.0.1:6379"]
    options += ["--work", str(tmp_path / "work"), "--out", str(tmp_path / "package")]
    assert CliRunner().invoke(own.main, options).exit_code == 1
    assert given[0].engine == Engine("ray", "10.0.0.1:6379")


def test_an_error_of_a_task_keeps_its_name(demo_package: Path, tmp_path: Path) -> None:
    from tools.evaluation.outputs import answer, open_model

    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    with pytest.raises(PocketlensError, match="None of 1 photos could be read") as caught:
        answer(open_model(demo_package), dataset([broken]), TWO)
    assert caught.value.name == "no_photos"


def test_a_cluster_that_is_not_there_is_a_named_error() -> None:
    with pytest.raises(PocketlensError) as caught:
        spread(len, [[1]], Engine("ray", "127.0.0.1:1"))
    assert caught.value.name == "cluster_failed"


def test_without_ray_the_error_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "ray.py").write_text("raise ImportError('as if it were not installed')\n")
    code = "from tools.data.cluster import *; spread(len, [[1]], Engine('ray'))"
    path = f"{tmp_path}:{ROOT}"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True,
    )  # fmt: skip
    assert "tools/bootstrap.py --ray" in done.stderr
