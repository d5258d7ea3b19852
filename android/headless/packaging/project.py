"""What the Android build is made of: folders, numbers, jars, each read from the one place."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import artifacts
import catalog
from jvm import FLAGS, JAVA

from tools import bootstrap

HEADLESS = Path(__file__).resolve().parent.parent
ANDROID = HEADLESS.parent
ROOT = ANDROID.parent
OUT = ROOT / "build" / "apk"
WORK = OUT / "work"
PACKAGE = ROOT / "build" / "packages" / "mobilenetv2-openimages"
_LISTINGS = ("jars.txt", "aars.txt")


@dataclass(frozen=True)
class Versions:
    """What the version catalog says of the app."""

    name: str
    code: str
    min_sdk: str
    target_sdk: str


def fail(message: str) -> NoReturn:
    """End with a message that says what to do."""
    sys.exit(f"apk: {message}")


def say(message: str) -> None:
    """Tell what is being done."""
    print(f"apk: {message}", flush=True)


def run(command: list[object], **options: object) -> str:
    """Run a program and return what it printed; when it fails, its output ends the build."""
    try:
        return bootstrap.run(command, **options)
    except bootstrap.SetupError as error:
        fail(str(error))


def java(*arguments: object, memory: str = "1g") -> str:
    """Run a Java program with the jars of the module `packaging`; android.jar is no part of it."""
    classpath = ":".join(str(path) for path in jars() if not path.name.startswith("android-all"))
    command = [*JAVA, f"-Xmx{memory}", *arguments]
    return run(command, env={**os.environ, "CLASSPATH": classpath})


def versions() -> Versions:
    """The version and SDK levels of the version catalog."""
    known = catalog.versions()
    return Versions(
        name=known["pocketlens"],
        code=known["pocketlensCode"],
        min_sdk=known["minSdk"],
        target_sdk=known["targetSdk"],
    )


def built(module: str) -> Path:
    """The folder that Maven fills for one module."""
    return HEADLESS / module / "target"


def libraries_of(name: str) -> Path:
    """The folder that Maven fills for a table of libraries."""
    return HEADLESS / "target" / f"libraries-{name}" / "target"


def jars() -> list[Path]:
    """The jars that the module `packaging` names; Maven wrote their places."""
    listing = built("packaging") / "classpath.txt"
    return [Path(entry) for entry in listing.read_text().strip().split(":")]


def linked(*tables: str) -> list[Path]:
    """The jars and AARs of tables of libraries, as far as Maven has looked them up."""
    listings = [libraries_of(name) / kind for name in tables for kind in _LISTINGS]
    found = [listing.read_text().strip().split(":") for listing in listings if listing.is_file()]
    return [Path(entry) for entries in found for entry in entries if entry]


def framework() -> Path:
    """The Android whose resources aapt2 links against: the one that Robolectric's tests run on."""
    (found,) = (HEADLESS / "target" / "robolectric").glob("android-all-instrumented-14-*.jar")
    return found


def jar(name: str) -> Path:
    """The one jar whose file name is NAME-VERSION.jar."""
    found = [
        path
        for path in jars()
        if path.name.startswith(f"{name}-") and path.name[len(name) + 1].isdigit()
    ]
    if len(found) != 1:
        fail(f"android/headless/packaging/pom.xml names {len(found)} jars {name}, expected one")
    return found[0]


def compile_and_run(*arguments: str) -> None:
    """Run Maven on the whole project; its output is shown."""
    catalog.write_poms()
    command = ["mvn", "-q", "-f", str(HEADLESS / "pom.xml"), *catalog.maven_properties()]
    command.append(f"-Djvm.flags={' '.join(FLAGS)}")  # of the JVMs that the tests run in
    command += arguments
    environment = {"MAVEN_OPTS": " ".join(FLAGS), **os.environ}
    if subprocess.run(command, env=environment).returncode != 0:
        fail("the Maven build failed; its messages are above")


def maven(*arguments: str) -> None:
    """Run Maven and hold the jars that it found against the lock."""
    compile_and_run(*arguments)
    found = artifacts.mistakes([*jars(), *linked(*catalog.TABLES)])
    if found:
        fail("\n".join(found))
