"""A model without a list, asked before anybody has said what activation it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import onnx_models
from tools.conversion.unnamed import with_activation
from tools.network.onnx_repair import repair_file
from tools.package.recipe import load_recipe
from tools.places import OFFICIAL_MODEL


@pytest.mark.parametrize(
    ("kind", "activation"),
    [("plain", "softmax"), ("conv_head_softmax", "softmax"), ("logits", "sigmoid")],
)
def test_the_model_s_own_activation_stands_before_the_recipe_s(
    tmp_path: Path, kind: str, activation: str
) -> None:
    recipe = load_recipe(OFFICIAL_MODEL)
    assert recipe.network.head is not None and recipe.network.head.activation == "sigmoid"
    given = onnx_models.write(tmp_path, kind)
    fitting = with_activation(recipe, given)
    assert fitting.network.head is not None and fitting.network.head.activation == activation
    assert repair_file(given, fitting, tmp_path / "a.onnx").output == "y"
