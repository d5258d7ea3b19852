"""Pictures as the core takes them: numpy planes with strides, never copied."""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.native.library import PlFrame

Bytes = npt.NDArray[np.uint8]


class PixelFormat(IntEnum):
    """The numbers of core/frame/frame.h."""

    RGBA8888 = 0
    RGB888 = 1
    YUV420 = 2


class Matrix(IntEnum):
    """YUV to RGB matrix; the numbers of core/frame/frame.h."""

    BT601 = 0
    BT709 = 1


class Range(IntEnum):
    """Range of luma and chroma; the numbers of core/frame/frame.h."""

    FULL = 0
    LIMITED = 1


class Interpolation(IntEnum):
    """How pictures are resized; the numbers of core/preprocess/recipe.h."""

    BILINEAR_Q11 = 0
    PILLOW_BILINEAR = 1
    PILLOW_BICUBIC = 2


class Siting(IntEnum):
    """What a pixel takes of the chroma samples; the numbers of core/frame/frame.h."""

    SHARED = 0
    INTERPOLATED = 1  # as libjpeg-turbo decodes the planes of a JPEG


class RegionUnit(IntEnum):
    """What the numbers of a region are; the numbers of core/frame/region.h."""

    WHOLE = 0
    PIXELS = 1
    SHARES = 2  # of the upright picture's width and height, 0 to 1


@dataclass(frozen=True)
class Region:
    """A part of the upright picture: the answer is as if the picture had been cut to it."""

    x: float
    y: float
    width: float
    height: float
    unit: RegionUnit = RegionUnit.PIXELS


WHOLE = Region(0, 0, 0, 0, RegionUnit.WHOLE)


@dataclass(frozen=True)
class Plane:
    """One plane: its bytes, and the steps (bytes) to the next row and to the next sample."""

    data: Bytes  # any shape; must own or view memory that outlives the call
    size: int  # bytes that may be read from the first sample on
    row_stride: int
    pixel_stride: int

    @classmethod
    def of(cls, array: Bytes) -> "Plane":
        """View an array (height, width) or (height, width, channels) of uint8, strided or not.

        The stride of an axis of length 1 means nothing (numpy leaves any number there) and is set.
        """
        if array.dtype != np.uint8:
            raise _refused(f"a plane of uint8 is needed, this one is {array.dtype}")
        if array.ndim not in (2, 3):
            raise _refused(f"a plane has 2 or 3 axes, this one has {array.ndim}")
        if array.size == 0:
            raise _refused(f"the picture is empty: its shape is {array.shape}")
        channels = array.shape[2] if array.ndim == 3 else 1
        side_by_side = channels == 1 or array.strides[2] == 1
        if not side_by_side:
            raise _refused("channels must lie side by side")
        pixel = array.strides[1] if array.shape[1] > 1 else channels
        tight = (array.shape[1] - 1) * pixel + channels
        row = array.strides[0] if array.shape[0] > 1 else tight
        if row <= 0 or pixel <= 0:
            raise _refused("its rows or samples run backwards; copy it first")
        size = (array.shape[0] - 1) * row + (array.shape[1] - 1) * pixel + channels
        return cls(array, size, row, pixel)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the very bytes that the strides walk over; an array alone would lose them."""
        flat = np.lib.stride_tricks.as_strided(self.data, (self.size,), (1,), writeable=False)
        return Plane, (flat.copy(), self.size, self.row_stride, self.pixel_stride)


@dataclass(frozen=True)
class Frame:
    """A picture: planes, how they are to be read, and how to turn them upright.

    rotation: degrees clockwise that turn the stored picture upright; mirror: flip the upright
    picture left to right. width and height are those of the stored picture.
    """

    format: PixelFormat
    width: int
    height: int
    planes: tuple[Plane, ...] = field(repr=False)
    rotation: int = 0
    mirror: bool = False
    matrix: Matrix = Matrix.BT601
    range: Range = Range.FULL
    siting: Siting = Siting.SHARED
    region: Region = WHOLE

    @classmethod
    def rgb(cls, array: Bytes, rotation: int = 0, mirror: bool = False) -> "Frame":
        """A picture (height, width, 3), red first, or (height, width, 4) with alpha ignored."""
        if array.ndim != 3 or array.shape[2] not in (3, 4):
            raise _refused(
                f"an RGB picture has shape (height, width, 3 or 4), this one has {array.shape}"
            )
        height, width, channels = array.shape
        kind = PixelFormat.RGB888 if channels == 3 else PixelFormat.RGBA8888
        return cls(kind, width, height, (Plane.of(array),), rotation, mirror)

    @classmethod
    def nv21(cls, data: Bytes, width: int, height: int, **how: int) -> "Frame":
        """A camera frame of the NV21 layout: height rows of Y, then V and U by turns.

        data: one-dimensional uint8, contiguous, width*height +
        2*((width+1)//2)*((height+1)//2) bytes.
        how: rotation, mirror, matrix, range.
        """
        across, down = (width + 1) // 2, (height + 1) // 2
        luma = width * height
        wanted = luma + 2 * across * down
        if data.dtype != np.uint8 or not data.flags.c_contiguous:
            strides = "" if data.flags.c_contiguous else " with strides"
            raise _refused(f"NV21 needs contiguous uint8, this is {data.dtype}{strides}")
        if width < 1 or height < 1:
            raise _refused(f"its size is {width}x{height}")
        if data.ndim != 1 or data.size < wanted:
            raise _refused(
                f"an NV21 picture of {width}x{height} has {wanted} bytes, this one has {data.size}"
            )
        row = 2 * across
        chroma = row * down
        planes = (
            Plane(data[:luma], luma, width, 1),
            Plane(data[luma + 1 :], chroma - 1, row, 2),
            Plane(data[luma:], chroma, row, 2),
        )
        return cls._yuv(width, height, planes, how)

    @classmethod
    def yuv420(cls, y: Bytes, u: Bytes, v: Bytes, **how: int) -> "Frame":
        """A YUV 4:2:0 picture of three arrays; u and v have half the size, rounded up.

        how: rotation, mirror, matrix, range, siting.
        """
        height, width = y.shape
        half = ((height + 1) // 2, (width + 1) // 2)
        if u.shape != half or v.shape != half:
            raise _refused(
                f"chroma of a {width}x{height} picture has shape {half},"
                f" not {u.shape} and {v.shape}"
            )
        return cls._yuv(width, height, (Plane.of(y), Plane.of(u), Plane.of(v)), how)

    @classmethod
    def jpeg(cls, y: Bytes, u: Bytes, v: Bytes, rotation: int = 0, mirror: bool = False) -> "Frame":
        """The samples of a 4:2:0 JPEG, for the pixels that libjpeg-turbo makes of them."""
        return cls.yuv420(y, u, v, rotation=rotation, mirror=mirror, siting=Siting.INTERPOLATED)

    @classmethod
    def _yuv(
        cls, width: int, height: int, planes: tuple[Plane, ...], how: dict[str, int]
    ) -> "Frame":
        return cls(
            PixelFormat.YUV420,
            width,
            height,
            planes,
            how.get("rotation", 0),
            bool(how.get("mirror", False)),
            Matrix(how.get("matrix", Matrix.BT601)),
            Range(how.get("range", Range.FULL)),
            Siting(how.get("siting", Siting.SHARED)),
        )

    def struct(self) -> PlFrame:
        """The C struct; valid as long as this frame is."""
        part = self.region
        planes = tuple(
            (plane.data.ctypes.data, plane.size, plane.row_stride, plane.pixel_stride)
            for plane in self.planes
        )
        return PlFrame(
            self.format,
            self.width,
            self.height,
            self.rotation,
            self.mirror,
            self.matrix,
            self.range,
            self.siting,
            part.unit,
            (part.x, part.y, part.width, part.height),
            planes,
        )


def _refused(sentence: str) -> PocketlensError:
    return PocketlensError("bad_frame", f"This picture cannot be used: {sentence}.")


Picture = Frame | Bytes  # an array is an RGB picture (height, width, 3 or 4)


def frame_of(picture: Picture) -> Frame:
    """A picture as a frame."""
    return picture if isinstance(picture, Frame) else Frame.rgb(picture)
