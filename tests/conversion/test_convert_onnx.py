"""Other people's ONNX models on the whole way to a package, judged by onnxruntime.

Each kind of tests/onnx_models.py that the converter treats in its own way; the repairs themselves
are tested beside them (tests/network/test_onnx_repair.py).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from tests import making, onnx_models, onnx_networks
from tests.converting import CAT, checked, made, outputs_of, refused
from tools.conversion import bridge
from tools.conversion.parity import check_variety, input_tensors
from tools.errors import PocketlensError
from tools.network import oracle
from tools.package.recipe import load_recipe

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def soft(work: Path, five: Path) -> Path:
    """The recipe of five classes with a softmax."""
    return making.write_recipe(work / "soft", work / "flowers", 5, "softmax")


def answer(given: Path, recipe: Path) -> np.ndarray:
    """onnxruntime's answer to the model as it was given, after a softmax where it has none."""
    tensors = input_tensors(CAT, load_recipe(recipe).preprocess)
    row = oracle.onnx_outputs(given, tensors)[0].astype(np.float64)
    if row.min() < 0 or abs(row.sum() - 1) > 1e-3:
        row = np.exp(row - row.max()) / np.exp(row - row.max()).sum()
    return row


@pytest.mark.parametrize(
    "kind",
    [
        "dynamic_batch",
        "nhwc_input",
        "external",
        "max_pool",
        "small_logits",
        "conv_head",
        "half",
        "squeezed",
        "clipped_above",
        "mish",
        "counted_padding",
        "counted_padding_10",
        "flattened_by_size",
    ],
)
def test_a_package_answers_as_the_model_did(tmp_path: Path, soft: Path, kind: str) -> None:
    given = onnx_models.write(tmp_path, kind)
    result = made("--model", soft, "--onnx", given, "--out", tmp_path / "p")
    assert "changed: " in result.output
    raw = checked(tmp_path / "p").manifest.raw
    assert raw["parity"]["against"] == "onnx" and "note" not in raw["parity"]
    assert raw["source"]["changes"] and ("external" in raw["source"]) == (kind == "external")
    assert raw["recipe"]["network"]["architecture"] == "unknown"
    assert "width" not in raw["recipe"]["network"]
    found = outputs_of(tmp_path / "p")
    assert np.abs(found - answer(given, soft)).max() <= (1e-3 if kind == "half" else 1e-5)


def test_a_whole_network_with_poolings_and_shuffled_channels(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("".join(f"class {i}\n" for i in range(1000)))
    model = making.write_recipe(tmp_path / "m", tmp_path / "classes.txt", 1000, "softmax")
    given = tmp_path / "shufflenet.onnx"
    onnx.save(onnx_networks.architecture("shufflenet"), str(given))
    made("--model", model, "--onnx", given, "--out", tmp_path / "p")
    assert np.abs(outputs_of(tmp_path / "p") - answer(given, model)).max() <= 1e-5


def test_a_title_does_not_claim_another_network(tmp_path: Path, work: Path, five: Path) -> None:
    model = making.write_recipe(tmp_path / "m", work / "flowers", 5, "softmax")
    text = (model / "model.toml").read_text()
    (model / "model.toml").write_text(text.replace("A test model", "MobileNetV2 1.0/224, flowers"))
    given = onnx_models.write(tmp_path, "plain")
    made("--model", model, "--onnx", given, "--out", tmp_path / "p")
    assert checked(tmp_path / "p").manifest.title == "test-model from plain.onnx"


def test_the_same_answer_for_every_photo(tmp_path: Path, soft: Path) -> None:
    given = onnx_models.write(tmp_path, "constant")
    said = refused("same_answer", "--model", soft, "--onnx", given, "--out", tmp_path / "p")
    assert "trained" in said and not (tmp_path / "p").exists()


def test_a_sure_network_is_not_called_the_same() -> None:
    """Two classes, all photos of the first: only the small probability's digits tell photos."""
    small = np.array([3e-9, 1e-9, 2e-9], np.float32)
    check_variety(np.stack([1 - small, small], axis=1))
    with pytest.raises(PocketlensError):
        check_variety(np.full((3, 2), [1, 3e-9], np.float32))


def test_logits_between_0_and_1_are_found(tmp_path: Path, soft: Path) -> None:
    """A ready .ms gets no activation appended; its outputs do not add up to 1."""
    given = onnx_models.write(tmp_path, "small_logits")
    bridge.convert_model(given, "onnx", tmp_path / "a.ms")
    said = refused("bad_probabilities", "--model", soft, "--ms", tmp_path / "a.ms", "--out", "x")
    assert "values that add up to" in said


def test_8_bits_are_named_before_the_converter_speaks(tmp_path: Path, soft: Path) -> None:
    given = onnx_models.write(tmp_path, "qdq")
    said = refused("bad_model_file", "--model", soft, "--onnx", given, "--out", tmp_path / "p")
    assert "quantised" in said and "--quantize int8" in said and "conversion" not in said


@pytest.mark.parametrize("kind", ["tflite", "h5"])
def test_the_way_from_another_format_is_told(tmp_path: Path, soft: Path, kind: str) -> None:
    heads = {"tflite": b"\x1c\0\0\0TFL3", "h5": b"\x89HDF\r\n\x1a\n"}
    (tmp_path / "model").write_bytes(heads[kind] + bytes(200))
    said = refused("bad_model_file", "--model", soft, "--onnx", tmp_path / "model", "--out", "x")
    assert "damaged" not in said
    assert ("tf2onnx.convert --tflite" in said) if kind == "tflite" else ('format="onnx"' in said)
