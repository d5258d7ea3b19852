"""Write tests/data/preprocess/hashes.csv: what preprocessing must give, by others than the core.

    python -m tests.native.make_preprocess_hashes

The others are LiteCV, Pillow and numpy. The pictures are made from numbers (pictures.noise), so
that C++ tests on any machine can make them again; the core has no part in it. `sha256` is over the
tensor's little-endian float32 values.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.native import litecv, pictures
from tools.native.worker import Worker
from tools.network import oracle
from tools.package.recipe_tables import Preprocess

Pixels = npt.NDArray[np.uint8]
PATH = Path(__file__).resolve().parents[1] / "data" / "preprocess" / "hashes.csv"

# Factors and shift of core/frame/yuv.h: red_v, green_u, green_v, blue_u; black; luma; shift.
FORMULAS = {
    ("bt601", "full"): (45941, 11277, 23401, 58065, 0, 1 << 15, 15),
    ("bt601", "limited"): (1673527, 409993, 852492, 2116026, 16, 1220542, 20),
    ("bt709", "full"): (51603, 6138, 15339, 60804, 0, 1 << 15, 15),
    ("bt709", "limited"): (1879825, 223607, 558796, 2215014, 16, 1220945, 20),
}


@dataclass(frozen=True)
class Case:
    """A picture and what is done to it. All fields are columns of the table."""

    format: str  # rgba, rgb, nv21 or i420
    width: int
    height: int
    rotation: int
    mirror: int
    seed: int
    matrix: str = "bt601"
    range: str = "full"
    interpolation: str = "bilinear-q11"
    region: str = ""  # left, top, width and height in the upright picture; empty: all of it
    sha256: str = ""


def cases() -> list[Case]:
    """Sizes that take every path, in every format, turned every way."""
    sizes = [(1280, 960), (640, 480), (300, 280), (256, 256), (97, 131), (17, 640), (2, 3)]
    found = []
    for k, (width, height) in enumerate(sizes):
        for j, name in enumerate(("rgba", "rgb", "nv21", "i420")):
            turn, mirror, seed = (k + j) % 4 * 90, (k + j) // 4 % 2, 100 * k + j
            yuv = list(FORMULAS)[k % 4] if name in ("nv21", "i420") else ("bt601", "full")
            found.append(Case(name, width, height, turn, mirror, seed, *yuv))
    pillow = [case for case in found if case.seed in (0, 101, 202, 303, 400, 501)]
    ways = ("pillow-bilinear", "pillow-bicubic")
    found += [replace(case, interpolation=way) for case in pillow for way in ways]
    return (
        found
        + [replace(case, region="31 17 61 75") for case in found if case.width == 97]
        + [replace(case, region="1 3 255 201") for case in found if case.width == 640]
    )


def seen(case: Case) -> Pixels:
    """The part of the upright picture that the case is about."""
    upright = oracle.upright(stored_rgb(case), case.rotation, bool(case.mirror))
    if not case.region:
        return upright
    x, y, width, height = map(int, case.region.split())
    return np.ascontiguousarray(upright[y : y + height, x : x + width])


def by_pillow(case: Case, upright: Pixels) -> npt.NDArray[np.float32]:
    """The tensor as torchvision would have it."""
    demo = pictures.DEMO
    steps = (demo.resize, demo.crop, (1, 255), demo.mean, demo.std, demo.order)
    pixels = np.ascontiguousarray(upright[..., :3])
    return oracle.preprocess(pixels, Preprocess(case.interpolation, *steps))


def stored_rgb(case: Case) -> Pixels:
    """The stored picture (height, width, 3 or 4), YUV converted."""
    if case.format in ("rgba", "rgb"):
        return pictures.noise(case.seed, case.height, case.width, len(case.format))
    half = ((case.height + 1) // 2, (case.width + 1) // 2)
    planes = [
        pictures.noise(case.seed + k, *size, 1)[..., 0].astype(np.int64)
        for k, size in enumerate(((case.height, case.width), half, half))
    ]
    red_v, green_u, green_v, blue_u, black, factor, shift = FORMULAS[case.matrix, case.range]
    u, v = (p.repeat(2, 0).repeat(2, 1)[: case.height, : case.width] - 128 for p in planes[1:])
    luma = np.maximum(planes[0] - black, 0) * factor + (1 << (shift - 1))
    rgb = np.stack([luma + red_v * v, luma - green_u * u - green_v * v, luma + blue_u * u], -1)
    return (rgb >> shift).clip(0, 255).astype(np.uint8)


def table() -> str:
    """The whole table as text."""
    every = cases()
    upright = [seen(case) for case in every]
    recipe = {
        key: getattr(pictures.DEMO, key) for key in ("resize", "crop", "scale", "mean", "std")
    }
    with Worker() as worker:
        tensors = worker.call(litecv.preprocess, upright, recipe)
    for k, case in enumerate(every):
        if case.interpolation != "bilinear-q11":
            tensors[k] = by_pillow(case, upright[k])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Case)])
    for case, tensor in zip(every, tensors, strict=True):
        digest = hashlib.sha256(tensor.astype("<f4").tobytes()).hexdigest()
        writer.writerow([*astuple(case)[:-1], digest])
    return text.getvalue()


if __name__ == "__main__":
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(table(), encoding="utf-8")
    print(f"wrote {PATH}")
