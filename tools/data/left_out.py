"""Photos among many that cannot be read: the others go on, and each one is told by name."""

from collections.abc import Sequence
from pathlib import Path

import click

from tools.data.photos import Pixels, read_photo
from tools.errors import PocketlensError

UNREADABLE = "unreadable_photo"  # any other error is not the photo's


def read_all(photos: Sequence[Path]) -> tuple[list[tuple[Path, Pixels]], list[str]]:
    """The photos that can be read, decoded, and why each other one cannot. Errors: no_photos."""
    read: list[tuple[Path, Pixels]] = []
    left_out: list[str] = []
    for photo in photos:
        try:
            read.append((photo, read_photo(photo)))
        except PocketlensError as error:
            left_out.append(reason(error))
    check_any(len(read), left_out)
    return read, left_out


def reason(error: PocketlensError) -> str:
    """Why a photo is left out, its name in it. Raises an error that is not the photo's."""
    if error.name != UNREADABLE:
        raise error
    return error.message


def check_any(count: int, left_out: Sequence[str]) -> None:
    """Raises no_photos, with the first reason, where every photo was left out."""
    if left_out and not count:
        raise PocketlensError(
            "no_photos",
            f"None of {len(left_out)} photos could be read. The first: {left_out[0]}",
        )


def tell_left_out(left_out: Sequence[str], total: int) -> None:
    """On standard error: each reason, and how many there are of how many photos."""
    for why in left_out:
        click.echo(f"error [{UNREADABLE}]: {why}", err=True)
    if left_out:
        count = f"{len(left_out)} of {total} photos"
        click.echo(f"{count} could not be read and are left out.", err=True)
