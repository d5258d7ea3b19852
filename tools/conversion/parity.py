"""Does the converted model give the answers of its source? Asked on photos, before it is packed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.data.photos import find_photos, read_photo
from tools.errors import PocketlensError
from tools.native.classifier import Classifier, Settings
from tools.native.worker import Worker
from tools.network import oracle
from tools.package.recipe import Preprocess, Recipe

Floats = npt.NDArray[np.float32]
MOST_PHOTOS = 64
FEW_PHOTOS = 4  # where the source runs in MindSpore, which takes its time on a CPU
TIE = 1e-3  # labels of a hierarchy often share one value; closer than this is no difference of rank
RANGE_SLACK = 1e-5  # rounding above 1 or below 0 that still counts as a probability


@dataclass(frozen=True)
class Parity:
    """How far the converted model is from its source.

    `against`: in what form the source was run, onnx or mindir; None: it could not be, see `note`.
    """

    photos: int
    against: str | None
    max_difference: float | None = None
    mean_difference: float | None = None
    top1_agreement: float | None = None
    note: str = ""

    def to_manifest(self) -> dict[str, Any]:
        """The value of `parity` in model.json; differences to three digits."""
        told = {
            "photos": self.photos,
            "against": self.against,
            "max_difference": _short(self.max_difference),
            "mean_difference": _short(self.mean_difference),
            "top1_agreement": _short(self.top1_agreement),
        }
        return {**told, "note": self.note} if self.note else told


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def input_tensors(photos: Path, recipe: Preprocess) -> list[Floats]:
    """Photos as input tensors (height, width, 3), made by cv2 and numpy, not by the core."""
    found = find_photos([photos])[:MOST_PHOTOS]
    return [oracle.preprocess(read_photo(photo), recipe) for photo in found]


def check_parity(
    package: Path,
    recipe: Recipe,
    tolerance: float | None,
    tensors: Sequence[Floats],
    source: tuple[str, Path] | None,
) -> Parity:
    """Run the packed model on input tensors and compare it with what it was converted from.

    `source`: its kind (onnx or mindir) and file, None where there is none. `tolerance` None: the
    difference is measured and not judged. Raises the core's
    errors, bad_probabilities or parity_failed. Both run in child processes, for a hostile model can
    end its process.
    """
    with ThreadPoolExecutor(2) as pool:
        made = pool.submit(_in_worker, packed_outputs, package, tensors)
        told = pool.submit(source_outputs, *source, tensors) if source else None
        outputs = made.result()
        expected, note = told.result() if told else (None, "a .ms has no source to compare with")
    check_values(outputs, recipe)
    if expected is None or source is None:
        return Parity(len(tensors), None, note=note)
    parity = compare(outputs[: len(expected)], expected, source[0])
    if tolerance is not None and not (parity.max_difference or 0) <= tolerance:
        raise PocketlensError(
            "parity_failed",
            "The converted model does not give the answers of its source.",
            found=f"a difference of {parity.max_difference:.3g} on {parity.photos} photos, the best"
            f" label the same on {parity.top1_agreement:.0%}",
            expected=f"at most {tolerance:g}, as the recipe says",
            do="See which step differs with `verify`; if the weights are stored in fewer bits,"
            " widen [weights] tolerance in model.toml only after measuring accuracy.",
        )
    return parity


def source_outputs(kind: str, path: Path, tensors: Sequence[Floats]) -> tuple[Floats | None, str]:
    """Raw outputs of an ONNX in cv2.dnn or of a MindIR in MindSpore (for a few tensors).

    A MindIR that this MindSpore cannot run gives None and the reason.
    """
    if kind == "onnx":
        return _in_worker(oracle.onnx_outputs, path, tensors), ""
    try:
        return _in_worker(mindir_outputs, path, tensors[:FEW_PHOTOS]), ""
    except PocketlensError as error:
        return None, f"MindSpore could not run the MindIR: {error.message.splitlines()[-1]}"


def mindir_outputs(path: Path, tensors: Sequence[Floats]) -> Floats:
    """Raw outputs of a MindIR (NCHW) in MindSpore, which this imports, for NHWC tensors."""
    import mindspore

    network = mindspore.nn.GraphCell(mindspore.load(str(path)))
    planar = [tensor.transpose(2, 0, 1)[None] for tensor in tensors]
    rows = [network(mindspore.Tensor(one)).asnumpy().reshape(-1) for one in planar]
    return np.stack(rows)


def _in_worker(function: Any, *arguments: Any) -> Floats:
    with Worker() as worker:
        outputs: Floats = worker.call(function, *arguments)
    return outputs


def packed_outputs(package: Path, tensors: Sequence[Floats]) -> Floats:
    """Raw outputs (tensors, outputs) of a package's model. Loads the core into this process."""
    with Classifier(package, Settings(threads=1)) as classifier:
        return np.stack([classifier.run(tensor) for tensor in tensors])


def check_values(outputs: Floats, recipe: Recipe) -> None:
    """Refuse outputs that are not numbers, or of a classifier that are no probabilities."""
    low, high = float(np.min(outputs)), float(np.max(outputs))
    if not np.isfinite(outputs).all():
        raise PocketlensError(
            "score_not_finite", "The converted model gives values that are no numbers."
        )
    if recipe.kind == "features" or (low >= -RANGE_SLACK and high <= 1 + RANGE_SLACK):
        return
    raise PocketlensError(
        "bad_probabilities",
        "The model's outputs are no probabilities.",
        found=f"values from {low:.3g} to {high:.3g}, which look like logits",
        expected="values from 0 to 1",
        do="Name the activation (softmax or sigmoid) in [network.head] of the recipe and convert"
        " from the checkpoint, so that it becomes part of the model.",
    )


def compare(outputs: Floats, expected: Floats, against: str) -> Parity:
    """Figures over all photos; both (photos, outputs). Raises output_mismatch.

    The best label counts as the same when the source's best label is, within TIE, the best.
    """
    if outputs.shape != expected.shape:
        raise PocketlensError(
            "output_mismatch",
            "The converted model and its source differ in their outputs.",
            found=f"{outputs.shape[1:]} values",
            expected=f"{expected.shape[1:]}",
        )
    difference = np.abs(outputs.astype(np.float64) - expected)
    of_best = np.take_along_axis(outputs, expected.argmax(axis=1, keepdims=True), axis=1)[:, 0]
    same = of_best >= outputs.max(axis=1) - TIE
    return Parity(
        len(outputs),
        against,
        float(difference.max()),
        float(difference.mean()),
        float(same.mean()),
    )
