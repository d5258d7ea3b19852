"""The vector before the head as a second output of an ONNX model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from tests import making, onnx_models
from tools.network import oracle
from tools.network.onnx_embedding import add_embedding, find_vector
from tools.network.onnx_repair import repair_file
from tools.package.recipe import Recipe, load_recipe


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "classes.txt").write_text("".join(f"class {i}\n" for i in range(5)))
    return load_recipe(making.write_recipe(folder, folder / "classes.txt", 5, "softmax"))


def changed(path: Path, out: Path, name: str) -> Path:
    """The model with one of its weights made a little larger."""
    model = onnx.load(str(path))
    for tensor in model.graph.initializer:
        if tensor.name == name:
            values = numpy_helper.to_array(tensor) * np.float32(1.5)
            tensor.CopyFrom(numpy_helper.from_array(values, name))
    onnx.save_model(model, str(out))
    return out


@pytest.mark.parametrize(
    "kind", ["plain", "own_softmax", "conv_head", "axes_as_input", "flattened_by_size", "half"]
)
def test_the_second_output_is_what_the_pooling_gives_and_the_first_stays(
    kind: str, recipe: Recipe, tmp_path: Path
) -> None:
    repair = repair_file(onnx_models.write(tmp_path, kind), recipe, tmp_path / "repaired.onnx")
    found = add_embedding(repair.path, recipe, tmp_path / "both.onnx")
    assert found is not None
    picture = np.random.default_rng(3).normal(0, 1, (224, 224, 3)).astype(np.float32)
    before = oracle.onnx_outputs(repair.path, [picture])
    assert (oracle.onnx_outputs(tmp_path / "both.onnx", [picture]) == before).all()
    model = onnx.load(str(repair.path))
    place = find_vector(model)
    assert place is not None and place[1] == found.length
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(place[0]))
    session = onnxruntime.InferenceSession(model.SerializeToString())
    fed = {session.get_inputs()[0].name: picture.transpose(2, 0, 1)[None]}
    expected = session.run([place[0]], fed)[0].reshape(1, -1)
    given = oracle.onnx_outputs(tmp_path / "both.onnx", [picture], output=found.output)
    assert (given == expected).all() and given.shape == (1, found.length)


def test_the_identity_is_the_backbones_whatever_head_it_has(recipe: Recipe, tmp_path: Path) -> None:
    given = onnx_models.write(tmp_path, "plain")
    names = [tensor.name for tensor in onnx.load(str(given)).graph.initializer]
    told = add_embedding(given, recipe, tmp_path / "a.onnx")
    assert told is not None
    identities = {}
    for name in names:
        other = changed(given, tmp_path / "other.onnx", name)
        found = add_embedding(other, recipe, tmp_path / "b.onnx")
        assert found is not None
        identities[name] = found.sha256 == told.sha256
    assert True in identities.values(), "no weight of the head was met"
    assert False in identities.values(), "no weight of the backbone was met"
    assert not identities[names[0]], "the convolution counts"


def test_the_identity_tells_how_pictures_are_prepared(recipe: Recipe, tmp_path: Path) -> None:
    given = onnx_models.write(tmp_path, "plain")
    chain = replace(recipe.preprocess, channel_order="BGR")
    told = [
        add_embedding(given, one, tmp_path / "out.onnx")
        for one in (recipe, replace(recipe, preprocess=chain))
    ]
    assert told[0] is not None and told[1] is not None and told[0].sha256 != told[1].sha256


def test_a_model_without_a_mean_over_its_pixels_has_none(recipe: Recipe, tmp_path: Path) -> None:
    given = onnx_models.write(tmp_path, "plain")
    model = onnx.load(str(given))
    for node in model.graph.node:
        if node.op_type == "GlobalAveragePool":
            node.op_type = "GlobalMaxPool"
    onnx.save_model(model, str(given))
    assert add_embedding(given, recipe, tmp_path / "o") is None
    assert not (tmp_path / "o").exists()
