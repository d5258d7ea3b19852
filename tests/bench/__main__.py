"""`python -m tests.bench`: all benchmarks in one run; README.md says how to read them."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.bench import calibration, folder, frames, own, peers, start, teaching, teaching_real
from tools.bench import machine

PACKAGE = frames.ROOT / "build" / "packages" / "mobilenetv2-openimages"
SECTIONS = ("preprocess", "frame_to_scores", "folder", "load", "calibration", "own")
# Run only when they are asked for: they download much, or need a browser.
ASKED = ("teaching", "teaching_real", "live")


def main() -> None:
    """Measure, print, write."""
    options = parse()
    found = peers.ready() if options.peers else []
    figures: dict[str, Any] = {"machine": machine()}
    for name in options.only or SECTIONS:
        done = run(name, options, found)
        if done is not None:
            figures[name] = done
            write(figures, options.out)
    print(f"\nwrote {options.out}")


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    parser.add_argument(
        "--peers", action="store_true", help="beside LiteRT, ONNX Runtime, OpenVINO"
    )
    named = {"choices": SECTIONS + ASKED, "help": "a section; repeatable"}
    parser.add_argument("--only", action="append", **named)
    parser.add_argument("--quick", action="store_true", help="few laps: to see that it runs")
    parser.add_argument("--package", type=Path, default=PACKAGE)
    return parser.parse_args()


def run(name: str, options: argparse.Namespace, found: Sequence[peers.Peer]) -> Any:
    """One section: measured, printed, returned; None where it is not there."""
    quick, package = options.quick, options.package
    if name == "preprocess":
        return preprocess(quick)
    sections: dict[str, tuple[str, Callable[[], Any], Callable[[Any], str]]] = {
        "frame_to_scores": (
            "Frame to scores (RGBA 1280x960)",
            lambda: frames.measure(package, found, *((2, 5) if quick else (24, 25))),
            frames.text,
        ),
        "folder": (
            "Folder of JPEGs (1280x960)",
            lambda: folder.measure(package, found, *((1, 10) if quick else (5, folder.COUNT))),
            folder.text,
        ),
        "load": ("Start", lambda: start.measure(package, 2 if quick else 9), start.text),
        "calibration": (
            "Calibration",
            lambda: calibration.measure(*((5_000,) if quick else ())),
            calibration.text,
        ),
        "own": (
            "Own photos (640x480) to a package",
            lambda: own.measure(*((1, 60, 0) if quick else ())),
            own.text,
        ),
        "teaching": (
            "Taught with a few pictures",
            lambda: teaching.measure(package, (0,) if quick else teaching.SEEDS),
            teaching.text,
        ),
        "teaching_real": (
            "Kinds of real photos: claimed of the kind / of others",
            lambda: teaching_real.measure(package),
            teaching_real.text,
        ),
        "live": ("The page of make try", lambda: of_page(package, quick), page_text),
    }
    title, measured, text = sections[name]
    print(f"\n== {title}", flush=True)
    figures = measured()
    print(text(figures), flush=True)
    return figures


def of_page(package: Path, quick: bool) -> Any:
    """The page's section, which needs the packages of its tests."""
    from tests.bench import live

    return live.measure(package, *((1, 0.2) if quick else (9, 2.0)))


def page_text(figures: Any) -> str:
    """The page's figures."""
    from tests.bench import live

    return live.text(figures)


def preprocess(quick: bool) -> Any:
    """The preprocessing section."""
    if importlib.util.find_spec("tests.bench.preprocess") is None:
        return None
    from tests.bench import preprocess as section

    print("\n== Preprocessing", flush=True)
    figures = section.measure(quick)
    print(section.text(figures), flush=True)
    return figures


def write(figures: dict[str, Any], out: Path) -> None:
    """Write what there is so far, whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    draft.write_text(json.dumps(figures, indent=1) + "\n")
    draft.replace(out)


if __name__ == "__main__":
    main()
