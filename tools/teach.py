"""Teach a package a thing of your own from a few pictures. Writes a .taught file.

Nothing is trained: a picture is held against those that were taught, by what the model's backbone
sees in it. A name that the package already has is corrected.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tools.errors import EXIT_SOME_FAILED, PocketlensError
from tools.terminal import PATH, run

if TYPE_CHECKING:
    from tools.native.classifier import Classifier
    from tools.native.teaching import TaughtLabel, TaughtLabels


@click.command(
    epilog="Exit codes: 0 done; 1 a named error, or no photo could be read; 2 wrong usage; 3 some"
    " photos could not be read and the others were taught."
)
@click.argument("package", type=PATH)
@click.argument("label", required=False)
@click.argument("photos", type=PATH, nargs=-1)
@click.option("--to", type=PATH, required=True, help="The .taught file; one that is there grows.")
@click.option("--remove", is_flag=True, help="Take LABEL away again.")
@click.option("--list", "listing", is_flag=True, help="Say what FILE holds.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def main(
    package: Path,
    label: str | None,
    photos: tuple[Path, ...],
    to: Path,
    remove: bool,
    listing: bool,
    as_json: bool,
) -> None:
    """Teach PACKAGE what LABEL is by PHOTOS, files or folders: five or more, in several places.

    `classify --taught FILE` then names it. Pictures from one side and one place alone teach little.
    """
    from tools.native.classifier import Classifier, Settings
    from tools.native.teaching import TaughtLabels
    from tools.package.reader import require_package

    check_usage(label, photos, remove, listing)
    require_package(package)
    failed = 0
    with Classifier(package, Settings(threads=1)) as classifier:
        fresh = not to.exists() and not remove and not listing
        with TaughtLabels(classifier, None if fresh else to) as taught:
            if label is not None and remove:
                taught.remove(found(taught, label).mid)
            elif label is not None:
                failed = teach(classifier, taught, label, photos)
            if not listing:
                taught.save(to)
            rows = taught.labels
    click.echo(
        json.dumps([vars(row) for row in rows], ensure_ascii=False) if as_json else table(rows)
    )
    if failed:
        sys.exit(EXIT_SOME_FAILED)


def check_usage(label: str | None, photos: tuple[Path, ...], remove: bool, listing: bool) -> None:
    """Refuse words that say nothing together."""
    if remove and listing:
        raise click.UsageError("Give --remove or --list.")
    if listing and label is not None:
        raise click.UsageError("--list takes the package alone.")
    if not listing and label is None:
        raise click.UsageError("Say what the photos show: LABEL, then PHOTOS.")
    if remove and photos:
        raise click.UsageError("--remove takes the label alone.")
    if not listing and not remove and not photos:
        raise click.UsageError("Give the photos that show it.")


def found(taught: TaughtLabels, label: str) -> TaughtLabel:
    """The taught label with this name or id. Raises unknown_taught."""
    fitting = [one for one in taught.labels if label in (one.mid, one.name)]
    if not fitting:
        names = ", ".join(one.name for one in taught.labels) or "none"
        raise PocketlensError("unknown_taught", f"{label!r} has not been taught.", found=names)
    return fitting[0]


def teach(
    classifier: Classifier, taught: TaughtLabels, label: str, photos: tuple[Path, ...]
) -> int:
    """Add every photo that can be read; the number of the others, which are told."""
    from tools.data.left_out import check_any, reason, tell_left_out
    from tools.data.photo_files import find_photos, lend_bytes
    from tools.data.photo_frames import photo_frame

    names = find_photos(photos)
    left_out: list[str] = []
    for photo in names:
        try:
            frame = photo_frame(lend_bytes(photo), str(photo), False)
        except PocketlensError as error:
            left_out.append(reason(error))
            continue
        classifier.teach(taught, label, frame)
    check_any(len(names) - len(left_out), left_out)
    tell_left_out(left_out, len(names))
    return len(left_out)


def table(labels: list[TaughtLabel]) -> str:
    """The labels for a terminal, with what could be better."""
    lines = [line for label in labels for line in (row(label), *advice(label))]
    return "\n".join(lines) or "Nothing has been taught."


def row(label: TaughtLabel) -> str:
    """One label: name, id, pictures and how they agree."""
    agree = "" if label.agreement is None else f", agreeing by {label.agreement:.2f}"
    many = f"{label.pictures} picture{'s' if label.pictures > 1 else ''}"
    return f"{label.name} ({label.mid}): {many}{agree}; sure from {label.threshold:.2f} on"


def advice(label: TaughtLabel) -> list[str]:
    """What would make the label better."""
    from tools.teaching.vectors import ALIKE, STRANGE

    if label.agreement is None:
        return ["  One picture alone teaches little: five in several places are good."]
    if label.agreement < STRANGE:
        return ["  Its pictures are hardly of one thing, so it is not trusted. Look through them."]
    if label.agreement > ALIKE:
        return ["  Its pictures are nearly the same: add some from other sides, in other places."]
    return []


if __name__ == "__main__":
    run(main)
