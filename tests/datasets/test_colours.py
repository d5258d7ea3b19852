"""Colour profiles: what a photo's pixels become in sRGB, against NumPy; which photos stay."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from tests import icc
from tools.data import colours, jpeg
from tools.data.photos import Stored, StoredPlanes, decode_lent, decode_photo

Pixels = npt.NDArray[np.uint8]
SPACES = {"p3": icc.DISPLAY_P3, "adobe": icc.ADOBE_RGB, "prophoto": icc.PROPHOTO}


@pytest.fixture(scope="module")
def pixels(photos: Path) -> Pixels:
    """A colourful photo, small, and every corner of the cube of colours."""
    with Image.open(photos / "macaw.jpg") as opened:
        small = np.array(opened.convert("RGB").resize((64, 48)))
    corners = [[r, g, b] for r in (0, 128, 255) for g in (0, 128, 255) for b in (0, 128, 255)]
    small[0, :27] = corners
    return small


def encoded(pixels: Pixels, kind: str, profile: bytes, **how: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, icc_profile=profile, **how)
    return stream.getvalue()


def furthest(made: Pixels, expected: npt.NDArray[np.float64]) -> float:
    return float(np.abs(made - expected).max())


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("space", SPACES)
def test_photos_of_other_colour_spaces_become_srgb(pixels: Pixels, space: str, kind: str) -> None:
    exact = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(pixels, kind, icc.profile(SPACES[space]), **exact)
    expected = icc.in_srgb(pixels, SPACES[space])
    assert furthest(pixels, expected) > 20, "the profile changes something"
    assert furthest(decode_photo(data), expected) <= 2


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:0"])
def test_jpegs_of_other_colour_spaces_become_srgb(
    pixels: Pixels, space: str, subsampling: str
) -> None:
    how = {"quality": 95, "subsampling": subsampling}
    plain = decode_photo(encoded(pixels, "JPEG", b"", **how))
    data = encoded(pixels, "JPEG", icc.profile(SPACES[space]), **how)
    expected = icc.in_srgb(plain, SPACES[space])
    assert furthest(decode_photo(data), expected) <= 2
    lent = decode_lent(data)
    assert isinstance(lent, Stored), "planes would be taken for sRGB"
    assert np.array_equal(lent.upright(), decode_photo(data))


def srgb_profiles() -> dict[str, bytes]:
    by_lcms = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return {"lcms": by_lcms, "ours": icc.profile(icc.SRGB)}


@pytest.mark.parametrize("name", ["lcms", "ours", "damaged", "cut off", "a monitor's grey"])
def test_srgb_and_useless_profiles_change_nothing(pixels: Pixels, name: str) -> None:
    p3 = icc.profile(icc.DISPLAY_P3)
    profile = {
        **srgb_profiles(),
        "damaged": b"no profile at all" * 20,
        "cut off": p3[:200],
        "a monitor's grey": icc.grey_profile(1.8),
    }[name]
    how = {"quality": 90, "subsampling": "4:2:0"}
    plain, tagged = (encoded(pixels, "JPEG", tag, **how) for tag in (b"", profile))
    assert colours.is_srgb(profile)
    assert np.array_equal(decode_photo(tagged), decode_photo(plain))
    assert isinstance(decode_lent(tagged), StoredPlanes), "the quick way stays"
    assert np.array_equal(decode_photo(encoded(pixels, "PNG", profile)), pixels)


def test_a_profile_in_several_parts_is_whole(pixels: Pixels) -> None:
    profile = icc.profile(icc.ADOBE_RGB) + bytes(150_000)  # more than two segments hold
    data = encoded(pixels, "JPEG", profile)
    header = jpeg.read_header(data)
    assert header is not None and header.icc == profile
    second = data.index(b"ICC_PROFILE\0\x02")
    broken = data[: second + 12] + b"\x09" + data[second + 13 :]
    header = jpeg.read_header(broken)
    assert header is not None and header.icc == b""


def test_alpha_is_kept_while_colours_change(pixels: Pixels) -> None:
    ramp = np.linspace(0, 255, 64).astype(np.uint8)[None].repeat(48, axis=0)
    rgba = np.dstack([pixels, ramp])
    made = decode_photo(encoded(rgba, "PNG", icc.profile(icc.DISPLAY_P3)))
    alpha = ramp[:, :, None] / 255
    expected = icc.in_srgb(pixels, icc.DISPLAY_P3) * alpha + 255 * (1 - alpha)
    assert furthest(made, expected) <= 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_grey_with_a_profile_of_grey(kind: str) -> None:
    grey = np.arange(256, dtype=np.uint8)[None].repeat(16, axis=0)
    plain, tagged = (encoded(grey, kind, tag) for tag in (b"", icc.grey_profile(1.8)))
    light = (decode_photo(plain) / 255) ** 1.8
    expected = np.where(light < 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    assert furthest(decode_photo(tagged), expected) <= 2


def test_grey_with_a_profile_of_colours() -> None:
    grey = np.arange(256, dtype=np.uint8)[None]
    data = encoded(grey, "PNG", icc.profile(icc.ADOBE_RGB))
    expected = icc.in_srgb(np.dstack([grey] * 3), icc.ADOBE_RGB)
    assert furthest(decode_photo(data), expected) <= 2
