"""What is settled before a training: batches that fit, rates, numbers that explain themselves."""

from __future__ import annotations

import pytest

from tools.errors import PocketlensError
from tools.training.config import Config, fine_tuning, fitted_batch, platform_config, read_config


def config(platform: str = "CPU", **changes: object) -> Config:
    return read_config(platform_config(platform), changes)


@pytest.mark.parametrize(
    ("photos", "devices", "batch"), [(10_000, 1, 150), (120, 1, 30), (120, 2, 15), (3, 2, 1)]
)
def test_a_small_data_set_gets_a_batch_that_fits(photos: int, devices: int, batch: int) -> None:
    assert fitted_batch(config(), photos, devices).batch_size == batch


def test_the_rate_of_fine_tuning_is_far_below_that_of_a_fresh_start() -> None:
    gpu = fine_tuning(config("GPU"), 1)
    assert 0 < gpu.lr_max < 0.8 / 50 and gpu.lr_end == 0
    assert fine_tuning(config("CPU", batch_size=12), 1).lr_max < gpu.lr_max
    assert fine_tuning(config("CPU", lr_max=1e-4), 1).lr_max == 1e-4  # never higher


def test_a_warm_up_that_does_not_fit_explains_itself() -> None:
    with pytest.raises(PocketlensError) as caught:
        config("Ascend", epochs=1)
    said = caught.value.message
    assert "4 epochs (warmup_epochs)" in said and "only 1" in said and "--warmup_epochs 0" in said
    assert config("Ascend", epochs=1, warmup_epochs=0).epochs == 1
