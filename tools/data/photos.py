"""Photos on disk: finding them, and decoding one to upright RGB bytes.

A decoded photo is (height, width, 3) uint8, red first, turned upright as its EXIF orientation says,
alpha laid over white, 16-bit samples brought to 8 bits, grey and CMYK turned to RGB. What cannot be
decoded is an `unreadable_photo` that says why.
"""

import io
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError

Pixels = npt.NDArray[np.uint8]

READABLE = {
    ".jpg",
    ".jpeg",
    ".jpe",
    ".png",
    ".webp",
    ".bmp",
    ".tif",
    ".tiff",
    ".jp2",
    ".ppm",
    ".pgm",
}
# Photos that no decoder here reads: found all the same, so that they are reported.
UNREADABLE = {".heic", ".heif", ".avif", ".gif", ".dng", ".cr2", ".nef", ".arw"}
EXTENSIONS = READABLE | UNREADABLE

MAX_BYTES = 512 << 20
MAX_PIXELS = 200_000_000  # the largest phone sensors
MAX_SIDE = 32768  # the core's limit

# EXIF orientation -> cv2 operations that turn the stored picture upright (EXIF 2.32, 4.6.5.1.6).
_TURNS = {
    2: lambda p: cv2.flip(p, 1),
    3: lambda p: cv2.rotate(p, cv2.ROTATE_180),
    4: lambda p: cv2.flip(p, 0),
    5: lambda p: cv2.transpose(p),
    6: lambda p: cv2.rotate(p, cv2.ROTATE_90_CLOCKWISE),
    7: lambda p: cv2.flip(cv2.transpose(p), -1),
    8: lambda p: cv2.rotate(p, cv2.ROTATE_90_COUNTERCLOCKWISE),
}

cv2.setLogLevel(0)  # what cannot be decoded is told by us


def find_photos(inputs: Iterable[Path]) -> list[Path]:
    """The photos of files (taken as they are) and folders (searched to the bottom, by file name).

    Sorted within each folder; hidden files and folders are passed over; a photo that two inputs
    name is listed once. Errors: no_photos when nothing was found.
    """
    inputs = list(inputs)
    found = list(dict.fromkeys(photo for entry in inputs for photo in _photos_of(entry)))
    if not found:
        raise PocketlensError(
            "no_photos",
            f"No photo was found in {', '.join(str(entry) for entry in inputs) or 'nothing'}.",
            expected="files named " + " ".join(sorted(READABLE)),
        )
    return found


def _photos_of(entry: Path) -> Iterator[Path]:
    if not entry.is_dir():
        yield entry
        return
    for folder, folders, files in os.walk(entry):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in EXTENSIONS:
                yield Path(folder, name)


def read_photo(path: Path) -> Pixels:
    """Read and decode one photo. Errors: unreadable_photo."""
    return decode_photo(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """A photo's bytes, at most MAX_BYTES of them. Errors: unreadable_photo."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise _unreadable(str(path), "it is no file")
            if found.st_size > MAX_BYTES:
                raise _unreadable(
                    str(path), f"it has {found.st_size} bytes, more than {MAX_BYTES} are not read"
                )
            return stream.read(MAX_BYTES)
    except OSError as error:
        raise _unreadable(str(path), error.strerror or str(error)) from error


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a named pipe would make open() wait for a writer


def decode_photo(data: bytes, name: str = "photo") -> Pixels:
    """Decode a photo's bytes. `name` is what the error calls it. Errors: unreadable_photo."""
    if not data:
        raise _unreadable(name, "the file is empty")
    header = _read_header(data, name)
    _check_size(header.size, name)
    pixels = _decode(data, header)
    if pixels is None:
        raise _unreadable(name, "its data are damaged or end too early")
    turn = _TURNS.get(header.orientation)
    return np.ascontiguousarray(turn(pixels) if turn else pixels)


@dataclass(frozen=True)
class _Header:
    """What a photo's file says before it is decoded."""

    size: tuple[int, int]  # width, height
    orientation: int  # what is left to do after decoding
    transparent: bool
    premultiplied: bool  # whether decoding multiplies colours by alpha


def _read_header(data: bytes, name: str) -> _Header:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, see _check_size
    try:
        with Image.open(io.BytesIO(data)) as picture:
            # libtiff turns the picture upright and multiplies by alpha by itself.
            tiff = picture.format == "TIFF"
            transparent = "A" in picture.mode or "transparency" in picture.info
            orientation = 1 if tiff else _orientation(picture)
            return _Header(picture.size, orientation, transparent, tiff)
    except UnidentifiedImageError as error:
        hint = "it is no picture, or of a kind that cannot be read here (JPEG, PNG and WebP can)"
        raise _unreadable(name, hint) from error
    except Exception as error:  # Pillow's readers raise many kinds on damaged headers
        raise _unreadable(name, f"its header is damaged ({error})") from error


def _orientation(picture: object) -> int:
    try:
        return int(picture.getexif().get(0x0112, 1))  # type: ignore[attr-defined]
    except Exception:  # a damaged EXIF block does not make the photo unreadable
        return 1


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE:
        raise _unreadable(
            name,
            f"it has {width}x{height} pixels; at most {MAX_PIXELS} and {MAX_SIDE} a side are read",
        )


def _decode(data: bytes, header: _Header) -> Pixels | None:
    array = np.frombuffer(data, np.uint8)
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        if header.transparent:
            pixels = cv2.imdecode(array, cv2.IMREAD_UNCHANGED)
            if pixels is not None and pixels.ndim == 3 and pixels.shape[2] == 4:
                return _over_white(pixels, header.premultiplied and pixels.dtype == np.uint8)
        decoded: Pixels | None = cv2.imdecode(array, flags)
    except cv2.error:
        return None
    return decoded


def _over_white(bgra: npt.NDArray[np.generic], premultiplied: bool) -> Pixels:
    """Lay a picture (height, width, 4; blue first; 8 or 16 bits) over white; RGB of 8 bits."""
    if bgra.dtype == np.uint16:
        bgra = (bgra >> 8).astype(np.uint8)  # type: ignore[operator]
    rgb = cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGB).astype(np.uint32)
    alpha = bgra[:, :, 3:].astype(np.uint32)
    own = rgb * 255 if premultiplied else rgb * alpha
    over: Pixels = ((own + 255 * (255 - alpha) + 127) // 255).clip(0, 255).astype(np.uint8)
    return over


def _unreadable(name: str, why: str) -> PocketlensError:
    return PocketlensError("unreadable_photo", f"{name} could not be read: {why}.")
