"""Checkpoints of training runs: MindSpore's own optimizers say what their values are called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import mindspore as ms
import numpy as np
import pytest
from mindspore import mint, nn
from mindspore.experimental import optim

from tools.errors import PocketlensError
from tools.network import checkpoints, mobilenetv2

pytestmark = pytest.mark.mindspore

Parameters = list[Any]


@pytest.fixture(scope="module")
def network() -> Any:
    """A narrow network, whose parameters all optimizers share."""
    return mobilenetv2.MobileNetV2(5, width=0.35)


def momentum(parameters: Parameters) -> Any:
    return nn.Momentum(parameters, 0.1, 0.9)


OPTIMIZERS: dict[str, Callable[[Parameters], Any]] = {
    "Adam": lambda p: nn.Adam(p, use_amsgrad=True),
    "AdamWeightDecay": nn.AdamWeightDecay,
    "AdaMax": nn.AdaMax,
    "LazyAdam": nn.LazyAdam,
    "AdaFactor": lambda p: nn.AdaFactor(p, learning_rate=None, beta1=0.9),
    "RMSProp": lambda p: nn.RMSProp(p, centered=True),
    "Lamb": lambda p: nn.Lamb(p, learning_rate=0.1),
    "FTRL": nn.FTRL,
    "Adadelta": nn.Adadelta,
    "Adagrad": nn.Adagrad,
    "ProximalAdagrad": nn.ProximalAdagrad,
    "Rprop": nn.Rprop,
    "ASGD": nn.ASGD,
    "SGD": lambda p: nn.SGD(p, 0.1, momentum=0.9),
    "Momentum": momentum,
    "LARS": lambda p: nn.LARS(momentum(p)),
    "learning rates for each step": lambda p: nn.Adam(p, learning_rate=[0.1] * 20),
    "experimental Adamax": lambda p: optim.Adamax(p, lr=0.1),
    "experimental NAdam": lambda p: optim.NAdam(p, lr=0.1),
    "experimental ASGD": lambda p: optim.ASGD(p, lr=0.1),
    "mint AdamW": lambda p: mint.optim.AdamW(p, lr=0.1),
    "mint SGD": lambda p: mint.optim.SGD(p, lr=0.1),
}


def saved(path: Path, *cells: Any, prefix: str = "", **options: Any) -> dict[str, Any]:
    """A checkpoint of the parameters of all cells; what it holds, by name."""
    values = {p.name: p for cell in cells for p in cell.get_parameters()}
    entries = [{"name": prefix + name, "data": value} for name, value in values.items()]
    ms.save_checkpoint(entries, str(path), **options)
    return values


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_s_values_are_left_out(tmp_path: Path, network: Any, name: str) -> None:
    trained = list(network.trainable_params())
    optimizer = OPTIMIZERS[name]([*trained[:3], *trained[-3:]])
    values = saved(tmp_path / "a.ckpt", network, optimizer)
    own = checkpoints.arrays_of(network)
    assert len(values) > len(own) + 1
    read = checkpoints.read_checkpoint(tmp_path / "a.ckpt")
    assert read.arrays.keys() == own.keys()
    assert read.extra.keys() == values.keys() - own.keys()
    assert "left out: " in read.told
    assert all((read.arrays[key] == value).all() for key, value in own.items())


@pytest.mark.slow
def test_a_whole_training_with_averages(tmp_path: Path, network: Any) -> None:
    """Loss scaling, Adam and averaged weights, as mindcv stores them."""
    scale = nn.DynamicLossScaleUpdateCell(1024, 2, 100)
    training = nn.TrainOneStepWithLossScaleCell(
        nn.WithLossCell(network, nn.MSELoss()), nn.Adam(network.trainable_params()), scale
    )
    average = ms.ParameterTuple(network.get_parameters()).clone("ema", init="zeros")
    values = {p.name: p for p in (*training.get_parameters(), *average)}
    entries = [{"name": name, "data": value} for name, value in values.items()]
    ms.save_checkpoint(entries, str(tmp_path / "a.ckpt"), append_dict={"epoch": 3, "lr": 0.1})
    read = checkpoints.read_checkpoint(tmp_path / "a.ckpt")
    own = checkpoints.arrays_of(network)
    assert all((read.arrays[key] == value).all() for key, value in own.items())
    assert {"scale_sense", "beta1_power", "ema.dense.bias", "epoch"} <= read.extra.keys()
    assert "262 ema.*" in read.told and "moment1.*" in read.told


@pytest.mark.parametrize("mode", ["AES-GCM", "AES-CBC", "SM4-CBC"])
def test_an_encrypted_checkpoint_is_called_so(tmp_path: Path, network: Any, mode: str) -> None:
    saved(tmp_path / "a.ckpt", network, enc_key=b"0123456789ABCDEF", enc_mode=mode)
    with pytest.raises(PocketlensError) as caught:
        checkpoints.read_checkpoint(tmp_path / "a.ckpt")
    assert caught.value.name == "bad_checkpoint"
    assert "encrypted MindSpore file" in caught.value.message
    assert "damaged" not in caught.value.message and "dec_key" in caught.value.message


def test_a_checkpoint_with_a_check_sum(tmp_path: Path, network: Any) -> None:
    saved(tmp_path / "a.ckpt", network, crc_check=True)
    read = checkpoints.read_checkpoint(tmp_path / "a.ckpt")
    assert read.arrays.keys() == checkpoints.arrays_of(network).keys()


def test_mindspore_s_safetensors(tmp_path: Path, network: Any) -> None:
    saved(tmp_path / "a.safetensors", network, prefix="backbone.", format="safetensors")
    read = checkpoints.read_checkpoint(tmp_path / "a.safetensors")
    own = checkpoints.arrays_of(network)
    assert all((read.arrays[key] == value).all() for key, value in own.items())
    assert read.told == "MindSpore model zoo, r1.5 and later, in `backbone.`"


def test_mindspore_s_bfloat16(tmp_path: Path, network: Any) -> None:
    own = checkpoints.arrays_of(network)
    entries = [{"name": name, "data": ms.Tensor(value, ms.bfloat16)} for name, value in own.items()]
    ms.save_checkpoint(entries, str(tmp_path / "a.ckpt"))
    read = checkpoints.read_checkpoint(tmp_path / "a.ckpt")
    for name, value in own.items():
        assert read.arrays[name].dtype == np.float32
        np.testing.assert_allclose(read.arrays[name], value, rtol=2**-8)
