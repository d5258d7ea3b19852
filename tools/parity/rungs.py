"""The rungs of the ladder, lowest first, and the two checks beside it: preprocessing and labels.

    checkpoint      in MindSpore, fed by the oracle's preprocessing
    onnx            in onnxruntime, repaired as for conversion, the same tensors
    ms              MindSpore Lite through the core's session, the same tensors
    core            photos through the core: its preprocessing and its session, on this machine
    core (aarch64)  the same built for ARM, under qemu

So a difference that shows at `onnx` was made by the export, at `ms` by the converter, at `core` by
preprocessing, at the last one by the ARM code.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.conversion.parity import check_variety, probes
from tools.native.classifier import Classifier
from tools.native.frames import Bytes, Frame
from tools.native.kept import core_worker, mindspore_worker
from tools.network import onnx_repair, oracle
from tools.package.label_table import Label
from tools.package.manifest import Manifest
from tools.package.recipe import Recipe
from tools.package.recipe_tables import Preprocess
from tools.parity import aarch64
from tools.parity.ladder import NOT_RUN, OK, OUT, Rung, Verdict
from tools.parity.sources import Sources

Floats = npt.NDArray[np.float32]

FLOAT32_TOLERANCE = 1e-4  # of probabilities, between two forms of the same float32 arithmetic
AARCH64_PHOTOS = 4  # an emulated photo takes seconds


@dataclass(frozen=True)
class Photo:
    """A decoded photo (height, width, 3) and the tensor that the oracle makes of it."""

    path: Path
    pixels: Bytes
    tensor: Floats


def load_photos(photos: Sequence[tuple[Path, Bytes]], recipe: Preprocess) -> list[Photo]:
    """Preprocess decoded photos by the oracle."""
    return [Photo(path, pixels, oracle.preprocess(pixels, recipe)) for path, pixels in photos]


def build_rungs(
    package: Path,
    manifest: Manifest,
    recipe: Recipe | None,
    sources: Sources,
    classifier: Classifier,
    photos: Sequence[Photo],
) -> list[Rung]:
    """All rungs for one package; those that cannot be run here say so."""
    tensors = [photo.tensor for photo in photos]
    few = photos[:AARCH64_PHOTOS]
    missing = aarch64.missing()
    exact = recipe.tolerance.get("float32", FLOAT32_TOLERANCE) if recipe else FLOAT32_TOLERANCE
    return [
        _checkpoint_rung(recipe, sources, tensors),
        _onnx_rung(recipe, sources, tensors, exact),
        Rung("ms", lambda: ms_outputs(classifier, tensors), manifest.tolerance),
        Rung("core", lambda: core_outputs(classifier, photos, manifest.kind), exact),
        Rung(
            "core (aarch64)",
            None if missing else lambda: aarch64.outputs(package, [photo.pixels for photo in few]),
            exact,
            missing or f"the first {len(few)}, emulated",
        ),
    ]


def _checkpoint_rung(recipe: Recipe | None, sources: Sources, tensors: list[Floats]) -> Rung:
    checkpoint = sources.checkpoint
    if checkpoint is None or recipe is None:
        return Rung("checkpoint", None, 0, sources.checkpoint_note)
    path = recipe.path
    return Rung("checkpoint", lambda: checkpoint_outputs(path, checkpoint, tensors), 0)


def _onnx_rung(
    recipe: Recipe | None, sources: Sources, tensors: list[Floats], exact: float
) -> Rung:
    onnx, checkpoint = sources.onnx, sources.checkpoint
    if onnx is not None and recipe is not None:
        return Rung("onnx", lambda: onnx_outputs(onnx, recipe, tensors), exact)
    if onnx is not None:
        return Rung("onnx", lambda: oracle.onnx_outputs(onnx, tensors), exact)
    if recipe is None or checkpoint is None:
        return Rung("onnx", None, 0, sources.onnx_note or sources.checkpoint_note)
    return Rung(
        "onnx",
        lambda: exported_outputs(recipe, checkpoint, tensors),
        exact,
        "exported anew from the checkpoint",
    )


def checkpoint_outputs(recipe: Path, checkpoint: Path, tensors: Sequence[Floats]) -> Floats:
    """Raw outputs in MindSpore, in a process of its own."""
    with mindspore_worker() as worker:
        return worker.call(oracle.checkpoint_outputs, recipe, checkpoint, tensors)


def onnx_outputs(onnx: Path, recipe: Recipe, tensors: Sequence[Floats]) -> Floats:
    """Raw outputs of an ONNX file, repaired as for conversion, in a process of its own."""
    with core_worker() as worker:
        return worker.call(onnx_repair.answers, onnx, recipe, tensors)


def exported_outputs(recipe: Recipe, checkpoint: Path, tensors: Sequence[Floats]) -> Floats:
    """Raw outputs in onnxruntime of an ONNX file exported for this and thrown away."""
    from tools.conversion.export import export_checkpoint

    with tempfile.TemporaryDirectory() as folder:
        made = export_checkpoint(recipe, checkpoint, Path(folder) / "model.onnx")
        return oracle.onnx_outputs(made.path, tensors)


def ms_outputs(classifier: Classifier, tensors: Sequence[Floats]) -> Floats:
    """Raw outputs of the packaged model for ready tensors. Raises same_answer where all agree."""
    rows = np.stack([classifier.run(tensor) for tensor in [*tensors, *probes(tensors[0])]])
    check_variety(rows)
    return rows[: len(tensors)]


def core_outputs(classifier: Classifier, photos: Sequence[Photo], kind: str) -> Floats:
    """Raw outputs for photos through the core's own preprocessing."""
    if kind == "features":
        return np.stack([classifier.features(photo.pixels) for photo in photos])
    return np.stack([classifier.classify(photo.pixels).probabilities for photo in photos])


def preprocessing_verdict(classifier: Classifier, photos: Sequence[Photo]) -> Verdict:
    """Whether the core makes exactly the oracle's tensors of the photos."""
    differences = []
    for photo in photos:
        made = classifier.preprocess(Frame.rgb(photo.pixels))
        if made.shape != photo.tensor.shape:
            note = f"the core makes tensors of shape {made.shape}, not {photo.tensor.shape}"
            return Verdict("preprocessing", OUT, "oracle", note=note)
        differences.append(np.abs(made - photo.tensor))
    every = np.stack(differences)
    return Verdict(
        "preprocessing",
        OK if not every.any() else OUT,
        "oracle",
        float(every.max()),
        float(every.mean()),
        0.0,
        photos=len(photos),
    )


def recipe_differences(manifest: Manifest, recipe: Recipe) -> list[str]:
    """Where the recipe in a package is not that of its model folder."""
    packed, told = manifest.raw["recipe"], recipe.to_manifest()
    return [
        f"{table}.{key} is {packed.get(table, {}).get(key)}, in model.toml {value}"
        for table in ("input", "preprocess")
        for key, value in told[table].items()
        if packed.get(table, {}).get(key) != value
    ]


def with_note(verdict: Verdict, notes: Sequence[str]) -> Verdict:
    """A verdict with notes added; differences of the recipe put it out of tolerance."""
    if not notes:
        return verdict
    text = "; ".join([verdict.note, *notes] if verdict.note else notes)
    return replace(verdict, status=OUT, note=text)


def with_remark(verdict: Verdict, text: str) -> Verdict:
    """A verdict with something added to its note; it stays what it is."""
    return replace(verdict, note=f"{verdict.note}, {text}" if verdict.note else text)


def labels_verdict(packed: Sequence[Label], told: Sequence[Label] | None, note: str) -> Verdict:
    """Whether the package's label table is the class list, row by row. None: no list at hand."""
    if told is None:
        return Verdict("labels", NOT_RUN, note=note)
    if len(packed) != len(told):
        return Verdict(
            "labels", OUT, "class list", note=f"{len(packed)} rows, the class list has {len(told)}"
        )
    wrong = [i for i, (a, b) in enumerate(zip(packed, told, strict=True)) if a != b]
    if not wrong:
        return Verdict("labels", OK, "class list", note=f"{len(told)} rows in the same order")
    return Verdict("labels", OUT, "class list", note=_wrong_labels(packed, told, wrong))


def _wrong_labels(packed: Sequence[Label], told: Sequence[Label], wrong: list[int]) -> str:
    i = wrong[0]
    permuted = sorted(label.mid for label in packed) == sorted(label.mid for label in told)
    what = "the same labels in another order" if permuted else "other labels"
    return (
        f"{what}: {len(wrong)} of {len(told)} rows differ, the first is row {i}:"
        f" {packed[i].name} ({packed[i].mid}), in the class list {told[i].name} ({told[i].mid})"
    )
