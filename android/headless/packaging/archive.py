"""APK and AAR files: zips with fixed dates, in which what is mapped lies stored and aligned."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

DATE = (1980, 1, 1, 0, 0, 0)
NATIVE_PAGE = 16384  # Android 15 and later map libraries in pages of 16 KB
PACKAGE_ALIGNMENT = 64  # that of model.ms within a package, see tools/package/archive.py
WORD = 4  # what every Android needs for resources.arsc
_FIELD = 0xD935  # Android's alignment field: apksigner keeps what it says
_LOCAL_HEADER = 30
_STORED = (".so", ".zip", ".arsc", ".png", ".webp", ".jpg", ".ms")


@dataclass(frozen=True)
class Entry:
    """A file to be put into an archive."""

    name: str
    data: bytes

    @property
    def alignment(self) -> int:
        """The multiple at which its bytes must start; 1 where it will be compressed."""
        if self.name.endswith(".so"):
            return NATIVE_PAGE
        if self.name.endswith(".zip"):
            return PACKAGE_ALIGNMENT
        return WORD if self.name.endswith(_STORED) else 1


def entries_of(archive: Path) -> list[Entry]:
    """The files of a zip."""
    with zipfile.ZipFile(archive) as source:
        return [Entry(name, source.read(name)) for name in source.namelist()]


def entries_in(folder: Path, prefix: str) -> list[Entry]:
    """The files under a folder, named from `prefix` on, in the order of their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        Entry(prefix + path.relative_to(folder).as_posix(), path.read_bytes()) for path in files
    ]


def write(target: Path, entries: Iterable[Entry]) -> None:
    """Write an archive whole or not at all; the same entries give the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    with zipfile.ZipFile(partial, "w") as archive:
        for entry in entries:
            place = archive.fp.tell()  # type: ignore[union-attr]
            info = _header(entry, place)
            archive.writestr(info, entry.data, compresslevel=9)
            info.extra = b""  # the padding is not needed a second time, in the directory
    partial.replace(target)


def _header(entry: Entry, place: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(entry.name, DATE)
    info.external_attr = 0o100644 << 16
    stored = entry.alignment > 1
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    if stored:
        start = place + _LOCAL_HEADER + len(entry.name.encode()) + 6
        padding = -start % entry.alignment
        info.extra = struct.pack("<HHH", _FIELD, 2 + padding, entry.alignment) + bytes(padding)
    return info


def misplaced(archive: Path) -> list[str]:
    """The entries that must be mapped and cannot be: compressed, or not where they should lie."""
    wrong = []
    with zipfile.ZipFile(archive) as source, open(archive, "rb") as raw:
        for info in source.infolist():
            alignment = Entry(info.filename, b"").alignment
            if alignment == 1:
                continue
            start = _data_start(raw.fileno(), info)
            if info.compress_type != zipfile.ZIP_STORED or start % alignment:
                wrong.append(
                    f"{info.filename}: stored at {start}, expected a multiple of {alignment}"
                )
    return wrong


def _data_start(fd: int, info: zipfile.ZipInfo) -> int:
    names = os.pread(fd, 4, info.header_offset + 26)
    name_length, extra_length = struct.unpack("<HH", names)
    return info.header_offset + _LOCAL_HEADER + int(name_length) + int(extra_length)
