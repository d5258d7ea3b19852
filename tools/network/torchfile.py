"""Reads PyTorch weight files (.pt, .pth) without PyTorch and without running what is in them.

Such a file holds a pickle, which could call any function. This reader allows exactly the few names
that a dictionary of tensors needs and refuses everything else. Both layouts are read: the zip of
PyTorch 1.6 and later, and the stream of several pickles before it.
"""

import collections
import io
import math
import pickle
import pickletools
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import ml_dtypes
import numpy as np
import numpy.typing as npt

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
MAX_BYTES = 1 << 30
DEEPEST = 4  # dictionaries within dictionaries that are looked into

_STORAGES: dict[str, type[np.generic]] = {
    "FloatStorage": np.float32,
    "HalfStorage": np.float16,
    "BFloat16Storage": ml_dtypes.bfloat16,
    "DoubleStorage": np.float64,
    "LongStorage": np.int64,
    "IntStorage": np.int32,
    "ShortStorage": np.int16,
    "CharStorage": np.int8,
    "ByteStorage": np.uint8,
    "BoolStorage": np.bool_,
}


class TorchFileError(Exception):
    """The file is not a dictionary of tensors, or is damaged; the text says what was found."""


@dataclass
class _Storage:
    """Numbers that tensors look into; `data` is filled in after the pickle was read."""

    dtype: type[np.generic]
    data: npt.NDArray[Any] = field(default_factory=lambda: np.empty(0))


@dataclass
class _View:
    """A tensor: where in its storage it starts, its shape and its strides, in elements."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> npt.NDArray[Any]:
        """The tensor's values as a contiguous array."""
        last = self.offset
        for size, stride in zip(self.shape, self.strides, strict=True):
            if size < 0 or stride < 0:
                raise TorchFileError("a tensor has a negative size or stride")
            last += max(size - 1, 0) * stride
        count = math.prod(self.shape)
        if self.offset < 0 or (count > 0 and last >= self.storage.data.size):
            raise TorchFileError("a tensor reaches beyond the numbers that the file holds")
        if count > self.storage.data.size:  # strides of 0 would make a giant out of one number
            raise TorchFileError(f"a tensor claims {count} numbers, more than its storage holds")
        start = self.storage.data[self.offset :]
        strides = [stride * start.itemsize for stride in self.strides]
        return np.lib.stride_tricks.as_strided(start, self.shape, strides).copy()


def _view(storage: Any, offset: int, shape: Any, strides: Any, *_: Any) -> _View:
    """Stands in for torch._utils._rebuild_tensor_v2."""
    if not isinstance(storage, _Storage):
        raise TorchFileError("a tensor has no storage")
    return _View(storage, int(offset), tuple(shape), tuple(strides))


def _parameter(data: Any, *_: Any) -> Any:
    """Stands in for torch._utils._rebuild_parameter."""
    return data


_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor"): _view,
    ("torch._utils", "_rebuild_tensor_v2"): _view,
    ("torch._utils", "_rebuild_parameter"): _parameter,
}


class _Nothing(dict[Any, Any]):
    """Stands in for a value that is no tensor; takes whatever a pickle does to it, does nothing."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def __setstate__(self, state: Any) -> None:
        """Forget it."""

    def append(self, value: Any) -> None:
        """Forget it."""

    def extend(self, values: Any) -> None:
        """Forget them."""


# What training scripts store beside the weights: options, dates, paths, NumPy's numbers.
_FORGOTTEN = (
    *("argparse", "collections", "datetime", "lightning", "numpy", "omegaconf", "pathlib"),
    *("pytorch_lightning", "timm.utils", "torch", "types", "yacs"),
)
_BUILTINS = ("builtins", "__builtin__", "_codecs", "copyreg", "copy_reg")
_PLAIN_TYPES = (
    *("bytearray", "complex", "encode", "frozenset", "object", "range", "set", "slice"),
    "_reconstructor",
)
_MODELS = ("__main__", "mmcls", "mmpretrain", "models", "timm.models", "torch.nn", "torchvision")


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == one or module.startswith(one + ".") for one in packages)


class _Unpickler(pickle.Unpickler):
    """A pickle reader that knows the names above and storages, nothing else."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        """The stand-in for a name; every other name is refused. Nothing is ever imported."""
        if module == "torch" and name in _STORAGES:
            return _STORAGES[name]
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        if module.startswith("torch._utils") or name.endswith("Storage"):
            raise TorchFileError(f"it holds tensors of a kind that is not read here ({name})")
        if not _within(module, _MODELS) and _within(module, _FORGOTTEN):
            return _Nothing
        if module in _BUILTINS and name in _PLAIN_TYPES:
            return _Nothing
        if _within(module, _MODELS):
            raise TorchFileError(
                f"it is a whole model with its code ({module}.{name}), not its weights alone: save"
                " them with torch.save(model.state_dict())"
            )
        raise TorchFileError(
            f"it asks for {module}.{name}, which a dictionary of tensors never needs"
        )

    def persistent_load(self, pid: Any) -> Any:
        """A storage by its key: ("storage", type, key, place, elements[, view])."""
        if not isinstance(pid, tuple) or len(pid) < 5 or pid[0] != "storage":
            raise TorchFileError("it refers to something that is not a storage")
        return self.storages.setdefault(str(pid[2]), _Storage(pid[1]))


def _check_opcodes(stream: io.BytesIO) -> None:
    """Refuse a pickle that would take memory out of proportion; leaves the stream where it was.

    The unpickler makes room for a memo entry's number and for announced lengths before it looks at
    what follows, so a few damaged bytes could ask for gigabytes.
    """
    begin, limit = stream.tell(), stream.getbuffer().nbytes
    for opcode, argument, _ in pickletools.genops(stream):
        if "PUT" in opcode.name and int(argument or 0) > limit:
            raise TorchFileError(f"its pickle numbers a value {argument}")
    stream.seek(begin)


def _unpickle(unpickler: pickle.Unpickler, stream: io.BytesIO) -> Any:
    """`load` with every way in which a damaged pickle can fail turned into one error."""
    try:
        _check_opcodes(stream)
        return unpickler.load()
    except TorchFileError:
        raise
    except Exception as error:  # a damaged pickle can raise nearly anything
        raise TorchFileError(f"its pickle is damaged ({type(error).__name__}: {error})") from error


def _read_zip(content: bytes) -> tuple[Any, dict[str, _Storage]]:
    """The layout since PyTorch 1.6: NAME/data.pkl and NAME/data/KEY in a stored zip."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        total = sum(entry.file_size for entry in archive.infolist())
        pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(pickles) != 1 or total > MAX_BYTES:
            raise TorchFileError("it is a zip file, but not one that PyTorch wrote")
        root = pickles[0].removesuffix("data.pkl")
        stream = io.BytesIO(archive.read(pickles[0]))
        unpickler = _Unpickler(stream)
        value = _unpickle(unpickler, stream)
        for key, storage in unpickler.storages.items():
            storage.data = np.frombuffer(archive.read(f"{root}data/{key}"), storage.dtype)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError) as error:
        raise TorchFileError(f"its zip archive is damaged ({error})") from error
    return value, unpickler.storages


def _read_numbers(stream: BinaryIO, storage: _Storage) -> None:
    """One storage of the older layout: a count of 8 bytes, then the numbers."""
    head = stream.read(8)
    if len(head) != 8:
        raise TorchFileError("it ends before its numbers do")
    (count,) = struct.unpack("<q", head)
    size = count * np.dtype(storage.dtype).itemsize
    if not 0 <= size <= MAX_BYTES:
        raise TorchFileError(f"it says that a tensor has {count} numbers")
    body = stream.read(size)
    if len(body) != size:
        raise TorchFileError("it ends before its numbers do")
    storage.data = np.frombuffer(body, storage.dtype)


def _read_legacy(content: bytes) -> tuple[Any, dict[str, _Storage]]:
    """The layout before PyTorch 1.6: magic, version, system, value, storage keys, storages."""
    stream = io.BytesIO(content)
    if _unpickle(_Unpickler(stream), stream) != LEGACY_MAGIC:
        raise TorchFileError("it is a pickle, but not one that PyTorch wrote")
    _unpickle(_Unpickler(stream), stream)
    _unpickle(_Unpickler(stream), stream)
    unpickler = _Unpickler(stream)
    value = _unpickle(unpickler, stream)
    keys = _unpickle(_Unpickler(stream), stream)
    for key in keys if isinstance(keys, list) else []:
        if str(key) not in unpickler.storages:
            raise TorchFileError("it holds numbers that no tensor uses")
        _read_numbers(stream, unpickler.storages[str(key)])
    return value, unpickler.storages


def is_torch_file(head: bytes) -> bool:
    """Whether a file that starts with these bytes (≥ 16) can be a PyTorch file."""
    return head.startswith(b"PK\x03\x04") or (head[:1] == b"\x80" and head[2:5] == b"\x8a\x0a\x6c")


def read_torch_file(content: bytes) -> dict[str, npt.NDArray[Any]]:
    """Name -> array of a PyTorch state dictionary given as the bytes of its file.

    Of dictionaries within dictionaries the one with most tensors counts. Raises TorchFileError.
    """
    groups = read_torch_groups(content)
    return max(groups.values(), key=len, default={})


def read_torch_groups(content: bytes) -> dict[str, dict[str, npt.NDArray[Any]]]:
    """Name -> array of every dictionary of tensors in a PyTorch file, by the keys that lead to it.

    The outermost dictionary's key is "". Values that are not tensors are left out. Raises
    TorchFileError.
    """
    try:
        return _groups(content)
    except TorchFileError:
        raise
    except Exception as error:
        # Damaged bytes can put any value in any place, and `zipfile` and `pickle` document only few
        # of the errors that they then raise.
        raise TorchFileError(f"it is damaged ({type(error).__name__}: {error})") from error


def _groups(content: bytes) -> dict[str, dict[str, npt.NDArray[Any]]]:
    """The groups of `read_torch_groups`, with whatever error damaged bytes lead to."""
    reader = _read_zip if content.startswith(b"PK") else _read_legacy
    value, _ = reader(content)
    if not isinstance(value, dict):
        raise TorchFileError(f"it holds {type(value).__name__}, not a dictionary of tensors")
    views = dict(_walk(value, "", DEEPEST))
    return {
        path: {name: view.array() for name, view in group.items()}
        for path, group in views.items()
        if group or len(views) == 1
    }


def _walk(value: dict[Any, Any], path: str, depth: int) -> Iterator[tuple[str, dict[str, _View]]]:
    """Each dictionary by its path, with its tensors alone."""
    yield path, {str(key): item for key, item in value.items() if isinstance(item, _View)}
    for key, item in value.items():
        if isinstance(item, dict) and isinstance(key, str) and depth:
            yield from _walk(item, f"{path}/{key}" if path else key, depth - 1)
