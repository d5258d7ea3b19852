"""The network against the published names and shapes, and against its own description."""

from __future__ import annotations

import csv
from pathlib import Path

import mindspore as ms
import numpy as np
import pytest

from tools.network import layers, mobilenetv2

pytestmark = [pytest.mark.mindspore, pytest.mark.slow]

TABLE = Path(__file__).parents[1] / "data" / "network" / "parameters.csv"


def published() -> list[tuple[str, tuple[int, ...]]]:
    """Names and shapes of a checkpoint that the model zoo's own code saved (601 classes)."""
    with open(TABLE, newline="") as stream:
        return [
            (row["modelzoo_r1.5"], tuple(int(size) for size in row["shape"].split("x")))
            for row in csv.DictReader(stream)
        ]


def test_names_shapes_and_order_are_the_model_zoos() -> None:
    network = mobilenetv2.MobileNetV2(601)
    found = [(name, tuple(value.shape)) for name, value in network.parameters_and_names()]
    assert found == published()
    assert [value.name for value in network.get_parameters()] == [name for name, _ in found]


def test_the_layer_table_is_the_model_zoos() -> None:
    table = {**layers.backbone_shapes(), **layers.head_shapes(601)}
    assert list(table.items()) == published()


def test_counts_of_parameters() -> None:
    network = mobilenetv2.MobileNetV2(600)
    assert sum(p.size for p in network.trainable_params()) == 2_992_472
    assert sum(p.size for p in network.get_parameters()) == 3_026_584


@pytest.mark.parametrize(
    ("channels", "expected"), [(32 * 0.35, 16), (16 * 0.35, 8), (24 * 1.4, 32), (96 * 1.4, 136)]
)
def test_make_divisible(channels: float, expected: int) -> None:
    assert layers.make_divisible(channels) == expected


@pytest.mark.parametrize("width", [0.35, 1.4])
def test_width_multiplier(width: float) -> None:
    network = mobilenetv2.MobileNetV2(7, width=width)
    found = {name: tuple(value.shape) for name, value in network.parameters_and_names()}
    assert found == {**layers.backbone_shapes(width), **layers.head_shapes(7, width)}
    assert layers.feature_channels(width) == (1280 if width < 1 else 1792)


def picture(side: int = 64) -> ms.Tensor:
    rng = np.random.default_rng(1)
    return ms.Tensor(rng.normal(size=(2, 3, side, side)).astype(np.float32))


@pytest.fixture(scope="module")
def logits_network() -> mobilenetv2.MobileNetV2:
    network = mobilenetv2.MobileNetV2(5, width=0.35)
    network.set_train(False)
    return network


def with_head(network: mobilenetv2.MobileNetV2, **head: object) -> np.ndarray:
    """The output of a network with the same weights and another end."""
    other = mobilenetv2.MobileNetV2(head.pop("num_classes", 5), width=0.35, **head)  # type: ignore[arg-type]
    other.set_train(False)
    for mine, theirs in zip(network.get_parameters(), other.get_parameters(), strict=True):
        theirs.set_data(mine.value())
    return other(picture()).asnumpy()


def test_activations(logits_network: mobilenetv2.MobileNetV2) -> None:
    logits = logits_network(picture()).asnumpy().astype(np.float64)
    softmax = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    sigmoid = 1 / (1 + np.exp(-logits))
    np.testing.assert_allclose(with_head(logits_network, activation="softmax"), softmax, atol=1e-6)
    np.testing.assert_allclose(with_head(logits_network, activation="sigmoid"), sigmoid, atol=1e-6)


def test_mapped_head(logits_network: mobilenetv2.MobileNetV2) -> None:
    """Columns: the sum of all, a copy, nothing."""
    class_map = np.zeros((5, 3), np.float32)
    class_map[:, 0] = 1
    class_map[2, 1] = 1
    probabilities = with_head(logits_network, activation="softmax")
    mapped = with_head(logits_network, num_classes=3, activation="softmax", class_map=class_map)
    assert mapped.shape == (2, 3)
    assert (mapped <= 1).all() and (mapped >= 0).all()
    np.testing.assert_allclose(mapped[:, 0], 1, atol=1e-6)
    np.testing.assert_allclose(mapped[:, 1], probabilities[:, 2], atol=1e-6)
    assert (mapped[:, 2] == 0).all()


def test_sums_above_one_are_clamped(logits_network: mobilenetv2.MobileNetV2) -> None:
    doubled = np.full((5, 1), 2, np.float32)
    out = with_head(logits_network, num_classes=1, activation="softmax", class_map=doubled)
    assert (out == 1).all()


def test_the_map_is_no_parameter() -> None:
    network = mobilenetv2.MobileNetV2(
        2, width=0.35, activation="softmax", class_map=np.ones((4, 2), np.float32)
    )
    assert {p.name for p in network.get_parameters()} == {
        *layers.backbone_shapes(0.35),
        "dense.weight",
        "dense.bias",
    }


def test_features_and_backbone(logits_network: mobilenetv2.MobileNetV2) -> None:
    """Features are the mean of the backbone's maps, and the head's input."""
    features = mobilenetv2.Features(0.35)
    backbone = mobilenetv2.Backbone(0.35)
    own = {p.name: p for p in logits_network.get_parameters()}
    for network in (features, backbone):
        network.set_train(False)
        assert [p.name for p in network.get_parameters()] == list(layers.backbone_shapes(0.35))
        for parameter in network.get_parameters():
            parameter.set_data(own[parameter.name].value())
    vectors = features(picture()).asnumpy()
    maps = backbone(picture()).asnumpy()
    assert maps.shape == (2, 1280, 2, 2)
    np.testing.assert_allclose(vectors, maps.mean((2, 3)), atol=1e-6)
    weight, bias = own["dense.weight"].asnumpy(), own["dense.bias"].asnumpy()
    logits = logits_network(picture()).asnumpy()
    np.testing.assert_allclose(vectors @ weight.T + bias, logits, atol=1e-5)


@pytest.mark.parametrize(
    "head",
    [
        {"activation": "Softmax"},
        {"activation": "sigmoid", "class_map": np.ones((4, 3), np.float32)},
        {"activation": "softmax", "class_map": np.ones((4, 2), np.float32)},
    ],
)
def test_impossible_heads_are_refused(head: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"activation|head|class map"):
        mobilenetv2.MobileNetV2(3, **head)  # type: ignore[arg-type]
