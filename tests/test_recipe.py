"""`recipe new`: what a model file says becomes a recipe that `convert` takes as it is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import onnx
import pytest
from click.testing import CliRunner, Result
from onnx import TensorProto, helper, numpy_helper

from tests import onnx_models
from tests.converting import CAT, checked, outputs_of
from tools import convert, recipe
from tools.data.photos import read_photo
from tools.network import oracle
from tools.package.recipe import load_recipe

NAMES = ["daisy", "rose", "tulip", "cat", "dog"]


def new(*arguments: object) -> Result:
    """What `recipe new` says."""
    return CliRunner().invoke(recipe.main, ["new", *map(str, arguments)])


def make_onnx(path: Path, end: str = "Softmax", size: tuple[object, object] = (48, 64)) -> Path:
    """A small model: means of the channels, a dense layer, an activation. Input NCHW."""
    weight = np.random.default_rng(1).normal(0, 2, (3, len(NAMES))).astype(np.float32)
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weight"], ["logits"]),
        helper.make_node(end, ["logits"], ["out"]),
    ]
    shape = [1, 3, *size]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, len(NAMES)])],
        [numpy_helper.from_array(weight, "weight")],
    )
    opset = [helper.make_opsetid("", 11)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), str(path))
    return path


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A class list with one name a line."""
    (tmp_path / "my classes.txt").write_text("\n".join(NAMES) + "\n")
    return tmp_path / "my classes.txt"


@pytest.mark.slow
def test_what_it_says_to_type_next_makes_a_package(tmp_path: Path, listed: Path) -> None:
    model, folder = make_onnx(tmp_path / "My Net.onnx"), tmp_path / "models" / "mine"
    said = new("--from", model, "--labels", listed, "--out", folder)
    assert said.exit_code == 0, said.output
    told = load_recipe(folder)
    assert (told.name, told.title, told.outputs) == ("my-net", "My Net", 5)
    assert (told.input.width, told.input.height) == (64, 48)
    assert told.preprocess.crop[2:] == (64, 48)
    assert told.network.head is not None and told.network.head.activation == "softmax"

    typed = shlex.split(said.output.splitlines()[-1])
    words = typed[typed.index("convert") + 1 :]
    words[words.index("--out") + 1] = str(tmp_path / "package")
    made = CliRunner().invoke(convert.main, [*words, "--photos", str(CAT)])
    assert made.exit_code == 0, made.output
    package = checked(tmp_path / "package")
    assert [label.name for label in package.labels] == NAMES

    tensor = oracle.preprocess(read_photo(CAT), told.preprocess)
    weight = numpy_helper.to_array(onnx.load(str(model)).graph.initializer[0])
    logits = tensor.mean(axis=(0, 1), dtype=np.float64) @ weight
    shares = np.exp(logits - logits.max())
    assert np.abs(outputs_of(tmp_path / "package") - shares / shares.sum()).max() <= 1e-4


def test_what_the_file_does_not_say_is_marked(tmp_path: Path, listed: Path) -> None:
    model = make_onnx(tmp_path / "net.onnx", "Identity", ("height", "width"))
    said = new("--from", model, "--labels", listed, "--out", tmp_path / "r")
    assert said.exit_code == 0, said.output
    assert load_recipe(tmp_path / "r").input.shape == (1, 224, 224, 3)
    marked = re.findall(r"look at: (\w*)", said.output)
    assert {"activation", "width"} <= set(marked)


def test_the_activation_that_is_named_is_taken(tmp_path: Path, listed: Path) -> None:
    model = make_onnx(tmp_path / "net.onnx", "Identity")
    given = ("--from", model, "--labels", listed, "--out", tmp_path / "r")
    said = new(*given, "--activation", "sigmoid")
    head = load_recipe(tmp_path / "r").network.head
    assert head is not None and head.activation == "sigmoid"
    assert "look at: activation" not in said.output


def test_a_list_of_another_length_is_refused_and_nothing_is_left(
    tmp_path: Path, listed: Path
) -> None:
    listed.write_text("daisy\nrose\n")
    model = make_onnx(tmp_path / "net.onnx")
    said = new("--from", model, "--labels", listed, "--out", tmp_path / "r")
    assert said.exit_code == 1 and "class_count_mismatch" in said.output
    assert not (tmp_path / "r").exists()


def test_a_recipe_that_is_there_is_not_replaced(tmp_path: Path, listed: Path) -> None:
    model = make_onnx(tmp_path / "net.onnx")
    given = ("--from", model, "--labels", listed, "--out", tmp_path / "r")
    assert new(*given).exit_code == 0
    (tmp_path / "r" / "model.toml").write_text("mine")
    said = new(*given)
    assert said.exit_code == 1 and "is not replaced" in said.output
    assert (tmp_path / "r" / "model.toml").read_text() == "mine"


def test_what_is_no_onnx_is_a_named_error(tmp_path: Path, listed: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"<html>not found</html>")
    said = new("--from", tmp_path / "net.onnx", "--labels", listed, "--out", tmp_path / "r")
    assert said.exit_code == 1 and "error [bad_model_file]" in said.output
    said = new("--from", tmp_path / "gone.onnx", "--labels", listed, "--out", tmp_path / "r")
    assert said.exit_code == 1 and "error [missing_file]" in said.output


def test_what_a_file_holds_decides_and_not_its_name(tmp_path: Path, listed: Path) -> None:
    model = make_onnx(tmp_path / "net.bin")
    said = new("--from", model, "--labels", listed, "--out", tmp_path / "r")
    assert said.exit_code == 0 and f"--onnx {model}" in said.output
    (tmp_path / "net.onnx").write_bytes(b"\x1c\0\0\0TFL3" + bytes(200))
    said = new("--from", tmp_path / "net.onnx", "--labels", listed, "--out", tmp_path / "q")
    assert said.exit_code == 1 and "tf2onnx" in said.output


@pytest.mark.parametrize(
    ("kind", "activation", "asked"),
    [
        ("nhwc_input", "softmax", set()),
        ("conv_head_softmax", "softmax", set()),
        ("log_softmax", "softmax", set()),
        ("sigmoid", "sigmoid", set()),
        ("external", "softmax", set()),
        ("dynamic_batch", "softmax", set()),
        ("dynamic_everything", "softmax", {"width"}),
        ("logits", "softmax", {"activation"}),
    ],
)
def test_models_of_every_form_say_what_they_can(
    tmp_path: Path, listed: Path, kind: str, activation: str, asked: set[str]
) -> None:
    model = onnx_models.write(tmp_path, kind)
    said = new("--from", model, "--labels", listed, "--out", tmp_path / "r")
    assert said.exit_code == 0, said.output
    told = load_recipe(tmp_path / "r")
    assert told.network.head is not None and told.network.head.activation == activation
    assert told.input.shape == (1, 224, 224, 3)
    marked = set(re.findall(r"look at: (\w*)", said.output))
    assert marked & {"activation", "width"} == asked


def test_the_crop_that_it_writes_is_pillows_too(tmp_path: Path, listed: Path) -> None:
    """An odd margin (55 to 48) is rounded as the reader of Pillow's interpolations asks."""
    model, folder = make_onnx(tmp_path / "net.onnx", size=(48, 48)), tmp_path / "mine"
    assert new("--from", model, "--labels", listed, "--out", folder).exit_code == 0
    path = folder / "model.toml"
    path.write_text(path.read_text().replace('n = "bilinear-q11"', 'n = "pillow-bicubic"'))
    read = load_recipe(folder).preprocess
    assert read.interpolation == "pillow-bicubic" and read.crop == (4, 4, 48, 48)
