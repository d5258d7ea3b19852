"""The golden pictures of the screens as they were at a commit, beside those of now."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

GOLDENS = Path("android/app/src/test/golden")
WIDTH, HEIGHT, GAP, LINE = 2600, 560, 16, 26  # of the sheet, a picture, what is between, a title


def beside(root: Path, commit: str) -> Image.Image | None:
    """A sheet of what has changed since `commit`: before and after, what went, what came.

    None where nothing has.
    """
    before = at(root, commit)
    now = {path.stem: path.read_bytes() for path in (root / GOLDENS).glob("*.png")}
    cells = [cell(*one) for one in changed(before, now)]
    return sheet(cells) if cells else None


def at(root: Path, commit: str) -> dict[str, bytes]:
    """The goldens of a commit by name. CalledProcessError where there is no such commit."""
    listed = _git(root, "ls-tree", "--name-only", commit, f"{GOLDENS}/").decode().splitlines()
    pictures = [name for name in listed if name.endswith(".png")]
    return {Path(name).stem: _git(root, "show", f"{commit}:{name}") for name in pictures}


def changed(
    before: Mapping[str, bytes], now: Mapping[str, bytes]
) -> Iterator[tuple[str, list[bytes]]]:
    """A title and its pictures for each that is not the same, by name."""
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if old and new and old != new:
            yield f"{name}: before, after", [old, new]
        elif old is None or new is None:
            yield f"{name}: {'gone' if old else 'new'}", [old or new or b""]


def cell(title: str, pictures: list[bytes]) -> Image.Image:
    """Pictures side by side under a title."""
    images = [_small(Image.open(io.BytesIO(one)).convert("RGB")) for one in pictures]
    width = sum(one.width for one in images) + GAP * (len(images) - 1)
    font = ImageFont.load_default(18)
    out = Image.new("RGB", (max(width, round(font.getlength(title))), LINE + HEIGHT), "white")
    ImageDraw.Draw(out).text((0, 0), title, "black", font)
    left = 0
    for one in images:
        out.paste(one, (left, LINE))
        left += one.width + GAP
    return out


def sheet(cells: list[Image.Image]) -> Image.Image:
    """Cells in rows."""
    places, left, top = [], GAP, GAP
    for one in cells:
        if left > GAP and left + one.width + GAP > WIDTH:
            left, top = GAP, top + one.height + GAP
        places.append((left, top))
        left += one.width + 2 * GAP
    out = Image.new("RGB", (WIDTH, top + LINE + HEIGHT + GAP), "white")
    for one, place in zip(cells, places, strict=True):
        out.paste(one, place)
    return out


def _small(picture: Image.Image) -> Image.Image:
    scale = min(HEIGHT / picture.height, HEIGHT / picture.width)
    return picture.resize((round(picture.width * scale), round(picture.height * scale)))


def _git(root: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
