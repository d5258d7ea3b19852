"""A region of interest: the oracle's crop of the upright picture, bit for bit, in every form."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.native import pictures
from tests.native.test_preprocess_parity import DEMO, NONE, by_cv2, differing
from tools.data.photo_frames import photo_frame
from tools.errors import PocketlensError
from tools.native import Frame, Range, Region, RegionUnit, preprocess
from tools.network import oracle

Pixels = npt.NDArray[np.uint8]
Bounds = tuple[int, int, int, int]


@st.composite
def regions(draw: st.DrawFn) -> tuple[int, int, int, bool, Bounds]:
    """Stored width and height (even), rotation, mirror, and bounds in the upright picture."""
    side = st.integers(8, 120).map(lambda n: 2 * n)
    width, height = draw(side), draw(side)
    rotation, mirror = draw(st.sampled_from((0, 90, 180, 270))), draw(st.booleans())
    across, down = (height, width) if rotation % 180 else (width, height)
    x, y = draw(st.integers(0, across - 1)), draw(st.integers(0, down - 8))
    return width, height, rotation, mirror, (
        x, y, draw(st.integers(1, across - x)), draw(st.integers(8, down - y))
    )  # fmt: skip


def cut(upright: Pixels, bounds: Bounds) -> Pixels:
    x, y, width, height = bounds
    return np.ascontiguousarray(upright[y : y + height, x : x + width])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(regions(), st.integers(0, 2**16))
def test_equals_cutting_the_upright_picture_first(
    case: tuple[int, int, int, bool, Bounds], seed: int
) -> None:
    """RGB, RGBA and camera planes; odd offsets cut through blocks of chroma."""
    width, height, rotation, mirror, bounds = case
    region = Region(*bounds)
    for channels in (3, 4):
        stored = pictures.noise(seed, height, width, channels)
        expected = by_cv2(cut(oracle.upright(stored, rotation, mirror), bounds))
        frame = replace(Frame.rgb(stored, rotation, mirror), region=region)
        assert differing(expected, DEMO, frame) == NONE, (case, channels)
    data = pictures.noise(seed, height * 3 // 2, width, 1).ravel()
    rgb = oracle.nv21_to_rgb(data, width, height)
    expected = by_cv2(cut(oracle.upright(rgb, rotation, mirror), bounds))
    how = {"rotation": rotation, "mirror": mirror}
    frame = replace(Frame.nv21(data, width, height, **how), region=region)
    assert differing(expected, DEMO, frame) == NONE, case


def test_limited_range_is_cv2_s_conversion_cut() -> None:
    data = pictures.noise(6, 96 * 3 // 2, 128, 1).ravel()
    rgb = cv2.cvtColor(data.reshape(144, 128), cv2.COLOR_YUV2RGB_NV21)
    frame = Frame.nv21(data, 128, 96, range=Range.LIMITED)
    for bounds in ((1, 1, 33, 41), (63, 20, 65, 76), (0, 3, 128, 93)):
        expected = by_cv2(cut(rgb, bounds))
        assert differing(expected, DEMO, replace(frame, region=Region(*bounds))) == NONE, bounds


def test_the_planes_of_a_jpeg_are_cut_as_its_pixels() -> None:
    """What libjpeg-turbo decodes is what counts: chroma is weighed across the region's edges."""
    pixels = cv2.GaussianBlur(pictures.noise(8, 150, 210, 3), (9, 9), 3)
    coded, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert coded
    frame = photo_frame(data.tobytes())
    assert len(frame.planes) == 3, "this JPEG is read as planes"
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]
    for bounds in ((0, 0, 210, 150), (1, 1, 100, 99), (77, 31, 133, 119)):
        expected = by_cv2(cut(decoded, bounds))
        assert differing(expected, DEMO, replace(frame, region=Region(*bounds))) == NONE, bounds


def test_shares_are_pixels_of_the_upright_picture() -> None:
    stored = pictures.noise(7, 200, 100, 3)
    frame = Frame.rgb(stored, 90)  # upright: 200 wide, 100 high
    share = replace(frame, region=Region(0.25, 0.1, 0.5, 0.8, RegionUnit.SHARES))
    pixels = replace(frame, region=Region(50, 10, 100, 80))
    assert np.array_equal(preprocess(DEMO, share), preprocess(DEMO, pixels))


@pytest.mark.parametrize(
    "region",
    [
        Region(0, 0, 0, 5),
        Region(150, 0, 51, 100),
        Region(-1, 0, 5, 5),
        Region(0.5, 0, 5, 5),
        Region(0, 0, 2, 2, RegionUnit.SHARES),
        Region(0, float("nan"), 1, 1, RegionUnit.SHARES),
    ],
)
def test_what_is_no_region_is_refused_by_name(region: Region) -> None:
    frame = replace(Frame.rgb(pictures.noise(7, 200, 100, 3), 90), region=region)
    with pytest.raises(PocketlensError) as refused:
        preprocess(DEMO, frame)
    assert refused.value.name == "bad_frame" and "egion" in str(refused.value)
