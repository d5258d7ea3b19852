"""Finding and decoding photos: orientation, depth, alpha, colour spaces, damage, limits."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps

from tests import icc
from tools.data.photos import decode_photo, read_photo
from tools.errors import PocketlensError

Pixels = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def picture(photos: Path) -> Image.Image:
    """A real photo of odd size, small enough for many encodings."""
    with Image.open(photos / "temple.jpg") as opened:
        return opened.convert("RGB").resize((157, 103))


def encoded(picture: Image.Image, kind: str, **how: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **how)
    return stream.getvalue()


def oriented(picture: Image.Image, kind: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exact = {"WEBP": {"lossless": True}, "JPEG": {"quality": 98, "subsampling": 0}}.get(kind, {})
    return encoded(picture, kind, exif=exif, **exact)


def far(one: Pixels, other: Pixels) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(
    picture: Image.Image, kind: str, orientation: int
) -> None:
    data = oriented(picture, kind, orientation)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    made = decode_photo(data)
    assert made.flags.c_contiguous
    assert far(made, expected) < (1.0 if kind == "JPEG" else 1e-9)


def test_the_sample_photo_stored_lying_is_upright(photos: Path) -> None:
    with Image.open(photos / "koala.jpg") as stored:
        width, height = stored.size
        assert stored.getexif()[0x0112] == 6
    assert read_photo(photos / "koala.jpg").shape == (width, height, 3)


def test_an_orientation_that_makes_no_sense_is_none(picture: Image.Image) -> None:
    assert decode_photo(oriented(picture, "PNG", 77)).shape == (103, 157, 3)


def test_jpeg_is_decoded_as_cv2_does_it(photos: Path) -> None:
    data = (photos / "coffee.jpg").read_bytes()
    expected = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]
    assert np.array_equal(decode_photo(data), expected)


def test_sixteen_bits_become_eight(picture: Image.Image) -> None:
    wide = np.asarray(picture).astype(np.uint16) * 257
    data = cv2.imencode(".png", wide[:, :, ::-1])[1].tobytes()
    assert far(decode_photo(data), np.asarray(picture)) == 0
    grey = cv2.imencode(".png", wide[:, :, 1])[1].tobytes()
    assert far(decode_photo(grey)[:, :, 0], np.asarray(picture)[:, :, 1]) == 0


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "CMYK"])
def test_every_kind_of_colour_becomes_rgb(picture: Image.Image, mode: str) -> None:
    turned = picture.convert("RGBA").convert(mode) if mode == "LA" else picture.convert(mode)
    kind = "TIFF" if mode == "CMYK" else "PNG"
    made = decode_photo(encoded(turned, kind))
    assert made.dtype == np.uint8
    assert far(made, np.asarray(turned.convert("RGB"))) < 3


def test_a_cmyk_jpeg_has_its_colours(picture: Image.Image) -> None:
    made = decode_photo(encoded(picture.convert("CMYK"), "JPEG", quality=95))
    assert far(made, np.asarray(picture)) < 4


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_alpha_lies_over_white(picture: Image.Image, kind: str) -> None:
    ramp = np.linspace(0, 255, 157).astype(np.uint8)[None].repeat(103, axis=0)
    rgba = np.dstack([np.asarray(picture), ramp])
    data = encoded(
        Image.fromarray(rgba), kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {})
    )
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(Image.fromarray(rgba))
    made = decode_photo(data)
    assert np.abs(made.astype(int) - np.asarray(white.convert("RGB"))).max() <= 2
    assert (made[:, 0] == 255).all()


def test_sixteen_bit_alpha_lies_over_white(picture: Image.Image) -> None:
    bgra = np.dstack([np.asarray(picture)[:, :, ::-1], np.zeros((103, 157), np.uint8)])
    data = cv2.imencode(".png", bgra.astype(np.uint16) * 257)[1].tobytes()
    assert (decode_photo(data) == 255).all()


def test_a_transparent_palette_lies_over_white(picture: Image.Image) -> None:
    data = encoded(picture.convert("P"), "PNG", transparency=bytes(256))
    assert (decode_photo(data) == 255).all()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
def test_a_truncated_photo_is_named(picture: Image.Image, kind: str) -> None:
    data = encoded(picture, kind)
    for part in (0.05, 0.5, 0.9):
        with pytest.raises(PocketlensError, match="could not be read") as caught:
            decode_photo(data[: int(len(data) * part)], "it.jpg")
        assert caught.value.name == "unreadable_photo"
        assert "it.jpg" in caught.value.message


IDS = ["empty", "text", "noise", "jpeg", "heic", "html", "lfs", "cr3", "cr2", "jxl", "psd", "mp4"]


@pytest.mark.parametrize(
    "data, why",
    [
        (b"", "empty"),
        (b"not a picture at all", "no picture but a text"),
        (bytes(range(256)), "no picture, or of a kind that is not known"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 600, "begins like JPEG, but its header is damaged"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 200, "begins like HEIF, but its header is damaged"),
        (b"<!DOCTYPE html><html>", "no picture but a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1", "raw picture .* develop"),
        (b"II*\0\x10\0\0\0CR\2\0" + bytes(99), "raw picture .* develop"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture, which is not read here; export"),
        (b"8BPS\0\1" + bytes(99), "a Photoshop document, .* export"),
        (b"\0\0\0\x20ftypisom\0\0\0\1", "no picture but a video"),
        (b"%PDF-1.7", "no picture but a PDF"),
    ],
    ids=[
        "empty",
        "text",
        "noise",
        "jpeg",
        "heic",
        "html",
        "lfs",
        "cr3",
        "cr2",
        "jxl",
        "psd",
        "video",
        "pdf",
    ],
)
def test_what_is_no_photo_is_named(data: bytes, why: str) -> None:
    with pytest.raises(PocketlensError, match=why) as caught:
        decode_photo(data)
    assert caught.value.name == "unreadable_photo"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(head: bytes, data: bytes, between: bytes = b"") -> bytes:
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + between
    return start + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_that_claims(width: int, height: int) -> bytes:
    return png(struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"")


@pytest.mark.parametrize("width, height", [(30000, 30000), (40000, 10), (2**31 - 1, 2**31 - 1)])
def test_a_huge_photo_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    with pytest.raises(PocketlensError, match="could not be read") as caught:
        decode_photo(png_that_claims(width, height))
    assert caught.value.name == "unreadable_photo"


def test_a_photo_of_twelve_megapixels_is_read(picture: Image.Image) -> None:
    assert decode_photo(encoded(picture.resize((4000, 3000)), "JPEG")).shape == (3000, 4000, 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1)])
def test_the_smallest_photos_are_read(picture: Image.Image, size: tuple[int, int]) -> None:
    assert decode_photo(encoded(picture.resize(size), "PNG")).shape == (size[1], size[0], 3)


def test_heic_is_read(photos: Path) -> None:
    with Image.open(photos / "cat.png") as opened:
        expected = np.asarray(opened.convert("RGB").resize((96, 64)))
    heic = photos.parent / "heic"
    assert far(read_photo(heic / "cat.heic"), expected) < 2
    in_srgb = icc.in_srgb(expected, icc.DISPLAY_P3)
    turned = read_photo(heic / "cat-lying-p3.heic")
    assert turned.shape == expected.shape
    assert np.abs(turned - in_srgb).mean() < 2 < np.abs(turned - expected.astype(float)).mean()


@pytest.mark.parametrize("kind", ["AVIF", "GIF", "BMP", "TGA", "TIFF", "PPM", "JPEG2000"])
def test_other_formats_are_read(picture: Image.Image, kind: str) -> None:
    lossy = {"AVIF": 4.0, "GIF": 8.0}.get(kind, 0.0)
    assert far(decode_photo(encoded(picture, kind)), np.asarray(picture)) <= lossy


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_is_turned_upright_once(picture: Image.Image, orientation: int) -> None:
    data = oriented(picture, "AVIF", orientation)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    assert far(decode_photo(data), expected) < 1e-9


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_with_alpha_lies_over_white(picture: Image.Image, kind: str, deep: bool) -> None:
    grey = np.asarray(picture.convert("L"))
    alpha = np.linspace(0, 255, 157).astype(np.uint8)[None].repeat(103, axis=0)
    data = grey_alpha_file(kind, grey, alpha, deep)
    if deep and kind == "TIFF":
        with pytest.raises(
            PocketlensError, match=r"begins like TIFF, .* not read here; save it as"
        ):
            decode_photo(data)
        return
    expected = (grey * (alpha / 255) + 255 - alpha)[:, :, None].repeat(3, axis=2)
    assert np.abs(decode_photo(data) - expected).max() <= 1


def grey_alpha_file(kind: str, grey: Pixels, alpha: Pixels, deep: bool) -> bytes:
    """Written by hand for 16 bits, which no library here writes."""
    if not deep:
        return encoded(Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)]), kind)
    samples = np.dstack([grey, alpha]).astype(np.uint16) * 257
    if kind == "PNG":
        head = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 16, 4, 0, 0, 0)
        rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
        return png(head, zlib.compress(rows))
    body = samples.astype("<u2").tobytes()
    sizes = struct.pack("<HH", 16, 16)
    entries = [(256, 4, 1, grey.shape[1]), (257, 4, 1, grey.shape[0])]
    entries += [(258, 3, 2, struct.unpack("<I", sizes)[0]), (259, 3, 1, 1), (262, 3, 1, 1)]
    entries += [(273, 4, 1, 8), (277, 3, 1, 2), (278, 4, 1, grey.shape[0])]
    entries += [(279, 4, 1, len(body)), (284, 3, 1, 1), (338, 3, 1, 2)]
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return (
        struct.pack("<2sHI", b"II", 42, 8 + len(body))
        + body
        + struct.pack("<H", len(entries))
        + table
        + bytes(4)
    )


def test_a_grey_that_counts_as_transparent_lies_over_white() -> None:
    grey = np.arange(256, dtype=np.uint8)[None].repeat(4, axis=0)
    expected = np.where(grey == 64, 255, grey)
    made = decode_photo(encoded(Image.fromarray(grey), "PNG", transparency=64))
    assert np.array_equal(made, np.dstack([expected] * 3))
    deep = (grey.astype(np.uint16) * 257).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in deep)
    head = struct.pack(">IIBBBBB", 256, 4, 16, 0, 0, 0, 0)
    data = png(head, zlib.compress(rows), chunk(b"tRNS", struct.pack(">H", 64 * 257)))
    assert np.array_equal(decode_photo(data), made)


@pytest.mark.parametrize("largest", [1, 15, 100, 255, 256, 1000, 1023, 4095, 65535])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_largest_value_of_a_pnm_is_white(largest: int, channels: int) -> None:
    values = np.linspace(0, largest, 60).astype(int).reshape(4, -1, channels)
    depth = "u1" if largest < 256 else ">u2"
    kind = {1: b"P5", 3: b"P6"}[channels]
    head = kind + b"\n%d %d\n%d\n" % (values.shape[1], values.shape[0], largest)
    expected = np.broadcast_to(values / largest * 255, (*values.shape[:2], 3))
    made = decode_photo(head + values.astype(depth).tobytes())
    assert np.abs(made - expected).max() <= 1.0 if largest > 255 else 0.51


def test_samples_without_a_known_white_are_named() -> None:
    data = encoded(Image.fromarray(np.zeros((4, 4), np.float32)), "TIFF")
    with pytest.raises(PocketlensError, match="32 bits, whose white is not known"):
        decode_photo(data)


@pytest.mark.parametrize("tag, value", [(0xC612, b"\1\4\0\0"), (0xFE, 1)])
def test_a_raw_picture_is_not_taken_for_its_small_copy(
    picture: Image.Image, tag: int, value: object
) -> None:
    with pytest.raises(PocketlensError, match="raw picture"):
        decode_photo(encoded(picture, "TIFF", tiffinfo={tag: value}))
