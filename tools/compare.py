"""Compare variants of one model on labelled photos. Size, speed, accuracy, agreement, verdict.

The first package is what the others are compared with; without photos of your own the demo's
validation photos are used (fetched once, 44 MB).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tools.errors import EXIT_SOME_FAILED
from tools.places import BUILD, DEMO_MODEL
from tools.terminal import PATH, run

if TYPE_CHECKING:
    from tools.evaluation.variants import Variant

PHOTOS = BUILD / "validation"


@click.command()
@click.argument("packages", type=PATH, nargs=-1, required=True)
@click.option("--data", type=PATH, help="Labelled photos, as `evaluate` takes them.")
@click.option("--photos", type=PATH, help="Where the data's photos lie (default: beside it).")
@click.option(
    "--runs", type=click.IntRange(1), default=30, show_default=True, help="Timed, in turns."
)
@click.option("--json", "out", type=PATH, help="Also write everything as JSON.")
def main(
    packages: tuple[Path, ...], data: Path | None, photos: Path | None, runs: int, out: Path | None
) -> None:
    """Compare PACKAGES, the first being the reference (usually float32)."""
    from tools.evaluation.variants import compare
    from tools.package.publish import write_file

    data, photos = labelled(data, photos)
    variants, answers = compare(packages, data, photos, runs)
    answers.tell_left_out()
    count = len(answers.data.photos)
    click.echo(text(variants, count, data))
    if out is not None:
        told = {
            "data": str(data),
            "photos": count,
            "left_out": answers.left_out,
            "variants": [one.as_dict() for one in variants],
        }
        write_file(out, (json.dumps(told, indent=1) + "\n").encode())
    if answers.left_out:
        raise SystemExit(EXIT_SOME_FAILED)


def labelled(data: Path | None, photos: Path | None) -> tuple[Path, Path | None]:
    """The data set that was named, else the demo's, unpacked where it is not there yet."""
    if data is not None:
        return data, photos
    if photos is None and not PHOTOS.is_dir():
        from tools.distillation.validation import unpack
        from tools.package.publish import scratch

        with scratch(PHOTOS) as work:
            unpack(DEMO_MODEL, work / "photos")
            (work / "photos").rename(PHOTOS)
    return DEMO_MODEL / "validation.csv", photos or PHOTOS


def text(variants: Sequence[Variant], count: int, data: Path) -> str:
    """The comparison for a terminal."""
    from tools.evaluation.variants import rows_of
    from tools.reports.table import table

    head, rows = rows_of(variants)
    verdicts = [f"{row[0]}: {row[-1]}" for row in rows]
    short = [row[:-1] for row in rows]
    lines = [f"{count} photos of {data}; F1, mAP and shares in percent", ""]
    lines += [table(head[:-1], short, right=range(2, len(head) - 1), flexible=0), "", *verdicts]
    for one in variants:
        lines += [
            f"  {row['name']} ({row['support']} examples): F1 {row['before']:.2f} ->"
            f" {row['after']:.2f}"
            for row in one.worst
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    run(main)
