"""Does the converted model give the answers of its source? Asked on photos, before it is packed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.data.left_out import read_all, tell_left_out
from tools.data.photo_files import find_photos
from tools.errors import PocketlensError
from tools.native.classifier import Classifier, Settings
from tools.native.kept import core_worker, mindspore_worker
from tools.network import oracle
from tools.network.onnx_repair import Repair
from tools.package.recipe import Recipe
from tools.package.recipe_tables import Preprocess

Floats = npt.NDArray[np.float32]
MOST_PHOTOS = 64
FEW_PHOTOS = 4  # where the source runs in MindSpore, which takes its time on a CPU
TIE = 1e-3  # labels of a hierarchy often share one value; closer than this is no difference of rank
RANGE_SLACK = 1e-5  # rounding above 1 or below 0 that still counts as a probability
SUM_SLACK = 2e-2  # of a softmax's sum, for weights of 16 and 8 bits
SAME = 1e-5  # outputs that differ by less of their size for all photos do not depend on them
ROUNDING = 1e-4  # between a model and itself repaired, where the recipe says nothing


_ADVICE = (
    "See which step differs with `verify`; if the weights are stored in fewer bits, widen [weights]"
    " tolerance in model.toml only after measuring accuracy."
)
_ADVICE_ONNX = (
    "MindSpore Lite computes one of the operators in another way than onnxruntime; exporting with"
    " opset 11 or 13 may help. If the weights are stored in fewer bits, widen [weights] tolerance"
    " in model.toml only after measuring accuracy."
)


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
    """Photos as input tensors (height, width, 3), made by cv2 and numpy, not by the core.

    Tells which photos cannot be read. Errors: no_photos where none can.
    """
    found = find_photos([photos])[:MOST_PHOTOS]
    decoded, left_out = read_all(found)
    tell_left_out(left_out, len(found))
    return [oracle.preprocess(pixels, recipe) for _, pixels in decoded]


@dataclass(frozen=True)
class Source:
    """What a packed model was converted from."""

    kind: str  # onnx or mindir
    path: Path
    repaired: tuple[Path, Repair] | None = None  # the ONNX that was given, and what became of it


def check_parity(
    package: Path,
    recipe: Recipe,
    tolerance: float | None,
    tensors: Sequence[Floats],
    source: Source | None,
) -> Parity:
    """Run the packed model on input tensors and compare it with what it was converted from.

    `tolerance` None: the difference is measured and not judged. Raises the core's errors,
    bad_probabilities, same_answer or parity_failed. Both run in child processes, for a hostile
    model can end its process.
    """
    with ThreadPoolExecutor(2) as pool:
        made = pool.submit(outputs_apart, package, [*tensors, *probes(tensors[0])])
        told = pool.submit(source_outputs, source, recipe, tensors) if source else None
        outputs = made.result()
        expected, note = told.result() if told else (None, "a .ms has no source to compare with")
    check_values(outputs[: len(tensors)], recipe)
    check_variety(outputs)
    if expected is None or source is None:
        return Parity(len(tensors), None, note=note)
    parity = replace(compare(outputs[: len(expected)], expected, source.kind), note=note)
    if tolerance is not None and not (parity.max_difference or 0) <= tolerance:
        raise PocketlensError(
            "parity_failed",
            "The converted model does not give the answers of its source.",
            found=f"a difference of {parity.max_difference:.3g} on {parity.photos} photos, the best"
            f" label the same on {parity.top1_agreement:.0%}",
            expected=f"at most {tolerance:g}, as the recipe says",
            do=_ADVICE_ONNX if source.repaired else _ADVICE,
        )
    return parity


def source_outputs(
    source: Source, recipe: Recipe, tensors: Sequence[Floats]
) -> tuple[Floats | None, str]:
    """Raw outputs of an ONNX in onnxruntime or of a MindIR in MindSpore (for a few tensors).

    With them a note. A MindIR that this MindSpore cannot run gives None and the reason.
    """
    if source.kind == "onnx":
        with core_worker() as worker:
            return worker.call(onnx_outputs, source, recipe, tensors)
    try:
        with mindspore_worker() as worker:
            return worker.call(mindir_outputs, source.path, tensors[:FEW_PHOTOS]), ""
    except PocketlensError as error:
        return None, f"MindSpore could not run the MindIR: {error.message.splitlines()[-1]}"


def onnx_outputs(source: Source, recipe: Recipe, tensors: Sequence[Floats]) -> tuple[Floats, str]:
    """Raw outputs of an ONNX in onnxruntime; a repaired one is compared with what was given."""
    outputs = oracle.onnx_outputs(source.path, tensors)
    if source.repaired is None or not source.repaired[1].changes:
        return outputs, ""
    return outputs, check_repair(*source.repaired, recipe, tensors[:FEW_PHOTOS])


def check_repair(given: Path, repair: Repair, recipe: Recipe, tensors: Sequence[Floats]) -> str:
    """Whether a repaired ONNX answers as the one that was given; a note where nobody can say.

    The recipe's activation is applied to the given model's outputs where it was appended. Raises
    parity_failed, and onnxruntime's bad_model_file unless the numbers' type may be its reason.
    """
    try:
        expected = oracle.onnx_outputs(given, tensors, repair.activation, repair.output)
    except PocketlensError as error:
        if not repair.rounded:
            raise
        return f"the ONNX as it was given could not be run: {error.message}"
    made = oracle.onnx_outputs(repair.path, tensors)
    allowed = recipe.tolerance.get("float16" if repair.rounded else "float32", ROUNDING)
    difference = compare(made, expected, "onnx").max_difference or 0
    if not difference <= allowed:
        raise PocketlensError(
            "parity_failed",
            f"{given} could not be changed without changing its answers.",
            found=f"a difference of {difference:.3g} after: {'; '.join(repair.changes)}",
            expected=f"at most {allowed:g}",
        )
    return ""


def mindir_outputs(path: Path, tensors: Sequence[Floats]) -> Floats:
    """Raw outputs of a MindIR (NCHW) in MindSpore, which this imports, for NHWC tensors."""
    import mindspore

    network = mindspore.nn.GraphCell(mindspore.load(str(path)))
    planar = [tensor.transpose(2, 0, 1)[None] for tensor in tensors]
    rows = [network(mindspore.Tensor(one)).asnumpy().reshape(-1) for one in planar]
    return np.stack(rows)


def outputs_apart(package: Path, tensors: Sequence[Floats]) -> Floats:
    """As packed_outputs, in a child process: a hostile model can end it."""
    with core_worker() as worker:
        return worker.call(packed_outputs, package, tensors)


def packed_outputs(package: Path, tensors: Sequence[Floats]) -> Floats:
    """Raw outputs (tensors, outputs) of a package's model. Loads the core into this process."""
    with Classifier(package, Settings(threads=1)) as classifier:
        return np.stack([classifier.run(tensor) for tensor in tensors])


def probes(tensor: Floats) -> list[Floats]:
    """Two inputs that are no photo, to tell whether a model looks at its input at all."""
    return [-tensor, np.zeros_like(tensor)]


def check_variety(outputs: Floats) -> None:
    """Refuse a model that gives the same answer (tensors, outputs) for every tensor.

    Outputs are the same when they differ by rounding alone; a sure network's small probabilities
    still differ by their half.
    """
    spread, largest = np.ptp(outputs, axis=0), np.abs(outputs).max(axis=0)
    if (spread > SAME * largest).any():
        return
    raise PocketlensError(
        "same_answer",
        "The model gives the same answer for every photo.",
        found=f"outputs that differ by rounding alone between {len(outputs)} inputs",
        do="See that it is trained, and that [preprocess] of the recipe is what it was trained"
        " with.",
    )


def check_values(outputs: Floats, recipe: Recipe) -> None:
    """Refuse outputs that are not numbers, or of a classifier that are no probabilities.

    After a softmax each photo's outputs add up to 1.
    """
    low, high = float(np.min(outputs)), float(np.max(outputs))
    if not np.isfinite(outputs).all():
        raise PocketlensError(
            "score_not_finite", "The converted model gives values that are no numbers."
        )
    if recipe.kind == "features":
        return
    if not (low >= -RANGE_SLACK and high <= 1 + RANGE_SLACK):
        raise _no_probabilities(
            f"values from {low:.3g} to {high:.3g}, which look like logits", "values from 0 to 1"
        )
    head = recipe.network.head
    if head is not None and head.type == "dense" and head.activation == "softmax":
        sums = outputs.sum(axis=1, dtype=np.float64)
        if np.abs(sums - 1).max() > SUM_SLACK:
            raise _no_probabilities(
                f"values that add up to {sums.min():.3g} to {sums.max():.3g}",
                "values that add up to 1, as the recipe's softmax makes them",
            )


def _no_probabilities(found: str, expected: str) -> PocketlensError:
    return PocketlensError(
        "bad_probabilities",
        "The model's outputs are no probabilities.",
        found=found,
        expected=expected,
        do="Name the activation that it was trained with (softmax or sigmoid) in [network.head] of"
        " the recipe and convert from the checkpoint or the ONNX: a model that ends in logits gets"
        " it appended.",
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
