"""Photos on their way to the core: planes or pixels, the tensor is that of cv2's decoded pixels."""

from __future__ import annotations

import struct
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.native.pictures import DEMO
from tests.native.test_preprocess_parity import AS_IS, RAW, by_cv2
from tools.data import jpeg
from tools.data.photo_frames import photo_frame
from tools.data.photos import decode_photo, read_photo
from tools.errors import PocketlensError
from tools.native import FAST, REFERENCE, Frame, PixelFormat, Plan, Recipe, preprocess
from tools.native.sessions import side_by_side

Pixels = npt.NDArray[np.uint8]

PATHS = (REFERENCE, FAST)
FACTORS = {
    "4:4:4": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    "4:2:2": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    "4:2:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    "4:4:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440,
    "4:1:1": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_411,
}
# Every parity of the sides and of the chroma's, around blocks of 8 and 16, and down to one pixel.
SIDES = [*range(1, 21), 31, 32, 33, 34]
SIZES = [(width, height) for width in SIDES for height in (1, 2, 3, 4, 7, 16, 17, 33)]


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """`make setup` installs it; without it nothing here would be planes."""
    assert jpeg.library() is not None


@pytest.fixture(scope="module")
def photo(photos: Path) -> Pixels:
    return read_photo(photos / "macaw.jpg")


def encoded(pixels: Pixels, factor: str = "4:2:0", **how: int) -> bytes:
    """As a JPEG by cv2; how: quality, progressive, rst_interval."""
    options = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, FACTORS[factor]]
    for name, value in how.items():
        options += [getattr(cv2, f"IMWRITE_JPEG_{name.upper()}"), value]
    done, data = cv2.imencode(".jpg", pixels[..., ::-1] if pixels.ndim == 3 else pixels, options)
    assert done
    return data.tobytes()


def by_imdecode(data: bytes) -> Pixels:
    """cv2's pixels, turned upright by cv2."""
    decoded: Pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    return decoded


def with_orientation(data: bytes, orientation: int) -> bytes:
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


def pixels_of(frame: Frame, path: int) -> Pixels:
    """What the core makes of a frame of at most RAW x RAW, without resizing it."""
    across, down = frame.width, frame.height
    if frame.rotation % 180:
        across, down = down, across
    recipe = Recipe((across, down), (0, 0, across, down), 1.0, AS_IS.mean, AS_IS.std, "RGB")
    values = preprocess(recipe, frame, path)
    assert np.array_equal(values, values.astype(np.uint8))
    return values.astype(np.uint8)


def assert_equal(data: bytes, note: object, planes: bool = True) -> None:
    frame, expected = photo_frame(data), by_imdecode(data)
    assert (frame.format == PixelFormat.YUV420) == planes, note
    for path in PATHS:
        assert np.array_equal(pixels_of(frame, path), expected), (note, path)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("progressive", [0, 1])
def test_all_sizes_have_the_pixels_that_cv2_decodes(factor: str, progressive: int) -> None:
    rng = np.random.default_rng(20260)
    for width, height in SIZES:
        noise = rng.integers(0, 256, (height, width, 3), np.uint8)
        data = encoded(noise, factor, quality=90, progressive=progressive)
        assert_equal(data, (width, height), factor == "4:2:0")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_has_the_pixels_that_cv2_turns(photo: Pixels, orientation: int) -> None:
    for width, height in ((40, 30), (33, 17), (101, 255), (255, 66), (5, 5), (1, 7)):
        data = with_orientation(encoded(cv2.resize(photo, (width, height))), orientation)
        assert_equal(data, (width, height))


@pytest.mark.parametrize("size", [(639, 479), (1280, 960), (960, 1280), (4000, 3000), (224, 4001)])
@pytest.mark.parametrize("orientation", [1, 2, 4, 6, 7])
def test_the_tensor_is_that_of_cv2s_pixels_and_resize(
    photo: Pixels, size: tuple[int, int], orientation: int
) -> None:
    data = with_orientation(encoded(cv2.resize(photo, size)), orientation)
    frame, upright = photo_frame(data), by_imdecode(data)
    assert frame.format == PixelFormat.YUV420
    expected = by_cv2(upright).view("<u4")
    for path in PATHS:
        assert np.array_equal(preprocess(DEMO, frame, path).view("<u4"), expected)
        assert np.array_equal(preprocess(DEMO, upright, path).view("<u4"), expected)
    assert np.array_equal(Plan(DEMO, frame).run(frame).view("<u4"), expected)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, RAW),
    height=st.integers(1, RAW),
    quality=st.integers(1, 100),
    restart=st.integers(0, 5),
    orientation=st.integers(1, 8),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_420_jpeg_has_the_pixels_that_cv2_decodes(
    width: int, height: int, quality: int, restart: int, orientation: int, seed: int
) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    data = encoded(noise, quality=quality, rst_interval=restart)
    assert_equal(with_orientation(data, orientation), (width, height))


def test_other_kinds_are_left_to_the_pixels(photo: Pixels, photos: Path) -> None:
    small = np.ascontiguousarray(photo[:48, :64])
    assert_equal(encoded(small[..., 1]), "grey", planes=False)
    png = cv2.imencode(".png", small[..., ::-1])[1].tobytes()
    assert np.array_equal(photo_frame(png).planes[0].data, small)
    data = encoded(small)
    at = data.index(b"\xff\xc0")
    for name, changed in {
        # Adobe's marker with transform 0: the three components are red, green and blue.
        "RGB": data[:at] + b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0" + data[at:],
        "RGB, no JFIF": data[:2] + data[20:at] + b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0" + data[at:],
        "no JFIF, ids R, G, B": _renamed(data[:2] + data[20:], b"RGB"),
    }.items():
        header = jpeg.read_header(changed)
        assert header is not None and header.components == 3, name
        frame = photo_frame(changed)
        expected = by_imdecode(changed)
        assert (frame.format == PixelFormat.YUV420) == header.jfif, name
        for path in PATHS:
            assert np.array_equal(pixels_of(frame, path), expected), name
    assert_equal(data[:2] + data[20:], "no JFIF, and names that say nothing else")
    assert photo_frame(data, half=True).width == 32


def _renamed(data: bytes, ids: bytes) -> bytes:
    """Another name for each component, in the frame's and in the scan's header."""
    renamed = bytearray(data)
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    for number in range(3):
        renamed[frame + 10 + 3 * number] = renamed[scan + 5 + 2 * number] = ids[number]
    return bytes(renamed)


def test_a_damaged_jpeg_is_what_cv2_makes_of_it(photo: Pixels) -> None:
    whole = encoded(cv2.resize(photo, (160, 120)))
    rng = np.random.default_rng(7)
    cases = [whole[:length] for length in range(0, len(whole), 131)]
    scans = encoded(cv2.resize(photo, (160, 120)), progressive=1).split(b"\xff\xda")
    for count in range(2, len(scans)):  # ended after some of its scans, as if that were all
        cases.append(b"\xff\xda".join(scans[:count]) + b"\xff\xd9")
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[int(rng.integers(2, len(whole)))] = int(rng.integers(0, 256))
        cases.append(bytes(damaged))
    read = 0
    for number, data in enumerate(cases):
        try:
            expected = decode_photo(data)
        except PocketlensError as error:
            with pytest.raises(PocketlensError) as refused:
                photo_frame(data)
            assert refused.value.message == error.message
        else:
            frame = photo_frame(data)
            got, wanted = (preprocess(DEMO, one) for one in (frame, expected))
            assert np.array_equal(got.view("<u4"), wanted.view("<u4")), number
            read += 1
    assert 20 < read < len(cases)


def test_without_the_library_the_tensor_is_the_same(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (photos / "koala.jpg").read_bytes()
    expected = preprocess(DEMO, photo_frame(data))
    monkeypatch.setattr(jpeg, "library", lambda: None)
    frame = photo_frame(data)
    assert frame.format == PixelFormat.RGB888
    assert np.array_equal(preprocess(DEMO, frame).view("<u4"), expected.view("<u4"))


def test_planes_lie_in_memory_of_their_thread(photo: Pixels) -> None:
    data = [encoded(cv2.resize(photo, size)) for size in ((320, 240), (321, 201), (64, 48))]
    expected = [by_cv2(by_imdecode(one)) for one in data]
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(30):
            if not np.array_equal(preprocess(DEMO, photo_frame(data[number])), expected[number]):
                wrong.append(number)

    side_by_side([partial(work, number) for number in range(3)])
    assert wrong == []
    first = photo_frame(data[0])
    second = photo_frame(data[0])
    assert first.planes[0].data.ctypes.data == second.planes[0].data.ctypes.data
