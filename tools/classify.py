"""Name what is on photos, with a model package and the native core that the phone runs."""

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from tools.data.photo_classifier import PhotoClassifier, PhotoResult, best_settings
from tools.data.photo_files import find_photos
from tools.data.photos import read_photo
from tools.errors import EXIT_ERROR, EXIT_SOME_FAILED
from tools.native.answers import Choice
from tools.native.frames import WHOLE, Region, RegionUnit
from tools.package.kinds import Kinds
from tools.package.reader import open_package, require_package
from tools.places import DEMO_PACKAGE, shown
from tools.reports.alternatives import RANKED
from tools.reports.photos import photo_entry, photo_table, shortened
from tools.terminal import PATH, REGION, SHARE, run


@click.command(
    epilog="Exit codes: 0 every photo was classified; 1 a named error, or no photo could be read;"
    " 2 wrong usage; 3 some photos could not be read and the others were classified."
)
@click.argument("photos", nargs=-1, required=True, type=PATH)
@click.option(
    "--package",
    type=PATH,
    default=shown(DEMO_PACKAGE),
    show_default=True,
    help="Model package: a folder or a .zip.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Labels a photo: the first in JSON, those beside the headline in the table.",
)
@click.option("--taught", type=PATH, help="Also name what this .taught file knows (`teach`).")
@click.option(
    "--region",
    type=REGION,
    default=WHOLE,
    help="Look at this part of each upright photo alone: 100,40,640,480 in pixels, or"
    " 10%,20%,50%,50% of its sides.",
)
@click.option("--allow", multiple=True, help="Name only this label, by MID or name; repeatable.")
@click.option("--deny", multiple=True, help="Never name this label, by MID or name; repeatable.")
@click.option(
    "--least", type=SHARE, default=0.0, help="Name no label with a lower score than this."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option(
    "--draw",
    type=PATH,
    help="Also write the photo with its labels: a picture file, or a folder for many photos.",
)
@click.option("--workers", type=click.IntRange(1, 64), help="Photos at once [default: the cores].")
@click.option("--threads", type=click.IntRange(1, 64), help="Threads a photo [default: 1 or 2].")
@click.option(
    "--half-size",
    is_flag=True,
    help="Decode JPEGs at half their size: quicker for large ones, but scores move a little.",
)
def main(
    photos: tuple[Path, ...],
    package: Path,
    top: int,
    taught: Path | None,
    region: Region,
    allow: tuple[str, ...],
    deny: tuple[str, ...],
    least: float,
    as_json: bool,
    draw: Path | None,
    workers: int | None,
    threads: int | None,
    half_size: bool,
) -> None:
    """Name what is on PHOTOS: files, or folders that are searched for photos.

    A label's score says how sure the model is: 0.5 is exactly as sure as the label's threshold
    asks for. The headline is the most specific label that is sure.

    Photos are turned upright as their EXIF orientation says. What cannot be read is reported and
    passed over.
    """
    if half_size and region.unit is RegionUnit.PIXELS:
        raise click.UsageError("--half-size changes what a pixel is: give --region in percent.")
    require_package(package)
    choice = Choice(allow, deny, least)
    found = find_photos(photos)
    pictures = drawing_paths(found, draw)
    listed = bool(pictures) or not as_json  # alternatives, which are found among more labels
    auto_workers, auto_threads = best_settings(len(found))
    sessions = (workers or auto_workers, threads or auto_threads)
    with PhotoClassifier(package, *sessions, half_size, taught) as classifier:
        classifier.check(choice)
        asked = max(top, RANKED) if listed else top
        results = with_progress(classifier.classify(found, asked, choice, region), len(found))
    if as_json:
        click.echo(json_text(shortened(results, top)))
    if listed:
        kinds = open_package(package, check_hashes=False).kinds  # the core has checked them
        if not as_json:
            click.echo(photo_table(results, kinds, top))
        if pictures:
            draw_all(results, pictures, kinds)
    leave(results)


def with_progress(results: Iterable[PhotoResult], count: int) -> list[PhotoResult]:
    """Collect the results; a progress bar on a terminal; each failure told as it happens."""
    done: list[PhotoResult] = []
    on_terminal = sys.stderr.isatty() and count > 1
    bar = click.progressbar(length=count, label="photos", file=sys.stderr) if on_terminal else None
    with bar or nullcontext():
        for result in results:
            done.append(result)
            if bar:
                bar.update(1)
    for result in done:
        if result.error:
            result.error.show()
    return done


def leave(results: Sequence[PhotoResult]) -> None:
    """End with exit code 3 when some photos failed, 1 when all did."""
    failed = sum(result.error is not None for result in results)
    if failed:
        click.echo(f"{failed} of {len(results)} photos could not be classified.", err=True)
        sys.exit(EXIT_ERROR if failed == len(results) else EXIT_SOME_FAILED)


def json_text(results: Sequence[PhotoResult]) -> str:
    """A JSON list, one photo a line."""
    lines = [json.dumps(photo_entry(result), ensure_ascii=False) for result in results]
    return "[\n" + ",\n".join(lines) + "\n]"


def drawing_paths(photos: Sequence[Path], draw: Path | None) -> list[Path]:
    """Where each photo's picture goes; empty without --draw."""
    if draw is None:
        return []
    if draw.suffix and not draw.is_dir():
        if len(photos) > 1:
            raise click.UsageError(
                f"--draw names one file, {draw}, but there are {len(photos)} photos."
            )
        return [draw]
    names: dict[str, int] = {}
    paths = []
    for photo in photos:
        number = names[photo.stem] = names.get(photo.stem, 0) + 1
        paths.append(draw / f"{photo.stem}{f'-{number}' if number > 1 else ''}.jpg")
    return paths


def draw_all(results: Sequence[PhotoResult], paths: Sequence[Path], kinds: Kinds) -> None:
    """Write each photo with what it shows."""
    from tools.reports.drawing import Card, photo_card, save_picture

    for one, path in zip(results, paths, strict=True):
        if one.result:
            save_picture(photo_card(Card(read_photo(one.photo), one.result, kinds)), path)


if __name__ == "__main__":
    run(main)
