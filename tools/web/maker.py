"""The child that makes a package of what the page has collected: `own` on numbered folders.

    python -m tools.web.maker FOLDER WORKS

Every line of standard output is JSON: a step that begins, its seconds, an error, the outcome.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tools.errors import EXIT_ERROR, EXIT_INTERRUPTED, PocketlensError

if TYPE_CHECKING:
    from tools.training.own import Settings
    from tools.training.own_layout import OwnPhotos
    from tools.training.own_report import Report

TABLE = "classes.json"  # the package's name, and the classes' in the order of their folders
PHOTOS = "photos"


def class_folder(index: int) -> str:
    """Where the photos of a class lie."""
    return f"{PHOTOS}/{index:03d}"


def make(folder: Path, works: Path, say: TextIO) -> None:
    """Make the package in a new folder of `works`; what happens is told to `say`.

    Errors: those of `own`.
    """
    from tools.training.own import Settings, make_own, zip_path
    from tools.training.own_look import look
    from tools.training.own_place import alone, check_places, free_name, name_of

    table = json.loads((folder / TABLE).read_text("utf-8"))
    photos = folder / PHOTOS
    name = free_name(photos, name_of(photos, table["name"]), works)
    settings = Settings(photos, name, work=works / name, out=works / name / "package")
    try:
        check_places(photos, settings.work, settings.out)
        with alone(settings.work):
            with step(say, "photos"):
                looked = look(named(photos, table["classes"]))
            report, _ = make_own(settings, looked, lambda what: step(say, what))
    except BaseException:
        shutil.rmtree(settings.work, ignore_errors=True)  # the name was free before
        raise
    tell(say, outcome(settings, report, zip_path(settings)))


@contextmanager
def step(say: TextIO, name: str) -> Iterator[None]:
    """Tell that a step has begun, and how long it took."""
    begun = time.perf_counter()
    tell(say, {"step": name})
    yield
    tell(say, {"seconds": round(time.perf_counter() - begun, 1)})


def named(photos: Path, names: list[str]) -> OwnPhotos:
    """The photos of the numbered folders under their classes' names."""
    from tools.lists.naming import own_labels
    from tools.training.own_layout import read_own_photos

    found = read_own_photos(photos)
    return replace(found, samples=replace(found.samples, labels=own_labels(names)))


def outcome(settings: Settings, report: Report, zipped: Path) -> dict[str, Any]:
    """Where things are, and the figures that the page shows."""
    return {
        "package": str(settings.out),
        "zip": str(zipped),
        "page": str(settings.page),
        "name": settings.name,
        "photos": report.photos,
        "held_back": report.held_back,
        "balanced_accuracy": report.balanced_accuracy,
        "interval": list(report.balanced_interval),
        "never_right": report.never_right,
        "silent": report.silent,
        "findings": {what: len(which) for what, which in report.findings.items()},
    }


def tell(say: TextIO, what: dict[str, Any]) -> None:
    """One line of JSON."""
    say.write(json.dumps(what) + "\n")
    say.flush()


def main() -> int:
    """Make what the folder of the command line holds; the exit code of the tools."""
    say = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever libraries print is no message
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        make(Path(sys.argv[1]), Path(sys.argv[2]), say)
    except PocketlensError as error:
        tell(say, {"error": error.to_json()})
        return EXIT_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
