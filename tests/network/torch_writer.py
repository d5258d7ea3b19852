"""Writes files in PyTorch's two layouts without PyTorch, for testing the reader.

The bytes follow what torch.save does for a dictionary of contiguous tensors: the pickle names
`torch._utils._rebuild_tensor_v2` and storages by persistent ids. Stand-in modules give these names
to the pickler.
"""

from __future__ import annotations

import collections
import io
import pickle
import struct
import sys
import types
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
STORAGES = {
    "float32": "FloatStorage",
    "int64": "LongStorage",
    "float16": "HalfStorage",
    "float64": "DoubleStorage",
    "bfloat16": "BFloat16Storage",
}


def _rebuild_tensor_v2(*_: Any) -> None:
    """Never called: only its name goes into the pickle."""


@contextmanager
def stand_in_modules() -> Iterator[types.ModuleType]:
    """`torch` and `torch._utils` with the names that a pickle of tensors refers to."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    _rebuild_tensor_v2.__module__ = "torch._utils"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    for name in STORAGES.values():
        setattr(torch, name, type(name, (), {"__module__": "torch"}))
    sys.modules["torch"], sys.modules["torch._utils"] = torch, utils
    try:
        yield torch
    finally:
        del sys.modules["torch"], sys.modules["torch._utils"]


class _Storage:
    def __init__(self, key: str, array: np.ndarray) -> None:
        self.key, self.array = key, array


class _Tensor:
    def __init__(self, storage: _Storage) -> None:
        self.storage = storage

    def __reduce__(self) -> tuple[Any, ...]:
        array = self.storage.array
        strides = tuple(step // array.itemsize for step in array.strides)
        return _rebuild_tensor_v2, (
            self.storage,
            0,
            array.shape,
            strides,
            False,
            collections.OrderedDict(),
        )


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, torch: types.ModuleType) -> None:
        super().__init__(stream, protocol=2)
        self.torch = torch

    def persistent_id(self, item: Any) -> Any:
        if not isinstance(item, _Storage):
            return None
        kind = getattr(self.torch, STORAGES[item.array.dtype.name])
        return ("storage", kind, item.key, "cpu", item.array.size)


def _state(arrays: Mapping[str, np.ndarray]) -> tuple[dict[str, Any], list[_Storage]]:
    storages = [_Storage(str(i), np.asarray(a, order="C")) for i, a in enumerate(arrays.values())]
    tensors = (_Tensor(storage) for storage in storages)
    return collections.OrderedDict(zip(arrays, tensors, strict=True)), storages


def _pickled(value: Any) -> bytes:
    stream = io.BytesIO()
    with stand_in_modules() as torch:
        _Pickler(stream, torch).dump(value)
    return stream.getvalue()


def zip_layout(arrays: Mapping[str, np.ndarray], wrap: str | None = None) -> bytes:
    """The layout of PyTorch 1.6 and later; `wrap` puts the state under a key."""
    state, storages = _state(arrays)
    return _zipped({wrap: state} if wrap else state, storages)


def nested(value: Any) -> bytes:
    """The same layout for a value with arrays anywhere in its dictionaries."""
    storages: list[_Storage] = []

    def place(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: place(one) for key, one in item.items()}
        if not isinstance(item, np.ndarray):
            return item
        storages.append(_Storage(str(len(storages)), np.asarray(item, order="C")))
        return _Tensor(storages[-1])

    return _zipped(place(value), storages)


def _zipped(value: Any, storages: list[_Storage]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", _pickled(value))
        for storage in storages:
            archive.writestr(f"archive/data/{storage.key}", storage.array.tobytes())
    return stream.getvalue()


def legacy_layout(arrays: Mapping[str, np.ndarray]) -> bytes:
    """The layout before PyTorch 1.6."""
    state, storages = _state(arrays)
    parts = [_pickled(MAGIC), _pickled(1001), _pickled({"little_endian": True}), _pickled(state)]
    parts.append(_pickled([storage.key for storage in storages]))
    for storage in storages:
        parts.append(struct.pack("<q", storage.array.size) + storage.array.tobytes())
    return b"".join(parts)
