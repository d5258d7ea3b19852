"""The packaging command: every kind of source, the bridge to the converter, parity figures.

Real models, the real converter, the real runtime. Whatever loads the native core or MindSpore runs
in child processes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests import making
from tests.converting import (
    CAT,
    DEMO,
    DEMO_410,
    ROOT,
    TORTOISE,
    checked,
    convert,
    headline,
    made,
    outputs_of,
    random_head,
)
from tools.conversion import bridge
from tools.conversion.parity import check_values, compare, input_tensors
from tools.conversion.request import Request
from tools.errors import PocketlensError
from tools.native.kept import mindspore_worker
from tools.network import oracle
from tools.network.onnx_file import head_nodes
from tools.package.recipe import load_recipe
from tools.package.recipe_tables import AnswerRules

pytestmark = pytest.mark.slow


class TestTheWholeWay:
    """Checkpoint to package for four class counts."""

    def test_601_the_demo(self, demo_package: Path) -> None:
        package = checked(demo_package)
        assert package.manifest.recipe.outputs == len(package.labels) == 601
        assert package.manifest.raw["source"]["kind"] == "checkpoint"
        parity = package.manifest.raw["parity"]
        assert parity["against"] == "onnx" and parity["photos"] >= 16
        assert 0 < parity["max_difference"] <= 1e-4
        # Its thresholds belong to this very checkpoint, and so does the share of its guesses.
        assert {row.status for row in package.thresholds} > {"silent"}
        share = load_recipe(DEMO).answers.guess_share
        assert package.manifest.raw["recipe"]["answers"] == {"guess_share": share}
        assert share > AnswerRules().guess_share  # the default, which another checkpoint gets
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
        model = making.write_recipe(work / "410", DEMO_410, 410)
        checkpoint = random_head(work, 410)
        given = ("--checkpoint", checkpoint, "--thresholds", DEMO_410)
        made("--model", model, *given, "--out", work / "410.zip")
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
        with mindspore_worker() as worker:
            told = worker.call(oracle.checkpoint_outputs, five / "model.toml", checkpoint, tensors)
        assert np.abs(outputs_of(work / "own") - told[0]).max() <= 1e-4

    def test_features(self, work: Path) -> None:
        out = work / "features"
        made("--model", ROOT / "models/mobilenetv2-imagenet-features", "--out", out)
        package = checked(out)
        assert (package.manifest.kind, package.labels) == ("features", ())
        files = sorted(path.name for path in out.iterdir())
        assert files == ["model.json", "model.ms", "reference.bin"]


class TestOtherSources:
    """ONNX, MindIR, .ms."""

    def test_onnx(self, work: Path, demo_onnx: Path) -> None:
        result = made("--onnx", demo_onnx, "--out", work / "onnx")
        assert "from its onnx on 1 photos" in result.output and "changed" not in result.output
        package = checked(work / "onnx")
        assert package.manifest.raw["source"]["file"] == "demo.onnx"
        assert "mindspore" not in package.manifest.raw["versions"]
        network = package.manifest.raw["recipe"]["network"]
        assert (network["architecture"], network["width"]) == ("mobilenetv2", 1.0)
        assert package.manifest.recipe.answers.guess_share == 0.5  # the recipe's is another model's
        assert headline(work / "onnx") == "Cat"

    def test_ms(self, work: Path, demo_ms: Path) -> None:
        result = made("--ms", demo_ms, "--out", work / "ms.zip")
        assert "no source to compare with" in result.output
        raw = checked(work / "ms.zip").manifest.raw
        assert raw["recipe"]["network"]["architecture"] == "unknown"
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
        # The backbone's 8.9 MB shrink to a third, the head stays float.
        assert package.manifest.files["model.ms"].size < 0.7 * demo_onnx.stat().st_size
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


def test_the_head_of_an_onnx(demo_onnx: Path) -> None:
    head = head_nodes(demo_onnx)
    assert any("ReduceMean" in name for name in head) and any("Softmax" in name for name in head)
    assert not any("Conv" in name or "ReLU" in name for name in head)


@pytest.mark.parametrize("data", [b"\x3a\x02\x0a\x05", b"\x3a\x01\xff", b"\x08"])
def test_the_head_of_a_damaged_onnx(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.onnx").write_bytes(data)
    with pytest.raises(PocketlensError) as caught:
        head_nodes(tmp_path / "a.onnx")
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


def test_a_request_says_which_tolerance_it_has() -> None:
    recipe = load_recipe(DEMO)
    assert Request(recipe, Path("x"), CAT).tolerance == 1e-4
    assert Request(recipe, Path("x"), CAT, weights="float16").tolerance == 2e-2
