"""How a training runs: the model zoo's three configurations, and changes to them."""

from __future__ import annotations

import dataclasses
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.errors import PocketlensError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PLATFORMS = ("CPU", "GPU", "Ascend")
LEAST_STEPS = 4  # of an epoch
FINE_TUNING_RATE = 0.01
CONFIGS = Path(__file__).with_name("configs")


@dataclass(frozen=True)
class Config:
    """Numbers of a training. Rates are per step, sizes per device."""

    batch_size: int
    epochs: int
    warmup_epochs: int
    lr_init: float
    lr_max: float
    lr_end: float
    momentum: float
    weight_decay: float
    decay_bias: bool
    label_smooth: float
    loss_scale: float
    mixed_precision: bool
    save_checkpoint_epochs: int
    keep_checkpoint_max: int
    workers: int

    def __post_init__(self) -> None:
        """Refuses numbers that make no sense (`bad_settings`)."""
        if self.epochs >= 1 and self.warmup_epochs > self.epochs:
            raise PocketlensError(
                "bad_settings",
                f"The rate is to rise for {self.warmup_epochs} epochs (warmup_epochs), and there"
                f" {'is' if self.epochs == 1 else 'are'} only {self.epochs}.",
                do="Give --warmup_epochs 0, or more --epochs.",
            )
        rules = {
            "batch_size": self.batch_size >= 1,
            "epochs": self.epochs >= 1,
            "warmup_epochs": self.warmup_epochs >= 0,
            "lr_init": self.lr_init >= 0,
            "lr_max": self.lr_max > 0,
            "lr_end": self.lr_end >= 0,
            "momentum": 0 <= self.momentum < 1,
            "weight_decay": self.weight_decay >= 0,
            "label_smooth": 0 <= self.label_smooth < 1,
            "loss_scale": self.loss_scale > 0,
            "save_checkpoint_epochs": self.save_checkpoint_epochs >= 1,
            "keep_checkpoint_max": self.keep_checkpoint_max >= 1,
            "workers": self.workers >= 1,
        }
        for name, holds in rules.items():
            if not holds:
                raise PocketlensError(
                    "bad_settings", f"{name} cannot be {getattr(self, name)}.", do="Change it."
                )


_KINDS = {"int": (int,), "float": (int, float), "bool": (bool,)}


def read_config(path: Path, changes: dict[str, Any] | None = None) -> Config:
    """A configuration file (TOML) with `changes` (those that are not None) laid over it.

    Raises `missing_file`, `unreadable_file` and `bad_settings`.
    """
    values = _parse(path)
    values |= {name: value for name, value in (changes or {}).items() if value is not None}
    kinds = {field.name: str(field.type) for field in dataclasses.fields(Config)}
    strange, missing = values.keys() - kinds.keys(), kinds.keys() - values.keys()
    if strange or missing:
        raise PocketlensError(
            "bad_settings",
            f"{path} does not fit.",
            found=f"not known: {', '.join(sorted(strange)) or 'none'};"
            f" not there: {', '.join(sorted(missing)) or 'none'}",
            expected=", ".join(kinds),
        )
    for name, value in values.items():
        if type(value) not in _KINDS[kinds[name]]:
            raise PocketlensError(
                "bad_settings",
                f"{path}: {name} is {value!r}.",
                expected=f"a value of {kinds[name]}",
            )
    return Config(**values)


def _parse(path: Path) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PocketlensError("missing_file", f"{path} is not there.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PocketlensError("unreadable_file", f"{path}: {error}.") from None
    return parsed


def platform_config(platform: str) -> Path:
    """The configuration file of CPU, GPU or Ascend."""
    return CONFIGS / f"{platform.lower()}.toml"


def fitted_batch(config: Config, photos: int, processes: int) -> Config:
    """The configuration with a batch that a small data set can fill LEAST_STEPS times an epoch."""
    most = max(1, photos // (LEAST_STEPS * processes))
    return dataclasses.replace(config, batch_size=min(config.batch_size, most))


def fine_tuning(config: Config, processes: int) -> Config:
    """The configuration with a rate at which trained weights are changed, not lost.

    FINE_TUNING_RATE for a batch of 256 over all processes, for others by the root of their size,
    falling to 0; the platforms' rates, up to 0.8, are for weights that begin at random.
    """
    batch = config.batch_size * processes
    rate = min(config.lr_max, FINE_TUNING_RATE * math.sqrt(batch / 256))
    return dataclasses.replace(config, lr_init=min(config.lr_init, rate), lr_max=rate, lr_end=0.0)
