"""Finding and decoding photos: orientation, depth, alpha, colour spaces, damage, limits."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps

from tools.data.photos import EXTENSIONS, decode_photo, find_photos, read_photo
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


@pytest.mark.parametrize(
    "data, why",
    [
        (b"", "empty"),
        (b"not a picture at all", "no picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 600, "damaged|no picture"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 200, "JPEG, PNG and WebP"),
    ],
    ids=["empty", "text", "broken jpeg", "heic"],
)
def test_what_is_no_photo_is_named(data: bytes, why: str) -> None:
    with pytest.raises(PocketlensError, match=why) as caught:
        decode_photo(data)
    assert caught.value.name == "unreadable_photo"


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


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


def test_files_that_are_none_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    for path in (tmp_path / "nowhere.jpg", tmp_path, tmp_path / "pipe.jpg", Path("/dev/zero")):
        with pytest.raises(PocketlensError) as caught:
            read_photo(path)
        assert caught.value.name == "unreadable_photo"
        assert str(path) in caught.value.message


def test_folders_are_searched_in_order_and_hidden_things_passed_over(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.png", "notes.txt", ".hidden.jpg", "z/c.webp", ".git/d.jpg", "x.heic"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "z" / "loop").symlink_to(tmp_path)
    found = [str(path.relative_to(tmp_path)) for path in find_photos([tmp_path])]
    assert found == ["a.png", "b.JPG", "x.heic", "z/c.webp"]
    single = tmp_path / "notes.txt"
    assert find_photos([single, tmp_path / "a.png", tmp_path])[:2] == [single, tmp_path / "a.png"]
    assert len(find_photos([single, tmp_path / "a.png", tmp_path])) == 5


def test_a_folder_without_photos_is_named(tmp_path: Path) -> None:
    with pytest.raises(PocketlensError, match="No photo was found") as caught:
        find_photos([tmp_path])
    assert caught.value.name == "no_photos"


def test_every_sample_photo_is_found_and_read(photos: Path) -> None:
    found = find_photos([photos])
    assert len(found) == sum(path.suffix in EXTENSIONS for path in photos.iterdir()) >= 16
    assert all(read_photo(path).shape[2] == 3 for path in found)
