"""Manifests as the Android Gradle plugin merges them, by its own merger."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from jvm import JAVA

ANDROID = "http://schemas.android.com/apk/res/android"
_LISTING = Path(__file__).resolve().parents[1] / "packaging" / "target" / "classpath.txt"


@dataclass(frozen=True)
class Facts:
    """What Gradle would know of a module."""

    namespace: str
    min_sdk: str
    target_sdk: str


def merge(main: Path, libraries: Sequence[Path], target: Path, facts: Facts) -> None:
    """Write a module's manifest with what its libraries' manifests add."""
    command = [*JAVA, "-cp", _LISTING.read_text().strip(), "com.android.manifmerger.Merger"]
    command += ["--main", str(main), "--out", str(target), "--log", "WARNING"]
    if libraries:
        command += ["--libs", ":".join(str(path) for path in libraries)]
    for name, value in (
        ("PACKAGE", facts.namespace),
        ("MIN_SDK_VERSION", facts.min_sdk),
        ("TARGET_SDK_VERSION", facts.target_sdk),
    ):
        command += ["--property", f"{name}={value}"]
    command.append("--remove-tools-declarations")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{main} cannot be merged with its libraries' manifests:\n{done.stdout}")


def without_levels(source: Path, target: Path) -> None:
    """Write a manifest without `uses-sdk`.

    aapt2 gets the SDK levels as options: its target level may then be newer than the resource
    table it links against.
    """
    ElementTree.register_namespace("android", ANDROID)
    tree = ElementTree.parse(source)
    for levels in tree.getroot().findall("uses-sdk"):
        tree.getroot().remove(levels)
    target.parent.mkdir(parents=True, exist_ok=True)
    tree.write(target, encoding="utf-8", xml_declaration=True)
