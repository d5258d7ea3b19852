"""Preprocessing as torchvision and timm do it, against Pillow itself, bit for bit."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.native import pictures
from tools.data.photo_files import find_photos
from tools.data.photos import read_photo
from tools.native import FAST, REFERENCE, Classifier, Frame, Interpolation, Recipe, preprocess
from tools.network import oracle
from tools.package.recipe_tables import INTERPOLATIONS, Preprocess, centred_crop

Pixels = npt.NDArray[np.uint8]
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def chain(name: str, shorter: int, width: int, height: int, order: str = "RGB") -> Preprocess:
    """A recipe's preprocessing."""
    crop = (centred_crop(shorter, width), centred_crop(shorter, height), width, height)
    return Preprocess(name, (shorter, shorter), crop, (1, 255), MEAN, STD, order)


CHAINS = (
    chain("pillow-bilinear", 256, 224, 224),
    chain("pillow-bicubic", 256, 224, 224),
    chain("pillow-bicubic", 235, 224, 224),  # an odd difference: where halves are rounded
    chain("pillow-bilinear", 33, 20, 31, "BGR"),
    chain("pillow-bicubic", 7, 7, 2),
)


def in_the_core(steps: Preprocess) -> Recipe:
    """The same for the core."""
    way = Interpolation(INTERPOLATIONS.index(steps.interpolation))
    return Recipe(steps.resize, steps.crop, 1 / 255, MEAN, STD, steps.channel_order, way)


def expect_pillows_bits(upright: Pixels, steps: Preprocess, frame: Frame) -> None:
    """Both of the core's paths give what Pillow gives."""
    expected = oracle.preprocess(np.ascontiguousarray(upright[..., :3]), steps)
    for path in (REFERENCE, FAST):
        got = preprocess(in_the_core(steps), frame, path)
        wrong = int((got.view("<u4") != expected.view("<u4")).sum())
        assert wrong == 0, (path, upright.shape, steps)


def test_the_core_knows_every_interpolation_by_its_number() -> None:
    names = [way.name.lower().replace("_", "-") for way in Interpolation]
    assert names == list(INTERPOLATIONS)


SIDE = st.one_of(st.integers(1, 20), st.integers(20, 400), st.integers(1, 20).map(lambda n: n * 32))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SIDE, SIDE, st.sampled_from(CHAINS), st.sampled_from((0, 90, 180, 270)), st.booleans())
@example(1, 1, CHAINS[0], 0, False)
@example(256, 256, CHAINS[1], 0, False)
@example(641, 480, CHAINS[2], 90, True)
def test_equals_pillow_at_any_size(
    height: int, width: int, steps: Preprocess, rotation: int, mirror: bool
) -> None:
    if max(width, height) > 60 * min(width, height):
        height = width  # Pillow would make the whole of a very long picture
    stored = pictures.noise(height * 401 + width, height, width, 3 + width % 2)
    upright = oracle.upright(stored, rotation, mirror)
    expect_pillows_bits(upright, steps, Frame.rgb(stored, rotation, mirror))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("steps", CHAINS[:2], ids=lambda steps: steps.interpolation)
def test_equals_pillow_on_a_cameras_frames(steps: Preprocess, rotation: int) -> None:
    data = pictures.noise(rotation, 1, 96 * 64 * 3 // 2, 1).ravel()
    frame = Frame.nv21(data, 96, 64, rotation=rotation, mirror=rotation == 90)
    upright = oracle.upright(oracle.nv21_to_rgb(data, 96, 64), rotation, rotation == 90)
    expect_pillows_bits(upright, steps, frame)


def test_equals_pillow_on_photos(photos: Path) -> None:
    """Here by one call of Pillow's, as torchvision does it."""
    for path in find_photos([photos])[:4]:
        pixels = read_photo(path)
        for steps in CHAINS[:3]:
            side, (height, width) = steps.resize[0], pixels.shape[:2]
            shorter, longer = sorted((width, height))
            long = int(side * longer / shorter)
            size = (side, long) if width == shorter else (long, side)
            way = Image.Resampling[steps.interpolation.removeprefix("pillow-").upper()]
            whole = np.asarray(Image.fromarray(pixels).resize(size, way))
            left, top = round((size[0] - 224) / 2), round((size[1] - 224) / 2)
            cut = whole[top : top + 224, left : left + 224]
            assert (oracle.resized_crop(pixels, steps) == cut).all(), path.name
            expect_pillows_bits(pixels, steps, Frame.rgb(pixels))


@pytest.mark.parametrize(
    ("width", "height", "shorter", "size", "left", "top"),
    [  # what torchvision's Resize(shorter) and CenterCrop(224) say of them
        (500, 375, 256, (341, 256), 58, 16),
        (375, 500, 256, (256, 341), 16, 58),
        (640, 427, 256, (383, 256), 80, 16),
        (1000, 999, 235, (235, 235), 6, 6),
    ],
)
def test_a_crop_lies_where_torchvision_has_it(
    width: int, height: int, shorter: int, size: tuple[int, int], left: int, top: int
) -> None:
    pixels = pictures.noise(1, height, width, 3)
    steps = replace(chain("pillow-bilinear", shorter, 224, 224))
    whole = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))
    expected = whole[top : top + 224, left : left + 224]
    assert (oracle.resized_crop(pixels, steps) == expected).all()
    expect_pillows_bits(pixels, steps, Frame.rgb(pixels))


def test_a_package_says_how_its_photos_are_resized(
    demo_package: Path, tmp_path: Path, photos: Path
) -> None:
    package = shutil.copytree(demo_package, tmp_path / "package")
    manifest = json.loads((package / "model.json").read_text("utf-8"))
    steps = manifest["recipe"]["preprocess"]
    steps["interpolation"] = "pillow-bicubic"
    (package / "model.json").write_text(json.dumps(manifest), encoding="utf-8")
    pixels = read_photo(find_photos([photos])[0])
    with Classifier(package) as classifier:
        assert classifier.recipe.interpolation is Interpolation.PILLOW_BICUBIC
        made = classifier.preprocess(Frame.rgb(pixels))
    assert (made.view("<u4") == oracle.preprocess(pixels, CHAINS[1]).view("<u4")).all()
