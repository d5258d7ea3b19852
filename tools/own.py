"""From photos of one's own to a package for the phone: a folder of class folders is all it takes.

Features by the native core, a softmax head trained in MindSpore, thresholds from photos that the
head had not seen, a package (folder and .zip) that was compared with its source, and a report on
photos that were held back, near-duplicates kept together.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tools.data.cluster import Engine, engine_options
from tools.places import BUILD, PACKAGES
from tools.terminal import PATH, step

if TYPE_CHECKING:
    from tools.evaluation.measure import Measurement
    from tools.training.own_report import Report


def name_of(photos: Path, name: str | None) -> str:
    """The package's name: as given, or made from the folder's."""
    made = re.sub(r"[^a-z0-9._-]+", "-", (name or photos.resolve().name).lower()).strip("-._")
    return made or "own"


def text(report: Report, measured: Measurement) -> str:
    """The report for a terminal."""
    from tools.data.split import ALIKE

    low, high = report.accuracy_interval
    lines = [
        "",
        f"{report.photos} photos of {report.classes} classes; {report.near_duplicates} of them have"
        " near-duplicates, which stay together",
        f"trained on {report.trained_on}, held back {report.held_back}",
        f"right on the photos held back: {report.accuracy:.1%} (95 % interval {low:.0%} to"
        f" {high:.0%}); in cross-validation on the others: {report.cross_validated:.1%}",
        f"F1 at the package's thresholds: macro {report.macro_f1:.2f}, micro {report.micro_f1:.2f}",
    ]
    for row in measured.per_label:
        f1 = "   -" if row["f1"] is None else f"{row['f1']:.2f}"
        threshold = f"threshold {row['threshold']:.2f} ({row['status']})"
        lines.append(f"  {row['name']:<28}{row['support']:>4} held back   F1 {f1}   {threshold}")
    for pair in report.confusions[:5]:
        lines.append(f"  {pair['times']} x {pair['named']} taken for {pair['shown']}")
    lines += [f"left out, could not be read: {message}" for message in report.unreadable[:5]]
    if report.not_held_back:
        names = ", ".join(report.not_held_back)
        lines.append(f"nothing could be held back of {names}: their figures are not known")
    if report.alike > ALIKE:
        lines.append(
            "photos of a class look so alike that only nearly equal ones could be kept together;"
            " the figures are better than those on photos from elsewhere"
        )
    if report.silent:
        lines.append(f"never shown, for want of signal: {', '.join(report.silent)}")
    if report.held_back < 100:
        lines.append("With fewer than 100 photos held back, take these figures as a first hint.")
    return "\n".join(lines)


@click.command()
@click.argument("photos", type=PATH)
@click.option("--name", help="The package's name [default: the folder's].")
@click.option("--out", type=PATH, help="The package [default: build/packages/NAME].")
@click.option("--work", type=PATH, help="Checkpoint, recipe, report [default: build/own/NAME].")
@click.option(
    "--held-back",
    "share",
    type=click.FloatRange(0.05, 0.5),
    default=0.2,
    show_default=True,
    help="Share of each class kept back for the report.",
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--feature-cache", "cache", type=PATH, help="Where features are kept.")
@engine_options
def main(
    photos: Path,
    name: str | None,
    out: Path | None,
    work: Path | None,
    share: float,
    seed: int,
    cache: Path | None,
    engine: str,
    ray_address: str | None,
) -> None:
    """Make a package from PHOTOS, a folder with one folder of photos for each class."""
    from tools.training.own import Settings, make_own, zip_path

    made = name_of(photos, name)
    settings = Settings(
        photos=photos,
        name=made,
        work=work or BUILD / "own" / made,
        out=out or PACKAGES / made,
        share=share,
        seed=seed,
        cache=cache,
        engine=Engine(engine, ray_address),
    )
    begun = time.perf_counter()
    report, measured = make_own(settings, step)
    click.echo(text(report, measured))
    click.echo(f"\n{settings.out}\n{zip_path(settings)}  for the phone")
    click.echo(f"{settings.page}  curves, photos, everything about it")
    click.echo(f"{settings.work / 'report.json'}  the figures")
    click.echo(f"all of it took {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
