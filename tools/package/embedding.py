"""embedding.bin: how an embedding is made comparable, and what ordinary pictures look like.

The format stands in README.md. Vectors are small whole numbers, so that their arithmetic is exact
and the same on every machine.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.package.manifest import (
    EMBEDDING,
    KNOWN,
    LONGEST_EMBEDDING,
    SHORTEST_EMBEDDING,
    EmbeddingOutput,
)

MAGIC = b"PLEMBED\n"
VERSION = 1
HEADER = struct.Struct("<8s6I32s")
KNOWN_MAGIC = b"PLKNOWN\n"
KNOWN_HEADER = struct.Struct("<8s3If32s")
MOST_KNOWN = 10_000
LONGEST_VECTOR, SHORTEST_VECTOR = 512, 8
SMALLEST_BANK, LARGEST_BANK = 32, 8192
LARGEST_FLOAT = 1e6

Floats = npt.NDArray[np.float32]
Steps = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Embedding:
    """The content of embedding.bin."""

    backbone: str  # SHA-256 of the backbone's weights and of how pictures are prepared
    root: bool  # the square root of each number counts
    mean: Floats  # (length,)
    scales: Floats  # (rows,), what a step of a row's weights stands for
    weights: Steps  # (rows, length), from -127 to 127
    bank: Steps  # (pictures, rows), from -127 to 127

    def to_bytes(self) -> bytes:
        """The file."""
        return self._head() + self.bank.astype(np.int8).tobytes()

    @property
    def id(self) -> str:
        """SHA-256 of all but the bank: what a vector means."""
        head = self._head()
        return hashlib.sha256(head[:20] + head[24:]).hexdigest()

    def _head(self) -> bytes:
        rows, length = self.weights.shape
        sizes = (VERSION, length, rows, len(self.bank), int(self.root), 0)
        header = HEADER.pack(MAGIC, *sizes, bytes.fromhex(self.backbone))
        floats = self.mean.astype("<f4").tobytes() + self.scales.astype("<f4").tobytes()
        return header + floats + self.weights.astype(np.int8).tobytes()


@dataclass(frozen=True)
class Known:
    """The content of known.bin: what the things that the labels are for look like."""

    threshold: float  # the similarity to the nearest of them that one of them has
    centres: Steps  # (things, rows), from -127 to 127

    def to_bytes(self, space: Embedding) -> bytes:
        """The file, for the vectors of a space."""
        things, rows = self.centres.shape
        head = KNOWN_HEADER.pack(
            KNOWN_MAGIC, VERSION, rows, things, self.threshold, bytes.fromhex(space.id)
        )
        return head + self.centres.astype(np.int8).tobytes()


def read_known(data: bytes, space: Embedding) -> Known:
    """Check known.bin and read it. Raises bad_embedding or unknown_format_version."""
    if len(data) < KNOWN_HEADER.size or not data.startswith(KNOWN_MAGIC):
        raise _bad("does not begin as such a file does", KNOWN)
    _, version, rows, things, threshold, id_ = KNOWN_HEADER.unpack_from(data)
    if version != VERSION:
        raise _newer(KNOWN, version)
    if rows != space.weights.shape[0] or id_.hex() != space.id:
        raise _bad(f"belongs to another {EMBEDDING}", KNOWN)
    sizes = 1 <= things <= MOST_KNOWN and len(data) == KNOWN_HEADER.size + things * rows
    if not sizes or not 0 < threshold < 1:
        raise _bad("has a size or a threshold that it cannot have", KNOWN)
    steps = np.frombuffer(data, np.int8, offset=KNOWN_HEADER.size)
    if (steps == -128).any():
        raise _bad("holds the number -128, which it must not", KNOWN)
    return Known(threshold, steps.reshape(things, rows))


def read_embedding(data: bytes, told: EmbeddingOutput) -> Embedding:
    """Check embedding.bin and read it. Raises bad_embedding or unknown_format_version."""
    if len(data) < HEADER.size or not data.startswith(MAGIC):
        raise _bad("does not begin as such a file does")
    _, version, length, rows, pictures, root, rest, backbone = HEADER.unpack_from(data)
    if version != VERSION:
        raise _newer(EMBEDDING, version)
    if length != told.length or not SHORTEST_EMBEDDING <= length <= LONGEST_EMBEDDING:
        raise _bad("is for vectors of another length", found=length, expected=told.length)
    sizes = SHORTEST_VECTOR <= rows <= LONGEST_VECTOR and SMALLEST_BANK <= pictures <= LARGEST_BANK
    if not sizes or root > 1 or rest != 0:
        raise _bad("has a size or a setting that it cannot have")
    counts = (length * 4, rows * 4, rows * length, pictures * rows)
    expected = HEADER.size + sum(counts)
    if len(data) != expected:
        raise _bad("has another length", found=f"{len(data)} bytes", expected=expected)
    if backbone.hex() != told.sha256:
        raise _bad("belongs to another backbone than the manifest's")
    parts, place = [], HEADER.size
    for count in counts:
        parts.append(data[place : place + count])
        place += count
    return Embedding(
        backbone.hex(),
        bool(root),
        _floats(parts[0], "mean"),
        _floats(parts[1], "scale", above_zero=True),
        _steps(parts[2]).reshape(rows, length),
        _steps(parts[3]).reshape(pictures, rows),
    )


def backbone_of(path: Path) -> str | None:
    """Whose vectors an embedding.bin is for; None where the file is none. Checks nothing else."""
    with path.open("rb") as file:
        start = file.read(HEADER.size)
    if len(start) < HEADER.size or not start.startswith(MAGIC):
        return None
    found: bytes = HEADER.unpack(start)[-1]
    return found.hex()


def _floats(data: bytes, what: str, above_zero: bool = False) -> Floats:
    values = np.frombuffer(data, "<f4")
    if not (np.abs(values) <= LARGEST_FLOAT).all() or (above_zero and not (values > 0).all()):
        raise _bad(f"holds a {what} that cannot be one")
    return values


def _steps(data: bytes) -> Steps:
    values = np.frombuffer(data, np.int8)
    if (values == -128).any():
        raise _bad("holds the number -128, which it must not")
    return values


def _bad(what: str, file: str = EMBEDDING, **more: Any) -> PocketlensError:
    advice = "Make the package again."
    return PocketlensError("bad_embedding", f"{file} {what}.", **more, do=advice)


def _newer(file: str, version: int) -> PocketlensError:
    return PocketlensError(
        "unknown_format_version",
        f"{file} has a format version that this reader does not know.",
        found=version,
        expected=f"{VERSION}; a newer Pocketlens may know more",
    )
