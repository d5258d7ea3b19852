"""Makes build/test-data/packages: small packages, nearly all damaged, and the error each must give.

The tests of all three languages read this folder and have it made before they start, by
`python3 -m tests.make_damaged_packages`, which does nothing when it is current. The archives are
made by the standard library and by hand, not by the project's writer. `cases.csv` lists each with
the name of its error, `ok` for none. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.damage import archives, embeddings, manifest, references, tables
from tests.damage.base import Case, Files, whole

TESTS = Path(__file__).resolve().parent
FOLDER = TESTS.parent / "build" / "test-data" / "packages"


def all_cases() -> list[Case]:
    """Every archive with its error."""
    made = [*archives.cases(), *manifest.cases(), *references.cases(), *tables.cases()]
    made += embeddings.cases()
    return sorted(made)


def folders() -> dict[str, tuple[str, Files]]:
    """The cases that are folders: what only a folder can hold, and one that is whole."""
    flipped = archives.content("model.ms", lambda data: b"N" + data[1:])
    return {
        "folder-ok": ("ok", whole()),
        "folder-litter": ("ok", {**whole(), **dict.fromkeys(LITTER, b"x")}),
        "folder-hidden": ("unexpected_file", {**whole(), ".hidden": b"x"}),
        "folder-no-manifest": ("missing_file", archives.without("model.json")),
        "folder-no-model": ("missing_file", archives.without("model.ms")),
        "folder-extra-file": ("unexpected_file", {**whole(), "readme.txt": b"x"}),
        "folder-wrong-size": ("wrong_size", archives.content("model.ms", lambda data: b"")),
        "folder-wrong-hash": ("wrong_hash", flipped),
        "folder-with-folder": ("unexpected_file", {**whole(), "sub/model.ms": b"x"}),
        "folder-link": ("path_outside_package", archives.without("labels.csv")),
        "folder-link-manifest": ("path_outside_package", archives.without("model.json")),
    }


LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", "._model.ms")  # of Finder and Windows
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


def made_from() -> str:
    """SHA-256 of the code that makes the folder."""
    sources = [Path(__file__), *sorted((TESTS / "damage").glob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def ensure(folder: Path = FOLDER) -> Path:
    """The folder, made where it is not there or was made by other code."""
    return kept(folder, made_from(), make)


def kept(folder: Path, key: str, make: Callable[[Path], None]) -> Path:
    """A folder, made where it is not there or was made by another key; one process at a time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    stamp = folder.with_name(f"{folder.name}.made-from")
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder.is_dir() and stamp.is_file() and stamp.read_text() == key):
            stamp.unlink(missing_ok=True)
            make(folder)
            stamp.write_text(key)
    return folder


if __name__ == "__main__":
    ensure()
