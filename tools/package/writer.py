"""Writes a package, folder or zip: whole or not at all, and the same bytes for the same inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.package import manifest as manifests
from tools.package.archive import pieces, write_archive
from tools.package.manifest import format_manifest
from tools.package.publish import new_file, new_folder
from tools.package.reader import open_package


@dataclass(frozen=True)
class Contents:
    """What goes into a package: the manifest's keys but `files`, and the files by name."""

    head: Mapping[str, Any]
    files: Mapping[str, bytes | Path]  # a path is copied from


def write_package(target: Path, contents: Contents) -> None:
    """Write the package at `target`, a zip if the name ends in `.zip`, else a folder.

    What is written is read back by the package reader before it is published, so nothing that a
    reader refuses ever gets the name. Raises that refusal, or cannot_write.
    """
    if target.suffix == ".zip":
        with new_file(target, is_package_zip) as archive:
            with archive.open("wb") as out:
                write_archive(out, all_files(contents))
            open_package(archive)
        return
    with new_folder(target, is_package_folder) as folder:
        for name, content in all_files(contents):
            with (folder / name).open("wb") as out:
                out.writelines(pieces(content))
        open_package(folder)


def rewrite(package: Path, out: Path, changes: Mapping[str, bytes]) -> None:
    """A package with some of its files changed, written to `out`, which may be the package itself.

    Raises the reader's refusals, of the old package and of the new one, and cannot_write.
    """
    opened = open_package(package)
    files: dict[str, bytes | Path] = {name: opened.read(name) for name in opened.manifest.files}
    head = {key: value for key, value in opened.manifest.raw.items() if key != "files"}
    write_package(out, Contents(head, {**files, **changes}))


def all_files(contents: Contents) -> list[tuple[str, bytes | Path]]:
    """Every file of the package in the order of the archive: the manifest, then the others."""
    files = sorted(contents.files.items(), key=lambda item: item[0].encode())
    manifest = dict(contents.head)
    manifest["files"] = {name: _entry(content) for name, content in files}
    return [(manifests.FILE, format_manifest(manifest)), *files]


def _entry(content: bytes | Path) -> dict[str, int | str]:
    """A file's entry in the manifest."""
    digest = hashlib.sha256()
    size = 0
    for piece in pieces(content):
        digest.update(piece)
        size += len(piece)
    return {"size": size, "sha256": digest.hexdigest()}


def is_package_folder(path: Path) -> bool:
    """Whether a folder may be replaced by a package: it is empty, or a package itself."""
    if not path.is_dir():
        return False
    entries = list(path.iterdir())
    if not entries:
        return True
    manifest = path / manifests.FILE
    plain = all(entry.is_file() and not entry.is_symlink() for entry in entries)
    return plain and len(entries) <= manifests.MOST_FILES and _says_package(manifest)


def is_package_zip(path: Path) -> bool:
    """Whether a file may be replaced by a package: it is empty, or a package's zip."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(4096)
    return not start or (start.startswith(b"PK\3\4") and b"model.json" in start)


def _says_package(manifest: Path) -> bool:
    if not manifest.is_file():
        return False
    with manifest.open("rb") as file:
        return manifests.FORMAT.encode() in file.read(manifests.LARGEST_MANIFEST)
