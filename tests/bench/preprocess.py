"""Preprocessing: the core's fast path beside cv2, frame to tensor, one thread.

Two peers: `demo` does the older demo's steps in their order (colour, rotation, resize, scale, crop,
normalise), `best` is the quickest of the chains of cv2 calls that give the very same tensor (resize
on four channels first where that is possible, one table look-up for all the float arithmetic).
All take turns in random order. Warm: the frame and the tensor were just used. Cold: 64 MB were
streamed through the caches first. Ratios are of least times, because others' load only adds.
"""

from __future__ import annotations

import ctypes as c
import random
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tools.data.photos import read_photo
from tools.native import Frame, Range, Recipe, Region, instruction_set
from tools.native.library import PlError, check, load
from tools.native.worker import Worker
from tools.places import ROOT
from tools.reports.table import table

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Chain = Callable[[], object]

PHOTO = ROOT / "tests" / "data" / "photos" / "temple.jpg"
DEMO = Recipe(
    (256, 256), (16, 16, 224, 224), 1 / 255, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "RGB"
)
CROPPED = (slice(16, 240), slice(16, 240))
EVICTED = 64 << 20
OURS, FLOOR, DEMO_CV2 = "pocketlens", "floor", "demo_cv2"


@dataclass(frozen=True)
class Case:
    """A frame: its key, layout, size and rotation."""

    key: str
    layout: str  # rgba, rgb, nv21 or yuv420 (three planes)
    width: int
    height: int
    rotation: int = 0
    range: Range = Range.FULL
    region: tuple[int, int, int, int] | None = None  # left, top, width and height, all even

    @property
    def seen(self) -> tuple[int, int]:
        """Width and height of what is looked at."""
        return self.region[2:] if self.region else (self.width, self.height)


CASES = (
    Case("rgba_1280", "rgba", 1280, 960),
    Case("rgba_640", "rgba", 640, 480),
    Case("rgba_1920", "rgba", 1920, 1080),
    Case("rgba_300", "rgba", 300, 280),
    Case("rgba_1280_rot90", "rgba", 1280, 960, 90),
    Case("nv21_1280", "nv21", 1280, 960),
    Case("yuv420_1280", "yuv420", 1280, 960),
    # Further than the targets go.
    Case("rgb_1280", "rgb", 1280, 960),
    Case("nv21_640", "nv21", 640, 480),
    Case("nv21_1280_rot90", "nv21", 1280, 960, 90),
    Case("nv21_1280_limited", "nv21", 1280, 960, 0, Range.LIMITED),
    Case("rgba_12mp", "rgba", 4000, 3000),
    Case("rgba_1280_region", "rgba", 1280, 960, region=(318, 242, 640, 480)),
    Case("nv21_1280_region", "nv21", 1280, 960, region=(318, 242, 640, 480)),
)


def measure(quick: bool = False) -> dict[str, Any]:
    """All cases, each in a process of its own: case -> times in microseconds and ratios.

    quick: the first two and few laps, to see that it runs.
    """
    warm, cold = (3, 2) if quick else (60, 30)
    figures: dict[str, Any] = {"rounds": {"warm": warm, "cold": cold}, "unit": "us"}
    for case in CASES[:2] if quick else CASES:
        with Worker() as worker:
            figures[case.key] = worker.call(measure_case, case, warm, cold)
    return figures


def measure_case(case: Case, warm: int, cold: int) -> dict[str, Any]:
    """In a child: one frame through everybody."""
    cv2.setNumThreads(1)
    pixels = photo(case.width, case.height)
    data = stored(case, pixels)
    ours, tensor = core_chain(case, data)
    chains: dict[str, Chain] = {OURS: ours, FLOOR: floor_chain(case, data)}
    expected = exactness(case, data, ours, tensor)
    peers = cv2_chains(case, data)
    for name, (chain, result) in peers.items():
        chain()
        if name != DEMO_CV2 and (result.view("<u4") != expected.view("<u4")).any():
            raise RuntimeError(f"{case.key}: {name} is not exact")
        chains[name] = chain
    times = {"warm": laps(chains, warm, False), "cold": laps(chains, cold, True)}
    return summary(times) | {"instruction_set": instruction_set()}


def summary(times: dict[str, dict[str, list[float]]]) -> dict[str, Any]:
    """Least and median of each, the quickest exact cv2 chain as `best_cv2`, and the ratios."""
    found: dict[str, Any] = {}
    for state, by_name in times.items():
        least = {name: min(values) for name, values in by_name.items()}
        middle = {name: statistics.median(values) for name, values in by_name.items()}
        exact = [name for name in by_name if name not in (OURS, FLOOR, DEMO_CV2)]
        best = min(exact, key=lambda name: least[name])
        found[state] = {"min": least, "median": middle, "best_cv2": best}
        for peer, name in (("demo", DEMO_CV2), ("best", best)):
            found[f"{state}_ratio_to_{peer}_cv2"] = least[name] / least[OURS]
            found[f"{state}_median_ratio_to_{peer}_cv2"] = middle[name] / middle[OURS]
        found[f"{state}_times_the_floor"] = least[OURS] / least[FLOOR]
    return found


def laps(chains: dict[str, Chain], rounds: int, cold: bool) -> dict[str, list[float]]:
    """Microseconds of every run, the chains in random order in each round."""
    evicted = np.zeros(EVICTED, np.uint8)
    times: dict[str, list[float]] = {name: [] for name in chains}
    order = random.Random(1)
    for _ in range(rounds):
        for name in order.sample(list(chains), len(chains)):
            chain = chains[name]
            if cold:
                np.add(evicted, 1, out=evicted)
                times[name].append(one(chain))
            else:
                chain()
                times[name] += [one(chain) for _ in range(5)]
    return times


def one(chain: Chain) -> float:
    """Microseconds of one run."""
    begun = time.perf_counter()
    chain()
    return (time.perf_counter() - begun) * 1e6


# Frames


def photo(width: int, height: int) -> Bytes:
    """A real photo brought to size, RGB."""
    return cv2.resize(read_photo(PHOTO), (width, height), interpolation=cv2.INTER_CUBIC)


def stored(case: Case, pixels: Bytes) -> Bytes:
    """The frame's memory: (height, width, channels), or YUV as (height * 3 / 2, width)."""
    if case.layout == "rgb":
        return pixels
    if case.layout == "rgba":
        return cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA)
    planar = cv2.cvtColor(pixels, cv2.COLOR_RGB2YUV_I420)
    if case.layout == "yuv420":
        return planar
    luma = case.width * case.height
    u, v = planar.ravel()[luma:].reshape(2, -1)
    data = np.concatenate([planar.ravel()[:luma], np.stack([v, u], axis=-1).ravel()])
    return data.reshape(planar.shape)


def frame_of(case: Case, data: Bytes) -> Frame:
    """The frame as the core takes it."""
    if case.region:
        whole = frame_of(replace(case, region=None), data)
        return replace(whole, region=Region(*case.region))
    if case.layout in ("rgb", "rgba"):
        return Frame.rgb(data, case.rotation)
    how = {"rotation": case.rotation, "range": case.range}
    if case.layout == "nv21":
        return Frame.nv21(data.ravel(), case.width, case.height, **how)
    luma, half = case.width * case.height, (case.height // 2, case.width // 2)
    u, v = data.ravel()[luma:].reshape(2, *half)
    return Frame.yuv420(data[: case.height], u, v, **how)


# The core


def core_chain(case: Case, data: Bytes) -> tuple[Chain, Floats]:
    """One call of the C API with everything ready, and where it writes."""
    library, tensor, error = load(), aligned_tensor(), PlError()
    frame = frame_of(case, data)
    raw, plan = frame.struct(), c.c_void_p()
    recipe = DEMO.struct()
    opened = library.pl_plan_open(c.byref(recipe), c.byref(raw), c.byref(plan), c.byref(error))
    check(opened, error)
    pointers = c.byref(raw), tensor.ctypes.data_as(c.POINTER(c.c_float))
    run, size, told = library.pl_plan_run, tensor.size, c.byref(error)

    def chain() -> object:
        return run(plan, *pointers, size, told) or (frame, data)

    check(library.pl_plan_run(plan, *pointers, size, told), error)
    return chain, tensor


def aligned_tensor() -> Floats:
    """A tensor at a multiple of 64 bytes, as the runtime's are."""
    room = np.empty(224 * 224 * 3 + 16, np.float32)
    start = -room.ctypes.data % 64 // 4
    return room[start : start + 224 * 224 * 3].reshape(224, 224, 3)


def exactness(case: Case, data: Bytes, ours: Chain, tensor: Floats) -> Floats:
    """What cv2's chains must give. cv2 converts limited-range YUV alone: there ours does so too."""
    if case.layout in ("rgb", "rgba"):
        ours()
        return tensor.copy()
    chain, limited = core_chain(replace(case, range=Range.LIMITED), data)
    chain()
    return limited


# cv2


def cv2_chains(case: Case, data: Bytes) -> dict[str, tuple[Chain, Floats]]:
    """name -> the chain and the tensor it writes; demo_cv2 and the exact ones."""
    convert = {
        "rgba": cv2.COLOR_RGBA2RGB,
        "rgb": None,
        "nv21": cv2.COLOR_YUV2RGB_NV21,
        "yuv420": cv2.COLOR_YUV2RGB_I420,
    }[case.layout]
    turn = {0: None, 90: cv2.ROTATE_90_CLOCKWISE}[case.rotation]
    cut, (width, height) = cutter(case, data), case.seen
    rgb = np.empty((height, width, 3), np.uint8)
    shape = (width, height) if turn is not None else (height, width)
    turned = {n: np.empty((*shape, n), np.uint8) for n in (3, 4)}
    small = {n: np.empty((256, 256, n), np.uint8) for n in (3, 4)}
    look_up = look_up_table()

    def upright(source: Bytes) -> Bytes:
        return source if turn is None else cv2.rotate(source, turn, turned[source.shape[2]])

    def converted() -> Bytes:
        return cut() if convert is None else cv2.cvtColor(cut(), convert, rgb)

    def resized(source: Bytes) -> Bytes:
        n = source.shape[2]
        return cv2.resize(source, (256, 256), small[n], interpolation=cv2.INTER_LINEAR)

    scaled = np.empty((256, 256, 3), np.float32)
    demo, convert_first, resize_first = (np.empty((224, 224, 3), np.float32) for _ in range(3))

    def demo_chain() -> object:
        tiny = resized(upright(converted()))
        cv2.multiply(tiny, (1 / 255,) * 4, scaled, dtype=cv2.CV_32F)
        cv2.subtract(scaled[CROPPED], (*DEMO.mean, 0), demo)
        return cv2.divide(demo, (*DEMO.std, 1), demo)

    def convert_first_chain() -> object:
        return cv2.LUT(resized(upright(converted()))[CROPPED], look_up, convert_first)

    def resize_first_chain() -> object:
        tiny = resized(upright(cut()))
        return cv2.LUT(cv2.cvtColor(tiny, convert, small[3])[CROPPED], look_up, resize_first)

    chains: dict[str, tuple[Chain, Floats]] = {
        DEMO_CV2: (demo_chain, demo),
        "convert_first_cv2": (convert_first_chain, convert_first),
    }
    if case.layout == "rgba":
        chains["resize_first_cv2"] = (resize_first_chain, resize_first)
    return chains


def cutter(case: Case, data: Bytes) -> Callable[[], Bytes]:
    """What a case looks at, as cv2 takes it: RGB where it lies, the planes of NV21 copied."""
    if case.region is None:
        return lambda: data
    x, y, width, height = case.region
    luma = data[y : y + height, x : x + width]
    if case.layout in ("rgb", "rgba"):
        return lambda: luma
    chroma = data[case.height + y // 2 : case.height + (y + height) // 2, x : x + width]
    planes = np.empty((height * 3 // 2, width), np.uint8)

    def cut() -> Bytes:
        planes[:height], planes[height:] = luma, chroma
        return planes

    return cut


def look_up_table() -> Floats:
    """Value and channel to normalised float, (1, 256, 3): cv2.LUT does all float arithmetic."""
    levels = (np.arange(256) * DEMO.scale).astype(np.float32)[:, None]
    return ((levels - np.float32(DEMO.mean)) / np.float32(DEMO.std))[None]


# The byte floor


def floor_chain(case: Case, data: Bytes) -> Chain:
    """Touch what any sampling must: the needed rows between the needed columns, and the tensor."""
    touch, tensor = touch_library(), aligned_tensor()
    left, top = case.region[:2] if case.region else (0, 0)
    across, down = case.seen
    turned = case.rotation % 180 != 0
    rows, columns = top + needed(down), left + needed(across)
    if turned:
        rows = np.sort(down - 1 - rows)
    planes = [plane_span(case, columns, rows)]
    if case.layout in ("nv21", "yuv420"):
        planes = yuv_spans(case, columns, rows)
    base = data.ctypes.data
    arguments = [
        (base + start, stride, lines.ctypes.data, len(lines), first, last)
        for start, stride, lines, first, last in planes
    ]
    out, count = tensor.ctypes.data, tensor.size

    def chain() -> object:
        total = 0
        for plane in arguments:
            total += touch.touch_rows(*plane)
        touch.fill(out, count, total & 255)
        return tensor, planes  # so that their memory lives as long as this

    return chain


def needed(pixels: int) -> npt.NDArray[np.int32]:
    """The neighbours with weight among `pixels` along an axis resized to 256, cropped to 224."""
    place = (np.arange(16, 240) + 0.5) * (pixels / 256) - 0.5
    lower = np.clip(np.floor(place), 0, max(pixels - 2, 0)).astype(np.int32)
    weight = np.rint(np.clip(place - lower, 0, 1) * 2048)
    taken = np.concatenate([lower[weight < 2048], lower[weight > 0] + 1])
    return np.unique(np.minimum(taken, pixels - 1)).astype(np.int32)


Span = tuple[int, int, npt.NDArray[np.int32], int, int]  # start, row stride, rows, first, last byte


def plane_span(case: Case, columns: npt.NDArray[np.int32], rows: npt.NDArray[np.int32]) -> Span:
    """Of an RGB(A) picture."""
    channels = 4 if case.layout == "rgba" else 3
    first, last = int(columns[0]) * channels, int(columns[-1]) * channels + channels - 1
    return 0, case.width * channels, rows, first, last


def yuv_spans(
    case: Case, columns: npt.NDArray[np.int32], rows: npt.NDArray[np.int32]
) -> list[Span]:
    """Of luma and chroma."""
    first, last = int(columns[0]), int(columns[-1])
    luma, chroma = case.width * case.height, np.unique(rows // 2).astype(np.int32)
    spans: list[Span] = [(0, case.width, rows, first, last)]
    if case.layout == "nv21":
        return [*spans, (luma, case.width, chroma, first // 2 * 2, last // 2 * 2 + 1)]
    starts = (luma, luma + luma // 4)
    return spans + [(start, case.width // 2, chroma, first // 2, last // 2) for start in starts]


def touch_library() -> c.CDLL:
    """touch.cc, built once."""
    source = Path(__file__).with_name("touch.cc")
    built = ROOT / "build" / "bench" / "libtouch.so"
    if not built.is_file() or built.stat().st_mtime < source.stat().st_mtime:
        built.parent.mkdir(parents=True, exist_ok=True)
        command = ["g++", "-O2", "-shared", "-fPIC", str(source), "-o", str(built)]
        subprocess.run(command, check=True)
    library = c.CDLL(str(built))
    numbers = [c.c_int32] * 2
    library.touch_rows.argtypes = [c.c_void_p, c.c_int32, c.c_void_p, c.c_int32, *numbers]
    library.touch_rows.restype = c.c_uint32
    library.fill.argtypes = [c.c_void_p, c.c_size_t, c.c_uint32]
    library.fill.restype = None
    return library


# The report


def text(figures: dict[str, Any]) -> str:
    """Ratios first, then microseconds."""
    keys = [case.key for case in CASES if case.key in figures]
    head = ["frame", "warm: demo", "best", "cold: demo", "best", "x floor warm", "cold"]
    ratios = [[key, *ratio_cells(figures[key])] for key in keys]
    times = [[key, *time_cells(figures[key], state)] for state in ("warm", "cold") for key in keys]
    numbers = range(1, 7)
    return "\n\n".join(
        [
            "Times faster than cv2 (least times), and times the byte floor",
            table(head, ratios, right=tuple(numbers)),
            "Microseconds, least / median",
            table(
                ["frame", "state", "core", "demo cv2", "best cv2", "floor"],
                times,
                right=(2, 3, 4, 5),
            ),
        ]
    )


def ratio_cells(one_case: dict[str, Any]) -> Sequence[str]:
    """The cells of a row of ratios."""
    keys = [
        f"{state}_ratio_to_{peer}_cv2" for state in ("warm", "cold") for peer in ("demo", "best")
    ]
    keys += [f"{state}_times_the_floor" for state in ("warm", "cold")]
    return [f"{one_case[key]:.2f}" for key in keys]


def time_cells(one_case: dict[str, Any], state: str) -> Sequence[str]:
    """The cells of a row of times."""
    found = one_case[state]
    names = (OURS, DEMO_CV2, found["best_cv2"], FLOOR)
    return [state, *(f"{found['min'][name]:.0f} / {found['median'][name]:.0f}" for name in names)]
