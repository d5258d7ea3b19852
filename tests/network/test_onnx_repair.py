"""Other people's ONNX models answer after repair as before, both judged by onnxruntime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from tests import making, onnx_models
from tests.fuzz_models import damaged
from tools.errors import PocketlensError
from tools.network import onnx_file, oracle
from tools.network.onnx_repair import Repair, answers, repair_file
from tools.package.recipe import Recipe, load_recipe


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "classes.txt").write_text("".join(f"class {i}\n" for i in range(5)))
    return load_recipe(making.write_recipe(folder, folder / "classes.txt", 5, "softmax"))


@pytest.fixture(scope="module")
def tensors() -> list[np.ndarray]:
    random = np.random.default_rng(1)
    return [random.normal(0, 1, (224, 224, 3)).astype(np.float32) for _ in range(2)]


def repaired(folder: Path, kind: str, recipe: Recipe) -> tuple[Path, Repair]:
    given = onnx_models.write(folder, kind)
    return given, repair_file(given, recipe, folder / "repaired.onnx")


NOT_CHANGED = ["plain", "own_softmax", "axes_as_input", "weights_as_inputs"]
CHANGED = {
    "dynamic_batch": ["input batch×3×224×224 fixed to 1×3×224×224"],
    "dynamic_everything": ["input N×3×H×W fixed to 1×3×224×224"],
    "without_sizes": ["input ?×3×?×? fixed to 1×3×224×224"],
    "batch_of_eight": ["input 8×3×224×224 fixed to 1×3×224×224"],
    "flattened_by_size": ["input batch×3×224×224 fixed to 1×3×224×224"],
    "nhwc_input": ["input turned to channels first"],
    "nhwc_after_scaling": [
        "input n×224×224×3 fixed to 1×224×224×3",
        "input turned to channels first",
    ],
    "max_pool": ["dilations of 1, the default, left out of 1 × pooling"],
    "max_pool_12": ["dilations of 1, the default, left out of 1 × pooling"],
    "average_pool_19": ["dilations of 1, the default, left out of 1 × pooling"],
    "logits": ["softmax appended, as the recipe says: the model ends in logits"],
    "small_logits": ["softmax appended, as the recipe says: the model ends in logits"],
    "log_softmax": ["softmax appended, as the recipe says: the model ends in logits"],
    "conv_head": [
        "defaults written out at 1 × Conv",
        "output 1×5×1×1 made one row",
        "softmax appended, as the recipe says: the model ends in logits",
    ],
    "conv_head_softmax": ["defaults written out at 1 × Conv", "output 1×5×1×1 made one row"],
    "half": ["float16 made float32 (4 tensors)"],
    "half_inside": ["float16 made float32 (4 tensors)"],
    "double": ["double made float32 (4 tensors)"],
    "two_outputs": ["left out: output f"],
    "local_function": ["functions of its own written out (1)"],
    "squeezed": [
        "defaults written out at 1 × Conv",
        "HardSwish put together from simpler operators (1)",
    ],
    "mish": ["Mish put together from simpler operators (1)"],
    "counted_padding": ["padding that counts made a step of its own (1 × AveragePool)"],
    "counted_padding_10": ["padding that counts made a step of its own (1 × AveragePool)"],
    "clipped_above": ["a missing bound written out at 1 × Clip"],
    "external": ["weights of model.onnx.data brought into the model"],
}


@pytest.mark.parametrize("kind", NOT_CHANGED)
def test_what_the_converter_takes_stays_as_it_is(tmp_path: Path, recipe: Recipe, kind: str) -> None:
    given, made = repaired(tmp_path, kind, recipe)
    assert (made.path, made.changes) == (given, ())
    assert not (tmp_path / "repaired.onnx").exists()


@pytest.mark.parametrize("kind", CHANGED)
def test_a_change_is_told_and_changes_no_answer(
    tmp_path: Path, recipe: Recipe, tensors: list[np.ndarray], kind: str
) -> None:
    given, made = repaired(tmp_path, kind, recipe)
    assert list(made.changes) == CHANGED[kind]
    model = onnx.load(str(made.path))
    onnx.checker.check_model(model, full_check=True)
    assert onnx_file.sizes(onnx_file.inputs(model)[0]) == [1, 3, 224, 224]
    assert onnx_file.sizes(model.graph.output[0]) == [1, 5]
    if kind == "double":  # onnxruntime has no convolution of it on a CPU
        expected = oracle.onnx_outputs(onnx_models.write(tmp_path, "plain"), tensors)
    else:
        expected = oracle.onnx_outputs(given, tensors)
    if kind in ("logits", "small_logits", "log_softmax", "conv_head"):
        powers = np.exp(expected.astype(np.float64))
        expected = powers / powers.sum(axis=1, keepdims=True)
    found = oracle.onnx_outputs(made.path, tensors)
    assert np.abs(found - expected).max() <= (1e-3 if made.rounded else 1e-6)
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-6
    assert np.abs(found - answers(given, recipe, tensors)).max() == 0


REFUSED = {
    "dilated_pool": ("bad_model_file", "dilations [2, 2]"),
    "qdq": ("bad_model_file", "is quantised (DequantizeLinear, QuantizeLinear)"),
    "qlinear": ("bad_model_file", "is quantised (DequantizeLinear, QLinearConv"),
    "integer": ("bad_model_file", "is quantised (ConvInteger, DynamicQuantizeLinear)"),
    "bytes_input": ("input_mismatch", "Found: uint8"),
    "best_class": ("output_mismatch", "Found: int64 from ArgMax"),
    "two_inputs": ("input_mismatch", "x (1×3×224×224), other (1×3×224×224)"),
    "other_size": ("input_mismatch", "1×3×192×192, channels first"),
    "one_channel": ("input_mismatch", "1×1×224×224"),
    "sigmoid": ("bad_recipe", 'Write activation = "sigmoid"'),
}


def refusal(folder: Path, given: Path, recipe: Recipe) -> PocketlensError:
    with pytest.raises(PocketlensError) as caught:
        repair_file(given, recipe, folder / "repaired.onnx")
    assert str(given) in caught.value.message
    assert not (folder / "repaired.onnx").exists()
    return caught.value


@pytest.mark.parametrize("kind", REFUSED)
def test_what_no_change_can_mend_is_named(tmp_path: Path, recipe: Recipe, kind: str) -> None:
    error = refusal(tmp_path, onnx_models.write(tmp_path, kind), recipe)
    name, words = REFUSED[kind]
    assert error.name == name and words in error.message


def test_outputs_of_which_none_fits(tmp_path: Path, recipe: Recipe) -> None:
    model = onnx_models.two_outputs()
    del model.graph.output[0]
    model.graph.output.append(model.graph.output[0])
    model.graph.output[1].name = "g"
    (tmp_path / "a.onnx").write_bytes(model.SerializeToString())
    error = refusal(tmp_path, tmp_path / "a.onnx", recipe)
    assert error.name == "output_mismatch" and "one of 5 values" in error.message


class TestWeightsBesideTheModel:
    def test_another_name_of_the_model_is_no_obstacle(self, tmp_path: Path, recipe: Recipe) -> None:
        given = onnx_models.external(tmp_path)
        given.rename(tmp_path / "renamed.onnx")
        made = repair_file(tmp_path / "renamed.onnx", recipe, tmp_path / "repaired.onnx")
        assert list(made.external) == ["model.onnx.data"]
        assert (made.external["model.onnx.data"]) != "" and not made.mobilenet

    def test_they_are_not_there(self, tmp_path: Path, recipe: Recipe) -> None:
        given = onnx_models.external(tmp_path)
        (tmp_path / "model.onnx.data").unlink()
        error = refusal(tmp_path, given, recipe)
        assert error.name == "missing_file" and "model.onnx.data" in error.message

    def test_they_are_cut_off(self, tmp_path: Path, recipe: Recipe) -> None:
        given = onnx_models.external(tmp_path)
        data = tmp_path / "model.onnx.data"
        data.write_bytes(data.read_bytes()[:-40])
        error = refusal(tmp_path, given, recipe)
        assert error.name == "bad_model_file" and "model.onnx.data does not hold" in error.message

    @pytest.mark.parametrize("place", ["../secret", "/etc/passwd"])
    def test_they_are_said_to_lie_elsewhere(
        self, tmp_path: Path, recipe: Recipe, place: str
    ) -> None:
        given = onnx_models.external(tmp_path)
        model = onnx.load(str(given), load_external_data=False)
        for tensor in model.graph.initializer:
            tensor.external_data[0].value = place
        given.write_bytes(model.SerializeToString())
        error = refusal(tmp_path, given, recipe)
        assert error.name == "bad_model_file" and "another folder" in error.message


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_cut_model_is_called_so(tmp_path: Path, recipe: Recipe, share: float) -> None:
    data = onnx_models.write(tmp_path, "plain").read_bytes()
    (tmp_path / "cut.onnx").write_bytes(data[: int(len(data) * share)])
    error = refusal(tmp_path, tmp_path / "cut.onnx", recipe)
    assert error.name == "bad_model_file" and "cut off or damaged" in error.message


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("plain", ["pool", "flatten", "dense", "softmax"]),
        ("conv_head_softmax", ["pool", "conv", "softmax"]),
    ],
)
def test_where_the_head_begins(tmp_path: Path, kind: str, head: list[str]) -> None:
    """What stays in float32 when the rest is quantised."""
    model = onnx_models.KINDS[kind]()
    words = {"GlobalAveragePool": "pool", "Gemm": "dense"}
    for number, node in enumerate(model.graph.node):
        node.name = f"{words.get(node.op_type, node.op_type.lower())} {number}"
    (tmp_path / "a.onnx").write_bytes(model.SerializeToString())
    assert [name.split()[0] for name in onnx_file.head_nodes(tmp_path / "a.onnx")] == head


@pytest.mark.parametrize("kind", ["nhwc_after_scaling", "local_function", "external", "squeezed"])
def test_damaged_bytes_give_a_named_error_or_a_model(
    tmp_path: Path, recipe: Recipe, kind: str
) -> None:
    whole = onnx_models.write(tmp_path, kind)
    data, outcomes = whole.read_bytes(), set()
    for number in range(60):
        whole.write_bytes(damaged(data, number))
        try:
            repair_file(whole, recipe, tmp_path / "repaired.onnx")
            outcomes.add("ok")
        except PocketlensError as error:
            outcomes.add(error.name)
    assert outcomes >= {"ok", "bad_model_file"} and "internal" not in outcomes


def test_onnxruntime_s_reason_is_given(tmp_path: Path, tensors: list[np.ndarray]) -> None:
    with pytest.raises(PocketlensError) as caught:
        oracle.onnx_outputs(onnx_models.write(tmp_path, "unknown_operator"), tensors)
    assert caught.value.name == "bad_model_file" and "MyRelu" in caught.value.message
