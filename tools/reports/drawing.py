"""Photos with their labels: one card, or a sheet of cards, with Pillow and its own font."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from tools.errors import PocketlensError
from tools.native.answers import Result, Scored
from tools.package.kinds import Kinds
from tools.reports.alternatives import above, alternatives, answer

PAPER = "#ffffff"
GROUND = "#f1f3f4"
INK = "#202124"
FAINT = "#5f6368"
TRACK = "#e8eaed"
SURE = "#1a73e8"
UNSURE = "#80868b"
RADIUS = 14


@dataclass(frozen=True)
class Card:
    """A photo (height, width, 3) of RGB bytes, its result, and what the package's labels are."""

    pixels: npt.NDArray[np.uint8]
    result: Result
    kinds: Kinds
    caption: str = ""


def photo_card(card: Card, width: int = 900, rows: int = 5) -> Image.Image:
    """One photo in its own proportions; below it the headline and what else it may show."""
    photo = Image.fromarray(card.pixels)
    height = max(1, min(2 * width, round(photo.height * width / photo.width)))
    photo = photo.resize((width, height), Image.Resampling.LANCZOS)
    return _card(photo, card, rows, scale=width / 450)


def contact_sheet(cards: Sequence[Card], columns: int = 4, width: int = 1600) -> Image.Image:
    """A grid of cards, each photo cut to 4:3 around its middle."""
    gap = width // 64
    each = (width - gap * (columns + 1)) // columns
    drawn = [_card(_cover(card, each), card, 3, scale=each / 380) for card in cards]
    row_height = max(card.height for card in drawn) + gap
    sheet = Image.new("RGB", (width, gap + row_height * -(-len(drawn) // columns)), GROUND)
    for i, card in enumerate(drawn):
        at = (gap + (i % columns) * (each + gap), gap + (i // columns) * row_height)
        sheet.paste(card, at, _rounded(card.size, RADIUS))
    return sheet


def save_picture(picture: Image.Image, path: Path) -> None:
    """Write a picture whole or not at all, in the form its name asks for. Errors: cannot_write."""
    suffix = path.suffix.lower()
    if suffix not in {".png", ".jpg", ".jpeg", ".webp"}:
        raise PocketlensError(
            "cannot_write",
            f"A picture cannot be written as {path}.",
            expected=".png, .jpg or .webp",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=suffix, prefix=".", dir=path.parent)
        os.close(handle)
        try:
            picture.save(name, quality=90)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise PocketlensError("cannot_write", f"{path} could not be written: {error}.") from error


def _cover(card: Card, width: int) -> Image.Image:
    """The photo filling width x 3/4 width, its middle kept."""
    photo, height = Image.fromarray(card.pixels), width * 3 // 4
    scale = max(width / photo.width, height / photo.height)
    size = (max(width, round(photo.width * scale)), max(height, round(photo.height * scale)))
    photo = photo.resize(size, Image.Resampling.LANCZOS)
    left, top = (size[0] - width) // 2, (size[1] - height) // 3
    return photo.crop((left, top, left + width, top + height))


def _card(photo: Image.Image, card: Card, rows: int, scale: float) -> Image.Image:
    margin, line = round(16 * scale), round(24 * scale)
    head = round(66 * scale)
    picture = Image.new("RGB", (photo.width, photo.height + head + rows * line + margin), PAPER)
    picture.paste(photo, (0, 0))
    draw = ImageDraw.Draw(picture)
    width = photo.width - 2 * margin
    _above(draw, card, (margin, photo.height + round(9 * scale)), width, scale)
    _headline(draw, card.result, (margin, photo.height + round(24 * scale)), width, scale)
    for i, scored in enumerate(alternatives(card.result, card.kinds)[:rows]):
        top = photo.height + head + i * line
        _label_row(draw, scored, (margin, top), width, scale)
    return picture


def _above(
    draw: ImageDraw.ImageDraw, card: Card, at: tuple[int, int], width: int, scale: float
) -> None:
    """Where the headline belongs, and the caption where there is room beside that."""
    font = ImageFont.load_default(12 * scale)
    text = _cut(draw, " › ".join(above(card.result, card.kinds)), font, width)
    draw.text(at, text, FAINT, font)
    room = width - draw.textlength(text, font) - 10 * scale
    if draw.textlength(card.caption, font) <= room:
        draw.text((at[0] + width, at[1]), card.caption, FAINT, font, anchor="ra")


def _headline(
    draw: ImageDraw.ImageDraw, result: Result, at: tuple[int, int], width: int, scale: float
) -> None:
    """What it is, and at the end of the line how sure that is."""
    sure, text = result.headline, answer(result)
    number = ImageFont.load_default(16 * scale)
    room = round(46 * scale) if sure else 0
    font, below = _fitting(text, round(26 * scale), width - room), at[1] + round(26 * scale)
    draw.text((at[0], below), text, INK if sure else FAINT, font, anchor="ls")
    if sure:
        draw.text((at[0] + width, below), f"{sure.score:.2f}", INK, number, anchor="rs")


def _label_row(
    draw: ImageDraw.ImageDraw, scored: Scored, at: tuple[int, int], width: int, scale: float
) -> None:
    font, sure = ImageFont.load_default(14 * scale), scored.score >= 0.5
    left, middle = at[0], at[1] + round(10 * scale)
    number = round(38 * scale)
    bar_left = left + round(width * 0.46)
    bar_width = width - (bar_left - left) - number
    half, ends = round(3.5 * scale), at[0] + width
    name = _cut(draw, scored.label.name, font, bar_left - left - round(8 * scale))
    draw.text((left, middle), name, INK if sure else FAINT, font, anchor="lm")
    _bar(draw, (bar_left, middle - half, bar_left + bar_width, middle + half), TRACK)
    filled = bar_left + max(2 * half, round(bar_width * min(1.0, scored.score)))
    _bar(draw, (bar_left, middle - half, filled, middle + half), SURE if sure else UNSURE)
    draw.text((ends, middle), f"{scored.score:.2f}", INK if sure else FAINT, font, anchor="rm")


def _bar(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: str) -> None:
    draw.rounded_rectangle(box, (box[3] - box[1]) / 2, colour)


def _fitting(text: str, size: int, width: int) -> ImageFont.FreeTypeFont:
    """The font at this size, or smaller where the text would not fit."""
    font = ImageFont.load_default(size)
    while font.getlength(text) > width and size > 8:
        size -= 1
        font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _cut(
    draw: ImageDraw.ImageDraw,
    text: str,
    font: "ImageFont.FreeTypeFont | ImageFont.ImageFont",
    width: float,
) -> str:
    if draw.textlength(text, font) <= width:
        return text
    while text and draw.textlength(text + "…", font) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    """A mask with round corners, drawn four times as large so that its edges are smooth."""
    mask = Image.new("L", (size[0] * 4, size[1] * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, size[0] * 4 - 1, size[1] * 4 - 1), radius * 4, 255
    )
    return mask.resize(size, Image.Resampling.LANCZOS)
