"""What a model file is, seen from its first bytes: checks before the converter gets to see it.

MindSpore Lite's converter library ends the process on an empty file and on a MindIR of a newer
version, and says little about a damaged one. ONNX and MindIR are both protocol buffers (the field
numbers used here are those of onnx.proto and mind_ir.proto); `.ms` is a flat buffer with a mark.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path

from tools.errors import PocketlensError

Buffer = bytes | memoryview | mmap.mmap
KINDS = ("checkpoint", "onnx", "mindir", "ms")
NEWEST_MINDIR = 1  # that MindSpore Lite 2.0.0 reads
LARGEST = 1 << 30
_MS_MARK = b"MSL2"  # bytes 4 to 8
_MS_VERSION = re.compile(rb"MindSpore Lite (\d+\.\d+\.\d+)")
_GRAPH = 7  # in both protocols
_ONNX_IR = 1  # a number in ONNX, a text in MindIR
_MINDIR_VERSION = 13
_NODE, _NODE_NAME, _NODE_TYPE = 1, 3, 4  # of a graph and of a node, in ONNX
_OF_CONVOLUTIONS = ("BatchNormalization", "Clip", "Relu")
_VARINT, _I64, _BYTES, _I32 = 0, 1, 2, 5


def check_model_file(path: Path, kind: str) -> None:
    """Refuse a file that cannot be a model of this kind.

    Raises missing_file, unreadable_file, too_large or bad_model_file.
    """
    size = _size(path)
    if size == 0:
        raise _bad(path, "is empty", kind)
    if size > LARGEST:
        raise PocketlensError("too_large", f"{path} is too large.", found=f"{size} bytes")
    if kind == "checkpoint":
        return  # tools.network.checkpoints reads and names everything about it
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if kind == "ms":
            _check_ms(path, data)
        else:
            _check_protocol_buffer(path, data, kind)


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


def _bad(path: Path, what: str, kind: str) -> PocketlensError:
    names = {"onnx": "an ONNX model", "mindir": "a MindIR model", "ms": "a .ms model"}
    expected = names.get(kind, "a trained checkpoint")
    return PocketlensError("bad_model_file", f"{path} {what}.", expected=expected)


def _check_ms(path: Path, data: mmap.mmap) -> None:
    if data[4:8] != _MS_MARK:
        raise _bad(path, "does not carry the mark of a .ms file", "ms")


def _check_protocol_buffer(path: Path, data: mmap.mmap, kind: str) -> None:
    try:
        fields = dict(_fields(data))
    except ValueError as error:
        raise _bad(path, f"is damaged or of another kind ({error})", kind) from None
    if _GRAPH not in fields or _ONNX_IR not in fields:
        raise _bad(path, "holds no graph", kind)
    found = "onnx" if isinstance(fields[_ONNX_IR], int) else "mindir"
    if found != kind:
        raise PocketlensError(
            "bad_model_file",
            f"{path} is not what it is said to be.",
            found="an ONNX model" if found == "onnx" else "a MindIR model",
            do=f"Give it with --{found}.",
        )
    version = fields.get(_MINDIR_VERSION, 0)
    if kind == "mindir" and isinstance(version, int) and version > NEWEST_MINDIR:
        raise PocketlensError(
            "bad_model_file",
            f"{path} is a MindIR that MindSpore Lite 2.0.0 cannot read.",
            found=f"MindIR version {version}, written by a newer MindSpore",
            expected=f"at most version {NEWEST_MINDIR}",
            do="Convert from the checkpoint (--checkpoint) or from ONNX (--onnx).",
        )


def onnx_head(path: Path) -> list[str]:
    """The names of the nodes that follow the last convolution, its normalisation and activation.

    In a classifier: pooling, dense layer, activation and what else makes probabilities of features.
    Empty for a model without convolutions. Raises bad_model_file.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            nodes = [_onnx_node(node) for node in _nodes(memoryview(data))]
        except (ValueError, UnicodeDecodeError) as error:
            raise _bad(path, f"is damaged ({error})", "onnx") from None
    last = max((place for place, (kind, _) in enumerate(nodes) if kind == "Conv"), default=None)
    if last is None:
        return []
    return [name for kind, name in nodes[last + 1 :] if name and kind not in _OF_CONVOLUTIONS]


def _nodes(data: memoryview) -> Iterator[bytes]:
    """The nodes of an ONNX model's graph, each as its own protocol buffer."""
    with data:
        for number, start, end in _spans(data):
            if number == _GRAPH:
                with data[start:end] as graph:
                    spans = list(_spans(graph))
                    yield from (bytes(graph[a:b]) for field, a, b in spans if field == _NODE)


def _onnx_node(node: bytes) -> tuple[str, str]:
    """Type and name of a node."""
    texts = {number: node[start:end] for number, start, end in _spans(node)}
    return texts.get(_NODE_TYPE, b"").decode(), texts.get(_NODE_NAME, b"").decode()


def _fields(data: mmap.mmap) -> Iterator[tuple[int, int | None]]:
    """The outermost fields: number, and the value of a whole number (None for anything else)."""
    for number, start, end in _spans(data):
        yield number, _varint(data, start)[0] if end < 0 else None


def _spans(data: Buffer) -> Iterator[tuple[int, int, int]]:
    """The outermost fields: number, start and end of the value; the end of a whole number is -1.

    Raises ValueError where the bytes are no protocol buffer.
    """
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        number, wire = tag >> 3, tag & 7
        start = place
        if wire == _VARINT:
            _, place = _varint(data, place)
        elif wire == _BYTES:
            length, start = _varint(data, place)
            place = start + length
        elif wire in (_I64, _I32):
            place += 8 if wire == _I64 else 4
        else:
            raise ValueError(f"no protocol buffer at byte {place}")
        if place > len(data) or number == 0:
            raise ValueError("it is cut off" if number else f"field 0 at byte {place}")
        yield number, start, -1 if wire == _VARINT else place


def _varint(data: Buffer, place: int) -> tuple[int, int]:
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
