"""How a training runs: the model zoo's three configurations, and changes to them."""

from __future__ import annotations

import dataclasses
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
        rules = {
            "batch_size": self.batch_size >= 1,
            "epochs": self.epochs >= 1,
            "warmup_epochs": 0 <= self.warmup_epochs <= self.epochs,
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
