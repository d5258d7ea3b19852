"""Exported files against MindSpore's own answers, on a real photo, in onnxruntime."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import mindspore as ms
import numpy as np
import onnxruntime
import pytest
from click.testing import CliRunner

from tools import export as command
from tools.conversion import export
from tools.errors import PocketlensError
from tools.network import checkpoints, layers, networks
from tools.package.recipe import Recipe, load_recipe
from tools.places import ROOT

pytestmark = [pytest.mark.mindspore, pytest.mark.slow]

PHOTO = ROOT / "tests" / "data" / "photos" / "cat.png"
DEMO = ROOT / "models" / "mobilenetv2-openimages"
FEATURES = ROOT / "models" / "mobilenetv2-imagenet-features"


def tensor() -> np.ndarray:
    """The photo by the oracle's chain: resize, crop, scale, normalise; (1, 3, 224, 224)."""
    picture = cv2.resize(cv2.imread(str(PHOTO))[:, :, ::-1], (256, 256))[16:240, 16:240]
    values = (picture * (1 / 255.0)).astype(np.float32)
    mean, std = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    return np.ascontiguousarray(((values - mean) / std).transpose(2, 0, 1)[None])


def by_mindspore(recipe: Recipe, checkpoint: Path) -> np.ndarray:
    network, _ = networks.load(recipe, checkpoint)
    return network(ms.Tensor(tensor())).asnumpy()


def by_onnxruntime(path: Path, output: str) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found: np.ndarray = session.run([output], {export.INPUT_NAME: tensor()})[0]
    return found


def dense_recipe(folder: Path, activation: str, classes: int = 5) -> Recipe:
    """A recipe with a dense head and own labels."""
    text = DEMO.joinpath("model.toml").read_text()
    head, rest = text.split("[network.head]")[0], text.split("[input]")[1].split("[labels]")
    tail = "[weights]" + rest[1].split("[weights]")[1].split("[checkpoint]")[0]
    (folder / "labels.csv").write_text(
        "mid,name\n" + "".join(f"own/{i},n{i}\n" for i in range(classes))
    )
    (folder / "model.toml").write_text(
        head.replace("601", str(classes))
        + f'[network.head]\ntype = "dense"\nactivation = "{activation}"\n[input]'
        + rest[0]
        + f'[labels]\ntable = "labels.csv"\ncount = {classes}\n'
        + tail
    )
    return load_recipe(folder)


def own_checkpoint(path: Path, classes: int = 5) -> Path:
    """The real backbone with a random head."""
    from tools.network.assemble import backbone_arrays

    rng = np.random.default_rng(5)
    head = {
        name: rng.normal(scale=0.05, size=shape).astype(np.float32)
        for name, shape in layers.head_shapes(classes).items()
    }
    checkpoints.save_checkpoint(backbone_arrays() | head, path)
    return path


def test_demo_network(tmp_path: Path) -> None:
    recipe = load_recipe(DEMO)
    checkpoint = export.default_checkpoint(recipe)
    made = export.export_checkpoint(recipe, checkpoint, tmp_path / "new" / "m.onnx")
    assert made.naming == "Pocketlens"
    found = by_onnxruntime(made.path, "probabilities")
    assert found.shape == (1, 601)
    np.testing.assert_allclose(found, by_mindspore(recipe, checkpoint), atol=1e-5)
    assert os.listdir(made.path.parent) == ["m.onnx"]


def test_features_of_any_checkpoint(tmp_path: Path) -> None:
    """A features recipe leaves the head out, also of a checkpoint that has one."""
    recipe = load_recipe(FEATURES)
    checkpoint = own_checkpoint(tmp_path / "a.ckpt")
    made = export.export_checkpoint(recipe, checkpoint, tmp_path / "f.onnx")
    found = by_onnxruntime(made.path, "features")
    assert found.shape == (1, 1280)
    np.testing.assert_allclose(found, by_mindspore(recipe, checkpoint), atol=1e-4)


@pytest.mark.parametrize("activation", ["none", "softmax", "sigmoid"])
def test_dense_heads(tmp_path: Path, activation: str) -> None:
    recipe = dense_recipe(tmp_path, activation)
    checkpoint = own_checkpoint(tmp_path / "a.ckpt")
    made = export.export_checkpoint(recipe, checkpoint, tmp_path / "m.onnx")
    found = by_onnxruntime(made.path, "probabilities")
    np.testing.assert_allclose(found, by_mindspore(recipe, checkpoint), atol=1e-4)


def test_mindir(tmp_path: Path) -> None:
    """MindSpore loads the MindIR again and gives the same answers."""
    recipe = dense_recipe(tmp_path, "sigmoid")
    checkpoint = own_checkpoint(tmp_path / "a.ckpt")
    made = export.export_checkpoint(recipe, checkpoint, tmp_path / "m.mindir", "mindir")
    graph = ms.nn.GraphCell(ms.load(str(made.path)))
    found = graph(ms.Tensor(tensor())).asnumpy()
    np.testing.assert_allclose(found, by_mindspore(recipe, checkpoint), atol=1e-5)


def test_errors_keep_their_names_and_leave_nothing(tmp_path: Path) -> None:
    recipe = load_recipe(DEMO)
    out = tmp_path / "out" / "m.onnx"
    with pytest.raises(PocketlensError, match="1006") as caught:
        export.export_checkpoint(recipe, own_checkpoint(tmp_path / "a.ckpt"), out)
    assert caught.value.name == "class_count_mismatch"
    assert os.listdir(out.parent) == []


def test_a_failure_keeps_the_file_that_was_there(tmp_path: Path) -> None:
    out = tmp_path / "m.onnx"
    out.write_text("earlier")
    (tmp_path / "a.ckpt").write_bytes(b"")
    with pytest.raises(PocketlensError) as caught:
        export.export_checkpoint(load_recipe(DEMO), tmp_path / "a.ckpt", out)
    assert caught.value.name == "bad_checkpoint"
    assert out.read_text() == "earlier"


def test_a_worker_that_dies_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))  # no interpreter can start with this
    with pytest.raises(PocketlensError, match="ended with code") as caught:
        export.export_checkpoint(load_recipe(FEATURES), tmp_path / "a.ckpt", tmp_path / "m.onnx")
    assert caught.value.name == "export_failed"


def test_an_unwritable_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PocketlensError) as caught:
        export.export_checkpoint(
            load_recipe(FEATURES), own_checkpoint(tmp_path / "a.ckpt"), tmp_path / "file" / "m.onnx"
        )
    assert caught.value.name == "cannot_write"


def test_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(PocketlensError, match="onnx or mindir"):
        export.export_checkpoint(load_recipe(FEATURES), tmp_path / "a", tmp_path / "b", "tflite")


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command leaves one file and nothing in the working directory."""
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out.onnx"
    done = CliRunner().invoke(command.main, ["--model", str(FEATURES), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "out.onnx" in done.output and "Pocketlens" in done.output
    assert os.listdir(tmp_path) == ["out.onnx"]


def test_command_without_checkpoint_says_what_to_do(tmp_path: Path) -> None:
    dense_recipe(tmp_path, "none")
    done = CliRunner().invoke(command.main, ["--model", str(tmp_path)])
    assert done.exit_code == 1
    assert "--checkpoint" in done.output
