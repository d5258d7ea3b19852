"""What the packaging command refuses, by which name, and what a kill leaves behind."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import making, onnx_models
from tests.converting import (
    CAT,
    DEMO_410,
    OFFICIAL,
    ROOT,
    TORTOISE,
    checked,
    convert,
    made,
    random_head,
    refused,
)
from tools.conversion import bridge
from tools.package.reader import open_package

pytestmark = pytest.mark.slow


class TestRefusals:
    """What is refused, by which name, and that nothing is left behind."""

    @pytest.fixture(autouse=True)
    def nothing_left(self, tmp_path: Path) -> Iterator[None]:
        """After a refusal there is nothing at --out, nor beside it."""
        (tmp_path / "out").mkdir()
        yield
        assert os.listdir(tmp_path / "out") == []

    @pytest.mark.parametrize("kind", ["checkpoint", "onnx", "mindir", "ms"])
    def test_no_such_file(self, tmp_path: Path, kind: str) -> None:
        refused("missing_file", f"--{kind}", tmp_path / "no", "--out", tmp_path / "out/p")

    @pytest.mark.parametrize("kind", ["checkpoint", "onnx", "mindir", "ms"])
    @pytest.mark.parametrize(
        "data", [b"", b"\0" * 64, b"hello, this is a letter\n", b"\xff" * 5000]
    )
    def test_no_model(self, tmp_path: Path, kind: str, data: bytes) -> None:
        (tmp_path / "bad").write_bytes(data)
        result = convert(f"--{kind}", tmp_path / "bad", "--out", tmp_path / "out/p")
        name = "bad_checkpoint" if kind == "checkpoint" and data else "bad_model_file"
        assert result.exit_code == 1 and f"error [{name}]" in result.output, result.output

    @pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
    def test_a_cut_onnx(self, tmp_path: Path, demo_onnx: Path, share: float) -> None:
        data = demo_onnx.read_bytes()
        (tmp_path / "cut.onnx").write_bytes(data[: int(len(data) * share)])
        refused("bad_model_file", "--onnx", tmp_path / "cut.onnx", "--out", tmp_path / "out/p")

    def test_a_cut_ms(self, tmp_path: Path, demo_ms: Path) -> None:
        (tmp_path / "cut.ms").write_bytes(demo_ms.read_bytes()[:-100_000])
        refused("model_build_failed", "--ms", tmp_path / "cut.ms", "--out", tmp_path / "out/p")

    def test_onnx_without_a_node(self, tmp_path: Path) -> None:
        # IR version 4 and an empty graph: a fine protocol buffer, and no model.
        (tmp_path / "empty.onnx").write_bytes(b"\x08\x04\x3a\x00")
        said = refused(
            "input_mismatch", "--onnx", tmp_path / "empty.onnx", "--out", tmp_path / "out/p"
        )
        assert "Found: none" in said

    def test_onnx_that_the_converter_refuses(self, tmp_path: Path, work: Path, five: Path) -> None:
        model = making.write_recipe(tmp_path / "model", work / "flowers", 5, "softmax")
        given = onnx_models.write(tmp_path, "unknown_operator")
        out = tmp_path / "out/p"
        said = refused("converter_failed", "--model", model, "--onnx", given, "--out", out)
        assert "it has no operator MyRelu" in said and "[ERROR]" not in said

    def test_kinds_mixed_up(self, tmp_path: Path, demo_onnx: Path, mindir: Path) -> None:
        out = tmp_path / "out/p"
        assert "--onnx" in refused("bad_model_file", "--mindir", demo_onnx, "--out", out)
        given = mindir / "v1.mindir"
        assert "--mindir" in refused("bad_model_file", "--onnx", given, "--out", out)
        refused("bad_model_file", "--ms", demo_onnx, "--out", out)

    def test_a_mindir_of_a_newer_version(self, tmp_path: Path, five: Path, mindir: Path) -> None:
        said = refused(
            "bad_model_file",
            "--model",
            five,
            "--mindir",
            mindir / "v3.mindir",
            "--out",
            tmp_path / "out/p",
        )
        assert "MindIR version 3" in said and "--checkpoint" in said

    def test_outputs_that_fit_no_class_list(
        self, tmp_path: Path, demo_ms: Path, five: Path
    ) -> None:
        said = refused(
            "class_count_mismatch", "--model", five, "--ms", demo_ms, "--out", tmp_path / "out/p"
        )
        assert "the class list has 5, the model has 601" in said and "--labels" in said

    def test_a_class_list_that_does_not_fit(self, tmp_path: Path, demo_ms: Path) -> None:
        refused(
            "class_count_mismatch",
            "--ms",
            demo_ms,
            "--exclude",
            TORTOISE,
            "--out",
            tmp_path / "out/p",
        )
        refused(
            "class_count_mismatch",
            "--ms",
            demo_ms,
            "--labels",
            DEMO_410,
            "--out",
            tmp_path / "out/p",
        )

    def test_a_file_with_another_count_than_published(self, tmp_path: Path, demo_ms: Path) -> None:
        text = OFFICIAL.read_text().replace("/m/011k07,Tortoise\n", "")
        (tmp_path / "list.csv").write_text(text)
        model = making.write_recipe(tmp_path / "model", tmp_path / "list.csv", 601)
        said = refused(
            "class_count_mismatch", "--model", model, "--ms", demo_ms, "--out", tmp_path / "out/p"
        )
        assert "the recipe has 601, the class list has 600" in said

    def test_logits(self, tmp_path: Path, work: Path, five: Path) -> None:
        model = making.write_recipe(tmp_path / "model", work / "flowers", 5, "none")
        said = refused(
            "bad_probabilities",
            "--model",
            model,
            "--checkpoint",
            random_head(work, 5),
            "--out",
            tmp_path / "out/p",
        )
        assert "logits" in said

    def test_an_input_in_another_layout(self, tmp_path: Path, demo_onnx: Path) -> None:
        command = [
            bridge.PROGRAM,
            "--from",
            "onnx",
            "--in",
            demo_onnx,
            "--out",
            tmp_path / "nchw.ms",
            "--input-format",
            "NCHW",
        ]
        subprocess.run(command, check=True, capture_output=True)
        refused("input_mismatch", "--ms", tmp_path / "nchw.ms", "--out", tmp_path / "out/p")

    def test_out_of_tolerance(self, tmp_path: Path, demo_onnx: Path) -> None:
        model = making.write_recipe(
            tmp_path / "model", OFFICIAL, 601, tolerance="{ float32 = 1e-12, float16 = 1e-6 }"
        )
        out = tmp_path / "out/p"
        said = refused("parity_failed", "--model", model, "--onnx", demo_onnx, "--out", out)
        assert "at most 1e-12" in said

    def test_weights_without_a_tolerance(self, tmp_path: Path, demo_onnx: Path) -> None:
        model = making.write_recipe(
            tmp_path / "model", OFFICIAL, 601, tolerance="{ float32 = 1e-4 }"
        )
        refused(
            "bad_recipe",
            "--model",
            model,
            "--onnx",
            demo_onnx,
            "--weights",
            "float16",
            "--out",
            tmp_path / "out/p",
        )

    def test_thresholds_of_other_labels(self, tmp_path: Path, demo_ms: Path) -> None:
        refused(
            "bad_thresholds", "--ms", demo_ms, "--thresholds", DEMO_410, "--out", tmp_path / "out/p"
        )

    def test_no_photos(self, tmp_path: Path, demo_ms: Path) -> None:
        (tmp_path / "photos").mkdir()
        refused(
            "no_photos",
            "--ms",
            demo_ms,
            "--photos",
            tmp_path / "photos",
            "--out",
            tmp_path / "out/p",
        )

    def test_two_sources(self, tmp_path: Path, demo_ms: Path) -> None:
        result = convert("--ms", demo_ms, "--onnx", demo_ms, "--out", tmp_path / "out/p")
        assert result.exit_code == 2

    def test_labels_for_a_features_model(self, tmp_path: Path, demo_ms: Path) -> None:
        refused(
            "wrong_kind",
            "--model",
            ROOT / "models/mobilenetv2-imagenet-features",
            "--ms",
            demo_ms,
            "--labels",
            OFFICIAL,
            "--out",
            tmp_path / "out/p",
        )

    def test_a_place_that_cannot_be(self, tmp_path: Path, demo_ms: Path) -> None:
        (tmp_path / "file").write_text("x")
        refused("cannot_write", "--ms", demo_ms, "--out", tmp_path / "file" / "p")


@pytest.fixture(scope="module")
def old_package(work: Path, demo_ms: Path) -> Path:
    """A package of version 0.9.0."""
    model = work / "old-model"
    making.write_recipe(model, OFFICIAL, 601)
    text = (model / "model.toml").read_text().replace('version = "1.0.0"', 'version = "0.9.0"')
    (model / "model.toml").write_text(text)
    made("--model", model, "--ms", demo_ms, "--out", work / "old")
    return work / "old"


def run_killed(points: int, old: Path, package: Path, arguments: Sequence[object]) -> Any:
    """What tests/killing.py reports."""
    command = [sys.executable, "-m", "tests.killing", points, old, package, *arguments]
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=580,
    )
    return json.loads(done.stdout)


def test_a_kill_at_any_point_leaves_the_previous_package(
    tmp_path: Path, old_package: Path, demo_ms: Path
) -> None:
    package = tmp_path / "package"
    report = run_killed(
        28, old_package, package, ["--ms", demo_ms, "--out", package, "--photos", CAT]
    )
    runs = report["runs"]
    assert len(runs) >= 25
    assert all(run["killed"] for run in runs)
    versions = [run["package"] for run in runs]
    assert set(versions) == {"0.9.0", "1.0.0"}
    assert versions == sorted(versions)  # the old one up to the exchange, the new one from then on
    assert any(len(run["files"]) > 1 for run in runs[-3:])  # a kill leaves temporary folders,
    made("--ms", demo_ms, "--out", package)
    assert os.listdir(tmp_path) == ["package"]  # which the next run removes
    assert checked(package).manifest.version == "1.0.0"


def test_a_kill_at_any_time_leaves_the_previous_package(
    tmp_path: Path, old_package: Path, demo_onnx: Path
) -> None:
    """With its child processes, while they export nothing, convert or run the model."""
    package = tmp_path / "package"
    shutil.copytree(old_package, package)
    command = [sys.executable, "-m", "tools", "convert", "--onnx", demo_onnx, "--out", package]
    for seconds in np.linspace(0.3, 3, 5) + random.random() * 0.2:
        process = subprocess.Popen(
            [str(word) for word in [*command, "--photos", CAT]],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert open_package(package).manifest.version in ("0.9.0", "1.0.0")
    made("--onnx", demo_onnx, "--out", package)
    assert os.listdir(tmp_path) == ["package"]


def test_two_conversions_at_once(tmp_path: Path, demo_ms: Path) -> None:
    package = tmp_path / "package"
    command = [sys.executable, "-m", "tools", "convert", "--ms", demo_ms, "--out", package]
    processes = [
        subprocess.Popen(
            [str(word) for word in [*command, "--photos", CAT]],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    assert [process.wait(120) for process in processes] == [0, 0]
    assert os.listdir(tmp_path) == ["package"]
    checked(package)
