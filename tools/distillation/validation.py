"""The demo's validation photos: unpacked from the package that ships them, checked one by one."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from tools.distillation.resources import read_resources
from tools.distillation.sources import folder_of, read_sources
from tools.errors import PocketlensError

PACKAGE = "gcompris-qt-data"
PREFIX = "gcompris/src/activities/"


def unpack(model: Path, folder: Path) -> int:
    """Write the photos that a model folder's validation.csv lists under `folder`; returns how many.

    Raises missing_file or wrong_hash when the package does not hold what was listed.
    """
    sources = read_sources(model / "sources.toml")
    with open(model / "validation.csv", encoding="utf-8", newline="") as stream:
        wanted = {row["file"]: row["sha256"] for row in csv.DictReader(stream)}
    found: dict[str, bytes] = {}
    for archive in sorted(folder_of(sources[PACKAGE]).rglob("*.rcc")):
        for name, content in read_resources(archive):
            found[name.removeprefix(PREFIX)] = content
    for name, expected in wanted.items():
        if name not in found:
            raise PocketlensError("missing_file", f"{PACKAGE} does not hold {name}.")
        if hashlib.sha256(found[name]).hexdigest() != expected:
            raise PocketlensError("wrong_hash", f"{name} is not the photo that was listed.")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(found[name])
    return len(wanted)
