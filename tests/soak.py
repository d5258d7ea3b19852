"""Hours in one command: frames, opening and closing, and threads, with memory and scores watched.

`make soak` runs it whole; `make test` runs a sample (tests/test_soak.py). Every frame's
probabilities must equal, bit for bit, what a fresh classifier said about it before the run.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from tools.native.classifier import Classifier, Settings
from tools.native.frames import Frame

PACKAGE = Path(__file__).resolve().parent.parent / "build/packages/mobilenetv2-openimages"
# More geometries than the core keeps plans for, so that plans are made and thrown away.
PICTURES = 96
GROWTH_ALLOWED = (
    12 << 20
)  # bytes; the allocator's own breathing, independent of the number of frames
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Known:
    """A frame and the probabilities that a fresh classifier gave it."""

    frame: Frame
    probabilities: Floats


@dataclass(frozen=True)
class Outcome:
    """What one part of the soak found."""

    name: str
    count: int
    wrong: int
    growth: int  # bytes between the end of the warm-up and the end

    @property
    def passed(self) -> bool:
        """No wrong score and no growth."""
        return self.wrong == 0 and self.growth <= GROWTH_ALLOWED

    def __str__(self) -> str:
        verdict = "fine" if self.passed else "FAILED"
        growth = f"{self.growth / (1 << 20):+.1f} MiB"
        return f"{self.name}: {self.count} done, {self.wrong} wrong, memory {growth}: {verdict}"


def resident() -> int:
    """Bytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def random_frame(random: np.random.Generator) -> Frame:
    """A picture of random size, format, rotation and mirroring."""
    width, height = (int(n) for n in random.integers(1, 700, 2))
    rotation, mirror = int(random.choice([0, 90, 180, 270])), bool(random.integers(2))
    kind = random.integers(3)
    if kind == 2:
        size = width * height + 2 * ((width + 1) // 2) * ((height + 1) // 2)
        data = random.integers(0, 256, size, dtype=np.uint8)
        return Frame.nv21(data, width, height, rotation=rotation, mirror=mirror)
    data = random.integers(0, 256, (height, width, 3 + int(kind)), dtype=np.uint8)
    return Frame.rgb(data, rotation, mirror)


def known_frames(package: Path, count: int, seed: int = 1) -> list[Known]:
    """Frames with their true probabilities, from a classifier that is used for nothing else."""
    random = np.random.default_rng(seed)
    frames = [random_frame(random) for _ in range(count)]
    with Classifier(package, Settings(threads=1)) as classifier:
        return [Known(frame, classifier.classify(frame, 1).probabilities) for frame in frames]


def is_wrong(classifier: Classifier, known: Known) -> bool:
    """Whether the classifier now says something else about a frame."""
    return not np.array_equal(
        classifier.classify(known.frame, 5).probabilities, known.probabilities
    )


def soak_frames(package: Path, known: list[Known], count: int) -> Outcome:
    """`count` frames in random order through one classifier."""
    random = np.random.default_rng(2)
    wrong, begin = 0, 0
    warm = min(count // 5, 2000)
    with Classifier(package, Settings(threads=1)) as classifier, progress("frames", count) as bar:
        for done, index in enumerate(random.integers(0, len(known), count)):
            begin = resident() if done == warm else begin
            wrong += is_wrong(classifier, known[index])
            bar.update(1)
        return Outcome("frames", count, wrong, resident() - begin)


def soak_opening(package: Path, known: list[Known], count: int) -> Outcome:
    """Open, classify one frame, close; `count` times."""
    wrong, begin = 0, 0
    warm = min(count // 5, 50)
    with progress("open and close", count) as bar:
        for done in range(count):
            begin = resident() if done == warm else begin
            with Classifier(package, Settings(threads=1 + done % 2)) as classifier:
                wrong += is_wrong(classifier, known[done % len(known)])
            bar.update(1)
    return Outcome("open and close", count, wrong, resident() - begin)


def soak_threads(package: Path, known: list[Known], count: int, threads: int) -> Outcome:
    """`threads` threads share one classifier for `count` frames in all."""
    with (
        Classifier(package, Settings(threads=1)) as classifier,
        ThreadPoolExecutor(threads) as pool,
    ):

        def run(frames: range) -> int:
            return sum(is_wrong(classifier, known[index % len(known)]) for index in frames)

        def run_all(frames: range) -> int:  # a task a thread: a queue of all frames would be growth
            return sum(pool.map(run, [frames[first::threads] for first in range(threads)]))

        wrong = run_all(range(count // 5))
        begin = resident()
        wrong += run_all(range(count // 5, count))
        return Outcome(f"{threads} threads", count, wrong, resident() - begin)


def progress(label: str, length: int) -> Any:
    """A progress bar on standard error."""
    return click.progressbar(length=length, label=label.ljust(16), file=sys.stderr)


@click.command()
@click.option(
    "--package", type=click.Path(path_type=Path), default=PACKAGE, show_default="the demo"
)
@click.option("--frames", default=100_000, show_default=True)
@click.option("--opens", default=1_000, show_default=True)
@click.option("--threads", default=4, show_default=True)
def main(package: Path, frames: int, opens: int, threads: int) -> None:
    """Soak the native core; exit code 4 when memory grew or a score was wrong."""
    known = known_frames(package, PICTURES)
    outcomes = [
        soak_frames(package, known, frames),
        soak_opening(package, known, opens),
        soak_threads(package, known, frames // 10, threads),
    ]
    for outcome in outcomes:
        click.echo(str(outcome))
    sys.exit(0 if all(outcome.passed for outcome in outcomes) else 4)


if __name__ == "__main__":
    main()
