"""Text that wants to act: terminal escapes, line ends and controls in names, tables and manifests.

A message that is shown to a person or written to a log must not carry a control character that a
package brought along.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.attacks.common import NATIVE, PYTHON, Arena, save
from tests.damage.archives import more
from tests.damage.base import base_files, with_file, with_key, zipped
from tools.errors import PocketlensError
from tools.native.core import check_package
from tools.package.reader import open_package

CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]")
EVIL = [
    "\x1b[2J\x1b[31mowned",
    "\x07",
    "a\rb",
    "a\nfake: line",
    "\x9b2J",
    "x\x00y",
    "\u2028",
    "\x7f",
]


def run(arena: Arena) -> None:
    """Every evil text in every place that a message may quote."""
    for number, evil in enumerate(EVIL):
        packages = {
            "an entry's name": more(evil),
            "the manifest's title": zipped(with_key("title", evil)),
            "the manifest's kind": zipped(with_key("kind", evil)),
            "the manifest's variant": zipped(with_key("weights/variant", evil)),
            "a file's name in the manifest": zipped(with_key(f"files/{evil}", {"size": 0})),
            "a label's name": zipped(table("labels.csv", "Animal", evil)),
            "a MID": zipped(table("labels.csv", "/m/0jbk", evil)),
            "a threshold": zipped(table("thresholds.csv", "0.5", evil)),
            "a translated name": zipped(table("names.zh.csv", "猫", evil)),
        }
        for place, data in packages.items():
            archive = save(arena.folder / f"{number}-{place.replace(' ', '-')}.zip", data)
            for against, worker, function in (
                (PYTHON, arena.python, python_message),
                (NATIVE, arena.native, native_message),
            ):
                name, message = worker.call(function, archive)
                found = CONTROL.search(message)
                clean = "named, its message clean" if name != "ok" else "taken"
                arena.note(
                    f"controls in {place}",
                    against,
                    clean if not found else "control in message",
                    not found and bool(message) == (name != "ok"),
                    message if found else "",
                )


def table(name: str, old: str, evil: str) -> dict[str, bytes]:
    """A package with a text in a table replaced."""
    return with_file(name, base_files()[name].decode().replace(old, evil))


def python_message(path: Path) -> tuple[str, str]:
    """Name and message of the Python reader's error."""
    try:
        open_package(path)
    except PocketlensError as error:
        return error.name, error.message
    return "ok", ""


def native_message(path: Path) -> tuple[str, str]:
    """Name and message of the native reader's error."""
    try:
        check_package(path)
    except PocketlensError as error:
        return error.name, error.message
    return "ok", ""
