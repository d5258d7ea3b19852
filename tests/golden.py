"""Reading the golden cases and saying how an answer differs from one; shared by several tests."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.native import Frame

FOLDER = Path(__file__).resolve().parent / "data" / "golden"


@dataclass(frozen=True)
class Golden:
    """A case of golden.json with its files."""

    entry: dict[str, Any]
    frame: Frame
    outputs: npt.NDArray[np.float32] | None
    tolerance: float


def load(folder: Path = FOLDER) -> list[Golden]:
    """All cases."""
    document = json.loads((folder / "golden.json").read_text(encoding="utf-8"))
    return [
        Golden(entry, _frame(folder, entry), _outputs(folder, entry), document["tolerance"])
        for entry in document["cases"]
    ]


def _frame(folder: Path, entry: dict[str, Any]) -> Frame:
    data, width, height = (folder / entry["frame"]).read_bytes(), entry["width"], entry["height"]
    how = {"rotation": entry["rotation"], "mirror": entry["mirror"]}
    if entry["format"] == "nv21":
        return Frame.nv21(np.frombuffer(data, np.uint8), width, height, **how)
    pixels = np.frombuffer(data.split(b"\n", 3)[3], np.uint8)
    return Frame.rgb(pixels.reshape(height, width, 3), **how)


def _outputs(folder: Path, entry: dict[str, Any]) -> npt.NDArray[np.float32] | None:
    name = entry.get("outputs")
    return np.frombuffer((folder / name).read_bytes(), "<f4") if name else None


def tensor_differences(golden: Golden, tensor: npt.NDArray[np.float32]) -> list[str]:
    """How an input tensor differs from the golden one: nothing but equality will do."""
    flat = tensor.ravel()
    wrong = [
        f"value {index} is {flat[index]!r}, golden {value!r}"
        for index, value in golden.entry["samples"]
        if index >= flat.size or np.float32(value) != flat[index]
    ]
    digest = hashlib.sha256(flat.astype("<f4").tobytes()).hexdigest()
    if digest != golden.entry["tensor_sha256"]:
        wrong.append(f"SHA-256 is {digest}, golden {golden.entry['tensor_sha256']}")
    return wrong


def output_differences(golden: Golden, outputs: npt.NDArray[np.float32]) -> list[str]:
    """How raw outputs differ from the golden ones, and whether the top labels are the same."""
    assert golden.outputs is not None
    if outputs.shape != golden.outputs.shape:
        return [f"shape is {outputs.shape}, golden {golden.outputs.shape}"]
    furthest = int(np.abs(outputs - golden.outputs).argmax())
    difference = float(abs(outputs[furthest] - golden.outputs[furthest]))
    wrong = [f"output {furthest} is {difference:.2g} off"] if difference > golden.tolerance else []
    best = int(outputs.argmax())
    if best != golden.entry["top"][0]["index"]:
        wrong.append(f"the best label is {best}, golden {golden.entry['top'][0]}")
    return wrong
