"""Files inside Qt's binary resource archives (.rcc), read without Qt.

Layout (Qt 5, rcc.cpp): magic `qres`, version, offsets of tree, data and names, all big-endian.
A tree node has its name's offset and flags, then for a folder the number and place of its children,
for a file its data's offset; from version 2 on a time stamp follows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from tools.errors import PocketlensError

_COMPRESSED, _FOLDER, _ZSTANDARD = 1, 2, 4


def read_resources(path: Path) -> Iterator[tuple[str, bytes]]:
    """(path inside the archive, content) of every file; bad_archive when it is none of these."""
    content = path.read_bytes()
    try:
        magic, version, tree, data, names = struct.unpack_from(">4s4I", content)
        if magic != b"qres":
            raise ValueError("it does not begin with qres")
        yield from _Archive(content, tree, data, names, 22 if version >= 2 else 14).walk(0, ())
    except (struct.error, ValueError, zlib.error, UnicodeDecodeError, RecursionError) as error:
        raise PocketlensError("bad_archive", f"{path} is no Qt resource file: {error}.") from error


class _Archive:
    """Offsets into one archive's bytes."""

    def __init__(self, content: bytes, tree: int, data: int, names: int, node: int) -> None:
        self._content, self._tree, self._data = content, tree, data
        self._names, self._node = names, node

    def walk(self, index: int, above: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
        """Files at or below a tree node."""
        place = self._tree + index * self._node
        name, flags = struct.unpack_from(">IH", self._content, place)
        here = (*above, self._name(name)) if index else above
        if flags & _FOLDER:
            count, first = struct.unpack_from(">II", self._content, place + 6)
            for child in range(first, first + count):
                yield from self.walk(child, here)
        else:
            (offset,) = struct.unpack_from(">I", self._content, place + 10)
            yield "/".join(here), self._file(offset, flags)

    def _name(self, offset: int) -> str:
        (length,) = struct.unpack_from(">H", self._content, self._names + offset)
        begin = self._names + offset + 6
        return self._content[begin : begin + 2 * length].decode("utf-16-be")

    def _file(self, offset: int, flags: int) -> bytes:
        (size,) = struct.unpack_from(">I", self._content, self._data + offset)
        begin = self._data + offset + 4
        content = self._content[begin : begin + size]
        if flags & _ZSTANDARD:
            raise ValueError("a file in it is compressed by Zstandard")
        return zlib.decompress(content[4:]) if flags & _COMPRESSED else content
