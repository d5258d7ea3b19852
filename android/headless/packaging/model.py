"""The model package as an asset: checked whole, then written as a zip of stored entries.

Run by the Maven build with the environment's Python: it uses the tools' own package reader.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tools.errors import PocketlensError
from tools.package.archive import write_archive
from tools.package.reader import open_package


def pack_model(package: Path, target: Path) -> None:
    """Write a package folder as a zip at `target`, unless that is there and newer.

    Errors: PocketlensError when the package or the zip made of it does not validate.
    """
    files = sorted(
        package.iterdir(), key=lambda path: (path.name != "model.json", path.name.encode())
    )
    if target.is_file() and target.stat().st_mtime > max(path.stat().st_mtime for path in files):
        return
    open_package(package)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    with partial.open("wb") as out:
        write_archive(out, [(path.name, path) for path in files])
    open_package(partial)
    partial.replace(target)


def main() -> None:
    """model.py PACKAGE TARGET; without a package, TARGET is taken away."""
    package, target = Path(sys.argv[1]), Path(sys.argv[2])
    if not package.is_dir():
        target.unlink(missing_ok=True)
        print(f"There is no package at {package}: tests of the model will fail. Type: make demo")
        return
    try:
        pack_model(package, target)
    except PocketlensError as error:
        sys.exit(f"The package {package} does not validate: {error.name}: {error.message}")


if __name__ == "__main__":
    main()
