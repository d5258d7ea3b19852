"""The core's preprocessing alone, without a package: what a recipe makes of a picture."""

import ctypes as c
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.native.frames import Interpolation, Picture, frame_of
from tools.native.library import PlError, PlRecipe, check, load

Floats = npt.NDArray[np.float32]

REFERENCE, FAST = 0, 1  # preprocessing paths


@dataclass(frozen=True)
class Recipe:
    """The preprocessing of a package: sizes in pixels, mean and std per channel after scaling."""

    resize: tuple[int, int]  # width, height
    crop: tuple[int, int, int, int]  # x, y, width, height
    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    order: str  # "RGB" or "BGR"
    interpolation: Interpolation = Interpolation.BILINEAR_Q11

    def struct(self) -> PlRecipe:
        """The C struct."""
        return PlRecipe(
            *self.resize,
            *self.crop,
            self.scale,
            (c.c_float * 3)(*self.mean),
            (c.c_float * 3)(*self.std),
            int(self.order == "BGR"),
            self.interpolation,
        )

    @classmethod
    def of(cls, raw: PlRecipe) -> "Recipe":
        """From the C struct."""
        return cls(
            (raw.resize_width, raw.resize_height),
            (raw.crop_x, raw.crop_y, raw.crop_width, raw.crop_height),
            raw.scale,
            (raw.mean[0], raw.mean[1], raw.mean[2]),
            (raw.stddev[0], raw.stddev[1], raw.stddev[2]),
            "BGR" if raw.order else "RGB",
            Interpolation(raw.interpolation),
        )


class Plan:
    """The fast path's tables for one recipe and one geometry, kept between pictures."""

    def __init__(self, recipe: Recipe, picture: Picture) -> None:
        """Make the tables for pictures of this one's format, size, rotation and so on."""
        self._handle, error = c.c_void_p(), PlError()
        self._shape = (recipe.crop[3], recipe.crop[2], 3)
        raw, frame = recipe.struct(), frame_of(picture).struct()
        code = load().pl_plan_open(
            c.byref(raw), c.byref(frame), c.byref(self._handle), c.byref(error)
        )
        check(code, error)

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            load().pl_plan_close(self._handle)

    def run(self, picture: Picture, out: Floats | None = None) -> Floats:
        """Preprocess into `out` (contiguous float32 of the crop's shape) or a new tensor.

        Errors: bad_settings for another `out`, bad_frame for a picture of another geometry.
        """
        tensor = np.empty(self._shape, np.float32) if out is None else out
        self._check(tensor)
        error = PlError()
        frame = frame_of(picture)
        code = load().pl_plan_run(
            self._handle, c.byref(frame.struct()), tensor.ctypes.data, tensor.size, c.byref(error)
        )
        check(code, error)
        return tensor

    def _check(self, out: Floats) -> None:
        """Refuse memory that the core's floats do not fit into: it sees a bare address."""
        flags = out.flags
        if out.dtype != np.float32 or out.shape != self._shape or not flags.c_contiguous:
            raise PocketlensError(
                "bad_settings",
                "The array for a tensor cannot be written to.",
                found=f"{out.dtype} {out.shape}{'' if flags.c_contiguous else ' with strides'}",
                expected=f"float32 {self._shape}, contiguous",
            )
        if not flags.writeable:
            raise PocketlensError("bad_settings", "The array for a tensor is read-only.")


def preprocess(recipe: Recipe, picture: Picture, path: int = FAST) -> Floats:
    """A picture as the model's input tensor (crop height, crop width, 3), by REFERENCE or FAST."""
    frame, raw, error = frame_of(picture), recipe.struct(), PlError()
    out = np.empty((recipe.crop[3], recipe.crop[2], 3), np.float32)
    code = load().pl_preprocess(
        c.byref(raw), c.byref(frame.struct()), path, out.ctypes.data, out.size, c.byref(error)
    )
    check(code, error)
    return out
