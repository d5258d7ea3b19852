"""From photos of one's own to a package for the phone: a folder of class folders is all it takes.

The photos are looked at; features by the native core, a softmax head trained in MindSpore, measured
on photos that were held back with their near-duplicates, then trained on all of them; thresholds
from photos that heads had not seen; a package (folder and .zip) that was compared with its source.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tools.data.cluster import Engine, engine_options
from tools.errors import EXIT_CHECK_FAILED
from tools.places import BUILD, PACKAGES
from tools.terminal import PATH, run, step

if TYPE_CHECKING:
    from tools.evaluation.measure import Measurement
    from tools.training.own import Settings
    from tools.training.own_layout import OwnPhotos
    from tools.training.own_report import Report


def text(report: Report, measured: Measurement) -> str:
    """The report for a terminal."""
    lines = ["", *_figures(report), *map(_label_line, measured.per_label)]
    lines += [
        f"  {p['times']} x {p['named']} taken for {p['shown']}" for p in report.confusions[:5]
    ]
    return "\n".join(lines + _warnings(report))


def _figures(report: Report) -> list[str]:
    low, high = report.balanced_interval
    least, most = report.accuracy_interval
    lines = [
        f"right on the photos held back, each class counting alike: {report.balanced_accuracy:.1%}"
        f" (95 % interval {low:.0%} to {high:.0%})",
        f"each photo counting alike: {report.accuracy:.1%} ({least:.0%} to {most:.0%});"
        f" in cross-validation on the others, by class: {report.cross_validated:.1%}",
    ]
    if report.never_right:
        lines.insert(0, f"NEVER RECOGNISED: {', '.join(report.never_right)}")
    lines += [
        f"F1 at the thresholds: macro {report.macro_f1:.2f}, micro {report.micro_f1:.2f}",
        f"trained on {report.trained_on} photos, {report.held_back} held back;"
        f" {report.near_duplicates} have near-duplicates, which stay together",
    ]
    if report.classes_weighed:
        lines.append("classes of few photos weigh as much as the others: that did better")
    if report.refitted:
        lines.append(f"after that the package's head was trained on all {report.photos}")
    return lines


def _label_line(row: dict[str, Any]) -> str:
    found = "   -" if row["recall"] is None else f"{row['recall']:4.0%}"
    f1 = "   -" if row["f1"] is None else f"{row['f1']:.2f}"
    return f"  {row['name']:<28}{row['support']:>4} held back   {found} shown by name   F1 {f1}"


def _warnings(report: Report) -> list[str]:
    from tools.data.split import ALIKE

    lines = [f"left out, could not be read: {message}" for message in report.unreadable[:5]]
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
    return lines


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
@click.option("--split", type=PATH, help="Hold back the photos of this table: an earlier run's.")
@click.option(
    "--refit/--no-refit",
    default=True,
    show_default=True,
    help="After measuring, train the package's head on all photos.",
)
@click.option(
    "--weights",
    type=click.Choice(["float32", "float16"]),
    default="float32",
    show_default=True,
    help="How the package stores its weights; float16 takes half the room.",
)
@click.option("--strict", is_flag=True, help="Stop where the photos have something to find fault.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--feature-cache", "cache", type=PATH, help="Where features are kept.")
@engine_options
def main(
    photos: Path,
    name: str | None,
    out: Path | None,
    work: Path | None,
    share: float,
    split: Path | None,
    refit: bool,
    weights: str,
    strict: bool,
    seed: int,
    cache: Path | None,
    engine: str,
    ray_address: str | None,
) -> None:
    """Make a package from PHOTOS, a folder with one folder of photos for each class.

    PHOTOS may also hold `train` and `val` (or `test`) with class folders. It is looked at before
    anything is trained, and what may spoil the result is listed.
    """
    from tools.training.own import Settings
    from tools.training.own_layout import read_own_photos
    from tools.training.own_place import alone, check_places, free_name, name_of

    begun = time.perf_counter()
    read = read_own_photos(photos)
    made = name_of(photos, name)
    if name is None and work is None:
        made = free_name(photos, made, BUILD / "own")
    settings = Settings(
        photos=photos,
        name=made,
        work=work or BUILD / "own" / made,
        out=out or PACKAGES / made,
        share=share,
        seed=seed,
        cache=cache,
        engine=Engine(engine, ray_address),
        weights=weights,
        split=split,
        refit=refit,
    )
    check_places(photos, settings.work, settings.out)
    with alone(settings.work):
        make(settings, read, strict)
    click.echo(f"all of it took {time.perf_counter() - begun:.0f} s")


def make(settings: Settings, read: OwnPhotos, strict: bool) -> None:
    """Look, train, report."""
    from tools.training.own import make_own, zip_path
    from tools.training.own_look import look

    with step("photos"):
        looked = look(read)
    click.echo(looked.table())
    if strict and looked.findings:
        click.echo("Nothing was trained, for --strict and what was found.", err=True)
        raise SystemExit(EXIT_CHECK_FAILED)
    report, measured = make_own(settings, looked, step)
    click.echo(text(report, measured))
    click.echo(f"\n{settings.out}\n{zip_path(settings)}  for the phone")
    click.echo(f"{settings.page}  curves, photos, everything about it")
    click.echo(f"{settings.work / 'report.json'}  the figures")
    click.echo(f"{settings.work / 'held-back.csv'}  what was held back, for --split")


if __name__ == "__main__":
    run(main)
