"""MindSpore's LiteCV as an oracle of preprocessing.

Runs in a child process (tools.native.worker): it loads MindSpore, which the core cannot share a
process with. The library of litecv.cc is built here, against the installed wheel.
"""

from __future__ import annotations

import ctypes as c
import functools
import hashlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.places import ROOT

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

SOURCE = Path(__file__).with_name("litecv.cc")


def preprocess(pictures: Sequence[Pixels], recipe: dict[str, object]) -> list[Floats]:
    """Upright pictures (height, width, 3 or 4) as input tensors (crop height, crop width, 3).

    recipe: resize (width, height), crop (x, y, width, height), scale, mean, std.
    """
    return [_one(np.ascontiguousarray(picture), recipe) for picture in pictures]


def _one(picture: Pixels, recipe: dict[str, object]) -> Floats:
    height, width, channels = picture.shape
    resize = np.array(recipe["resize"], np.int32)
    crop = np.array(recipe["crop"], np.int32)
    mean, std = np.array(recipe["mean"], np.float32), np.array(recipe["std"], np.float32)
    out = np.empty((crop[3], crop[2], 3), np.float32)
    pointers = [array.ctypes.data_as(c.c_void_p) for array in (resize, crop)]
    constants = [array.ctypes.data_as(c.c_void_p) for array in (mean, std, out)]
    pixels = picture.ctypes.data_as(c.c_void_p)
    scale = c.c_double(float(str(recipe["scale"])))
    code = _library().litecv_preprocess(
        pixels, width, height, channels, *pointers, scale, *constants
    )
    if code:
        raise RuntimeError(f"LiteCV failed at step {code} for a picture of {picture.shape}")
    return out


@functools.cache
def _library() -> c.CDLL:
    import mindspore._c_dataengine as engine

    library = Path(engine.__file__)
    include = library.parent / "include" / "mindspore" / "ccsrc"
    command = ["g++", "-std=c++17", "-O1", "-shared", "-fPIC", f"-I{include}", str(SOURCE)]
    command += [str(library), f"-Wl,-rpath,{library.parent}", "-Wl,--allow-shlib-undefined"]
    known = hashlib.sha256(SOURCE.read_bytes() + str(command).encode()).hexdigest()[:16]
    built = ROOT / "build" / "tests" / f"liblitecv-{known}.so"
    if not built.is_file():
        built.parent.mkdir(parents=True, exist_ok=True)
        draft = built.with_name(f"{built.name}.{os.getpid()}")
        subprocess.run([*command, "-o", str(draft)], check=True)
        draft.replace(built)
    return c.CDLL(str(built))
