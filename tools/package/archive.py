"""The zip form of a package: stored entries and nothing else; the core reads it where it lies."""

from __future__ import annotations

import os
import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tools.errors import PocketlensError
from tools.package.manifest import MOST_FILES, check_name

# Zips that Finder, Windows or `zip -r` made of a package's folder are whole and not plain.
ADVICE = "`python -m tools repack` makes one of any zip or folder that holds a package."
ALIGNMENT = 64  # of model.ms in the archive
_CHUNK = 1 << 20
_END = struct.Struct("<4sHHHHIIH")
_DIRECTORY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_EXTRA = struct.Struct("<HHH")  # id, length, alignment: Android's alignment field
_EXTRA_ID = 0xD935
_ENCRYPTED, _UTF8 = 0x1, 0x800
_DATE = (1 << 5) | 1  # 1980-01-01
_FAR = 0xFFFFFFFF
_LARGEST_DIRECTORY = MOST_FILES * (46 + 3 * 0xFFFF)


@dataclass(frozen=True)
class Entry:
    """One stored file: its name and where its bytes lie in the archive."""

    name: str
    size: int
    crc: int
    flags: int
    header: int  # offset of the local header
    data: int = -1  # offset of the bytes
    raw_name: bytes = b""


def bad_archive(file: object, what: str) -> PocketlensError:
    """The error of an archive that is not the plain zip that a package must be."""
    return PocketlensError(
        "bad_archive",
        f"{file}: {what}.",
        expected="a zip of stored (not compressed) plain files and nothing else",
        do=ADVICE,
    )


def read_directory(fd: int, length: int, file: object) -> dict[str, Entry]:
    """The entries of the archive in `length` bytes of an open file, in the order they lie in.

    Raises bad_archive, too_large or path_outside_package, by README.md's section "Zip".
    """
    count, size, offset = _end_record(fd, length, file)
    if count > MOST_FILES:
        raise PocketlensError(
            "too_large",
            f"{file} holds too many files.",
            found=count,
            expected=f"at most {MOST_FILES}",
        )
    if size > _LARGEST_DIRECTORY:
        raise bad_archive(file, "its directory is larger than its entries")
    directory = os.pread(fd, size, offset)
    entries: dict[str, Entry] = {}
    place = 0
    for _ in range(count):
        entry, place = _directory_entry(directory, place, file)
        if entry.name in entries:
            raise bad_archive(file, f"it holds {entry.name} twice")
        entries[entry.name] = entry
    if place != len(directory) or len(directory) != size:
        raise bad_archive(file, "its directory does not end with its last entry")
    return _locate(fd, sorted(entries.values(), key=lambda entry: entry.header), offset, file)


def _end_record(fd: int, length: int, file: object) -> tuple[int, int, int]:
    """Entry count, size and offset of the directory."""
    if length < _END.size or length > _FAR:
        raise bad_archive(file, f"it has {length} bytes")
    record = os.pread(fd, _END.size, length - _END.size)
    if len(record) != _END.size:
        raise bad_archive(file, "it ended while it was read")
    sign, disk, first_disk, here, count, size, offset, comment = _END.unpack(record)
    if sign != b"PK\5\6" or disk or first_disk or here != count or comment:
        raise bad_archive(file, "it does not end like a plain zip")
    if offset + size != length - _END.size:
        raise bad_archive(file, "its directory is not where its end record says")
    return count, size, offset


def _directory_entry(directory: bytes, place: int, file: object) -> tuple[Entry, int]:
    """The directory's entry at `place`, and where the next one starts."""
    if place + _DIRECTORY.size > len(directory):
        raise bad_archive(file, "its directory is cut off")
    part = _DIRECTORY.unpack_from(directory, place)
    sign, _, _, flags, method, _, _, crc, packed, size, n_name, n_extra, n_comment = part[:13]
    disk, _, attributes, header = part[13:]
    start = place + _DIRECTORY.size
    end = start + n_name + n_extra + n_comment
    if sign != b"PK\1\2" or end > len(directory):
        raise bad_archive(file, "its directory is damaged")
    raw_name = directory[start : start + n_name]
    name = raw_name.decode("utf-8", "backslashreplace")
    _check_entry_name(raw_name, attributes >> 16, name, file)
    if flags & _ENCRYPTED:
        raise bad_archive(file, f"{name} is encrypted")
    if method != 0:
        raise bad_archive(file, f"{name} is compressed")
    if flags & ~_UTF8 or packed != size:
        raise bad_archive(file, f"{name} is written as a stream or in a way that is not known")
    if size == _FAR or header == _FAR or disk:
        raise bad_archive(file, f"{name} needs zip64 or another disk")
    return Entry(name, size, crc, flags, header, raw_name=raw_name), end


def _check_entry_name(raw: bytes, mode: int, name: str, file: object) -> None:
    check_name(raw.decode("latin-1"), file, ADVICE)
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        raise PocketlensError(
            "path_outside_package",
            f"{file}: {name} is a symbolic link.",
            expected="plain files",
        )
    if kind not in (0, stat.S_IFREG):
        raise bad_archive(file, f"{name} is no plain file")


def _locate(fd: int, entries: Sequence[Entry], end: int, file: object) -> dict[str, Entry]:
    """Follow the local headers, which must lie end to end up to the directory."""
    out: dict[str, Entry] = {}
    place = 0
    for entry in entries:
        if entry.header != place:
            raise bad_archive(file, f"{entry.name} does not lie where the file before it ends")
        head = os.pread(fd, _LOCAL.size, place)
        if len(head) != _LOCAL.size:
            raise bad_archive(file, "it is cut off")
        sign, _, flags, method, _, _, crc, packed, size, n_name, n_extra = _LOCAL.unpack(head)
        data = place + _LOCAL.size + n_name + n_extra
        told = (b"PK\3\4", entry.flags, 0, entry.crc, entry.size, entry.size)
        same_name = os.pread(fd, n_name, place + _LOCAL.size) == entry.raw_name
        if (sign, flags, method, crc, packed, size) != told or not same_name:
            raise bad_archive(file, f"{entry.name} is described in two different ways")
        place = data + entry.size
        if place > end:
            raise bad_archive(file, f"{entry.name} goes beyond the files' part")
        values = (entry.name, entry.size, entry.crc, entry.flags, entry.header)
        out[entry.name] = Entry(*values, data=data, raw_name=entry.raw_name)
    if place != end:
        raise bad_archive(file, "it holds bytes that belong to no file")
    return out


def write_archive(out: BinaryIO, files: Sequence[tuple[str, bytes | Path]]) -> None:
    """Write the files, stored, in the order given. The same files give the same bytes."""
    records = []
    for name, content in files:
        size, crc = _measure(content)
        header = out.tell()
        _refuse_far(name, header + size)
        out.write(_local_header(name.encode(), size, crc, header))
        for piece in pieces(content):
            out.write(piece)
        records.append(_directory_record(name.encode(), size, crc, header))
    start = out.tell()
    directory = b"".join(records)
    _refuse_far("the archive", start + len(directory))
    out.write(directory)
    count = len(records)
    out.write(_END.pack(b"PK\5\6", 0, 0, count, count, len(directory), start, 0))


def _refuse_far(what: str, end: int) -> None:
    if end >= _FAR - (1 << 16):
        raise PocketlensError(
            "too_large", f"{what} does not fit into a zip.", expected="less than 4 GiB"
        )


def _local_header(name: bytes, size: int, crc: int, header: int) -> bytes:
    """A local header whose extra field makes the data start at a multiple of ALIGNMENT."""
    start = header + _LOCAL.size + len(name) + _EXTRA.size
    padding = -start % ALIGNMENT
    length = 2 + padding  # of the field's own data: the alignment and zeros
    extra = _EXTRA.pack(_EXTRA_ID, length, ALIGNMENT) + bytes(padding)
    fields = (20, 0, 0, 0, _DATE, crc, size, size, len(name), len(extra))
    return _LOCAL.pack(b"PK\3\4", *fields) + name + extra


def _directory_record(name: bytes, size: int, crc: int, header: int) -> bytes:
    made_by = (3 << 8) | 20  # Unix, version 2.0
    attributes = (stat.S_IFREG | 0o644) << 16
    fields = (made_by, 20, 0, 0, 0, _DATE, crc, size, size, len(name), 0, 0, 0, 0, attributes)
    return _DIRECTORY.pack(b"PK\1\2", *fields, header) + name


def _measure(content: bytes | Path) -> tuple[int, int]:
    size = crc = 0
    for piece in pieces(content):
        size += len(piece)
        crc = zlib.crc32(piece, crc)
    return size, crc


def pieces(content: bytes | Path) -> Iterator[bytes]:
    """A content's bytes, a file's piece by piece."""
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
