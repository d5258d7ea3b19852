"""libturbojpeg against cv2, bit for bit; headers and EXIF, whole and damaged; memory used again."""

from __future__ import annotations

import io
import struct
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tools.data import jpeg
from tools.data.photo_files import find_photos, lend_bytes, read_bytes
from tools.data.photos import decode_photo, decode_stored
from tools.errors import PocketlensError
from tools.native.sessions import side_by_side

Pixels = npt.NDArray[np.uint8]


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """`make setup` installs it; without it these tests would compare cv2 with itself."""
    assert jpeg.library() is not None


def by_cv2(data: bytes) -> Pixels:
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    decoded: Pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    return decoded


def by_turbojpeg(data: bytes, reuse: bool = False, half: bool = False) -> Pixels:
    header = jpeg.read_header(data)
    assert header is not None
    decoded = jpeg.decode(data, header, reuse, half)
    assert decoded is not None
    return decoded


def encoded(picture: Image.Image, **how: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", **how)
    return stream.getvalue()


@pytest.fixture(scope="module")
def picture(photos: Path) -> Image.Image:
    with Image.open(photos / "macaw.jpg") as opened:
        return opened.convert("RGB")


def test_every_sample_photo_is_decoded_as_cv2_does_it(photos: Path) -> None:
    found = [path for path in find_photos([photos]) if path.suffix == ".jpg"]
    assert len(found) >= 16
    for path in found:
        data = path.read_bytes()
        assert np.array_equal(by_turbojpeg(data), by_cv2(data)), path


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (16, 16), (333, 217)])
def test_every_kind_of_jpeg_is_decoded_as_cv2_does_it(
    picture: Image.Image, subsampling: str, progressive: bool, size: tuple[int, int]
) -> None:
    how = {"subsampling": subsampling, "progressive": progressive, "quality": 83}
    data = encoded(picture.resize(size), **how)
    assert np.array_equal(by_turbojpeg(data), by_cv2(data))


def test_grey_is_decoded_as_cv2_does_it(picture: Image.Image) -> None:
    data = encoded(picture.convert("L"))
    assert np.array_equal(by_turbojpeg(data), by_cv2(data))


def test_cmyk_is_left_to_pillow(picture: Image.Image) -> None:
    data = encoded(picture.convert("CMYK"))
    header = jpeg.read_header(data)
    assert header is not None and header.components == 4
    assert jpeg.decode(data, header) is None
    assert np.abs(decode_photo(data).astype(int) - by_cv2(data)).max() <= 1


def test_without_the_library_the_photo_is_the_same(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (photos / "koala.jpg").read_bytes()
    expected = decode_photo(data)
    monkeypatch.setattr(jpeg, "library", lambda: None)
    assert np.array_equal(decode_photo(data), expected)


def test_half_the_size_is_the_photo_made_smaller(picture: Image.Image) -> None:
    data = encoded(picture.resize((333, 217)), quality=95)
    half = by_turbojpeg(data, half=True)
    assert half.shape == (109, 167, 3)
    smaller = cv2.resize(by_cv2(data), (167, 109), interpolation=cv2.INTER_AREA)
    assert np.abs(half.astype(int) - smaller).mean() < 4


def test_memory_is_used_again_only_when_asked(photos: Path) -> None:
    first, second = ((photos / name).read_bytes() for name in ("coffee.jpg", "liberty.jpg"))
    kept = by_turbojpeg(first)
    lent = by_turbojpeg(first, reuse=True)
    assert np.array_equal(lent, kept)
    by_turbojpeg(second, reuse=True)
    assert np.array_equal(kept, by_cv2(first))
    assert not np.array_equal(lent, kept)


def test_lent_bytes_are_the_files_bytes_until_the_next_call(photos: Path, tmp_path: Path) -> None:
    large, small = photos / "coffee.jpg", tmp_path / "small.jpg"
    small.write_bytes(encoded(Image.new("RGB", (40, 30), "teal")))
    lent = lend_bytes(large)
    assert lent == read_bytes(large) == large.read_bytes()
    turned = decode_stored(lent)
    again = lend_bytes(small)
    assert again == small.read_bytes() and lent[: len(again)] == again
    assert np.array_equal(turned.pixels, by_cv2(large.read_bytes()))
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(PocketlensError, match="the file is empty"):
        decode_stored(lend_bytes(tmp_path / "empty.jpg"))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG"])
def test_lent_bytes_of_every_decoder_leave_pixels_of_their_own(
    picture: Image.Image, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "photo"
    tag = Image.Exif()
    tag[0x0112] = 6
    picture.convert("RGB" if kind != "JPEG" else "CMYK").save(path, kind, exif=tag)
    stored = decode_stored(lend_bytes(path))
    expected = decode_photo(path.read_bytes())
    path.write_bytes(bytes(path.stat().st_size))
    lend_bytes(path)
    assert np.array_equal(stored.upright(), expected)


def test_threads_do_not_share_memory(photos: Path) -> None:
    data = [(photos / name).read_bytes() for name in ("coffee.jpg", "moose.jpg", "macaw.jpg")]
    expected = [by_cv2(one) for one in data]
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(30):
            if not np.array_equal(by_turbojpeg(data[number], reuse=True), expected[number]):
                wrong.append(number)

    side_by_side([partial(work, number) for number in range(3)])
    assert wrong == []


def exif(orientation: int, order: str = "<") -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    other = struct.pack(order + "HHII", 0x0100, 4, 1, 640)
    return mark + struct.pack(order + "IH", 8, 2) + other + entry


@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation_is_read_in_both_byte_orders(order: str) -> None:
    assert [jpeg.exif_orientation(exif(n, order)) for n in range(1, 9)] == list(range(1, 9))
    assert jpeg.exif_orientation(exif(0, order)) == jpeg.exif_orientation(exif(9, order)) == 1


@pytest.mark.parametrize("kind, form", [(1, "B"), (3, "H"), (4, "I"), (6, "b"), (8, "h"), (9, "i")])
@pytest.mark.parametrize("order", ["<", ">"])
def test_an_orientation_of_any_whole_number_type_is_read(kind: int, form: str, order: str) -> None:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    value = struct.pack(order + form, 6).ljust(4, b"\0")
    entry = struct.pack(order + "HHI", 0x0112, kind, 1) + value
    tiff = mark + struct.pack(order + "IH", 8, 1) + entry
    assert jpeg.exif_orientation(tiff) == 6
    assert jpeg.exif_orientation(tiff[:-4] + b"\xff\xff\xff\xff") == 1


def with_segments(data: bytes, *bodies: bytes) -> bytes:
    """A JPEG with further APP1 segments at its start."""
    made = b"".join(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body for body in bodies)
    return data[:2] + made + data[2:]


@pytest.mark.parametrize("second", [exif(3), b"", b"II*\0\x08\0\0\0\0\0", b"garbage"])
def test_the_first_exif_block_counts(picture: Image.Image, second: bytes) -> None:
    data = encoded(picture.resize((32, 24)))
    told = with_segments(data, b"Exif\0\0" + exif(6), b"Exif\0\0" + second)
    header = jpeg.read_header(told)
    assert header is not None and header.orientation == 6
    assert decode_photo(told).shape == (32, 24, 3)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_end_marker_is_whole(picture: Image.Image, progressive: bool) -> None:
    data = encoded(picture.resize((333, 217)), progressive=progressive)
    assert data.endswith(b"\xff\xd9")
    assert np.array_equal(decode_photo(data[:-2]), decode_photo(data))
    with pytest.raises(PocketlensError, match="end too early"):
        decode_photo(data[:-40])


def test_damaged_exif_is_none() -> None:
    whole = exif(6)
    for length in range(len(whole) - 2):  # the last two bytes are padding
        assert jpeg.exif_orientation(whole[:length]) == 1
    assert jpeg.exif_orientation(b"MM*\0" + whole[4:]) == 1
    assert jpeg.exif_orientation(b"II*\0" + b"\xff" * 40) == 1


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 400), value=st.integers(0, 255))
def test_any_damaged_byte_of_the_header_is_read_or_refused(
    photos: Path, at: int, value: int
) -> None:
    data = bytearray((photos / "koala.jpg").read_bytes())
    data[at] = value
    try:
        stored = decode_stored(bytes(data))
    except PocketlensError as error:
        assert error.name == "unreadable_photo"
    else:
        assert stored.pixels.ndim == 3 and stored.pixels.shape[2] == 3


def test_headers_that_are_none() -> None:
    for data in (b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG", b"\xff\xd8\xff\xd9\0\0"):
        assert jpeg.read_header(data) is None
    assert jpeg.read_header(b"\xff\xd8" + b"\xff" * 1000) is None
    assert jpeg.read_header(b"\xff\xd8\xff\xe0\0\0" * 50) is None


def test_padding_before_a_marker_is_allowed(photos: Path) -> None:
    data = (photos / "coffee.jpg").read_bytes()
    padded = data[:2] + b"\xff\xff" + data[2:]
    assert jpeg.read_header(padded) == jpeg.read_header(data)
