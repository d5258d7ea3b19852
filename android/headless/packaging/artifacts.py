"""Every jar and AAR that Maven resolves, held against android/headless/artifacts.lock.

Maven 3.8 pins versions and no contents, so the contents are compared here, after it has resolved
them: `python android/headless/packaging/artifacts.py` checks, `--write` writes the lock anew.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "artifacts.lock"
REPOSITORY = Path(os.environ.get("POCKETLENS_M2", Path.home() / ".m2" / "repository"))


def sha256_of(path: Path) -> str:
    """A file's SHA-256 in hexadecimal digits."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def read_lock(lock: Path = LOCK) -> dict[str, str]:
    """Path in the repository -> SHA-256."""
    lines = [line for line in lock.read_text().splitlines() if line and not line.startswith("#")]
    pairs = [line.split("  ", 1) for line in lines]
    return {path: sha256 for sha256, path in pairs}


def changed(repository: Path, locked: dict[str, str]) -> list[str]:
    """The listed jars that are there with other bytes than the lock says."""
    there = [(path, sha256) for path, sha256 in locked.items() if (repository / path).is_file()]
    return [path for path, sha256 in there if sha256_of(repository / path) != sha256]


def unlisted(repository: Path, locked: dict[str, str], used: Iterable[Path]) -> list[str]:
    """The jars of the build's own class paths that the lock does not know."""
    root = repository.resolve()
    inside = [path.resolve() for path in used if path.resolve().is_relative_to(root)]
    return sorted({str(path.relative_to(root)) for path in inside} - set(locked))


def mistakes(used: Iterable[Path], repository: Path = REPOSITORY, lock: Path = LOCK) -> list[str]:
    """Sentences on what does not fit the lock; none where all is well."""
    locked = read_lock(lock)
    other = [
        f"{path} is not the jar that {lock.name} names; remove it from {repository} and build again"
        for path in changed(repository, locked)
    ]
    return other + [
        f"{path} is not in {lock.name}; if it is meant to be used, write the lock anew with"
        " android/headless/packaging/artifacts.py --write and read what changed"
        for path in unlisted(repository, locked, used)
    ]


def write_lock(repository: Path = REPOSITORY, lock: Path = LOCK) -> int:
    """List every jar and AAR that is in the repository now; how many there are.

    The repository should be one that only this build has filled (POCKETLENS_M2).
    """
    files = [path for kind in ("jar", "aar") for path in repository.rglob(f"*.{kind}")]
    names = sorted(str(path.relative_to(repository)) for path in files)
    own = [path for path in names if not path.startswith("io/pocketlens/")]
    lines = [f"{sha256_of(repository / path)}  {path}" for path in own]
    head = (
        "# SHA-256 of the jars and AARs that Maven resolves; artifacts.py writes and checks it.\n"
    )
    lock.write_text(head + "\n".join(lines) + "\n")
    return len(own)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        print(f"{write_lock()} jars listed in {LOCK.name}")
    else:
        sys.exit("\n".join(mistakes([])) or 0)
