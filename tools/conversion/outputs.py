"""How many outputs a model file has, whatever its kind, before it is known what they are called."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from tools.conversion.bridge import convert_model, describe_ms
from tools.conversion.model_files import check_model_file
from tools.errors import PocketlensError
from tools.native.worker import Worker


def count_outputs(kind: str, source: Path, work: Path) -> int:
    """The length of the row of values that the model gives; a MindIR is converted into `work`.

    Raises the errors of reading it: those of the checkpoint, bad_model_file, converter_failed.
    """
    if kind == "checkpoint":
        from tools.network.networks import outputs_of

        with Worker() as worker:
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


def read_onnx(source: Path) -> Any:
    """An ONNX model without the weights that lie in other files. Raises bad_model_file."""
    import onnx

    check_model_file(source, "onnx")
    try:
        return onnx.load(str(source), load_external_data=False)
    except Exception as error:  # protobuf's DecodeError, which it does not promise
        raise PocketlensError(
            "bad_model_file", f"{source} is no readable ONNX model: {error}."
        ) from None


def _of_onnx(source: Path) -> int:
    graph = read_onnx(source).graph
    shape = [size.dim_value for size in graph.output[0].type.tensor_type.shape.dim]
    if len(graph.output) != 1 or len(shape) < 2 or min(shape[1:]) < 1:
        raise PocketlensError(
            "output_mismatch",
            f"{source} does not say how many values it gives.",
            found=", ".join(one.name for one in graph.output) + f" of shape {shape}",
            expected="one output of a fixed shape (1, classes)",
            do="Name the class list with --labels.",
        )
    return math.prod(shape[1:])
