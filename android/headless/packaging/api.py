"""The libraries' public API, held against the baselines that are committed beside them."""

from __future__ import annotations

import difflib
from pathlib import Path

from project import ANDROID, HEADLESS, built, java

PUBLISHED = ("classifier", "classifier-testing", "classifier-coroutines")


def baseline(module: str) -> Path:
    """Where a module's public API is written down."""
    return ANDROID / module / "api" / f"{module}.api"


def dump(module: str) -> str:
    """What others can call of a compiled library, as Kotlin's abi-tools write it."""
    return java(HEADLESS / "packaging" / "ApiDump.java", built(module) / "classes")


def differences(module: str, expected: str, found: str) -> list[str]:
    """The lines that came or went, and what to do about them; none where the API is the same."""
    lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), lineterm="", n=0)
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    if not changed:
        return []
    advice = "If it should, type: android/headless/build.sh api, and tell it to those who use it."
    return [
        "\n".join(
            [f"the library's public API differs from {baseline(module).name}. {advice}", *changed]
        )
    ]


def complaints() -> list[str]:
    """What differs from the baselines."""
    found = []
    for module in PUBLISHED:
        path = baseline(module)
        found += differences(module, path.read_text() if path.is_file() else "", dump(module))
    return found


def write() -> list[Path]:
    """Write the baselines anew."""
    for module in PUBLISHED:
        baseline(module).parent.mkdir(exist_ok=True)
        baseline(module).write_text(dump(module))
    return [baseline(module) for module in PUBLISHED]
