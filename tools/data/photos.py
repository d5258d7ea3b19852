"""Photos on disk: finding them, and decoding one to upright RGB bytes.

A decoded photo is (height, width, 3) uint8, red first, turned upright as its EXIF orientation says,
alpha laid over white, 16-bit samples brought to 8 bits, grey and CMYK turned to RGB. What cannot be
decoded is an `unreadable_photo` that says why.
"""

import io
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.data import jpeg
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


_file_memory = jpeg.ThreadMemory()


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
    with _opened(path) as (descriptor, size), open(descriptor, "rb", closefd=False) as stream:
        return stream.read(size)


def lend_bytes(path: Path) -> memoryview:
    """As read_bytes, in memory that this thread's next call overwrites."""
    with _opened(path) as (descriptor, size):
        room, read = _file_memory.first(size).data, 0
        while count := os.readv(descriptor, [room[read:]]):
            read += count
        return room[:read]


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, int]]:
    """A file's descriptor and size. Errors: unreadable_photo, also for what fails while it is open.

    Not Python's own open(), which takes twice as long (50 us a photo).
    """
    try:
        # A named pipe would make open wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise _unreadable(str(path), "it is no file")
            if found.st_size > MAX_BYTES:
                raise _unreadable(
                    str(path), f"it has {found.st_size} bytes, more than {MAX_BYTES} are not read"
                )
            yield descriptor, found.st_size
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _unreadable(str(path), error.strerror or str(error)) from error


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
    planes = jpeg.decode_planes(data, header) if header and not half else None
    if header and planes:
        return StoredPlanes(planes, *_TURNS[header.orientation])
    return _decode_stored(data, name, header, reuse=True, half=half)


def _jpeg_header(data: jpeg.Data, name: str) -> jpeg.JpegHeader | None:
    if not data:
        raise _unreadable(name, "the file is empty")
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
    if header and pixels is not None:
        return Stored(pixels, *_TURNS[header.orientation])
    return _decode_by_cv2(data, name)


def _decode_by_cv2(data: jpeg.Data, name: str) -> Stored:
    header = _read_header(data, name)
    _check_size(header.size, name)
    pixels = _decode(data, header)
    if pixels is None:
        raise _unreadable(name, "its data are damaged or end too early")
    return Stored(pixels, *_TURNS.get(header.orientation, _TURNS[1]))


@dataclass(frozen=True)
class _Header:
    """What a photo's file says before it is decoded."""

    size: tuple[int, int]  # width, height
    orientation: int  # what is left to do after decoding
    transparent: bool
    premultiplied: bool  # whether decoding multiplies colours by alpha


def _read_header(data: jpeg.Data, name: str) -> _Header:
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


def _decode(data: jpeg.Data, header: _Header) -> Pixels | None:
    import cv2  # a JPEG is decoded without it, and it takes a while to import

    cv2.setLogLevel(0)  # what cannot be decoded is told by us
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
    rgb = bgra[:, :, 2::-1].astype(np.uint32)
    alpha = bgra[:, :, 3:].astype(np.uint32)
    own = rgb * 255 if premultiplied else rgb * alpha
    over: Pixels = ((own + 255 * (255 - alpha) + 127) // 255).clip(0, 255).astype(np.uint8)
    return over


def _unreadable(name: str, why: str) -> PocketlensError:
    return PocketlensError("unreadable_photo", f"{name} could not be read: {why}.")
