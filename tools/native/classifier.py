"""The core's classifier in Python: a package and its session, pictures in, labels out."""

import ctypes as c
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.errors import PocketlensError
from tools.native.answers import (
    EVERYTHING,
    Backend,
    Choice,
    Floats,
    Label,
    LoadTimings,
    Result,
    Scored,
    Timings,
)
from tools.native.closing import Closing
from tools.native.frames import Picture, frame_of
from tools.native.library import (
    PlError,
    PlLabel,
    PlLoadTimings,
    PlRecipe,
    PlSettings,
    PlTaughtPicture,
    PlTimings,
    check,
    load,
)
from tools.native.preprocessing import FAST, Recipe, preprocess
from tools.native.teaching import TaughtLabels, TaughtPicture


@dataclass(frozen=True)
class Settings:
    """How a session runs. threads 1..64; affinity 0 none, 1 big, 2 little cores first.

    device: 0 CPU, 1 GPU, 2 NPU; with fp16 used only if the package's self-check finds it right.
    """

    threads: int = 2
    affinity: int = 0
    fp16: bool = False
    check_hashes: bool = True  # False only for measuring and fuzzing
    device: int = 0
    warm_up: bool = False  # one run at opening
    trial_file: Path | None = None  # remembers that a trial of a device ended the process

    def struct(self) -> PlSettings:
        """The C struct."""
        trial = str(self.trial_file).encode() if self.trial_file else None
        return PlSettings(
            self.threads,
            self.affinity,
            int(self.fp16),
            int(self.check_hashes),
            self.device,
            int(self.warm_up),
            trial,
        )


class Classifier(Closing):
    """An open package. Safe to use from several threads; close() waits for calls that are running.

    Every method raises PocketlensError with the core's error name (`closed` after close()).
    """

    def __init__(self, package: Path | str, settings: Settings | None = None) -> None:
        """Open, check and build a package: a folder or a .zip."""
        settings = settings or Settings()
        self._lock = threading.Condition()
        self._running = 0
        self._handle = c.c_void_p()
        raw = settings.struct()
        took, error = PlLoadTimings(), PlError()
        path = str(package).encode()
        code = load().pl_open(
            path, c.byref(raw), c.byref(self._handle), c.byref(took), c.byref(error)
        )
        check(code, error)
        self.load_timings = LoadTimings(took.read_ms, took.hash_ms, took.build_ms, took.total_ms)
        self.outputs = int(load().pl_output_count(self._handle))
        self.inputs = int(load().pl_input_count(self._handle))
        recipe = PlRecipe()
        load().pl_recipe_of(self._handle, c.byref(recipe))
        self.recipe = Recipe.of(recipe)
        self.embedding_length = int(load().pl_embedding_length(self._handle))
        self._labels: list[Label] | None = None
        self._taught: TaughtLabels | None = None

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self.close()

    def close(self) -> None:
        """Free the session; later calls fail with `closed`. Closing twice is fine."""
        with self._lock:
            handle, self._handle = self._handle, c.c_void_p()
            self._lock.wait_for(lambda: self._running == 0)
        if handle:
            load().pl_close(handle)

    @contextmanager
    def opened(self) -> Iterator[c.c_void_p]:
        """The handle for one call of the C API: close() cannot take it away meanwhile."""
        with self._lock:
            if not self._handle:
                raise PocketlensError("closed", "The classifier has been closed.")
            handle = self._handle
            self._running += 1
        try:
            yield handle
        finally:
            with self._lock:
                self._running -= 1
                self._lock.notify_all()

    @property
    def backend(self) -> Backend:
        """What the model runs on."""
        asked, used, reason = c.c_char_p(), c.c_char_p(), c.c_char_p()
        difference, of_embedding, error = c.c_double(), c.c_double(), PlError()
        with self.opened() as handle:
            code = load().pl_backend_of(
                handle,
                c.byref(asked),
                c.byref(used),
                c.byref(reason),
                c.byref(difference),
                c.byref(of_embedding),
                c.byref(error),
            )
            check(code, error)
            texts = [(text.value or b"").decode() for text in (asked, used, reason)]
        measured = [one.value if one.value >= 0 else None for one in (difference, of_embedding)]
        return Backend(texts[0], texts[1], measured[0], texts[2], measured[1])

    @property
    def labels(self) -> list[Label]:
        """The label table in model order; empty for a features package."""
        if self._labels is None:
            with self.opened() as handle:
                self._labels = list(_labels(handle, self.outputs))
        return self._labels

    def use_taught(self, taught: TaughtLabels | None) -> None:
        """Name these taught labels too from now on; a sure one leads. None: no more.

        Errors: other_embedding, no_embedding.
        """
        error = PlError()
        with self.opened() as handle:
            held = taught.handle if taught else None
            check(load().pl_use_taught(handle, held, c.byref(error)), error)
        self._taught = taught

    def teach(self, taught: TaughtLabels, name: str, picture: Picture) -> TaughtPicture:
        """Add a picture to the taught label with this name; one of the package's is corrected.

        Errors: other_embedding, no_embedding, bad_taught_label, too_large and the model's.
        """
        frame, told, error = frame_of(picture), PlTaughtPicture(), PlError()
        with self.opened() as handle:
            code = load().pl_teach(
                handle,
                taught.handle,
                name.encode("utf-8", "surrogatepass"),
                c.byref(frame.struct()),
                c.byref(told),
                c.byref(error),
            )
        check(code, error)
        taught.changed()
        return TaughtPicture.of(told)

    def embed(self, picture: Picture) -> Floats:
        """The vector (embedding_length,) of a picture before the head. no_embedding without one."""
        frame, error = frame_of(picture), PlError()
        output = np.empty(max(1, self.embedding_length), np.float32)
        with self.opened() as handle:
            code = load().pl_embed(
                handle, c.byref(frame.struct()), _floats(output), output.size, c.byref(error)
            )
        check(code, error)
        return output

    def _names(self) -> list[Label]:
        """The package's labels, and behind them the taught ones that are looked for."""
        if self._taught is None:
            return self.labels
        first = len(self.labels)
        taught = self._taught.labels
        return self.labels + [
            Label(first + place, one.mid, one.name, one.threshold, True)
            for place, one in enumerate(taught)
        ]

    def classify(self, picture: Picture, top: int = 5, choice: Choice = EVERYTHING) -> Result:
        """Labels of one picture, the `top` best first.

        Errors: wrong_kind for a features package, unknown_label for one in `choice`. That is
        about the package's labels: taught ones are named all the same.
        """
        frame, names = frame_of(picture), self._names()
        count = max(0, min(top, len(names) or self.outputs))
        best, found, headline = (PlLabel * max(1, count))(), c.c_int32(), PlLabel()
        options = choice.struct(count)
        probabilities = np.empty(self.outputs, np.float32)
        took, familiarity, error = PlTimings(), c.c_float(), PlError()
        with self.opened() as handle:
            code = load().pl_classify(
                handle,
                c.byref(frame.struct()),
                c.byref(options),
                best,
                c.byref(found),
                c.byref(headline),
                _floats(probabilities),
                c.byref(familiarity),
                c.byref(took),
                c.byref(error),
            )
        check(code, error)
        return Result(
            [_scored(names, raw) for raw in best[: found.value]],
            _scored(names, headline) if headline.index >= 0 else None,
            self.guess(probabilities, headline.index, choice),
            probabilities,
            Timings(took.preprocess_ms, took.inference_ms, took.scores_ms),
            familiarity.value if familiarity.value >= 0 else None,
        )

    def run(self, tensor: Floats) -> Floats:
        """A ready input tensor (height, width, 3) to raw outputs (outputs,)."""
        flat = np.ascontiguousarray(tensor, np.float32).ravel()
        output, error = np.empty(self.outputs, np.float32), PlError()
        with self.opened() as handle:
            code = load().pl_run(
                handle, _floats(flat), flat.size, _floats(output), output.size, c.byref(error)
            )
        check(code, error)
        return output

    def features(self, picture: Picture) -> Floats:
        """The vector (outputs,) of a features package; wrong_kind for a classifier."""
        frame, error = frame_of(picture), PlError()
        output = np.empty(self.outputs, np.float32)
        with self.opened() as handle:
            code = load().pl_features(
                handle, c.byref(frame.struct()), _floats(output), output.size, c.byref(error)
            )
        check(code, error)
        return output

    def score(
        self, probabilities: Floats, top: int = 5, choice: Choice = EVERYTHING
    ) -> tuple[list[Scored], Scored | None]:
        """Top labels and headline of raw outputs (outputs,) under this package's thresholds."""
        flat, names = np.ascontiguousarray(probabilities, np.float32).ravel(), self.labels
        count = max(0, min(top, self.outputs))
        best, found, headline, error = (
            (PlLabel * max(1, count))(),
            c.c_int32(),
            PlLabel(),
            PlError(),
        )
        options = choice.struct(count)
        with self.opened() as handle:
            code = load().pl_score(
                handle,
                _floats(flat),
                flat.size,
                c.byref(options),
                best,
                c.byref(found),
                c.byref(headline),
                c.byref(error),
            )
        check(code, error)
        sure = _scored(names, headline) if headline.index >= 0 else None
        return [_scored(names, raw) for raw in best[: found.value]], sure

    def guess(
        self, probabilities: Floats, headline: int, choice: Choice = EVERYTHING
    ) -> Scored | None:
        """What a thing below a headline (a label's index, -1 for none) probably is; see Result."""
        flat, found, error = np.ascontiguousarray(probabilities, np.float32), PlLabel(), PlError()
        options = choice.struct(0)
        with self.opened() as handle:
            code = load().pl_guess(
                handle,
                _floats(flat),
                flat.size,
                c.byref(options),
                headline,
                c.byref(found),
                c.byref(error),
            )
        check(code, error)
        return _scored(self.labels, found) if found.index >= 0 else None

    def preprocess(self, picture: Picture, path: int = FAST) -> Floats:
        """The input tensor (height, width, 3) that classify() would feed."""
        return preprocess(self.recipe, picture, path)


def _labels(handle: c.c_void_p, count: int) -> Iterator[Label]:
    mid, name, threshold, error = c.c_char_p(), c.c_char_p(), c.c_float(), PlError()
    for index in range(count):
        code = load().pl_label_of(
            handle, index, c.byref(mid), c.byref(name), c.byref(threshold), c.byref(error)
        )
        check(code, error)
        yield Label(
            index, (mid.value or b"").decode(), (name.value or b"").decode(), threshold.value
        )


def _scored(labels: list[Label], raw: PlLabel) -> Scored:
    return Scored(labels[raw.index], float(raw.score), float(raw.probability))


def _floats(array: Floats) -> int:
    return array.ctypes.data
