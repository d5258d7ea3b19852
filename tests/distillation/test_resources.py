"""Qt resource archives: one made by hand, byte by byte, and damaged ones."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from tools.distillation.resources import read_resources
from tools.errors import PocketlensError


def archive(files: dict[str, bytes], compressed: frozenset[str] = frozenset()) -> bytes:
    """An archive of version 2 with one folder `in` that holds the files."""
    names, places = b"", {}
    for name in ("in", *files):
        places[name] = len(names)
        names += struct.pack(">HI", len(name), 0) + name.encode("utf-16-be")
    data, offsets = b"", {}
    for name, content in files.items():
        offsets[name] = len(data)
        if name in compressed:
            content = struct.pack(">I", len(content)) + zlib.compress(content)
        data += struct.pack(">I", len(content)) + content
    tree = struct.pack(">IHIIQ", 0, 2, 1, 1, 0)
    tree += struct.pack(">IHIIQ", places["in"], 2, len(files), 2, 0)
    for name in files:
        flags = 1 if name in compressed else 0
        tree += struct.pack(">IHHHIQ", places[name], flags, 0, 0, offsets[name], 0)
    head = struct.pack(">4s4I", b"qres", 2, 20, 20 + len(tree), 20 + len(tree) + len(data))
    return head + tree + data + names


def test_files_come_out_as_they_went_in(tmp_path: Path) -> None:
    files = {"a.webp": b"plain", "ü.webp": b"packed " * 50}
    (tmp_path / "x.rcc").write_bytes(archive(files, frozenset({"ü.webp"})))
    assert dict(read_resources(tmp_path / "x.rcc")) == {f"in/{k}": v for k, v in files.items()}


@pytest.mark.parametrize("cut", [0, 3, 10, 30, 60])
def test_cut_off_archives_are_refused(tmp_path: Path, cut: int) -> None:
    (tmp_path / "x.rcc").write_bytes(archive({"a.webp": b"plain"})[:cut])
    with pytest.raises(PocketlensError) as caught:
        list(read_resources(tmp_path / "x.rcc"))
    assert caught.value.name == "bad_archive"


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.rcc").write_bytes(b"PK\3\4" + bytes(100))
    with pytest.raises(PocketlensError):
        list(read_resources(tmp_path / "x.rcc"))
