"""The packaging command, whole: every kind of source, every refusal, and what a kill leaves behind.

Real models, the real converter, the real runtime. Whatever loads the native core or MindSpore runs
in child processes.
"""

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
from click.testing import CliRunner, Result

from tests import making
from tools.convert import main
from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.export import export_checkpoint
from tools.native import check_package
from tools.native.worker import Worker
from tools.network import oracle
from tools.package import bridge, packer
from tools.package.model_files import onnx_head
from tools.package.packer import Request
from tools.package.parity import check_values, compare, input_tensors
from tools.package.reader import Package, open_package
from tools.package.recipe import load_recipe

ROOT = Path(__file__).resolve().parent.parent
DEMO = making.DEMO
CAT = ROOT / "tests/data/photos/cat.png"
OFFICIAL = ROOT / "labels/openimages-boxable.csv"
DEMO_410 = ROOT / "labels/lite-demo-410-thresholds.csv"
TORTOISE = "/m/011k07"  # row 0: without it every index changes


def convert(*arguments: object) -> Result:
    """The command's result, with one photo unless the arguments name others."""
    words = [str(one) for one in arguments]
    photos = [] if "--photos" in words else ["--photos", str(CAT)]
    return CliRunner().invoke(main, [*words, *photos])


def made(*arguments: object) -> Result:
    """The result of a conversion that must work."""
    result = convert(*arguments)
    assert result.exit_code == 0, result.output
    return result


def refused(name: str, *arguments: object) -> str:
    """What a conversion says that must be refused by this name."""
    result = convert(*arguments)
    assert result.exit_code == 1, result.output
    assert f"error [{name}]" in result.output, result.output
    return result.output


def outputs_of(package: Path, photo: Path = CAT) -> np.ndarray:
    """The package's raw outputs for a photo, through the core."""
    with Worker() as worker, worker.open(package) as classifier:
        return classifier.classify(read_photo(photo)).probabilities


def headline(package: Path) -> str:
    """The name that the core gives to the cat's photo."""
    with Worker() as worker, worker.open(package) as classifier:
        found = classifier.classify(read_photo(CAT)).headline
    return found.label.name if found else "not sure"


def checked(package: Path) -> Package:
    """A package that both readers take."""
    with Worker() as worker:
        worker.call(check_package, package)
    return open_package(package)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what several tests use."""
    return tmp_path_factory.mktemp("convert")


@pytest.fixture(scope="module")
def demo_onnx(work: Path) -> Path:
    """The demo's checkpoint as ONNX."""
    recipe = load_recipe(DEMO)
    with Worker() as worker:
        checkpoint = worker.call(packer.default_checkpoint, recipe)
    return export_checkpoint(recipe, checkpoint, work / "demo.onnx").path


@pytest.fixture(scope="module")
def demo_ms(demo_onnx: Path, work: Path) -> Path:
    """The demo as .ms."""
    bridge.convert_model(demo_onnx, "onnx", work / "demo.ms")
    return work / "demo.ms"


@pytest.fixture(scope="module")
def five(work: Path) -> Path:
    """A model folder with five classes of one's own, from a folder of class folders."""
    for name in ("daisy", "dandelion", "roses", "sunflowers", "tulips"):
        (work / "flowers" / name).mkdir(parents=True)
    return making.write_recipe(work / "five", work / "flowers", 5)


@pytest.fixture(scope="module")
def mindir(work: Path) -> Path:
    """The folder of the tiny MindIR models."""
    (work / "mindir").mkdir()
    with Worker() as worker:
        worker.call(making.tiny_mindir, work / "mindir")
    return work / "mindir"


def random_head(work: Path, classes: int) -> Path:
    """A checkpoint of the real backbone with a random head."""
    path = work / f"random-{classes}.ckpt"
    with Worker() as worker:
        worker.call(making.random_head_checkpoint, path, classes)
    return path


class TestTheWholeWay:
    """Checkpoint to package for four class counts."""

    def test_601_the_demo(self, demo_package: Path) -> None:
        package = checked(demo_package)
        assert package.manifest.recipe.outputs == len(package.labels) == 601
        assert package.manifest.raw["source"]["kind"] == "checkpoint"
        parity = package.manifest.raw["parity"]
        assert parity["against"] == "onnx" and parity["photos"] >= 16
        assert 0 < parity["max_difference"] <= 1e-4
        assert headline(demo_package) == "Cat"

    def test_600_one_row_left_out(self, work: Path) -> None:
        made("--model", DEMO, "--exclude", TORTOISE, "--out", work / "600")
        package = checked(work / "600")
        assert package.manifest.recipe.outputs == len(package.labels) == 600
        assert TORTOISE not in {label.mid for label in package.labels}
        assert TORTOISE not in {mid for edge in package.hierarchy for mid in edge}
        assert all(TORTOISE not in names for names in package.names.values())
        assert headline(work / "600") == "Cat"

    def test_410_the_older_demos_labels(self, work: Path) -> None:
        model = making.write_recipe(work / "410", DEMO_410, 410, thresholds=DEMO_410)
        checkpoint = random_head(work, 410)
        made("--model", model, "--checkpoint", checkpoint, "--out", work / "410.zip")
        package = checked(work / "410.zip")
        assert [package.labels[0].name, package.labels[409].name] == ["Herd", "Canoe"]
        assert package.thresholds[0].threshold == 0.23
        assert len(outputs_of(work / "410.zip")) == 410

    def test_5_own_classes(self, work: Path, five: Path) -> None:
        checkpoint = random_head(work, 5)
        made("--model", five, "--checkpoint", checkpoint, "--out", work / "own")
        package = checked(work / "own")
        assert [label.mid for label in package.labels][:2] == ["own/daisy", "own/dandelion"]
        assert {row.status for row in package.thresholds} == {"default"}
        tensors = input_tensors(CAT, load_recipe(five).preprocess)
        with Worker() as worker:
            told = worker.call(oracle.checkpoint_outputs, five / "model.toml", checkpoint, tensors)
        assert np.abs(outputs_of(work / "own") - told[0]).max() <= 1e-4

    def test_features(self, work: Path) -> None:
        out = work / "features"
        made("--model", ROOT / "models/mobilenetv2-imagenet-features", "--out", out)
        package = checked(out)
        assert (package.manifest.kind, package.labels) == ("features", ())
        assert sorted(path.name for path in out.iterdir()) == ["model.json", "model.ms"]


class TestOtherSources:
    """ONNX, MindIR, .ms."""

    def test_onnx(self, work: Path, demo_onnx: Path) -> None:
        result = made("--onnx", demo_onnx, "--out", work / "onnx")
        assert "from its onnx on 1 photos" in result.output
        package = checked(work / "onnx")
        assert package.manifest.raw["source"]["file"] == "demo.onnx"
        assert "mindspore" not in package.manifest.raw["versions"]
        assert headline(work / "onnx") == "Cat"

    def test_ms(self, work: Path, demo_ms: Path) -> None:
        result = made("--ms", demo_ms, "--out", work / "ms.zip")
        assert "no source to compare with" in result.output
        raw = checked(work / "ms.zip").manifest.raw
        assert raw["parity"]["against"] is None
        assert raw["versions"]["converter"] == "2.0.0"

    def test_mindir(self, work: Path, five: Path, mindir: Path) -> None:
        result = made("--model", five, "--mindir", mindir / "v1.mindir", "--out", work / "mindir5")
        assert "from its mindir on 1 photos" in result.output
        checked(work / "mindir5")
        tensor = input_tensors(CAT, load_recipe(five).preprocess)[0]
        told = making.tiny_mindir_outputs(mindir / "weight.npy", tensor)
        assert np.abs(outputs_of(work / "mindir5") - told).max() <= 1e-4

    def test_float16_is_half_the_size_and_has_its_own_tolerance(
        self, work: Path, demo_onnx: Path, demo_ms: Path
    ) -> None:
        made("--onnx", demo_onnx, "--weights", "float16", "--out", work / "f16")
        package = checked(work / "f16")
        assert (package.manifest.variant, package.manifest.tolerance) == ("float16", 2e-2)
        assert package.manifest.raw["parity"]["max_difference"] > 1e-6
        assert package.manifest.files["model.ms"].size < 0.6 * demo_ms.stat().st_size
        assert headline(work / "f16") == "Cat"

    def test_int8_is_measured_and_says_so(self, work: Path, demo_onnx: Path) -> None:
        photos = work / "calibration"
        photos.mkdir()
        for name in ("cat.png", "koala.jpg"):
            shutil.copy(CAT.with_name(name), photos)
        made(
            "--onnx",
            demo_onnx,
            "--quantize",
            "int8",
            "--calibration",
            photos,
            "--out",
            work / "int8",
        )
        package = checked(work / "int8")
        parity = package.manifest.raw["parity"]
        assert package.manifest.variant == "int8"
        assert (
            parity["max_difference"] <= package.manifest.tolerance <= 1.1 * parity["max_difference"]
        )
        assert package.manifest.files["model.ms"].size < 8_000_000
        assert headline(work / "int8") in ("Cat", "Carnivore", "Mammal", "Animal")

    @pytest.mark.parametrize(
        "options",
        [
            ["--quantize", "int8"],
            ["--calibration", CAT],
            ["--quantize", "int8", "--calibration", CAT, "--weights", "float16"],
            ["--quantize", "int8", "--calibration", CAT, "--ms", "model.ms"],
            ["--weights", "float16", "--ms", "model.ms"],
        ],
    )
    def test_options_that_say_nothing_together(self, options: list[object]) -> None:
        assert convert(*options).exit_code == 2

    def test_the_same_inputs_give_the_same_bytes(self, work: Path, demo_onnx: Path) -> None:
        for name in ("same-1.zip", "same-2.zip"):
            made("--onnx", demo_onnx, "--out", work / name)
        assert (work / "same-1.zip").read_bytes() == (work / "same-2.zip").read_bytes()


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

    def test_onnx_that_the_converter_refuses(self, tmp_path: Path) -> None:
        # ir_version 4 and an empty graph: a fine protocol buffer, and no model.
        (tmp_path / "empty.onnx").write_bytes(b"\x08\x04\x3a\x00")
        said = refused(
            "converter_failed", "--onnx", tmp_path / "empty.onnx", "--out", tmp_path / "out/p"
        )
        assert "could not convert" in said and "[ERROR]" not in said

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


def test_the_head_of_an_onnx(demo_onnx: Path) -> None:
    head = onnx_head(demo_onnx)
    assert any("ReduceMean" in name for name in head) and any("Softmax" in name for name in head)
    assert not any("Conv" in name or "ReLU" in name for name in head)


@pytest.mark.parametrize("data", [b"\x3a\x02\x0a\x05", b"\x3a\x01\xff", b"\x08"])
def test_the_head_of_a_damaged_onnx(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.onnx").write_bytes(data)
    with pytest.raises(PocketlensError) as caught:
        onnx_head(tmp_path / "a.onnx")
    assert caught.value.name == "bad_model_file"


class TestTheBridge:
    """The converter in its own process."""

    def test_time_limit(self, tmp_path: Path, demo_onnx: Path) -> None:
        with pytest.raises(PocketlensError) as caught:
            bridge.convert_model(demo_onnx, "onnx", tmp_path / "a.ms", seconds=0.01)
        assert caught.value.name == "timed_out"

    def test_not_built(
        self, tmp_path: Path, demo_onnx: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bridge, "PROGRAM", tmp_path / "nothing")
        with pytest.raises(PocketlensError) as caught:
            bridge.convert_model(demo_onnx, "onnx", tmp_path / "a.ms")
        assert caught.value.name == "core_missing" and "make setup" in caught.value.message

    def test_a_converter_that_crashes(
        self, tmp_path: Path, demo_onnx: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program = tmp_path / "crash"
        program.write_text("#!/bin/sh\nkill -SEGV $$\n")
        program.chmod(0o755)
        monkeypatch.setattr(bridge, "PROGRAM", program)
        with pytest.raises(PocketlensError) as caught:
            bridge.convert_model(demo_onnx, "onnx", tmp_path / "a.ms")
        assert caught.value.name == "converter_failed" and "SIGSEGV" in caught.value.message

    def test_the_first_useful_line_is_shown(self, tmp_path: Path) -> None:
        (tmp_path / "empty.onnx").write_bytes(b"\x08\x04\x3a\x00")
        with pytest.raises(PocketlensError) as caught:
            bridge.convert_model(tmp_path / "empty.onnx", "onnx", tmp_path / "a.ms")
        assert "\n" not in caught.value.message
        assert not (tmp_path / "a.ms").exists()

    def test_describe(self, demo_ms: Path) -> None:
        info = bridge.describe_ms(demo_ms)
        assert info.inputs[0].shape == (1, 224, 224, 3)
        assert (info.outputs, info.inputs[0].dtype) == (601, "float32")


class TestParityFigures:
    """Comparing outputs."""

    def test_a_tie_is_no_disagreement(self) -> None:
        expected = np.array([[0.5, 0.5, 0.1]], np.float32)
        outputs = np.array([[0.5, 0.500001, 0.1]], np.float32)
        parity = compare(outputs, expected, "onnx")
        assert parity.top1_agreement == 1 and parity.max_difference == pytest.approx(1e-6, rel=0.1)
        assert compare(outputs[:, ::-1] * [[1, 1, 1.1]], expected, "onnx").top1_agreement == 0

    def test_shapes_must_agree(self) -> None:
        with pytest.raises(PocketlensError) as caught:
            compare(np.zeros((1, 5), np.float32), np.zeros((1, 6), np.float32), "onnx")
        assert caught.value.name == "output_mismatch"

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_no_numbers(self, bad: float) -> None:
        with pytest.raises(PocketlensError) as caught:
            check_values(np.array([[0.5, bad]], np.float32), load_recipe(DEMO))
        assert caught.value.name == "score_not_finite"


# --- kills


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


def test_a_request_says_which_tolerance_it_has() -> None:
    recipe = load_recipe(DEMO)
    assert Request(recipe, Path("x"), CAT).tolerance == 1e-4
    assert Request(recipe, Path("x"), CAT, weights="float16").tolerance == 2e-2
