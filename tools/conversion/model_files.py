"""What a model file is, seen from its first bytes: checks before the converter gets to see it.

MindSpore Lite's converter library ends the process on an empty file and on a MindIR of a newer
version. A MindIR is a protocol buffer (the field numbers used here are those of mind_ir.proto).
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path

from tools.errors import PocketlensError
from tools.network import formats

EXPECTED = {
    "checkpoint": "a trained checkpoint",
    **{one.kind: one.title for one in (formats.ONNX, formats.MINDIR, formats.MS)},
}
NEWEST_MINDIR = 1  # that MindSpore Lite 2.0.0 reads
LARGEST = 1 << 30
_MS_VERSION = re.compile(rb"MindSpore Lite (\d+\.\d+\.\d+)")
_GRAPH, _MINDIR_VERSION = 7, 13
_VARINT, _I64, _BYTES, _I32 = 0, 1, 2, 5


def check_model_file(path: Path, kind: str) -> None:
    """Refuse a file that cannot be a model of this kind: checkpoint, onnx, mindir or ms.

    Raises missing_file, unreadable_file, too_large or bad_model_file.
    """
    size = _size(path)
    if size == 0:
        raise _bad(path, "is empty", kind)
    if size > LARGEST:
        raise PocketlensError("too_large", f"{path} is too large.", found=f"{size} bytes")
    if kind == "checkpoint":
        return  # tools.network.checkpoints reads and names everything about it
    found = formats.recognise(path)
    if found is None:
        raise _bad(path, "has a form that is not known here", kind)
    if found.kind != kind:
        raise _bad(path, f"is {found.title}", kind, found.advice)
    if kind == "mindir":
        _check_mindir(path)


def _size(path: Path) -> int:
    try:
        if not path.is_file():
            raise PocketlensError(
                "unreadable_file" if path.exists() else "missing_file",
                f"{path} is no file." if path.exists() else f"{path} is not there.",
            )
        with path.open("rb"):
            return path.stat().st_size
    except OSError as error:
        raise PocketlensError("unreadable_file", f"{path}: {error.strerror}.") from None


def _bad(path: Path, what: str, kind: str, do: str = "") -> PocketlensError:
    return PocketlensError(
        "bad_model_file", f"{path} {what}.", expected=EXPECTED[kind], do=do or None
    )


def _check_mindir(path: Path) -> None:
    """Refuse a MindIR that is cut off or of a newer version."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            fields = dict(_fields(data))
        except ValueError as error:
            raise _bad(path, f"is damaged ({error})", "mindir") from None
    if _GRAPH not in fields:
        raise _bad(path, "holds no graph", "mindir")
    version = fields.get(_MINDIR_VERSION, 0) or 0
    if version > NEWEST_MINDIR:
        raise PocketlensError(
            "bad_model_file",
            f"{path} is a MindIR that MindSpore Lite 2.0.0 cannot read.",
            found=f"MindIR version {version}, written by a newer MindSpore",
            expected=f"at most version {NEWEST_MINDIR}",
            do="Convert from the checkpoint (--checkpoint) or from ONNX (--onnx).",
        )


def _fields(data: mmap.mmap) -> Iterator[tuple[int, int | None]]:
    """The outermost fields: number, and the value of a whole number (None for anything else).

    Raises ValueError where the bytes are no protocol buffer.
    """
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        number, wire = tag >> 3, tag & 7
        value = None
        if wire == _VARINT:
            value, place = _varint(data, place)
        elif wire == _BYTES:
            length, place = _varint(data, place)
            place += length
        elif wire in (_I64, _I32):
            place += 8 if wire == _I64 else 4
        else:
            raise ValueError(f"no protocol buffer at byte {place}")
        if place > len(data) or number == 0:
            raise ValueError("it is cut off" if number else f"field 0 at byte {place}")
        yield number, value


def _varint(data: mmap.mmap, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            raise ValueError("it is cut off")
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, place
    raise ValueError(f"a number without end at byte {place}")


def ms_version(path: Path) -> str | None:
    """The version of the converter that wrote a .ms file, where it says so."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = _MS_VERSION.findall(data)
    return found[-1].decode() if found else None
