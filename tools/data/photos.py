"""Decoding one photo to upright sRGB bytes, by the policy of README.md in this folder.

A decoded photo is (height, width, 3) uint8, red first, in sRGB, turned upright as its EXIF
orientation says, alpha laid over white, deeper samples brought to 8 bits, grey and CMYK turned to
RGB. JPEGs are decoded by libturbojpeg (tools/data/jpeg.py), everything else by Pillow. What cannot
be decoded is an `unreadable_photo` that says why.
"""

import functools
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.data import jpeg, photo_kinds
from tools.data.colours import is_srgb, to_srgb
from tools.data.photo_files import read_bytes, unreadable

Pixels = npt.NDArray[np.uint8]

DECODING = (
    2  # raised whenever a photo's pixels change: what was computed from them is then made anew
)
MAX_PIXELS = 200_000_000  # the largest phone sensors
MAX_SIDE = 32768  # the core's limit

# EXIF orientation -> degrees clockwise that turn the stored picture upright, and whether it is
# mirrored left to right after that (EXIF 2.32, 4.6.5.1.6).
_TURNS = {
    1: (0, False),
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (90, True),
    6: (90, False),
    7: (270, True),
    8: (270, False),
}


@dataclass(frozen=True)
class StoredPlanes:
    """A JPEG's samples as it stores them (jpeg.decode_planes), and how it is turned upright."""

    planes: tuple[Pixels, Pixels, Pixels]
    rotation: int  # degrees clockwise
    mirror: bool  # left to right, after the rotation

    def lies_as(self, other: "StoredPlanes | None") -> bool:
        """Whether another photo's planes are the same memory, turned in the same way."""
        return (
            other is not None
            and self.planes is other.planes
            and (self.rotation, self.mirror) == (other.rotation, other.mirror)
        )


@dataclass(frozen=True)
class Stored:
    """A decoded photo as it is stored: RGB (height, width, 3), and how it is turned upright."""

    pixels: Pixels
    rotation: int  # degrees clockwise
    mirror: bool  # left to right, after the rotation

    def upright(self) -> Pixels:
        """The pixels turned upright, contiguous."""
        turned = np.rot90(self.pixels, -(self.rotation // 90))
        return np.ascontiguousarray(turned[:, ::-1] if self.mirror else turned)


def read_photo(path: Path) -> Pixels:
    """Read and decode one photo. Errors: unreadable_photo."""
    return decode_photo(read_bytes(path), str(path))


def decode_photo(data: jpeg.Data, name: str = "photo") -> Pixels:
    """Decode a photo's bytes. `name` is what the error calls it. Errors: unreadable_photo."""
    return decode_stored(data, name).upright()


def decode_stored(data: jpeg.Data, name: str = "photo") -> Stored:
    """As decode_photo, but not turned upright."""
    return _decode_stored(data, name, _jpeg_header(data, name))


def decode_lent(data: jpeg.Data, name: str = "photo", half: bool = False) -> Stored | StoredPlanes:
    """A photo for the core, which turns it upright and converts its colours where it looks at it.

    It may lie in memory that this thread's next call overwrites. half: decode a JPEG at half its
    size, which is quicker and not the same picture. Errors: unreadable_photo.
    """
    header = _jpeg_header(data, name)
    if header and not half and is_srgb(header.icc):
        planes = jpeg.decode_planes(data, header)
        if planes:
            return StoredPlanes(planes, *_TURNS[header.orientation])
    return _decode_stored(data, name, header, reuse=True, half=half)


def _jpeg_header(data: jpeg.Data, name: str) -> jpeg.JpegHeader | None:
    if not data:
        raise unreadable(name, "the file is empty")
    header = jpeg.read_header(data)
    if header:
        _check_size((header.width, header.height), name)
    return header


def _decode_stored(
    data: jpeg.Data,
    name: str,
    header: jpeg.JpegHeader | None,
    reuse: bool = False,
    half: bool = False,
) -> Stored:
    pixels = jpeg.decode(data, header, reuse, half) if header else None
    if header is None or pixels is None:
        return _decode_by_pillow(data, name)
    if not is_srgb(header.icc, grey=header.components == 1):
        pixels = _in_srgb(pixels, header)
    return Stored(pixels, *_TURNS[header.orientation])


def _in_srgb(pixels: Pixels, header: jpeg.JpegHeader) -> Pixels:
    from PIL import Image

    picture = Image.fromarray(pixels if header.components == 3 else pixels[:, :, 0].copy())
    return np.array(to_srgb(picture, header.icc).convert("RGB"))


def _decode_by_pillow(data: jpeg.Data, name: str) -> Stored:
    kind = photo_kinds.kind_of(bytes(data[: photo_kinds.HEAD]))
    if kind is not None and not kind.read:
        raise unreadable(name, kind.sentence())
    picture = _open(data, name)
    _check_size(picture.size, name)
    try:
        picture.load()
        turns = _TURNS[jpeg.exif_orientation(_exif(picture))]  # a PNG may tell it behind its data
        pixels = _rgb(picture)
    except MemoryError:
        raise
    except Exception as error:  # Pillow's readers raise many kinds on damaged data
        raise unreadable(name, f"its data are damaged or end too early ({error})") from error
    return Stored(pixels, *turns)


def _open(data: jpeg.Data, name: str) -> Any:
    """The picture behind its header, not decoded yet."""
    from PIL import Image, UnidentifiedImageError

    _prepare_pillow()
    try:
        picture = Image.open(io.BytesIO(data), formats=photo_kinds.READ)
    except UnidentifiedImageError as error:
        kind = photo_kinds.kind_of(bytes(data[: photo_kinds.HEAD]))
        why = "it is no picture, or of a kind that is not known here"
        if kind is not None:
            why = (
                f"it begins like {kind.name}, but its header is damaged or of a form that is not"
                " read here; save it as PNG or JPEG"
            )
        raise unreadable(name, why) from error
    except Exception as error:  # Pillow's readers raise many kinds on damaged headers
        raise unreadable(name, f"its header is damaged ({error})") from error
    if picture.format == photo_kinds.TIFF and _is_raw(picture):
        raise unreadable(name, photo_kinds.RAW.sentence())
    return picture


@functools.cache
def _prepare_pillow() -> None:
    """HEIC among Pillow's formats; the limit of pixels is ours (_check_size)."""
    import pi_heif
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _is_raw(picture: Any) -> bool:
    """Whether a TIFF is a camera's: DNGVersion is there, or the first picture is a small copy."""
    return 0xC612 in picture.tag_v2 or picture.tag_v2.get(0xFE) == 1


def _exif(picture: Any) -> bytes:
    """The picture's Exif block; empty where Pillow turns the picture upright by itself (TIFF)."""
    exif = picture.info.get("exif") if picture.format != photo_kinds.TIFF else None
    return exif.removeprefix(b"Exif\0\0") if isinstance(exif, bytes) else b""


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE:
        raise unreadable(
            name,
            f"it has {width}x{height} pixels; at most {MAX_PIXELS} and {MAX_SIDE} a side are read",
        )


def _rgb(picture: Any) -> Pixels:
    """A decoded picture of any mode as sRGB (height, width, 3), over white."""
    from PIL import Image

    profile = picture.info.get("icc_profile") or b""
    picture = _eight_bits(picture)
    if picture.mode in ("LA", "PA", "La", "RGBa", "RGBA") or "transparency" in picture.info:
        picture = picture.convert("LA" if picture.mode in ("LA", "La") else "RGBA")
        return _over_white(np.asarray(to_srgb(picture, profile).convert("RGBA")))
    if picture.mode not in ("L", "CMYK"):
        picture = picture.convert("RGB")
    converted: Image.Image = to_srgb(picture, profile).convert("RGB")
    return np.array(converted)


def _eight_bits(picture: Any) -> Any:
    """Grey of 16 bits as grey of 8; its transparent value, if it has one, as alpha."""
    from PIL import Image

    if not picture.mode.startswith(("I", "F")):
        return picture
    if picture.mode == "F" or (picture.mode == "I" and picture.format != photo_kinds.PNM):
        raise ValueError("samples of 32 bits, whose white is not known")
    deep = np.asarray(picture).astype(np.uint32)
    # A PNM's samples are spread over 16 bits, whatever its largest value is.
    grey = (deep * 255 + 32767) // 65535 if picture.mode == "I" else deep >> 8
    made = Image.fromarray(grey.astype(np.uint8))
    clear = picture.info.get("transparency")
    if isinstance(clear, int):
        made.putalpha(Image.fromarray(np.where(deep == clear, 0, 255).astype(np.uint8)))
    made.info = {"icc_profile": picture.info.get("icc_profile")}
    return made


def _over_white(rgba: Pixels) -> Pixels:
    """Lay a picture (height, width, 4) over white; RGB."""
    alpha = rgba[:, :, 3:].astype(np.uint32)
    over: Pixels = ((rgba[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return over
