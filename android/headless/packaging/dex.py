"""From class files to dex: R8 shrinks and renames the release, D8 translates the rest.

Both are those that travel in the Android Gradle plugin. What a release's names were stands in
`mapping.txt`, with which `android/headless/build.sh retrace` reads a stack trace back.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import archive
import libraries
from project import (
    ANDROID,
    HEADLESS,
    OUT,
    built,
    fail,
    jar,
    java,
    libraries_of,
    linked,
    versions,
)

CACHE = OUT / "dexed"  # libraries, dexed once


@dataclass(frozen=True)
class Program:
    """What the dex files of one APK are made of."""

    name: str
    modules: Sequence[str]
    libraries: Sequence[Path]
    rules: Sequence[Path] = ()  # for R8; without any, nothing is left out or renamed


def _app() -> tuple[Sequence[str], Sequence[Path]]:
    return ("classifier", "app"), _libraries("app")


def _libraries(name: str) -> list[Path]:
    """The class files of a table of libraries (headless/libraries)."""
    plain = [path for path in linked(name) if path.suffix == ".jar"]
    unpacked = libraries.listed(libraries_of(name))
    return plain + [path for aar in unpacked for path in libraries.jars_of(aar)]


def release() -> Program:
    """App and library, shrunk by their own rules and those that their libraries bring."""
    rules = [
        HEADLESS / "android.pro",
        ANDROID / "classifier" / "consumer-rules.pro",
        built("app") / "aapt" / "keep.pro",
    ]
    brought = [aar / "proguard.txt" for aar in libraries.listed(libraries_of("app"))]
    return Program("release", *_app(), [*rules, *filter(Path.is_file, brought)])


def debug() -> Program:
    """App and library, whole."""
    return Program("debug", *_app())


def device_tests() -> Program:
    """The instrumented tests; what they test is in the app beside them."""
    return Program("device-test", ("device",), _libraries("device"))


def make(program: Program, work: Path) -> list[Path]:
    """Make NAME/classes.dex, classes2.dex … under `work`."""
    folder = work / program.name
    folder.mkdir(parents=True, exist_ok=True)
    classes = [_packed(module, folder) for module in program.modules]
    if program.rules:
        _shrink(program, classes, folder, folder / "dex")
    else:
        _translate(classes, folder / "dex", program.libraries)
        _add(_dexed(program.libraries), folder / "dex")
    return sorted((folder / "dex").glob("classes*.dex"), key=lambda path: (len(path.name), path))


def shrunk_classes(program: Program, work: Path) -> Path:
    """What R8 makes of a program, as class files that a JVM can run."""
    folder = work / program.name
    classes = [_packed(module, folder) for module in program.modules]
    target = folder / "shrunk.jar"
    _shrink(program, classes, folder, target, "--classfile")
    return target


def _packed(module: str, folder: Path) -> Path:
    """A module's class files as a jar."""
    target = folder / f"{module}.jar"
    entries = archive.entries_in(built(module) / "classes", "")
    archive.write(target, [one for one in entries if one.name.endswith(".class")])
    return target


def _platform() -> list[object]:
    """What every phone has: Android's classes, and the JDK's for java.*, which that jar lacks."""
    java_home = Path(shutil.which("javac") or fail("javac is missing")).resolve().parent.parent
    return ["--lib", jar("android-all"), "--lib", java_home]


def _tool(name: str, *arguments: object) -> None:
    """Run R8 or D8; what it is given stands in a file, for it is long."""
    OUT.mkdir(parents=True, exist_ok=True)
    given = OUT / f"{name}.arguments"
    given.write_text("".join(f"{argument}\n" for argument in arguments))
    java(f"com.android.tools.r8.{name}", f"@{given}", memory="1500m")


def _shrink(
    program: Program, classes: Sequence[Path], folder: Path, out: Path, form: str = ""
) -> None:
    if not form:
        out.mkdir(exist_ok=True)
    rules = [word for rule in program.rules for word in ("--pg-conf", rule)]
    kind = [form] if form else ["--min-api", versions().min_sdk]
    mapping = [] if form else ["--pg-map-output", folder / "mapping.txt"]
    where = [*_platform(), "--output", out]
    _tool("R8", "--release", *kind, *where, *mapping, *rules, *classes, *program.libraries)


def _translate(inputs: Sequence[Path], out: Path, beside: Sequence[Path] = ()) -> None:
    """Translate class files; `beside` are others that they are linked with."""
    out.mkdir(parents=True, exist_ok=True)
    known = [word for path in beside for word in ("--classpath", path)]
    where = [*_platform(), *known, "--output", out]
    _tool("D8", "--debug", "--min-api", versions().min_sdk, *where, *inputs)


def _add(libraries: Path, out: Path) -> None:
    """Number the libraries' dex files on from those in `out`: Android reads them all."""
    count = len(list(out.glob("classes*.dex")))
    for more, path in enumerate(sorted(libraries.glob("*.dex")), count + 1):
        shutil.copyfile(path, out / f"classes{more}.dex")


def _dexed(libraries: Sequence[Path]) -> Path:
    """The libraries' dex files, made once for content, minSdk and the translator's version."""
    digest = hashlib.sha256(f"{jar('builder').name} {versions().min_sdk}".encode())
    for path in libraries:
        digest.update(path.read_bytes())
    folder = CACHE / digest.hexdigest()[:16]
    if not folder.is_dir():
        draft = folder.with_name(folder.name + ".part")
        shutil.rmtree(draft, ignore_errors=True)
        _translate(libraries, draft)
        draft.rename(folder)
    return folder
