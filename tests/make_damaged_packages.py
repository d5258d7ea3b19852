"""Writes tests/data/packages: small packages, nearly all damaged, and the error each must give.

Run `python -m tests.make_damaged_packages` after a change in tests/damage. The archives are made by
the standard library and by hand, not by the project's writer. `cases.csv` lists each with the name
of its error, `ok` for none; the readers of all three languages are tested on this folder. The same
input gives the same bytes, and tests/package/test_damaged.py checks that the folder is current.
"""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path

from tests.damage import archives, manifest, tables
from tests.damage.base import Case, Files, whole

FOLDER = Path(__file__).resolve().parent / "data" / "packages"


def all_cases() -> list[Case]:
    """Every archive with its error."""
    return sorted([*archives.cases(), *manifest.cases(), *tables.cases()])


def folders() -> dict[str, tuple[str, Files]]:
    """The cases that are folders: what only a folder can hold, and one that is whole."""
    flipped = archives.content("model.ms", lambda data: b"N" + data[1:])
    return {
        "folder-ok": ("ok", whole()),
        "folder-no-manifest": ("missing_file", archives.without("model.json")),
        "folder-no-model": ("missing_file", archives.without("model.ms")),
        "folder-extra-file": ("unexpected_file", {**whole(), "readme.txt": b"x"}),
        "folder-wrong-size": ("wrong_size", archives.content("model.ms", lambda data: b"")),
        "folder-wrong-hash": ("wrong_hash", flipped),
        "folder-with-folder": ("unexpected_file", {**whole(), "sub/model.ms": b"x"}),
        "folder-link": ("path_outside_package", archives.without("labels.csv")),
        "folder-link-manifest": ("path_outside_package", archives.without("model.json")),
    }


LINKS = {
    "folder-link/labels.csv": "../folder-ok/labels.csv",
    "folder-link-manifest/model.json": "../folder-ok/model.json",
}


def make(folder: Path) -> None:
    """Write everything into a folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = [(f"{name}.zip", error) for name, error, _ in all_cases()]
    for name, _, data in all_cases():
        (folder / f"{name}.zip").write_bytes(data)
    for name, (error, files) in folders().items():
        rows.append((name, error))
        for file, data in files.items():
            (folder / name / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / name / file).write_bytes(data)
    for link, target in LINKS.items():
        (folder / link).symlink_to(target)
    with (folder / "cases.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("package", "error"), *sorted(rows)])


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
