"""The AARs that a module of libraries names: unpacked once, their classes laid out for Maven.

Called by Maven for headless/target/libraries-NAME. Each AAR is unpacked under build/apk/libraries
by its name and content, with its resources compiled beside it; `TARGET/libraries.txt` names the
folders, for the resources and the dex files of the app. `TARGET/classes` gets all their classes,
for Maven knows no AAR.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / "build" / "apk" / "libraries"
LISTING = "libraries.txt"
COMPILED = "compiled.zip"  # an unpacked AAR's resources, for aapt2's linker


def unpacked(aar: Path) -> Path:
    """The folder of an unpacked AAR, made where it is not there."""
    digest = hashlib.sha256(aar.read_bytes()).hexdigest()
    folder = CACHE / f"{aar.stem}-{digest[:16]}"
    if not folder.is_dir():
        draft = folder.with_name(folder.name + ".part")
        shutil.rmtree(draft, ignore_errors=True)
        with zipfile.ZipFile(aar) as source:
            source.extractall(draft)
        _compile_resources(draft)
        draft.rename(folder)
    return folder


def _compile_resources(folder: Path) -> None:
    resources = folder / "res"
    if not any(path.is_file() for path in resources.rglob("*")):
        return
    command = ["aapt2", "compile", "--dir", str(resources), "-o", str(folder / COMPILED)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"aapt2 compile {resources} failed:\n{done.stdout}")


def jars_of(folder: Path) -> list[Path]:
    """The class files of an unpacked AAR."""
    return [*folder.glob("classes.jar"), *sorted(folder.glob("libs/*.jar"))]


def compiled(folders: Iterable[Path]) -> list[Path]:
    """The compiled resources of unpacked AARs."""
    return [folder / COMPILED for folder in folders if (folder / COMPILED).is_file()]


def native_libraries(folders: Iterable[Path], abi: str) -> dict[str, Path]:
    """The native libraries of unpacked AARs for a kind of processor, by file name."""
    return {path.name: path for folder in folders for path in folder.glob(f"jni/{abi}/*.so")}


def listed(target: Path) -> list[Path]:
    """The unpacked AARs of a module of libraries, by its target folder."""
    return [Path(line) for line in (target / LISTING).read_text().split()]


def lay_out(jars: Iterable[Path], classes: Path) -> None:
    """All entries of the jars in one folder; two different ones of one name end the build."""
    shutil.rmtree(classes, ignore_errors=True)
    for jar in jars:
        with zipfile.ZipFile(jar) as source:
            for name in source.namelist():
                if name.endswith("/") or name == "META-INF/MANIFEST.MF":
                    continue
                _put(source.read(name), classes / name, jar)


def _put(content: bytes, target: Path, jar: Path) -> None:
    if target.is_file() and target.read_bytes() != content:
        sys.exit(f"{jar} has another {target.name} than a library before it")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def main() -> None:
    """libraries.py --aars=LISTING --target=FOLDER."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--aars", type=Path, required=True, help="paths, separated by colons")
    parser.add_argument("--target", type=Path, required=True)
    options = parser.parse_args()
    aars = [Path(word) for word in options.aars.read_text().strip().split(":") if word]
    folders = [unpacked(aar) for aar in sorted(aars)]
    listing = "".join(f"{folder}\n" for folder in folders)
    known = options.target / LISTING
    if known.is_file() and known.read_text() == listing and (options.target / "classes").is_dir():
        return
    known.unlink(missing_ok=True)
    lay_out((jar for folder in folders for jar in jars_of(folder)), options.target / "classes")
    known.write_text(listing)


if __name__ == "__main__":
    main()
