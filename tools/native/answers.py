"""What a classifier is asked for and what it answers."""

import ctypes as c
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.native.library import PlOptions

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Label:
    """A row of the package's label table with its threshold, or a label that was taught.

    The index of a taught one is the package's number of labels and its place among them.
    """

    index: int
    mid: str
    name: str
    threshold: float
    taught: bool = False


@dataclass(frozen=True)
class Scored:
    """A label with its raw probability and the score rescaled so that 0.5 is its threshold."""

    label: Label
    score: float
    probability: float


@dataclass(frozen=True)
class Choice:
    """What an answer may name; labels are told by MID or by name.

    allow: only these (none: all); deny: all but these; least: 0 to 1, the least score of a label.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    least: float = 0.0

    def struct(self, top: int) -> PlOptions:
        """The C struct, for at most `top` labels; unknown_label for a name with a zero in it."""
        allow, deny = _texts(self.allow), _texts(self.deny)
        return PlOptions(top, self.least, allow, len(self.allow), deny, len(self.deny))


EVERYTHING = Choice()


@dataclass(frozen=True)
class Timings:
    """Milliseconds of one classification."""

    preprocess: float
    inference: float
    scores: float


@dataclass(frozen=True)
class LoadTimings:
    """Milliseconds of opening a package: its steps, Model::Build, and all of it."""

    read: float  # what `hash` does not hide: opening, parsing, checking
    hash: float  # reading the model and its SHA-256
    build: float
    total: float


@dataclass(frozen=True)
class Result:
    """One picture's labels, best first; headline None means not sure.

    guess: the most specific label under the headline that keeps as much of its probability as the
    package's recipe asks, if any.
    familiarity: how like the things that the package knows the picture is, below 0.5 none of them;
    None where the package does not say what they look like.
    """

    labels: list[Scored]
    headline: Scored | None
    guess: Scored | None
    probabilities: Floats  # (outputs,), the model's raw output
    timings: Timings
    familiarity: float | None = None


@dataclass(frozen=True)
class Backend:
    """What a model runs on: what was asked for, what is used, and a sentence where they differ.

    difference: the largest one of a raw output on the package's reference picture;
    embedding_difference: that of its embedding, as a share of its largest number. None where it was
    not checked.
    """

    asked: str  # e.g. "GPU float16"
    used: str
    difference: float | None
    reason: str
    embedding_difference: float | None = None


def _texts(names: tuple[str, ...]) -> c.Array[c.c_char_p]:
    """The names as C strings, which none with a zero byte is."""
    for name in names:
        if "\0" in name:
            raise PocketlensError("unknown_label", f"No label has the name {name!r}.")
    return (c.c_char_p * len(names))(*(name.encode(errors="surrogateescape") for name in names))
