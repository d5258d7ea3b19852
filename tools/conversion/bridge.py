"""The converter bridge: ONNX or MindIR to .ms by MindSpore Lite's converter, in its own process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.conversion.model_files import check_model_file
from tools.errors import PocketlensError
from tools.package.manifest import EMBEDDING_OUTPUT as OUTPUT
from tools.places import BUILD

PROGRAM = BUILD / "native" / "pocketlens_convert"
SECONDS = 300
QUANTIZING_SECONDS = 3600  # the converter runs the model on every calibration photo, slowly
_ERROR = re.compile(r"\[ERROR\].*?\] \w+\] (.+)")
_UNKNOWN = re.compile(r"\[ERROR\].*not support onnx data type (\w+)")
_PREFIX = "pocketlens_convert: "


@dataclass(frozen=True)
class Tensor:
    """An input or output of a converted model."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class ModelInfo:
    """What a converted model says of itself."""

    inputs: tuple[Tensor, ...]
    results: tuple[Tensor, ...]

    @property
    def embedding(self) -> int | None:
        """The length of the embedding beside the row of values; None where there is none."""
        beside = [one for one in self.results if one.name == OUTPUT and one.shape]
        return beside[0].shape[-1] if len(self.results) == 2 and beside else None

    @property
    def outputs(self) -> int:
        """The length of the last axis of the only output but the embedding: the classes."""
        if self.embedding is not None:
            rest = tuple(one for one in self.results if one.name != OUTPUT)
            return ModelInfo(self.inputs, rest).outputs
        if len(self.results) != 1 or not self.results[0].shape:
            raise PocketlensError(
                "output_mismatch",
                "The model does not give one row of values.",
                found=", ".join(f"{one.name}{list(one.shape)}" for one in self.results),
                expected="one output",
            )
        return self.results[0].shape[-1]


def convert_model(
    source: Path,
    kind: str,
    out: Path,
    weights: str = "float32",
    settings: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> None:
    """Convert `source` (kind onnx or mindir) to the .ms file `out`.

    `settings` are lines of the converter's configuration, "section:key" -> value; files in them are
    relative to `out`'s folder, where the converter runs. Raises bad_model_file, core_missing,
    converter_failed or timed_out.
    """
    check_model_file(source, kind)
    if not PROGRAM.is_file():
        raise PocketlensError(
            "core_missing", f"{PROGRAM} is not there.", do="Type `make setup` to build it."
        )
    command = [PROGRAM, "--from", kind, "--in", source.resolve(), "--out", out.resolve()]
    command += ["--weights", weights]
    for key, value in (settings or {}).items():
        command += ["--set", f"{key}={value}"]
    code, log = _run([str(part) for part in command], seconds, source, out.parent)
    if code != 0:
        raise PocketlensError(
            "converter_failed",
            f"MindSpore Lite's converter could not convert {source}: {_reason(code, log)}",
        )


def _run(command: list[str], seconds: float, source: Path, folder: Path) -> tuple[int, str]:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "GLOG_v": "3"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PocketlensError(
            "timed_out",
            f"MindSpore Lite's converter worked on {source} for {seconds:g} s and was stopped.",
        ) from None
    except OSError as error:
        raise PocketlensError(
            "core_missing",
            f"{command[0]} cannot be run: {error.strerror}.",
            do="Type `make setup`.",
        ) from None
    return done.returncode, (done.stderr + done.stdout).decode("utf-8", "replace")


def _reason(code: int, log: str) -> str:
    """The converter's first [ERROR] line, else the last of the bridge, else the signal."""
    unknown = _UNKNOWN.search(log)
    if unknown:
        return f"it has no operator {unknown.group(1)}."
    if "InferSubgraph" in log:
        return (
            "it could not work out the sizes of a layer's output, as happens where it knows an"
            " operator in an older form only. Exporting with opset 11 or 13 may help."
        )
    first = _ERROR.search(log)
    if first:
        return first.group(1).strip()
    ours = [line for line in log.splitlines() if line.startswith(_PREFIX)]
    if ours:
        return ours[-1].removeprefix(_PREFIX)
    if code < 0:
        return f"it was ended by {signal.Signals(-code).name}."
    return f"it ended with exit code {code}."


def describe_ms(ms: Path) -> ModelInfo:
    """Inputs and outputs of a .ms file, as the runtime sees them, asked in a child process.

    Raises bad_model_file, model_build_failed, worker_failed (a damaged model can end its process).
    """
    from tools.native.core import describe_model
    from tools.native.kept import core_worker

    check_model_file(ms, "ms")
    with core_worker() as worker:
        told = worker.call(describe_model, ms)
    return ModelInfo(_tensors(told["inputs"]), _tensors(told["outputs"]))


def _tensors(told: list[dict[str, object]]) -> tuple[Tensor, ...]:
    return tuple(Tensor(str(one["name"]), _shape(one["shape"]), str(one["dtype"])) for one in told)


def _shape(told: object) -> tuple[int, ...]:
    return tuple(int(size) for size in told) if isinstance(told, list) else ()
