"""How many outputs a model file has, whatever its kind, before it is known what they are called."""

from __future__ import annotations

import math
from pathlib import Path

from tools.conversion.bridge import convert_model, describe_ms
from tools.errors import PocketlensError
from tools.native.kept import mindspore_worker
from tools.network import onnx_file


def count_outputs(kind: str, source: Path, work: Path) -> int:
    """The length of the row of values that the model gives; a MindIR is converted into `work`.

    Raises the errors of reading it: those of the checkpoint, bad_model_file, converter_failed.
    """
    if kind == "checkpoint":
        from tools.network.networks import outputs_of

        with mindspore_worker() as worker:
            return worker.call(outputs_of, source)
    if kind == "onnx":
        return _of_onnx(source)
    return describe_ms(convert_to_ms(kind, source, work)).outputs


def convert_to_ms(kind: str, source: Path, work: Path) -> Path:
    """The model as .ms, to be asked: the file itself, or a MindIR's conversion in `work`."""
    if kind == "ms":
        return source
    probe = work / "probe.ms"
    convert_model(source, kind, probe)
    return probe


def _of_onnx(source: Path) -> int:
    outputs = onnx_file.read_onnx(source, weights=False).graph.output
    sizes = [size or 0 for size in onnx_file.sizes(outputs[0])[1:]] if len(outputs) == 1 else []
    if not math.prod(sizes or [0]):
        raise PocketlensError(
            "output_mismatch",
            f"{source} does not say how many values it gives.",
            found=", ".join(f"{one.name} ({onnx_file.written(one)})" for one in outputs),
            expected="one output of a fixed shape (1, classes)",
            do="Name the class list with --labels.",
        )
    return math.prod(sizes)
