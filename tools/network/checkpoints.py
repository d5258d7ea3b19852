"""Reads and writes checkpoints: one door for every naming of MobileNetV2's parameters.

`read_checkpoint` says which naming it found and renames to ours (the MindSpore model zoo's since
r1.5); `load_into` compares names and shapes with a network before it touches it. What does not fit
is an error that names what was found and what was expected; nothing is skipped in silence.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.network import layers, torchfile

Array = npt.NDArray[Any]
OWN_MARK = "pocketlens_checkpoint"
OWN_VERSION = 1

_TORCH_PARTS = ("running_mean", "running_var", "weight", "bias")
_OTHER_FORMATS = {
    b"MSL2": "a MindSpore Lite model (.ms): give it to convert with --ms",
    b"\x89HDF": "an HDF5 file, probably Keras weights",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x1f\x8b": "a gzip archive: unpack it first",
}
# What optimizers and MindSpore's own callbacks store beside the network.
_BOOKKEEPING = re.compile(
    r"^((moments|accum|stat|moment1|moment2|accumulation)\..*"
    r"|learning_rate|momentum|global_step|epoch_num|step_num|scale_sense|loss_scale"
    r"|current_iterator_step|last_overflow_iterator_step|pocketlens_\w+"
    r"|.*\.num_batches_tracked)$"
)


@dataclass(frozen=True)
class Naming:
    """One way of naming the parameters: its title for people, and its names for ours."""

    title: str
    names: Mapping[str, str]  # theirs -> ours
    head: bool  # whether the title is chosen by the head's name


def _renames(attribute: str, parts: tuple[str, ...], heads: Iterable[str]) -> dict[str, str]:
    """Their name -> our name, for one column of the layer table."""
    names = {}
    for layer in layers.backbone_layers():
        convolution, norm = getattr(layer, attribute)
        names[f"{convolution}.weight"] = f"{layer.zoo[0]}.weight"
        for theirs, ours in zip(parts, layers.BATCH_NORM_PARTS, strict=True):
            names[f"{norm}.{theirs}"] = f"{layer.zoo[1]}.{ours}"
    for head in heads:
        for part in ("weight", "bias"):
            names[f"{head}.{part}"] = f"dense.{part}"
    return names


def namings() -> dict[str, Naming]:
    """All namings this loader knows, by a short name."""
    own = layers.BATCH_NORM_PARTS
    zoo = _renames("zoo", own, ("dense",))
    return {
        "modelzoo-r1.5": Naming("MindSpore model zoo, r1.5 and later", zoo, True),
        "modelzoo-r1.0": Naming(
            "MindSpore model zoo, r1.0 to r1.4", _renames("zoo", own, ("head.1", "head.2")), True
        ),
        "mindcv": Naming("mindcv", _renames("mindcv", own, ("classifier.1", "classifier")), False),
        "torch": Naming(
            "PyTorch, flat blocks",
            _renames("torch", _TORCH_PARTS, ("classifier.1", "classifier")),
            False,
        ),
        "torchvision": Naming(
            "PyTorch, torchvision",
            _renames("torchvision", _TORCH_PARTS, ("classifier.1",)),
            False,
        ),
    }


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint file holds, under our names."""

    path: Path
    naming: str  # a key of namings(), or "pocketlens" for one that this project wrote
    title: str
    arrays: dict[str, Array]  # float32
    extra: dict[str, Any]  # bookkeeping: step numbers, optimizer state, our own notes

    @property
    def outputs(self) -> int | None:
        """Outputs of the dense layer; None when the file is a backbone without a head."""
        bias = self.arrays.get("dense.bias")
        return None if bias is None else int(bias.shape[0])


def _fail(name: str, path: Path, text: str) -> PocketlensError:
    """A named error about a file."""
    return PocketlensError(name, f"{path}: {text}")


def _head_of(path: Path) -> bytes:
    """The file's first bytes, after the checks that need no knowledge of formats."""
    if not path.exists():
        raise _fail("missing_file", path, "there is no such file. Check the path.")
    if not path.is_file():
        raise _fail("missing_file", path, "this is not a file. Give the checkpoint file itself.")
    try:
        with open(path, "rb") as stream:
            head = stream.read(64)
    except OSError as error:
        raise _fail("unreadable_file", path, f"it could not be read ({error.strerror}).") from error
    if not head:
        raise _fail(
            "bad_checkpoint", path, "the file is empty (0 bytes). Copy or download it again."
        )
    return head


def _known_other_format(head: bytes) -> str | None:
    """What the file is when it is a well-known format that holds no checkpoint."""
    for magic, text in _OTHER_FORMATS.items():
        if head.startswith(magic) or head[4:8] == magic:
            return text
    if re.match(rb"\s*(<|\{|version https://git-lfs)", head):
        return "text, not numbers: perhaps a web page or a pointer was saved instead of the file"
    return None


def _read_torch(path: Path) -> dict[str, Array]:
    """Arrays of a PyTorch file."""
    try:
        return torchfile.read_torch_file(path.read_bytes())
    except torchfile.TorchFileError as error:
        raise _fail("bad_checkpoint", path, f"not a readable PyTorch file: {error}.") from error


def _read_mindspore(path: Path) -> dict[str, Any]:
    """Arrays (and texts) of a MindSpore checkpoint."""
    import mindspore as ms

    try:
        loaded = ms.load_checkpoint(str(path), format="ckpt")
    except Exception as error:  # ValueError, TypeError, RuntimeError: depends on the damage
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise _fail(
            "bad_checkpoint",
            path,
            "MindSpore cannot read it: it is cut off, damaged or not a checkpoint"
            f" ({reason[:160]}). Copy or download it again, or give a MindSpore .ckpt.",
        ) from error
    return {
        name: value.asnumpy() if hasattr(value, "asnumpy") else value
        for name, value in loaded.items()
    }


def _recognise(path: Path, names: set[str]) -> tuple[str, Naming]:
    """The naming that explains most of a file's names, if it explains at least half a backbone."""
    known = namings()
    scores = {key: len(names & naming.names.keys()) for key, naming in known.items()}
    best = max(scores, key=lambda key: scores[key])
    if scores[best] < len(layers.backbone_shapes()) // 2:
        some = ", ".join(sorted(names)[:3]) or "none"
        raise _fail(
            "unknown_naming",
            path,
            f"it holds {len(names)} parameters ({some} …), which are not MobileNetV2's in any of"
            f" these namings: {'; '.join(naming.title for naming in known.values())}.",
        )
    return best, known[best]


def _as_float(path: Path, name: str, value: Array) -> Array:
    """A parameter as float32; what cannot be a weight is an error."""
    if value.dtype not in (np.float16, np.float32, np.float64):
        raise _fail(
            "bad_checkpoint", path, f"{name} holds {value.dtype}; weights are float32 or float16."
        )
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
    """Reads a checkpoint of any known naming; see the module's text for the errors."""
    head = _head_of(path)
    other = _known_other_format(head)
    if other:
        raise _fail("bad_checkpoint", path, f"this is {other}. A MobileNetV2 checkpoint is needed.")
    reader = _read_torch if torchfile.is_torch_file(head) else _read_mindspore
    values: dict[str, Any] = dict(reader(path))
    extra = {name: values.pop(name) for name in list(values) if _BOOKKEEPING.match(name)}
    key, naming = _recognise(path, set(values))
    leftover = values.keys() - naming.names.keys()
    if leftover:
        raise _fail(
            "unexpected_parameter",
            path,
            f"its naming is {naming.title}, but {len(leftover)} of its parameters have no place"
            f" there: {_short(leftover)}. It was made for another network.",
        )
    arrays = {
        naming.names[name]: _as_float(path, naming.names[name], value)
        for name, value in values.items()
    }
    if OWN_MARK in extra:
        return Checkpoint(path, "pocketlens", "Pocketlens", arrays, extra)
    title = naming.title
    if naming.head and "dense.weight" not in arrays:
        title = "MindSpore model zoo, backbone only"
    return Checkpoint(path, key, title, arrays, extra)


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
