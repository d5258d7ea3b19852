"""Photos of every form with the pixels that both sides must make of them, desk and phone.

The pixels come from the picture that was encoded, by NumPy (tests/icc.py) and Pillow, never from
the project's decoder. `python3 -m tests.photo_cases FOLDER` writes what the Kotlin test reads: each
file, its upright pixels as raw RGB, and cases.csv.
"""

from __future__ import annotations

import csv
import io
import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from tests import icc

Pixels = npt.NDArray[np.uint8]
CAT = Path(__file__).parent / "data" / "photos" / "cat.png"
WIDTH, HEIGHT = 96, 64


@dataclass(frozen=True)
class Case:
    """A photo's file, its upright pixels (height, width, 3), and how far off a side may be."""

    name: str
    data: bytes
    expected: npt.NDArray[np.float64]
    desk: int = 1
    phone: int = 1


def cat() -> Pixels:
    """The cat, with every corner of the cube of colours in its first rows."""
    with Image.open(CAT) as opened:
        pixels = np.array(opened.convert("RGB").resize((WIDTH, HEIGHT)))
    corners = [[r, g, b] for r in (0, 128, 255) for g in (0, 128, 255) for b in (0, 128, 255)]
    pixels[:4, :27] = corners
    return pixels


def encoded(pixels: Pixels, kind: str, **how: object) -> bytes:
    """A picture by Pillow."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **how)
    return stream.getvalue()


def decoded(data: bytes) -> Pixels:
    """By Pillow."""
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGB"))


def all_cases() -> list[Case]:
    """Every case."""
    return [*colours(), *transparent(), *deep(), *turned(), *other_forms()]


SPACES = {"p3": icc.DISPLAY_P3, "adobe-rgb": icc.ADOBE_RGB, "prophoto": icc.PROPHOTO}


def colours() -> Iterator[Case]:
    """Profiles: applied, and nothing to apply."""
    pixels = cat()
    for name, space in SPACES.items():
        profile = icc.profile(space)
        expected = icc.in_srgb(pixels, space)
        yield Case(f"{name}.png", encoded(pixels, "PNG", icc_profile=profile), expected, 2, 2)
        how = {"quality": 97, "subsampling": "4:4:4"}
        stored = decoded(encoded(pixels, "JPEG", **how))
        data = encoded(pixels, "JPEG", icc_profile=profile, **how)
        yield Case(f"{name}.jpg", data, icc.in_srgb(stored, space), 2, 2)
    data = encoded(pixels, "WEBP", lossless=True, icc_profile=icc.profile(icc.DISPLAY_P3))
    yield Case("p3.webp", data, icc.in_srgb(pixels, icc.DISPLAY_P3), 2, 2)
    data = encoded(pixels, "PNG", icc_profile=icc.profile(icc.SRGB))
    yield Case("srgb.png", data, pixels.astype(float), 0, 0)
    data = encoded(pixels, "PNG", icc_profile=icc.profile(icc.DISPLAY_P3)[:200])
    yield Case("damaged-profile.png", data, pixels.astype(float), 0, 0)
    grey = pixels[:, :, 1]
    profile = icc.grey_profile(1.8)
    light = (grey / 255) ** 1.8
    curve = np.where(light < 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    yield Case("grey-1.8.png", encoded(grey, "PNG", icc_profile=profile), _three(curve), 2, 2)


def transparent() -> Iterator[Case]:
    """Alpha of every kind, over white."""
    pixels = cat()
    alpha = np.linspace(0, 255, WIDTH).astype(np.uint8)[None].repeat(HEIGHT, axis=0)
    grey = pixels[:, :, 1]
    over = _over_white(pixels, alpha)
    yield Case("alpha.png", encoded(np.dstack([pixels, alpha]), "PNG"), over, 1, 1)
    lossless = {"lossless": True, "exact": True}
    yield Case("alpha.webp", encoded(np.dstack([pixels, alpha]), "WEBP", **lossless), over, 1, 1)
    p3 = icc.profile(icc.DISPLAY_P3)
    over = _over_white(icc.in_srgb(pixels, icc.DISPLAY_P3), alpha)
    data = encoded(np.dstack([pixels, alpha]), "PNG", icc_profile=p3)
    yield Case("p3-alpha.png", data, over, 2, 3)
    stream = io.BytesIO()
    Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)]).save(stream, "PNG")
    yield Case("grey-alpha.png", stream.getvalue(), _over_white(_three(grey), alpha), 1, 1)
    samples = np.dstack([grey, alpha]).astype(np.uint16) * 257
    yield Case("grey-alpha-16.png", png(samples), _over_white(_three(grey), alpha), 1, 1)
    expected = _three(np.where(grey == 64, 255, grey))
    yield Case("grey-key.png", encoded(grey, "PNG", transparency=64), expected, 0, 0)


def deep() -> Iterator[Case]:
    """Samples of 16 bits."""
    pixels = cat().astype(np.uint16) * 257 + 60  # between two steps of 8 bits
    pixels = np.minimum(pixels, 65535 - 60).astype(np.uint16)
    yield Case("deep.png", png(pixels), pixels / 257, 1, 1)
    yield Case("deep-grey.png", png(pixels[:, :, 1:2]), _three(pixels[:, :, 1] / 257), 1, 1)


def turned() -> Iterator[Case]:
    """EXIF orientations: types, places, formats."""
    pixels = cat()
    for tag in range(1, 9):
        yield Case(f"turned-{tag}.jpg", _jpeg(pixels, tag, "H"), _jpeg_pixels(pixels, tag), 0, 0)
    for form in "IBhi":
        case = {"I": "long", "B": "byte", "h": "sshort", "i": "slong"}[form]
        yield Case(f"turned-{case}.jpg", _jpeg(pixels, 6, form), _jpeg_pixels(pixels, 6), 0, 0)
    second = _segment(b"Exif\0\0" + exif(3, "H"))
    twice = _jpeg(pixels, 6, "H", second)
    yield Case("turned-first-of-two.jpg", twice, _jpeg_pixels(pixels, 6), 0, 0)
    empty = _jpeg(pixels, 6, "H", _segment(b"Exif\0\0II*\0\x08\0\0\0\0\0"))
    yield Case("turned-second-empty.jpg", empty, _jpeg_pixels(pixels, 6), 0, 0)
    tag_6 = Image.Exif()
    tag_6[0x0112] = 6
    lying = np.rot90(pixels).copy()
    for kind, how in (("PNG", {}), ("WEBP", {"lossless": True})):
        data = encoded(lying, kind, exif=tag_6, **how)
        yield Case(f"turned.{kind.lower()}", data, pixels.astype(float), 0, 0)
    late = encoded(lying, "PNG")
    late = late[:-12] + chunk(b"eXIf", exif(6, "B")) + late[-12:]
    yield Case("turned-late.png", late, pixels.astype(float), 0, 0)


def other_forms() -> Iterator[Case]:
    """Palettes, other formats, wrong names, files without an end."""
    pixels = cat()
    palette = Image.fromarray(pixels).quantize(64)
    rgb = np.asarray(palette.convert("RGB")).astype(float)
    for kind, name in (("GIF", "palette.gif"), ("GIF", "gif-named.jpg"), ("PNG", "palette.png")):
        stream = io.BytesIO()
        palette.save(stream, kind)
        yield Case(name, stream.getvalue(), rgb, 0, 0)
    yield Case("plain.bmp", encoded(pixels, "BMP"), pixels.astype(float), 0, 0)
    data = encoded(pixels, "JPEG", quality=90)
    yield Case("no-end-marker.jpg", data[:-2], decoded(data).astype(float), 0, 0)
    yield Case("grey.jpg", encoded(pixels[:, :, 1], "JPEG"), _grey_jpeg(pixels), 0, 0)
    stream = io.BytesIO()
    Image.fromarray(pixels).convert("CMYK").save(stream, "JPEG", quality=100, subsampling=0)
    yield Case("cmyk.jpg", stream.getvalue(), pixels.astype(float), 8, 8)


def _grey_jpeg(pixels: Pixels) -> npt.NDArray[np.float64]:
    return decoded(encoded(pixels[:, :, 1], "JPEG")).astype(float)


def _three(grey: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    return np.dstack([grey.astype(float)] * 3)


def _over_white(
    pixels: npt.NDArray[np.generic], alpha: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float64]:
    share = alpha[:, :, None] / 255
    return np.asarray(pixels.astype(float) * share + 255 * (1 - share))


def _segment(body: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int, form: str) -> bytes:
    """An Exif block with the orientation as one number of struct's `form`."""
    kind = {"B": 1, "H": 3, "I": 4, "b": 6, "h": 8, "i": 9}[form]
    value = struct.pack("<" + form, orientation).ljust(4, b"\0")
    return b"II*\0" + struct.pack("<IHHHI", 8, 1, 0x0112, kind, 1) + value + bytes(4)


# Stored pixels of an upright picture under an orientation, by NumPy (EXIF 2.32, 4.6.5.1.6)
STORED = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.swapaxes(0, 1),
    6: lambda p: p.swapaxes(0, 1)[::-1],
    7: lambda p: p[::-1, ::-1].swapaxes(0, 1),
    8: lambda p: p.swapaxes(0, 1)[:, ::-1],
}
UPRIGHT = {**STORED, 6: STORED[8], 8: STORED[6]}


def _plain_jpeg(pixels: Pixels, tag: int) -> bytes:
    stored = np.ascontiguousarray(STORED[tag](pixels))
    return encoded(stored, "JPEG", quality=95, subsampling="4:4:4")


def _jpeg(pixels: Pixels, tag: int, form: str, further: bytes = b"") -> bytes:
    data = _plain_jpeg(pixels, tag)
    return data[:2] + _segment(b"Exif\0\0" + exif(tag, form)) + further + data[2:]


def _jpeg_pixels(pixels: Pixels, tag: int) -> npt.NDArray[np.float64]:
    return UPRIGHT[tag](decoded(_plain_jpeg(pixels, tag))).astype(float)


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(samples: npt.NDArray[np.uint16]) -> bytes:
    """A PNG of 16 bits, (height, width, 1, 2 or 3 channels), which Pillow does not write."""
    height, width, channels = samples.shape
    colour = {1: 0, 2: 4, 3: 2}[channels]
    head = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def write(folder: Path) -> None:
    """The files, their pixels (NAME.rgb, rounded) and cases.csv: file, width, height, off."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "cases.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        for case in all_cases():
            height, width = case.expected.shape[:2]
            (folder / case.name).write_bytes(case.data)
            pixels = np.rint(case.expected).astype(np.uint8)
            (folder / f"{case.name}.rgb").write_bytes(pixels.tobytes())
            table.writerow([case.name, width, height, case.phone])


if __name__ == "__main__":
    write(Path(sys.argv[1]))
