"""JPEG files: their header, and decoding by the system's libturbojpeg where it is installed.

libturbojpeg decodes with the same arithmetic as cv2 (tests compare them bit for bit), writes into
memory that is used again, and leaves a lying photo lying, for the core turns it while it samples.
"""

import ctypes as c
import functools
import struct
import threading
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Data = bytes | memoryview

_RGB = 0  # TJPF_RGB
_YCBCR = 1  # TJCS_YCbCr
_420 = b"\x22\x11\x11"  # JpegHeader.sampling
_LARGEST_WARMED = 4 << 20  # bytes; more does not stay cached
_WITHOUT_SIZE = {0x01, *range(0xD0, 0xD9)}  # markers that stand alone
_END = b"\xff\xd9"
# TIFF's types of whole numbers -> how struct calls them (TIFF 6.0, page 15)
_WHOLE_NUMBERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i"}
_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive: what libjpeg decodes


@dataclass(frozen=True)
class JpegHeader:
    """What stands before the first scan."""

    width: int
    height: int
    components: int
    orientation: int  # EXIF, 1 where there is none
    sampling: bytes  # of each component: samples across * 16 + down
    jfif: bool  # whether a JFIF marker came first: three components are Y, Cb and Cr
    icc: bytes  # the colour profile, empty where there is none or it is not whole


@dataclass
class _Told:
    """What the segments before the frame have told so far."""

    orientation: int | None = None  # of the first Exif block
    jfif: bool = False
    icc: dict[int, bytes] = field(default_factory=dict)  # parts by number
    icc_parts: int = 0

    def hear(self, marker: int, body: Data) -> None:
        """Takes in one segment."""
        if marker == 0xE0 and len(body) >= 14 and body[:5] == b"JFIF\0":
            self.jfif = True
        elif marker == 0xE1 and body[:6] == b"Exif\0\0" and self.orientation is None:
            self.orientation = exif_orientation(bytes(body[6:]))
        elif marker == 0xE2 and body[:12] == b"ICC_PROFILE\0" and len(body) > 14:
            self.icc[body[12]], self.icc_parts = bytes(body[14:]), body[13]

    def profile(self) -> bytes:
        """The ICC profile of its parts (ICC.1, B.4)."""
        numbers = range(1, self.icc_parts + 1)
        whole = all(number in self.icc for number in numbers)
        return b"".join(self.icc[number] for number in numbers) if whole else b""


def read_header(data: Data) -> JpegHeader | None:
    """The header of a JPEG file; None for what is none, or is not one that can be read here."""
    if data[:2] != b"\xff\xd8":
        return None
    told, at = _Told(), 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF or marker in _WITHOUT_SIZE:
            at += 1 if marker == 0xFF else 2
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        if marker in _FRAMES and len(body) >= 6:
            height, width = struct.unpack(">HH", body[1:5])
            sampling = bytes(body[7::3])
            upright = told.orientation or 1
            return JpegHeader(width, height, body[5], upright, sampling, told.jfif, told.profile())
        told.hear(marker, body)
        if marker == 0xDA or size < 2:
            return None
        at += 2 + size
    return None


def exif_orientation(tiff: Data) -> int:
    """Tag 0x0112 of the first directory (EXIF 2.32, 4.6.4), of any whole-number type.

    1 where it is missing or damaged.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(tiff[:4]))
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, number = struct.unpack_from(order + "HHI", tiff, entry)
            if tag == 0x0112 and kind in _WHOLE_NUMBERS and number == 1:
                (value,) = struct.unpack_from(order + _WHOLE_NUMBERS[kind], tiff, entry + 8)
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


@functools.cache
def library() -> c.CDLL | None:
    """libturbojpeg (API 2), or None where it is not installed."""
    try:
        found = c.CDLL("libturbojpeg.so.0")
        found.tjInitDecompress.restype = c.c_void_p
        found.tjInitDecompress.argtypes = []
        found.tjDecompress2.restype = c.c_int
        found.tjDecompress2.argtypes = [
            c.c_void_p,  # handle
            c.c_void_p,  # the file's bytes
            c.c_ulong,
            c.c_void_p,  # pixels
            c.c_int,  # width
            c.c_int,  # pitch
            c.c_int,  # height
            c.c_int,  # pixel format
            c.c_int,  # flags
        ]
        found.tjDecompressHeader3.restype = c.c_int
        found.tjDecompressHeader3.argtypes = [
            c.c_void_p,  # handle
            c.c_void_p,  # the file's bytes
            c.c_ulong,
            *[c.POINTER(c.c_int)] * 4,  # width, height, subsampling, colour space
        ]
        found.tjDecompressToYUVPlanes.restype = c.c_int
        found.tjDecompressToYUVPlanes.argtypes = [
            c.c_void_p,  # handle
            c.c_void_p,  # the file's bytes
            c.c_ulong,
            c.POINTER(c.c_void_p),  # planes
            c.c_int,  # width
            c.POINTER(c.c_int),  # strides
            c.c_int,  # height
            c.c_int,  # flags
        ]
        found.tjDestroy.argtypes = [c.c_void_p]
    except (OSError, AttributeError):
        return None
    return found


class ThreadMemory(threading.local):
    """Memory that a thread uses again and again."""

    def __init__(self) -> None:
        self._memory: Pixels = np.empty(0, np.uint8)

    def first(self, count: int) -> Pixels:
        """Its first `count` bytes, the same ones as before where they are enough."""
        if self._memory.size < count:
            self._memory = np.empty(count, np.uint8)
        return self._memory[:count]


class _Decompressor(threading.local):
    """libturbojpeg's handle, one a thread."""

    def __init__(self) -> None:
        self._handle: int | None = None

    def __del__(self) -> None:
        found = library()
        if found and self._handle:
            found.tjDestroy(self._handle)

    def handle(self, found: c.CDLL) -> int:
        """The thread's handle."""
        if not self._handle:
            self._handle = found.tjInitDecompress()
        return self._handle or 0


_decompressor = _Decompressor()
_pixel_memory = ThreadMemory()


def decode(
    data: Data, header: JpegHeader, reuse: bool = False, half: bool = False
) -> Pixels | None:
    """A JPEG's stored pixels as RGB (height, width, 3), not turned upright.

    None where libturbojpeg is missing or does not decode it without a warning: then Pillow decides.
    A file that lacks nothing but its end marker is whole. reuse: the result lies in memory that the
    thread's next call overwrites. half: both sides halved, rounded up, while decoding; quicker, and
    not the same picture.
    """
    found = library()
    if found is None or header.components not in (1, 3):
        return None
    step = 2 if half else 1
    width, height = -(-header.width // step), -(-header.height // step)
    count = width * height * 3
    flat = _pixel_memory.first(count) if reuse else np.empty(count, np.uint8)
    whole = _decompress(found, data, flat, width, height) or _decompress(
        found, bytes(data) + _END, flat, width, height
    )
    return flat.reshape(height, width, 3) if whole else None


def _decompress(found: c.CDLL, data: Data, flat: Pixels, width: int, height: int) -> bool:
    """Decodes into `flat`; whether that went without a warning."""
    failed = found.tjDecompress2(
        _decompressor.handle(found),
        np.frombuffer(data, np.uint8).ctypes.data,
        len(data),
        flat.ctypes.data,
        width,
        3 * width,
        height,
        _RGB,
        0,
    )
    return not failed


class _PlaneMemory:
    """Memory for the planes of 4:2:0 JPEGs of one size, as libturbojpeg and as numpy take it."""

    def __init__(self, width: int, height: int) -> None:
        across, down = (width + 1) // 2, (height + 1) // 2
        luma, chroma = 4 * across * down, across * down  # libturbojpeg writes even sides
        self.flat: Pixels = np.empty(luma + 2 * chroma, np.uint8)
        start = self.flat.ctypes.data
        self.addresses = (c.c_void_p * 3)(start, start + luma, start + luma + chroma)
        self.strides = (c.c_int * 3)(2 * across, across, across)
        y = self.flat[:luma].reshape(2 * down, 2 * across)[:height, :width]
        cb, cr = self.flat[luma:].reshape(2, down, across)
        self.planes = y, cb, cr


class _PlaneMemories(threading.local):
    """A thread's memory for planes, the same for photos of the same size one after the other."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._memory: _PlaneMemory | None = None

    def of(self, header: JpegHeader) -> _PlaneMemory:
        """That of a photo's size."""
        size = (header.width, header.height)
        if self._memory is None or self._size != size:
            self._size, self._memory = size, _PlaneMemory(*size)
        return self._memory


_plane_memories = _PlaneMemories()


def decode_planes(data: Data, header: JpegHeader) -> tuple[Pixels, Pixels, Pixels] | None:
    """A 4:2:0 JPEG's Y, Cb and Cr samples, as they are stored, in this thread's memory.

    Y is (height, width), the others have half the sides, rounded up; the very same arrays for
    photos of the same size one after the other. What `decode` makes of the same file are these
    samples after interpolation and conversion, which the core does for the pixels that it looks at.
    None for any other kind of JPEG, and where `decode` gives None.
    """
    found = library()
    if found is None or header.sampling != _420:
        return None
    handle, file = _decompressor.handle(found), np.frombuffer(data, np.uint8).ctypes.data
    if not header.jfif and not _is_ycbcr(found, handle, file, len(data)):
        return None
    memory = _plane_memories.of(header)
    if memory.flat.size <= _LARGEST_WARMED:
        # libjpeg-turbo writes blocks of eight short rows: quicker where the memory is cached
        # (0.16 ms of 2.5 at 1280 x 960).
        memory.flat.fill(0)
    failed = found.tjDecompressToYUVPlanes(
        handle,
        file,
        len(data),
        memory.addresses,
        header.width,
        memory.strides,
        header.height,
        0,
    )
    return None if failed else memory.planes


def _is_ycbcr(found: c.CDLL, handle: int, file: int, size: int) -> bool:
    """Whether libjpeg takes the components for Y, Cb and Cr: the markers and names decide."""
    width, height, sampling, colours = c.c_int(), c.c_int(), c.c_int(), c.c_int()
    failed = found.tjDecompressHeader3(handle, file, size, width, height, sampling, colours)
    return not failed and colours.value == _YCBCR
