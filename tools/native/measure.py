"""What a package costs: time by stage, loading, memory. Each function runs in a fresh process.

Stage times come from the core's own clock, so that Python adds nothing to them.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.native.answers import Result
from tools.native.classifier import Classifier, Settings
from tools.native.frames import Frame
from tools.native.library import load
from tools.native.sessions import Sessions, side_by_side

STAGES = ("preprocess", "inference", "scores", "total")
FORMATS = ("rgba", "rgb", "nv21")

Summary = dict[str, float]


@dataclass(frozen=True)
class Picture:
    """The frame that is measured: RGB pixels (height, width, 3) handed over as `format`."""

    pixels: npt.NDArray[np.uint8]
    format: str
    rotation: int = 0

    def frame(self) -> Frame:
        """The frame in its format."""
        height, width, _ = self.pixels.shape
        if self.format == "rgb":
            return Frame.rgb(self.pixels, self.rotation)
        if self.format == "rgba":
            return Frame.rgb(cv2.cvtColor(self.pixels, cv2.COLOR_RGB2RGBA), self.rotation)
        planar = cv2.cvtColor(self.pixels, cv2.COLOR_RGB2YUV_I420).ravel()
        luma, chroma = width * height, width * height // 4
        u, v = planar[luma : luma + chroma], planar[luma + chroma :]
        data = np.concatenate([planar[:luma], np.stack([v, u], axis=-1).ravel()])
        return Frame.nv21(data, width, height, rotation=self.rotation)


@dataclass(frozen=True)
class Sweep:
    """One setting's figures, all in milliseconds but the last."""

    sessions: int
    threads: int
    first: Summary  # stage -> the first run
    stages: dict[str, Summary]  # stage -> min, p50, p90, p99, max of the later runs
    frames_per_second: float


def sweep(package: Path, picture: Picture, sessions: int, threads: int, runs: int) -> Sweep:
    """Time `runs` classifications with `sessions` sessions side by side, `threads` threads each."""
    frame = picture.frame()
    results: list[list[Summary]] = [[] for _ in range(sessions)]
    with Sessions(package, sessions, Settings(threads=threads)) as several:
        first = _stages(several.opened[0].classify(frame))
        for classifier in several.opened:
            classifier.classify(frame)

        def loop(times: list[Summary]) -> None:
            classifier = several.mine()
            times.extend(_stages(classifier.classify(frame)) for _ in range(runs))

        seconds = side_by_side([partial(loop, times) for times in results])
    every = [times for one in results for times in one]
    if len(every) != runs * sessions:
        raise PocketlensError("internal", "A measuring thread failed.")
    summaries = {stage: summary([times[stage] for times in every]) for stage in STAGES}
    return Sweep(sessions, threads, first, summaries, runs * sessions / seconds)


def summary(values: Sequence[float]) -> Summary:
    """Least, median, 90th and 99th percentile and greatest of some values."""
    p50, p90, p99 = np.percentile(values, [50, 90, 99])
    return {"min": min(values), "p50": p50, "p90": p90, "p99": p99, "max": max(values)}


def _stages(result: Result) -> Summary:
    took = result.timings
    parts = [took.preprocess, took.inference, took.scores]
    return dict(zip(STAGES, [*parts, sum(parts)], strict=True))


def loading(package: Path, threads: int, times: int) -> dict[str, Summary | float]:
    """Milliseconds of opening a package: `first` in this process, and medians of the later ones.

    own_share: what the core adds to Model::Build, hashing aside, as a share of Model::Build.
    """
    every = [_load(package, threads) for _ in range(times + 1)]
    later = {key: statistics.median(one[key] for one in every[1:]) for key in every[0]}
    own = statistics.median(one["total"] - one["hash"] - one["build"] for one in every[1:])
    return {"first": every[0], "later": later, "own_share": own / later["build"]}


def _load(package: Path, threads: int) -> Summary:
    with Classifier(package, Settings(threads=threads)) as classifier:
        took = classifier.load_timings
        return {"read": took.read, "hash": took.hash, "build": took.build, "total": took.total}


def memory(package: Path, picture: Picture, threads: int, runs: int) -> Summary:
    """Resident megabytes: before and after loading the runtime, with the package, at the peak."""
    frame = picture.frame()
    before = resident("VmRSS")
    load()
    runtime = resident("VmRSS")
    with Classifier(package, Settings(threads=threads)) as classifier:
        opened = resident("VmRSS")
        for _ in range(runs):
            classifier.classify(frame)
        ran = resident("VmRSS")
    return {
        "python": before,
        "runtime_loaded": runtime,
        "package_open": opened,
        "after_runs": ran,
        "peak": resident("VmHWM"),
    }


def resident(key: str) -> float:
    """A figure of /proc/self/status in megabytes: VmRSS now, VmHWM at its highest."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    raise PocketlensError("internal", f"/proc/self/status has no {key}.")
