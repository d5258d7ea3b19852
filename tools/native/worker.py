"""Calls in a clean child process, for code that needs the core and mindspore at the same time.

    with Worker() as worker:
        outputs = worker.call(run_tensors, package, tensors)     # any importable function

    with Worker() as worker, worker.open(package) as classifier:  # the methods of Classifier
        outputs = classifier.run(tensor)

The child is `python -m tools.native.worker`: it imports nothing but the module of the function that
is called, so that module must not import mindspore when it is imported (or must need mindspore and
not the core: the child is clean both ways). Arguments and results are pickled over a socket pair
between these two processes alone; the child's output goes where the parent's goes.
"""

import importlib
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from tools.errors import PocketlensError
from tools.native.answers import Floats, Result, Scored
from tools.native.classifier import Classifier, Settings
from tools.native.closing import Closing
from tools.native.frames import Picture
from tools.native.preprocessing import Recipe
from tools.places import python_path

P = ParamSpec("P")
T = TypeVar("T")

_opened: dict[int, Classifier] = {}  # in the child: the classifiers that the parent holds


class Worker(Closing):
    """A child process that answers one call after the other. Use it in one thread."""

    def __init__(
        self, timeout: float = 600, python: Path | None = None, preload: str | None = None
    ) -> None:
        """Start the child. timeout: seconds that a call may take before the child is stopped.

        python: another environment's interpreter instead of this one's. preload: a module that the
        child imports at once, while the caller does other things.
        """
        self._timeout = timeout
        self._pipe, far = Pipe()
        self._process = subprocess.Popen(
            [str(python or sys.executable), "-m", "tools.native.worker", str(far.fileno())]
            + ([preload] if preload else []),
            pass_fds=[far.fileno()],
            # GLOG_v=3: MindSpore's errors alone
            env={"GLOG_v": "3", **os.environ, "PYTHONPATH": python_path()},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the parent, which then stops the child
        )
        far.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, KeyboardInterrupt):  # nobody waits for what the child is doing
            self.stop()
        self.close()

    @property
    def stopped(self) -> bool:
        """Whether the child has ended."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End the child: it leaves when the pipe closes, and is stopped if it does not."""
        self._pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a module's function in the child and return its result; its error is raised here.

        Errors: those of the function; worker_failed when the child ended or took too long.
        """
        try:
            self._pipe.send((function.__module__, function.__qualname__, args, kwargs))
            if not self._pipe.poll(self._timeout):
                raise PocketlensError(
                    "worker_failed", f"A worker process took longer than {self._timeout:g} s."
                )
            answer, value = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise PocketlensError("worker_failed", self._ending()) from error
        except BaseException:  # an answer that nobody waits for must not meet the next call
            self.stop()
            raise
        if answer == "error":
            raise value
        result: T = value
        return result

    def open(self, package: Path | str, settings: Settings | None = None) -> "RemoteClassifier":
        """Open a package in the child."""
        return RemoteClassifier(self, package, settings or Settings())

    def stop(self) -> None:
        """End the child at once, whatever it is doing."""
        self._process.kill()
        self._process.wait()

    def _ending(self) -> str:
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            self.stop()
            return "A worker process closed its pipe."
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f"A worker process ended {how} before it answered."


class RemoteClassifier(Closing):
    """The methods of Classifier, run in a worker."""

    def __init__(self, worker: Worker, package: Path | str, settings: Settings) -> None:
        self._worker = worker
        self._number, self.outputs, self.recipe = worker.call(_open, package, settings)

    def close(self) -> None:
        """Free the session in the child."""
        if not self._worker.stopped:
            self._worker.call(_close, self._number)

    def classify(self, picture: Picture, top: int = 5) -> Result:
        """As Classifier.classify."""
        return self._worker.call(_classify, self._number, picture, top)

    def run(self, tensor: Floats) -> Floats:
        """As Classifier.run."""
        return self._worker.call(_run, self._number, tensor)

    def features(self, picture: Picture) -> Floats:
        """As Classifier.features."""
        return self._worker.call(_features, self._number, picture)

    def score(self, probabilities: Floats, top: int = 5) -> tuple[list[Scored], Scored | None]:
        """As Classifier.score."""
        return self._worker.call(_score, self._number, probabilities, top)

    def preprocess(self, picture: Picture, path: int = 1) -> Floats:
        """As Classifier.preprocess."""
        return self._worker.call(_preprocess, self._number, picture, path)


def _open(package: Path | str, settings: Settings) -> tuple[int, int, Recipe]:
    classifier = Classifier(package, settings)
    _opened[id(classifier)] = classifier
    return id(classifier), classifier.outputs, classifier.recipe


def _close(number: int) -> None:
    classifier = _opened.pop(number, None)
    if classifier is not None:
        classifier.close()


def _get(number: int) -> Classifier:
    if number not in _opened:
        raise PocketlensError("closed", "The classifier has been closed.")
    return _opened[number]


def _classify(number: int, picture: Picture, top: int) -> Result:
    return _get(number).classify(picture, top)


def _run(number: int, tensor: Floats) -> Floats:
    return _get(number).run(tensor)


def _features(number: int, picture: Picture) -> Floats:
    return _get(number).features(picture)


def _score(number: int, probabilities: Floats, top: int) -> tuple[list[Scored], Scored | None]:
    return _get(number).score(probabilities, top)


def _preprocess(number: int, picture: Picture, path: int) -> Floats:
    return _get(number).preprocess(picture, path)


def _answer(call: tuple[str, str, tuple[Any, ...], dict[str, Any]]) -> tuple[str, Any]:
    module, name, args, kwargs = call
    try:
        function: Any = importlib.import_module(module)
        for part in name.split("."):
            function = getattr(function, part)
        return "value", function(*args, **kwargs)
    except PocketlensError as error:
        return "error", error
    except Exception:
        text = f"A call of {module}.{name} failed in a worker process.\n{traceback.format_exc()}"
        return "error", PocketlensError("internal", text)


def serve(pipe: Connection) -> None:
    """Answer calls until the other end closes."""
    while True:
        try:
            call = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_answer(call))


if __name__ == "__main__":
    for module in sys.argv[2:]:
        importlib.import_module(module)
    # Under its own name, so that the functions above find the same `_opened`.
    importlib.import_module("tools.native.worker").serve(Connection(int(sys.argv[1])))
