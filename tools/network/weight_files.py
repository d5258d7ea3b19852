"""Opens weight files of every form: MindSpore's .ckpt, PyTorch's .pt and .pth, safetensors.

Gives what is in them under the names in the file, by the wrapper around it, and one named error for
a file that is missing, of another form, encrypted or damaged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tools.errors import PocketlensError
from tools.network import formats, torchfile

Groups = Mapping[str, dict[str, Any]]  # wrapper ("" for none) -> name -> array, number or text
EXPECTED = "a MindSpore checkpoint (.ckpt), PyTorch weights (.pt, .pth) or safetensors"


def fail(name: str, path: Path, text: str) -> PocketlensError:
    """A named error about a file."""
    return PocketlensError(name, f"{path}: {text}")


def read_groups(path: Path) -> Groups:
    """Everything that a weight file holds.

    Raises missing_file, unreadable_file or bad_checkpoint.
    """
    _check(path)
    found = formats.recognise(path)
    if found is None:
        raise fail("bad_checkpoint", path, f"its form is not known here. Expected: {EXPECTED}.")
    if found.kind not in _READERS:
        text = f"this is {found.title}. A MobileNetV2 checkpoint is needed. {found.advice}"
        raise fail("bad_checkpoint", path, text.strip())
    return _READERS[found.kind](path)


def _check(path: Path) -> None:
    """The checks that need no knowledge of formats."""
    if not path.exists():
        raise fail("missing_file", path, "there is no such file. Check the path.")
    if not path.is_file():
        raise fail("missing_file", path, "this is not a file. Give the checkpoint file itself.")
    try:
        with path.open("rb") as stream:
            first = stream.read(1)
    except OSError as error:
        raise fail("unreadable_file", path, f"it could not be read ({error.strerror}).") from error
    if not first:
        text = "the file is empty (0 bytes). Copy or download it again."
        raise fail("bad_checkpoint", path, text)


def _read_mindspore(path: Path) -> Groups:
    """Arrays (and texts) of a MindSpore checkpoint."""
    import mindspore as ms

    try:
        loaded = ms.load_checkpoint(str(path), format="ckpt")
    except Exception as error:  # ValueError, TypeError, RuntimeError: depends on the damage
        raise _damaged(path, "MindSpore", error) from error
    arrays = {
        name: value.asnumpy() if hasattr(value, "asnumpy") else value
        for name, value in loaded.items()
    }
    return {"": arrays}


def _read_safetensors(path: Path) -> Groups:
    from safetensors.numpy import load_file

    try:
        return {"": load_file(path)}
    except Exception as error:  # SafetensorError, KeyError for a type without a NumPy name
        raise _damaged(path, "the safetensors library", error) from error


def _read_torch(path: Path) -> Groups:
    try:
        return torchfile.read_torch_groups(path.read_bytes())
    except torchfile.TorchFileError as error:
        raise fail("bad_checkpoint", path, f"not a readable PyTorch file: {error}.") from error


def _damaged(path: Path, reader: str, error: Exception) -> PocketlensError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return fail(
        "bad_checkpoint",
        path,
        f"{reader} cannot read it: it is cut off or damaged ({reason[:160]}). Copy or download it"
        " again.",
    )


_READERS: dict[str, Callable[[Path], Groups]] = {
    formats.CHECKPOINT.kind: _read_mindspore,
    formats.SAFETENSORS.kind: _read_safetensors,
    formats.TORCH.kind: _read_torch,
}
