"""Archives and manifests that are small on disk and would be large in memory."""

from __future__ import annotations

import io
import os
import struct
import zipfile

from tests.attacks.common import Arena, save, write
from tests.damage.archives import E_HERE, counts, end_patched, entry, giant_sizes
from tests.damage.base import whole, with_key, zipped

GIGABYTE = 1 << 30


def run(arena: Arena) -> None:
    """Bombs of every kind; each must be refused within a little memory and time."""
    folder, archive = arena.folder, zipped(whole())
    bombs = [
        ("a gigabyte of zeros, compressed", compressed_zeros(), {"bad_archive"}),
        ("every entry nearly 4 GiB", giant_sizes(archive), {"bad_archive"}),
        ("all entries share the same bytes", shared_bytes(archive), {"bad_archive"}),
        ("65,535 entries", counts(archive, 0xFFFF), {"too_large"}),
        ("entry counts that differ", end_patched(archive, E_HERE, "<H", 1), {"bad_archive"}),
        ("a count of 0 over a full directory", counts(archive, 0), {"bad_archive"}),
        ("an archive in the archive", nested(archive), {"unexpected_file"}),
        ("100,000 nested lists", zipped(with_json('"a": ' + "[" * 100_000)), {"bad_manifest"}),
        ("100,000 nested objects", zipped(with_json('{"a":' * 100_000)), {"bad_manifest"}),
        (
            "a number of 900,000 digits",
            zipped(with_json('"a": ' + "9" * 900_000)),
            {"bad_manifest"},
        ),
        (
            "a key of 900,000 bytes",
            zipped(with_json('"' + "k" * 900_000 + '": 1, "a": ')),
            {"bad_manifest"},
        ),
        ("60,000 keys that nobody asks for", zipped(many_keys(60_000)), {"ok"}),
        ("9,000 files in the manifest", zipped(many_files(9_000)), {"too_large"}),
    ]
    for number, (name, data, allowed) in enumerate(bombs):
        arena.readers(name, save(folder / f"{number}.zip", data), allowed)
    sparse(arena)


def compressed_zeros() -> bytes:
    """The model as a gigabyte of zeros, deflated to a megabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in whole().items():
            if name != "model.ms":
                archive.writestr(name, data)
        with archive.open("model.ms", "w") as file:
            zeros = bytes(1 << 24)
            for _ in range(GIGABYTE // len(zeros)):
                file.write(zeros)
    return out.getvalue()


def shared_bytes(archive: bytes) -> bytes:
    """Every directory entry points to the first file."""
    for number in range(1, 6):
        place = entry(archive, number) + 42
        archive = archive[:place] + struct.pack("<I", 0) + archive[place + 4 :]
    return archive


def nested(archive: bytes) -> bytes:
    """A package's zip inside a package's zip."""
    return zipped({**whole(), "inner.zip": archive})


def with_json(text: str) -> dict[str, bytes]:
    """A package whose manifest begins with this."""
    files = whole()
    return {**files, "model.json": b"{" + text.encode() + files["model.json"]}


def many_keys(number: int) -> dict[str, bytes]:
    """A manifest with many keys that no reader asks for, as many as fit into a mebibyte."""
    return with_key("notes", {f"{key:x}": 0 for key in range(number)})


def many_files(number: int) -> dict[str, bytes]:
    """A manifest that lists many files."""
    entry_of_none = {"size": 0, "sha256": "0" * 64}
    return with_key("files", {f"{key:x}": entry_of_none for key in range(number)})


def sparse(arena: Arena) -> None:
    """Files of terabytes that take no room on the disk."""
    for name, expected in (
        ("model.ms", "wrong_size"),
        ("labels.csv", "wrong_size"),
        ("model.json", "too_large"),
    ):
        package = write(arena.folder / f"sparse-{name}", whole())
        os.truncate(package / name, 1 << 42)
        arena.readers(f"{name} of 4 TiB without bytes", package, [expected])
    archive = save(arena.folder / "sparse.zip", zipped(whole()))
    os.truncate(archive, 1 << 42)
    arena.readers("an archive of 4 TiB without bytes", archive, ["bad_archive"])
