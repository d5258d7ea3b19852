"""Photos in other colour spaces, brought to sRGB by the ICC profile that they carry.

The phone does the same: it asks its decoder for sRGB. LittleCMS converts here and Skia there; they
round differently by a step or two of 255.
"""

import functools
import io

from PIL import Image, ImageCms

# What a profile says that it describes (ICC.1, 7.2.6) -> how Pillow calls such pixels.
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_STEP = 15  # of the cube of colours by which a profile is compared with sRGB
_SAME = 1  # largest difference from sRGB that is none


def is_srgb(profile: bytes, grey: bool = False) -> bool:
    """Whether pixels with this profile stay as they are: it is sRGB, damaged, or for others."""
    modes = ("RGB", "L") if grey else ("RGB",)
    return not profile or all(_transform(profile, mode) is None for mode in modes)


def to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """A picture of mode RGB, RGBA, L, LA or CMYK in sRGB; alpha is kept.

    As it is where the profile is damaged, is sRGB, or is for another kind of colours.
    """
    if not profile:
        return picture
    if picture.mode in ("RGBA", "LA"):
        alpha = picture.getchannel("A")
        colours = picture.convert("RGB" if picture.mode == "RGBA" else "L")
        converted = to_srgb(colours, profile).convert("RGB")
        converted.putalpha(alpha)
        return converted
    wanted = _describes(profile)
    if wanted == "RGB" and picture.mode == "L":
        picture = picture.convert("RGB")
    transform = _transform(profile, picture.mode) if wanted == picture.mode else None
    if transform is None:
        return picture
    converted = ImageCms.applyTransform(picture, transform)
    assert converted is not None  # only in place it is None
    return converted


@functools.lru_cache(64)
def _opened(profile: bytes) -> ImageCms.ImageCmsProfile | None:
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (OSError, ImageCms.PyCMSError):
        return None


def _describes(profile: bytes) -> str:
    """The mode of the pixels that a profile is for; empty for a damaged one."""
    opened = _opened(profile)
    return _MODES.get(opened.profile.xcolor_space.strip(), "") if opened else ""


@functools.lru_cache(64)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile to sRGB; None where there is nothing to convert or no way to."""
    opened = _opened(profile)
    if opened is None or _describes(profile) != mode:
        return None
    try:
        made = ImageCms.buildTransform(opened, _srgb(), mode, "RGB", ImageCms.Intent.PERCEPTUAL)
    except ImageCms.PyCMSError:
        return None
    return None if mode == "RGB" and _changes_nothing(made) else made


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether no colour of a cube moves by more than _SAME: the profile is one of sRGB's many."""
    steps = range(0, 256, _STEP)
    cube = bytes(value for r in steps for g in steps for b in steps for value in (r, g, b))
    before = Image.frombytes("RGB", (len(cube) // 3, 1), cube)
    after = ImageCms.applyTransform(before, transform)
    assert after is not None
    return all(abs(a - b) <= _SAME for a, b in zip(cube, after.tobytes(), strict=True))
