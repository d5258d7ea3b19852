"""Preprocessing against those it claims to equal, bit for bit: cv2, LiteCV, and the YUV standard.

cv2 runs here, LiteCV in a child process; both are the libraries themselves. The sizes for which
equality is claimed are in core/preprocess/reference.h: cv2 for upright heights of at least 8,
LiteCV for sides of at least 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.native import litecv, make_preprocess_hashes, pictures
from tools.data.photo_files import find_photos
from tools.data.photos import read_photo
from tools.native import FAST, REFERENCE, Frame, Matrix, Range, Recipe, preprocess
from tools.native.worker import Worker
from tools.network import oracle

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

DEMO = pictures.DEMO
# Another network's input: not square, not centred, enlarged from small photos.
WIDE = Recipe((320, 200), (7, 3, 299, 192), 1 / 127.5, (1.0, 0.9, 1.1), (1.0, 0.5, 0.25), "RGB")
# Reads converted pixels back: no resizing, no normalisation.
RAW = 256
AS_IS = Recipe((RAW, RAW), (0, 0, RAW, RAW), 1.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), "RGB")


def differing(expected: Floats, recipe: Recipe, frame: Frame) -> dict[int, int]:
    """Values whose bits differ, by path; -0.0 and 0.0 differ too."""
    return {
        path: int((preprocess(recipe, frame, path).view("<u4") != expected.view("<u4")).sum())
        for path in (REFERENCE, FAST)
    }


NONE = {REFERENCE: 0, FAST: 0}


def by_cv2(upright: Pixels, recipe: Recipe = DEMO) -> Floats:
    """cv2's resize and numpy's float32 arithmetic."""
    small = cv2.resize(upright[..., :3], recipe.resize, interpolation=cv2.INTER_LINEAR)
    x, y, width, height = recipe.crop
    cut = small[y : y + height, x : x + width].astype(np.float64)
    scaled = (cut * recipe.scale).astype(np.float32)
    return np.ascontiguousarray(
        (scaled - np.float32(recipe.mean)) / np.float32(recipe.std), np.float32
    )


@st.composite
def uprights(draw: st.DrawFn, least: int) -> tuple[Pixels, int, bool]:
    """A stored picture whose upright height is at least `least`, its rotation and mirroring."""
    side = st.one_of(
        st.integers(least, 40), st.integers(least, 700), st.integers(1, 30).map(lambda n: n * 32)
    )
    height, width = draw(side), draw(st.one_of(st.integers(1, 9), side))
    rotation, mirror = draw(st.sampled_from((0, 90, 180, 270))), draw(st.booleans())
    if rotation % 180:
        height, width = width, height
    pixels = pictures.noise(
        draw(st.integers(0, 2**16)), height, width, draw(st.sampled_from((3, 4)))
    )
    return pixels, rotation, mirror


@settings(max_examples=150, deadline=None, derandomize=True)
@given(uprights(8))
def test_equals_cv2_at_any_size(case: tuple[Pixels, int, bool]) -> None:
    stored, rotation, mirror = case
    upright = oracle.upright(stored, rotation, mirror)
    frame = Frame.rgb(stored, rotation, mirror)
    assert differing(by_cv2(upright), DEMO, frame) == NONE, (stored.shape, rotation, mirror)


@pytest.mark.slow
def test_equals_cv2_at_twelve_megapixels() -> None:
    stored = pictures.noise(12, 3024, 4032, 4)
    assert differing(by_cv2(stored), DEMO, Frame.rgb(stored)) == NONE
    turned = oracle.upright(stored, 90, True)
    assert differing(by_cv2(turned), DEMO, Frame.rgb(stored, 90, True)) == NONE


def test_equals_cv2_on_photos(photos: Path) -> None:
    found = find_photos([photos])
    assert len(found) >= 16
    for path in found:
        pixels = read_photo(path)
        assert differing(by_cv2(pixels), DEMO, Frame.rgb(pixels)) == NONE, path.name


def test_rows_may_be_padded_and_pictures_cut_out() -> None:
    whole = pictures.noise(3, 300, 500, 4)
    cut = whole[20:280, 31:450]
    assert differing(by_cv2(np.ascontiguousarray(cut)), DEMO, Frame.rgb(cut)) == NONE


def test_bgr_is_the_same_with_channels_turned_around() -> None:
    recipe = Recipe(
        (256, 256), (16, 16, 224, 224), 1 / 255, (0.1, 0.2, 0.3), (0.5, 0.25, 2.0), "BGR"
    )
    pixels = pictures.noise(4, 333, 222, 3)
    expected = by_cv2(np.ascontiguousarray(pixels[..., ::-1]), recipe)
    assert differing(expected, recipe, Frame.rgb(pixels)) == NONE


# LiteCV


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as child:
        yield child


def by_litecv(worker: Worker, uprights: list[Pixels], recipe: Recipe) -> list[Floats]:
    how: dict[str, Any] = {
        "resize": recipe.resize,
        "crop": recipe.crop,
        "scale": recipe.scale,
        "mean": recipe.mean,
        "std": recipe.std,
    }
    return worker.call(litecv.preprocess, uprights, how)


@pytest.mark.parametrize("recipe", [DEMO, WIDE], ids=["demo", "wide"])
def test_equals_litecv_at_any_size_of_two_or_more(worker: Worker, recipe: Recipe) -> None:
    rng = np.random.default_rng(99)
    sides = [(2, 2), (2, 700), (700, 2), (3, 2), (7, 1000), (17, 23), (256, 256), (512, 1280)]
    sides += [(int(h), int(w)) for h, w in rng.integers(2, 800, (40, 2))]
    sides += [(int(h), int(w)) for h, w in rng.integers(2, 12, (12, 2))]
    cases = [
        (pictures.noise(k, height, width, 3 + k % 2), k % 4 * 90, k % 3 == 0)
        for k, (height, width) in enumerate(sides)
    ]
    upright = [oracle.upright(*case) for case in cases]
    for case, expected in zip(cases, by_litecv(worker, upright, recipe), strict=True):
        assert differing(expected, recipe, Frame.rgb(*case)) == NONE, (case[0].shape, *case[1:])


def test_equals_litecv_on_photos_and_twelve_megapixels(worker: Worker, photos: Path) -> None:
    pixels = [read_photo(path) for path in find_photos([photos])]
    pixels.append(cv2.resize(pixels[0], (4000, 3000), interpolation=cv2.INTER_CUBIC))
    assert len(pixels) > 16
    for picture, expected in zip(pixels, by_litecv(worker, pixels, DEMO), strict=True):
        assert differing(expected, DEMO, Frame.rgb(picture)) == NONE, picture.shape


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 50), (50, 1), (1, 4000), (301, 1)])
def test_a_side_of_one_is_that_pixel_everywhere(worker: Worker, height: int, width: int) -> None:
    """LiteCV on the pixel twice; of one row its topmost outputs, where the weights are 1 and 0."""
    one = pictures.noise(5, height, width, 3)
    doubled = one.repeat(2 if height == 1 else 1, axis=0).repeat(2 if width == 1 else 1, axis=1)
    crop = (16, 0, 224, 1) if height == 1 else DEMO.crop
    (expected,) = by_litecv(worker, [doubled], replace(DEMO, crop=crop))
    expected = np.ascontiguousarray(np.broadcast_to(expected, (224, 224, 3)))
    assert differing(expected, DEMO, Frame.rgb(one)) == NONE
    on_its_side = oracle.upright(one, 270, False).copy()  # stored turned left: 90 turns it upright
    assert differing(expected, DEMO, Frame.rgb(on_its_side, 90)) == NONE


# YUV


def yuv_blocks(v: int) -> tuple[Pixels, Pixels, Pixels]:
    """Planes of RAW x RAW pixels: 128 x 128 chroma samples and four luma values each."""
    rng = np.random.default_rng(v)
    luma = rng.integers(0, 256, (RAW, RAW), dtype=np.uint8)
    u = rng.permuted(np.tile(np.arange(256, dtype=np.uint8), 64)).reshape(RAW // 2, RAW // 2)
    return luma, u, np.full_like(u, v)


def rgb_of(frame: Frame, path: int) -> Pixels:
    return preprocess(AS_IS, frame, path).astype(np.uint8)


def test_limited_range_bt601_is_cv2_s_nv21() -> None:
    for v in range(256):
        luma, u, v_plane = yuv_blocks(v)
        flat = np.concatenate([luma.ravel(), np.stack([v_plane, u], axis=-1).ravel()])
        expected = cv2.cvtColor(flat.reshape(RAW * 3 // 2, RAW), cv2.COLOR_YUV2RGB_NV21)
        how = {"matrix": Matrix.BT601, "range": Range.LIMITED}
        for frame in (Frame.nv21(flat, RAW, RAW, **how), Frame.yuv420(luma, u, v_plane, **how)):
            assert (rgb_of(frame, FAST) == expected).all(), v
        assert (rgb_of(frame, REFERENCE) == expected).all(), v


def by_standard(
    planes: tuple[Pixels, Pixels, Pixels], matrix: Matrix, range_: Range
) -> npt.NDArray[np.float64]:
    """RGB before rounding, from the standard's Kr and Kb alone, in exact fractions."""
    kr, kb = (
        (Fraction(299, 1000), Fraction(114, 1000))
        if matrix is Matrix.BT601
        else (Fraction(2126, 10000), Fraction(722, 10000))
    )
    kg = 1 - kr - kb
    black, luma_span, chroma_span = (0, 255, 255) if range_ is Range.FULL else (16, 219, 224)
    luma = (planes[0].astype(np.float64) - black) * float(Fraction(255, luma_span))
    u, v = (
        (p.astype(np.float64) - 128).repeat(2, 0).repeat(2, 1) * float(Fraction(255, chroma_span))
        for p in planes[1:]
    )
    red = luma + float(2 * (1 - kr)) * v
    blue = luma + float(2 * (1 - kb)) * u
    green = luma - float(2 * kb * (1 - kb) / kg) * u - float(2 * kr * (1 - kr) / kg) * v
    return np.stack([red, green, blue], -1).clip(0, 255)


@pytest.mark.parametrize("range_", list(Range))
@pytest.mark.parametrize("matrix", list(Matrix))
def test_yuv_is_the_standard_s_to_the_last_rounding(matrix: Matrix, range_: Range) -> None:
    # cv2's three-decimal factors, which limited-range BT.601 takes, are up to 0.4 away.
    allowed = 1.0 if (matrix, range_) == (Matrix.BT601, Range.LIMITED) else 0.51
    for v in range(0, 256, 5):
        planes = yuv_blocks(v)
        planes[0][0, :16] = range(16)  # below limited range's black
        if range_ is Range.LIMITED:
            np.maximum(planes[0], 16, out=planes[0])
        frame = Frame.yuv420(*planes, matrix=matrix, range=range_)
        exact = by_standard(planes, matrix, range_)
        for path in (REFERENCE, FAST):
            assert np.abs(rgb_of(frame, path) - exact).max() <= allowed, (v, path)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(8, 400),
    st.integers(8, 400),
    st.sampled_from((0, 90, 180, 270)),
    st.booleans(),
    st.integers(0, 2**16),
)
def test_yuv_equals_converting_first(
    height: int, width: int, rotation: int, mirror: bool, seed: int
) -> None:
    """Even sides, so that the oracle's conversion of NV21 can be used; odd ones in C++."""
    height, width = height & ~1, width & ~1
    data = pictures.noise(seed, height * 3 // 2, width, 1).ravel()
    upright = oracle.upright(oracle.nv21_to_rgb(data, width, height), rotation, mirror)
    how = {"rotation": rotation, "mirror": mirror}
    luma, pairs = data[: width * height].reshape(height, width), data[width * height :]
    pairs = pairs.reshape(height // 2, width // 2, 2)
    together = Frame.nv21(data, width, height, **how)
    apart = Frame.yuv420(
        luma, np.ascontiguousarray(pairs[..., 1]), np.ascontiguousarray(pairs[..., 0]), **how
    )
    if upright.shape[0] >= 8:
        expected = by_cv2(upright)
        assert differing(expected, DEMO, together) == NONE
        assert differing(expected, DEMO, apart) == NONE


@pytest.mark.slow
def test_the_hashes_that_other_machines_are_held_to_are_the_oracle_s() -> None:
    """jni/core/preprocess/golden_test.cc compares with them, on ARM too."""
    assert make_preprocess_hashes.table() == make_preprocess_hashes.PATH.read_text("utf-8")
