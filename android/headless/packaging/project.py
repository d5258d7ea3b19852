"""What the Android build is made of: folders, numbers, jars, each read from the one place."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree

import artifacts

from tools import bootstrap

HEADLESS = Path(__file__).resolve().parent.parent
ANDROID = HEADLESS.parent
ROOT = ANDROID.parent
OUT = ROOT / "build" / "apk"
WORK = OUT / "work"
PACKAGE = ROOT / "build" / "packages" / "mobilenetv2-openimages"
_POM = "{http://maven.apache.org/POM/4.0.0}"


@dataclass(frozen=True)
class Versions:
    """The numbers of android/headless/pom.xml."""

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


def versions() -> Versions:
    """The version and SDK levels of android/headless/pom.xml."""
    root = ElementTree.parse(HEADLESS / "pom.xml").getroot()

    def text(path: str) -> str:
        found = root.findtext("/".join(_POM + part for part in path.split("/")))
        if not found:
            fail(f"android/headless/pom.xml has no {path}")
        return found

    return Versions(
        name=text("version"),
        code=text("properties/android.versionCode"),
        min_sdk=text("properties/android.minSdk"),
        target_sdk=text("properties/android.targetSdk"),
    )


def built(module: str) -> Path:
    """The folder that Maven fills for one module."""
    return HEADLESS / module / "target"


def jars() -> list[Path]:
    """The jars that the module `packaging` names; Maven wrote their places."""
    listing = built("packaging") / "classpath.txt"
    return [Path(entry) for entry in listing.read_text().strip().split(":")]


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
    command = ["mvn", "-q", "-f", str(HEADLESS / "pom.xml"), *arguments]
    if subprocess.run(command).returncode != 0:
        fail("the Maven build failed; its messages are above")


def maven(*arguments: str) -> None:
    """Run Maven and hold the jars that it found against the lock."""
    compile_and_run(*arguments)
    found = artifacts.mistakes(jars())
    if found:
        fail("\n".join(found))
