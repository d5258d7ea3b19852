"""Learning rates and configurations: the model zoo's numbers."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from tools.errors import PocketlensError
from tools.training.config import Config, platform_config, read_config
from tools.training.schedule import learning_rates

# batch, epochs, warm-up, lr_init, lr_max, lr_end, kept checkpoints
ZOO = {
    "CPU": (150, 15, 0, 0.0, 0.03, 0.03, 20),
    "GPU": (150, 200, 0, 0.0, 0.8, 0.0, 200),
    "Ascend": (256, 200, 4, 0.0, 0.4, 0.0, 200),
}


@pytest.mark.parametrize("platform", ZOO)
def test_the_three_configurations(platform: str) -> None:
    config = read_config(platform_config(platform))
    assert ZOO[platform] == (
        config.batch_size,
        config.epochs,
        config.warmup_epochs,
        config.lr_init,
        config.lr_max,
        config.lr_end,
        config.keep_checkpoint_max,
    )
    shared = (config.momentum, config.weight_decay, config.label_smooth, config.loss_scale)
    assert shared == (0.9, 4e-5, 0.1, 1024)
    assert config.save_checkpoint_epochs == 1
    assert (config.mixed_precision, config.decay_bias) == (
        (platform == "Ascend"),
        platform != "Ascend",
    )


def by_hand(config: Config, steps: int) -> list[float]:
    """The formula step by step, as it is printed."""
    total, warm = config.epochs * steps, config.warmup_epochs * steps
    rates = []
    for i in range(total):
        if i < warm:
            rate = config.lr_init + (config.lr_max - config.lr_init) * i / warm
        else:
            cosine = (1 + math.cos(math.pi * (i - warm) / (total - warm))) / 2
            rate = config.lr_end + (config.lr_max - config.lr_end) * cosine
        rates.append(max(rate, 0.0))
    return rates


@pytest.mark.parametrize("platform", ZOO)
def test_rates(platform: str) -> None:
    config = read_config(platform_config(platform))
    found = learning_rates(config, 7)
    assert found.dtype == np.float32 and len(found) == 7 * config.epochs
    np.testing.assert_allclose(found, by_hand(config, 7), rtol=1e-6, atol=1e-9)


def test_rates_by_heart() -> None:
    ascend = learning_rates(read_config(platform_config("Ascend")), 10)
    assert ascend[0] == 0 and ascend[40] == pytest.approx(0.4) and ascend[20] == pytest.approx(0.2)
    assert ascend[40 + 980] == pytest.approx(0.2)
    cpu = learning_rates(read_config(platform_config("CPU")), 10)
    assert cpu.min() == cpu.max() == np.float32(0.03)


def test_only_warm_up() -> None:
    config = read_config(platform_config("CPU"), {"epochs": 2, "warmup_epochs": 2})
    np.testing.assert_allclose(learning_rates(config, 2), [0, 0.0075, 0.015, 0.0225])


def test_changes_lie_over_the_file() -> None:
    config = read_config(platform_config("CPU"), {"epochs": 3, "lr_max": None})
    assert (config.epochs, config.lr_max) == (3, 0.03)


BAD = {
    "epochs": 0,
    "batch_size": 0,
    "warmup_epochs": 99,
    "lr_max": 0.0,
    "momentum": 1.0,
    "label_smooth": 1.0,
    "keep_checkpoint_max": 0,
}


@pytest.mark.parametrize("name", BAD)
def test_numbers_that_make_no_sense(name: str) -> None:
    with pytest.raises(PocketlensError, match=name) as caught:
        read_config(platform_config("CPU"), {name: BAD[name]})
    assert caught.value.name == "bad_settings"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("batch_size = 1", "bad_settings"),
        ("[", "unreadable_file"),
        ("{all}\nspeed = 1", "bad_settings"),
        ("{all}", ""),
        ("{wrong}", "bad_settings"),
    ],
)
def test_files(tmp_path: Path, text: str, name: str) -> None:
    whole = platform_config("GPU").read_text()
    path = tmp_path / "my.toml"
    text = text.replace("{all}", whole).replace("{wrong}", whole.replace("= 150", '= "many"'))
    path.write_text(text)
    if not name:
        assert dataclasses.asdict(read_config(path)) == dataclasses.asdict(
            read_config(platform_config("GPU"))
        )
        return
    with pytest.raises(PocketlensError) as caught:
        read_config(path)
    assert caught.value.name == name
