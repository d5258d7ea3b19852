"""Climbing the ladder: run each rung, compare it with the one below, name the first to differ."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError

Floats = npt.NDArray[np.float32]

OK = "ok"
OUT = "out of tolerance"
NOT_RUN = "not run"
TOP = 5


@dataclass(frozen=True)
class Rung:
    """One form of the model: `run` gives raw outputs (photos, outputs) for all photos.

    A rung that cannot be run has `run` None and says why in `note`. `tolerance` is the largest
    difference of a raw output from the rung below.
    """

    name: str
    run: Callable[[], Floats] | None
    tolerance: float
    note: str = ""


@dataclass(frozen=True)
class Verdict:
    """What came of a rung. Differences are of raw outputs, absolute; None: nothing to compare."""

    name: str
    status: str
    against: str | None = None
    max_difference: float | None = None
    mean_difference: float | None = None
    tolerance: float | None = None
    top5_agreement: float | None = None  # share of photos whose five best labels are the same
    photos: int = 0
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """As in `verify --json`."""
        return asdict(self)


def climb(
    rungs: Sequence[Rung],
    say: Callable[[str], None] = lambda name: None,
    ranked: bool = True,
) -> list[Verdict]:
    """Run the rungs from the bottom; each is compared with the last one below that could be run.

    ranked: outputs are scores of labels, so the five best are compared too (features have none).
    A rung that gives fewer photos than the one below is compared over those. Calls `say` with a
    rung's name before it runs. The error of a rung is its verdict, not the ladder's end.
    """
    verdicts: list[Verdict] = []
    below: tuple[str, Floats] | None = None
    for rung in rungs:
        if rung.run is None:
            verdicts.append(Verdict(rung.name, NOT_RUN, note=rung.note))
            continue
        say(rung.name)
        try:
            outputs = rung.run()
        except PocketlensError as error:
            verdicts.append(Verdict(rung.name, OUT, note=str(error)))
            continue
        verdicts.append(compare(rung, outputs, below, ranked))
        below = (rung.name, outputs)
    return verdicts


def compare(
    rung: Rung, outputs: Floats, below: tuple[str, Floats] | None, ranked: bool = True
) -> Verdict:
    """The verdict on a rung's outputs against those of the rung below."""
    if not np.isfinite(outputs).all():
        return Verdict(rung.name, OUT, note="some outputs are no finite numbers")
    if below is None:
        return Verdict(rung.name, OK, photos=len(outputs), note=rung.note)
    name, expected = below
    expected = expected[: len(outputs)]
    if outputs.shape != expected.shape:
        sizes = f"{outputs.shape[1]} outputs, {expected.shape[1]} expected"
        return Verdict(rung.name, OUT, name, note=sizes)
    difference = np.abs(outputs.astype(np.float64) - expected)
    return Verdict(
        rung.name,
        OK if difference.max() <= rung.tolerance else OUT,
        name,
        float(difference.max()),
        float(difference.mean()),
        rung.tolerance,
        agreement(outputs, expected, rung.tolerance) if ranked else None,
        len(outputs),
        rung.note,
    )


def agreement(outputs: Floats, expected: Floats, tolerance: float) -> float:
    """The share of rows whose five best labels are the same in the same order.

    Labels whose expected outputs lie within the tolerance of each other may change places: a mapped
    head gives several ancestors the same probability to the last bit but one.
    """
    same = [_agree(a, b, tolerance) for a, b in zip(outputs, expected, strict=True)]
    return sum(same) / len(same)


def _agree(row: Floats, expected: Floats, tolerance: float) -> bool:
    """Whether each of the five best labels is, by the expected outputs, as good as its rank."""
    chosen = np.argsort(-row, kind="stable")[:TOP]
    ranked = np.sort(expected)[::-1][:TOP]
    return bool((np.abs(expected[chosen] - ranked) <= tolerance).all())


def first_out(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The lowest rung that is out of tolerance."""
    return next((verdict for verdict in verdicts if verdict.status == OUT), None)
