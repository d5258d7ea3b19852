"""Reads and writes checkpoints: one door for every form of MobileNetV2's weights.

`read_checkpoint` says which naming it found, where in the file, and what it left out, and renames
to ours (the MindSpore model zoo's since r1.5); `load_into` compares names and shapes with a network
before it touches it. What does not fit is an error that names what was found and what was expected;
nothing is skipped in silence.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.network import layers, namings
from tools.network.namings import Found
from tools.network.weight_files import Groups, read_groups
from tools.network.weight_files import fail as _fail

Array = npt.NDArray[Any]
OWN_MARK = "pocketlens_checkpoint"
OWN_VERSION = 1
_FLOATS = ("float16", "float32", "float64", "bfloat16")


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint file holds, under our names."""

    path: Path
    naming: str  # a key of namings.namings(), or "pocketlens" for one that this project wrote
    title: str
    arrays: dict[str, Array]  # float32
    extra: dict[str, Any]  # bookkeeping: step numbers, optimizer state, our own notes
    told: str  # naming, place in the file and what was left out, in words

    @property
    def outputs(self) -> int | None:
        """Outputs of the dense layer; None when the file is a backbone without a head."""
        bias = self.arrays.get("dense.bias")
        return None if bias is None else int(bias.shape[0])


def _as_float(path: Path, name: str, value: Array) -> Array:
    """A parameter as float32; what cannot be a weight is an error."""
    if value.dtype.name not in _FLOATS:
        text = f"{name} holds {value.dtype}; weights are {', '.join(_FLOATS[:-1])} or bfloat16."
        raise _fail("bad_checkpoint", path, text)
    array = np.ascontiguousarray(value, np.float32)
    if not np.isfinite(array).all():
        raise _fail(
            "bad_checkpoint",
            path,
            f"{name} holds values that are no numbers (NaN or infinite). The file is damaged or its"
            " training diverged; use an earlier checkpoint.",
        )
    if name.endswith("moving_variance") and (array < 0).any():
        raise _fail(
            "bad_checkpoint", path, f"{name} holds a negative variance; the file is damaged."
        )
    return array


def _short(names: Iterable[str]) -> str:
    """The first three names and how many more there are."""
    ordered = sorted(names)
    more = f" and {len(ordered) - 3} more" if len(ordered) > 3 else ""
    return ", ".join(ordered[:3]) + more


def read_checkpoint(path: Path) -> Checkpoint:
    """Reads a weight file of any known form and naming; see the module's text for the errors."""
    groups = read_groups(path)
    found = _network(path, groups)
    values = groups[found.wrapper]
    theirs = {name.removeprefix(found.prefix): name for name in values}
    names = {theirs[name]: ours for name, ours in found.naming.names.items() if name in theirs}
    extra = {name: value for name, value in values.items() if name not in names}
    _check_extra(path, extra, found)
    arrays = {ours: _as_float(path, ours, values[name]) for name, ours in names.items()}
    title = _title(found, arrays, extra)
    key = "pocketlens" if OWN_MARK in extra else found.key
    return Checkpoint(path, key, title, arrays, extra, _told(title, found, groups, extra))


def _network(path: Path, groups: Groups) -> Found:
    """The one network in a file."""
    networks = namings.find_networks(groups)
    if len(networks) == 1:
        return networks[0]
    if networks:
        places = " and ".join(f"`{found.place}`" for found in networks)
        raise _fail(
            "unknown_naming",
            path,
            f"it holds {len(networks)} whole networks, {places}, and nothing says which is meant."
            " Save the one that you want to use alone.",
        )
    names = [name for values in groups.values() for name in values]
    titles = "; ".join(naming.title for naming in namings.namings().values())
    raise _fail(
        "unknown_naming",
        path,
        f"it holds {len(names)} values ({', '.join(sorted(names)[:3]) or 'none'} …), which are not"
        f" MobileNetV2's parameters in any of these namings: {titles}.",
    )


def _check_extra(path: Path, extra: Mapping[str, Any], found: Found) -> None:
    """Refuse values that are neither the network's nor a training's."""
    leftover = [name for name in extra if not namings.is_beside(name, extra[name], found)]
    if leftover:
        raise _fail(
            "unexpected_parameter",
            path,
            f"its naming is {found.naming.title}, but {len(leftover)} of its parameters have no"
            f" place there: {_short(leftover)}. It was made for another network.",
        )


def _title(found: Found, arrays: Mapping[str, Array], extra: Mapping[str, Any]) -> str:
    """Whose naming it is, for people."""
    if OWN_MARK in extra:
        return "Pocketlens"
    backbone = found.naming.head and "dense.weight" not in arrays
    return "MindSpore model zoo, backbone only" if backbone else found.naming.title


def _told(title: str, found: Found, groups: Groups, extra: Mapping[str, Any]) -> str:
    """The line for reports: naming, place, what was left out."""
    parts = [title + (f", in `{found.place}`" if found.place else "")]
    left = [name for name in extra if not name.startswith("pocketlens_")]
    if left:
        parts.append(f"left out: {namings.summary(left, found)}")
    others = [wrapper for wrapper, values in groups.items() if wrapper != found.wrapper and values]
    if others:
        parts.append(f"beside it: {', '.join(others)}")
    return "; ".join(parts)


def _width_of(arrays: Mapping[str, Array]) -> float | None:
    """The width multiplier whose shapes a backbone has, if it is a usual one."""
    for width in (0.25, 0.35, 0.5, 0.75, 1.0, 1.3, 1.4, 1.5, 2.0):
        shapes = layers.backbone_shapes(width)
        if all(name in arrays and arrays[name].shape == shape for name, shape in shapes.items()):
            return width
    return None


def _check_outputs(checkpoint: Checkpoint, expected: int) -> None:
    """The head is there and has the expected number of outputs."""
    found = checkpoint.outputs
    if found is None:
        raise _fail(
            "missing_parameter",
            checkpoint.path,
            f"it is a backbone without a head ({checkpoint.title}); a head with {expected}"
            " outputs is expected. Train one with `train --freeze_layer backbone` or give a whole"
            " checkpoint.",
        )
    if found != expected:
        raise _fail(
            "class_count_mismatch",
            checkpoint.path,
            f"its head has {found} outputs, the recipe expects {expected}. If these are other"
            " classes, give their list and count in the recipe (`labels` makes a table from a class"
            " list, `labels --exclude MID` leaves rows out); to keep the recipe's classes, use only"
            " the backbone and train a new head (`train --freeze_layer backbone`).",
        )


def check_fit(checkpoint: Checkpoint, expected: Mapping[str, layers.Shape]) -> None:
    """Raises unless the checkpoint holds every expected parameter in the expected shape.

    A head is asked for only when `expected` has one; a head that is not asked for is no error.
    """
    backbone = [name for name in expected if not name.startswith("dense.")]
    missing = [name for name in backbone if name not in checkpoint.arrays]
    if missing:
        raise _fail(
            "missing_parameter",
            checkpoint.path,
            f"{len(missing)} of the backbone's {len(backbone)} parameters are not there:"
            f" {_short(missing)}. The file was not saved whole.",
        )
    wrong = [name for name in backbone if checkpoint.arrays[name].shape != tuple(expected[name])]
    if wrong:
        width = _width_of(checkpoint.arrays)
        hint = f" Its shapes are those of width {width}; set the recipe's width." if width else ""
        raise _fail(
            "wrong_shape",
            checkpoint.path,
            f"{wrong[0]} has shape {checkpoint.arrays[wrong[0]].shape}, expected"
            f" {tuple(expected[wrong[0]])}; {len(wrong)} parameters differ.{hint}",
        )
    if "dense.weight" in expected:
        _check_head(checkpoint, expected)


def _check_head(checkpoint: Checkpoint, expected: Mapping[str, layers.Shape]) -> None:
    """Count first (the usual case), then names and shapes."""
    _check_outputs(checkpoint, int(expected["dense.weight"][0]))
    for name in ("dense.weight", "dense.bias"):
        if name not in checkpoint.arrays:
            raise _fail("missing_parameter", checkpoint.path, f"the head's {name} is not there.")
        found, wanted = checkpoint.arrays[name].shape, tuple(expected[name])
        if found != wanted:
            raise _fail(
                "wrong_shape", checkpoint.path, f"{name} has shape {found}, expected {wanted}."
            )


def load_into(network: Any, checkpoint: Checkpoint, *, head: bool = True) -> None:
    """Puts a checkpoint's values into a network's parameters, all of them or none.

    With `head=False` only the backbone is loaded and the network's own head stays as it is.
    """
    import mindspore as ms

    parameters = {
        parameter.name: parameter
        for parameter in network.get_parameters()
        if head or not parameter.name.startswith("dense.")
    }
    check_fit(checkpoint, {name: tuple(value.shape) for name, value in parameters.items()})
    for name, parameter in parameters.items():
        parameter.set_data(ms.Tensor(checkpoint.arrays[name]))


def arrays_of(network: Any) -> dict[str, Array]:
    """Name -> values of a network's parameters (backbone, batch norm statistics and head)."""
    return {p.name: p.asnumpy() for p in network.get_parameters()}


def save_checkpoint(
    arrays: Mapping[str, Array], path: Path, extra: Mapping[str, int | float | str] | None = None
) -> None:
    """Writes a MindSpore checkpoint under our names, whole or not at all, readable by all (0644).

    `extra` is stored beside the weights under names that start with `pocketlens_`.
    """
    import mindspore as ms

    notes = {f"pocketlens_{name}": value for name, value in (extra or {}).items()}
    entries = [{"name": name, "data": ms.Tensor(value)} for name, value in arrays.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        draft = Path(folder) / "draft.ckpt"
        try:
            ms.save_checkpoint(entries, str(draft), append_dict={OWN_MARK: OWN_VERSION, **notes})
            draft.chmod(0o644)
            with open(draft, "rb") as stream:
                os.fsync(stream.fileno())
            os.replace(draft, path)
        except (OSError, RuntimeError) as error:
            raise _fail(
                "cannot_write",
                path,
                f"it could not be written ({error}). What was there before is untouched; free some"
                " space or choose another place.",
            ) from error
