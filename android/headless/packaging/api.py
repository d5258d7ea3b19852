"""The library's public API, held against the baseline that is committed beside it."""

from __future__ import annotations

import difflib
from pathlib import Path

from project import ANDROID, HEADLESS, built, jars, run

BASELINE = ANDROID / "classifier" / "api" / "classifier.api"


def dump() -> str:
    """What others can call of the compiled library, as Kotlin's abi-tools write it."""
    classpath = ":".join(str(path) for path in jars() if not path.name.startswith("android-all"))
    program = HEADLESS / "packaging" / "ApiDump.java"
    return run(["java", "-cp", classpath, program, built("classifier") / "classes"])


def differences(expected: str, found: str) -> list[str]:
    """The lines that came or went, and what to do about them; none where the API is the same."""
    lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), lineterm="", n=0)
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    if not changed:
        return []
    advice = "If it should, type: android/headless/build.sh api, and tell it to those who use it."
    return [
        "\n".join([f"the library's public API differs from {BASELINE.name}. {advice}", *changed])
    ]


def complaints() -> list[str]:
    """What differs from the baseline."""
    return differences(BASELINE.read_text() if BASELINE.is_file() else "", dump())


def write() -> Path:
    """Write the baseline anew."""
    BASELINE.parent.mkdir(exist_ok=True)
    BASELINE.write_text(dump())
    return BASELINE
