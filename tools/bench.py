"""Measure a package on this machine: time by stage, loading and memory, and compare with before."""

import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import cv2

from tools.data.photos import read_photo
from tools.errors import EXIT_CHECK_FAILED, PocketlensError
from tools.native import measure
from tools.native.core import instruction_set, runtime_version, version
from tools.native.worker import Worker
from tools.package.reader import open_package
from tools.places import DEMO_PACKAGE, SAMPLES, shown
from tools.reports.table import table
from tools.terminal import PATH, run

PHOTO = SAMPLES / "coffee.jpg"
LOADS = 7
MEMORY_RUNS = 20


class Size(click.ParamType[tuple[int, int]]):
    """WIDTHxHEIGHT, even numbers."""

    name = "WxH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Parse, or fail with usage."""
        if isinstance(value, tuple):
            return value
        parts = str(value).lower().split("x")
        if len(parts) != 2 or not all(
            p.isdigit() and int(p) > 0 and int(p) % 2 == 0 for p in parts
        ):
            self.fail(f"{value!r} is no size such as 1280x960 (even numbers)", param, ctx)
        return int(parts[0]), int(parts[1])


@click.command(
    epilog="Exit codes: 0 measured; 1 a named error; 2 wrong usage; 4 slower or larger than the"
    " earlier figures by more than --allow."
)
@click.argument("package", type=PATH, default=shown(DEMO_PACKAGE))
@click.option("--photo", type=PATH, default=PHOTO, help="What is classified.")
@click.option("--size", type=Size(), default="1280x960", show_default=True, help="Of the frame.")
@click.option("--format", "format_", type=click.Choice(measure.FORMATS), default="rgba")
@click.option("--rotation", type=click.Choice(["0", "90", "180", "270"]), default="0")
@click.option(
    "--threads", default="", help="Threads to sweep, e.g. 1,2,4 [default: 1 to the cores]."
)
@click.option("--runs", type=click.IntRange(2), default=100, show_default=True, help="Per setting.")
@click.option("--json", "out", type=PATH, help="Also write the figures.")
@click.option("--compare", type=PATH, help="An earlier --json to compare with.")
@click.option("--allow", default=10.0, show_default=True, help="Percent that is no regression.")
def main(
    package: Path,
    photo: Path,
    size: tuple[int, int],
    format_: str,
    rotation: str,
    threads: str,
    runs: int,
    out: Path | None,
    compare: Path | None,
    allow: float,
) -> None:
    """Measure PACKAGE on this machine.

    Every setting runs in a process of its own. The first run is told apart; loading and memory have
    passes of their own. Times are the core's own clock, in milliseconds.
    """
    before = read_figures(compare) if compare else None
    pixels = cv2.resize(read_photo(photo), size, interpolation=cv2.INTER_AREA)
    picture = measure.Picture(pixels, format_, int(rotation))
    figures = collect(package, picture, thread_counts(threads), runs)
    click.echo(text(figures))
    if out:
        write_figures(figures, out)
    if before:
        slower = regressions(before, figures, allow / 100)
        click.echo(comparison(before, figures, slower, allow))
        if slower:
            sys.exit(EXIT_CHECK_FAILED)


def thread_counts(told: str) -> list[int]:
    """The numbers of --threads, or 1, 2, 4 … up to the cores."""
    cores = len(os.sched_getaffinity(0))
    if not told:
        return [n for n in (1, 2, 4, 8) if n <= cores]
    try:
        counts = [int(part) for part in told.split(",")]
    except ValueError:
        raise click.UsageError(f"--threads takes numbers such as 1,2,4, not {told!r}.") from None
    if not all(1 <= count <= 64 for count in counts):
        raise click.UsageError("--threads takes numbers from 1 to 64.")
    return counts


def collect(
    package: Path, picture: measure.Picture, threads: Sequence[int], runs: int
) -> dict[str, Any]:
    """All figures of a package as the JSON document."""
    manifest = open_package(package).manifest
    settings = [(1, count) for count in threads]
    settings += [(count, 1) for count in threads if count > 1]
    sweeps = []
    for sessions, count in settings:
        click.echo(f"  {sessions} session(s) of {count} thread(s) …", err=True)
        with Worker() as worker:
            done = worker.call(measure.sweep, package, picture, sessions, count, runs)
        sweeps.append(asdict(done))
    with Worker() as worker:
        loading = worker.call(measure.loading, package, 1, LOADS)
    with Worker() as worker:
        memory = worker.call(measure.memory, package, picture, 1, MEMORY_RUNS)
    height, width, _ = picture.pixels.shape
    return {
        "package": {
            "name": manifest.name,
            "version": manifest.version,
            "weights": manifest.variant,
            "model_sha256": manifest.files["model.ms"].sha256,
        },
        "machine": machine(),
        "frame": {
            "format": picture.format,
            "width": width,
            "height": height,
            "rotation": picture.rotation,
        },
        "runs": runs,
        "sweeps": sweeps,
        "loading_ms": loading,
        "memory_mb": memory,
    }


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "cpu": cpu_name(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "core": version(),
        "runtime": runtime_version(),
        "instruction_set": instruction_set(),
    }


def cpu_name() -> str:
    """The processor's name as Linux tells it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def text(figures: dict[str, Any]) -> str:
    """The tables."""
    head = ["sessions x threads", "stage", "first", "min", "p50", "p90", "p99", "max", "frames/s"]
    rows = [row for one in figures["sweeps"] for row in _sweep_rows(one)]
    load, memory = figures["loading_ms"], figures["memory_mb"]
    later = ", ".join(f"{key} {value:.1f}" for key, value in load["later"].items())
    frame, package = figures["frame"], figures["package"]
    sizes = ", ".join(f"{key.replace('_', ' ')} {value:.0f}" for key, value in memory.items())
    return "\n".join(
        [
            f"{package['name']} {package['version']} ({package['weights']}),"
            f" {frame['format']} {frame['width']}x{frame['height']}, {figures['runs']} runs",
            f"{figures['machine']['cpu']}, {figures['machine']['runtime']},"
            f" preprocessing by {figures['machine']['instruction_set']}; milliseconds",
            "",
            table(head, rows, right=range(2, 9)),
            "",
            f"loading (ms)  {later}; first {load['first']['total']:.1f};"
            f" the core adds {load['own_share']:.1%} to Model::Build",
            f"memory (MB)   {sizes}",
        ]
    )


def _sweep_rows(one: dict[str, Any]) -> Iterator[list[str]]:
    for stage in measure.STAGES:
        numbers = one["stages"][stage]
        total = stage == "total"
        yield [
            f"{one['sessions']} x {one['threads']}" if stage == measure.STAGES[0] else "",
            stage,
            f"{one['first'][stage]:.3f}",
            *[f"{numbers[key]:.3f}" for key in ("min", "p50", "p90", "p99", "max")],
            f"{one['frames_per_second']:.0f}" if total else "",
        ]


def write_figures(figures: dict[str, Any], path: Path) -> None:
    """Write the JSON document whole or not at all. Errors: cannot_write."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(figures, indent=1) + "\n")
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise PocketlensError("cannot_write", f"{path} could not be written: {error}.") from error


def read_figures(path: Path) -> dict[str, Any]:
    """Read an earlier document. Errors: unreadable_file."""
    try:
        figures: dict[str, Any] = json.loads(path.read_text())
        flatten(figures)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PocketlensError(
            "unreadable_file", f"{path} holds no figures of this command: {error!r}."
        ) from error
    return figures


def flatten(figures: dict[str, Any]) -> dict[str, float]:
    """The figures that are compared, by name; smaller is better."""
    found = {
        f"{one['sessions']} x {one['threads']} {stage} p50": one["stages"][stage]["p50"]
        for one in figures["sweeps"]
        for stage in measure.STAGES
    }
    found["loading total"] = figures["loading_ms"]["later"]["total"]
    found["memory peak"] = figures["memory_mb"]["peak"]
    return found


def regressions(before: dict[str, Any], now: dict[str, Any], allow: float) -> list[str]:
    """Names of the figures that grew by more than `allow` (a share)."""
    old, new = flatten(before), flatten(now)
    return [name for name in new if name in old and new[name] > old[name] * (1 + allow)]


def comparison(
    before: dict[str, Any], now: dict[str, Any], slower: Sequence[str], allow: float
) -> str:
    """The figures side by side and a sentence on each regression."""
    old, new = flatten(before), flatten(now)
    rows = [
        [name, f"{old[name]:.3f}", f"{value:.3f}", f"{value / old[name]:.2f}"]
        for name, value in new.items()
        if name in old and old[name] > 0
    ]
    lines = ["", table(["figure", "before", "now", "ratio"], rows, right=(1, 2, 3)), ""]
    for key in ("machine", "frame", "package"):
        if before[key] != now[key]:
            lines.append(f"Not like for like: the {key} is another one than before.")
    for name in slower:
        lines.append(f"REGRESSION {name}: {old[name]:.3f} before, {new[name]:.3f} now")
    if not slower:
        lines.append(f"No figure grew by more than {allow:g} %.")
    return "\n".join(lines)


if __name__ == "__main__":
    run(main)
