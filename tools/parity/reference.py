"""Whether the package's model still makes of its reference picture what the package says."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from tools.native.classifier import Classifier
from tools.package import manifest as manifests
from tools.package.reader import Package
from tools.parity.ladder import NOT_RUN, OK, OUT, Verdict

Floats = npt.NDArray[np.float32]
AGAINST = "package"


def reference_verdicts(classifier: Classifier, package: Package) -> list[Verdict]:
    """The reference picture through this machine's core: the outputs and, where the model gives
    one, the embedding. A package that tells neither stays valid; it is said."""
    manifest = package.manifest
    if manifest.reference is None:
        note = "the package carries no reference picture; make it anew with convert"
        return [Verdict("reference", NOT_RUN, note=note)]
    data = package.read(manifests.REFERENCE)
    height, width = manifest.reference.height, manifest.reference.width
    pixels = np.frombuffer(data, np.uint8, 3 * height * width).reshape(height, width, 3)
    tensor = classifier.preprocess(pixels)
    if hashlib.sha256(tensor.tobytes()).hexdigest() != manifest.reference.tensor_sha256:
        note = "the reference picture's input tensor is another than the package says"
        return [Verdict("reference", OUT, AGAINST, note=note)]
    expected = np.frombuffer(data, "<f4", offset=pixels.size)
    outputs = _verdict("reference", classifier.run(tensor), expected, manifest.tolerance)
    return [outputs, *_embedding(classifier, package, pixels)]


def _embedding(
    classifier: Classifier, package: Package, pixels: npt.NDArray[np.uint8]
) -> list[Verdict]:
    if package.manifest.embedding is None:
        return []
    if manifests.REFERENCE_EMBEDDING not in package.manifest.files:
        note = "the package does not tell its reference picture's; make it anew with convert"
        return [Verdict("embedding", NOT_RUN, note=note)]
    expected = np.frombuffer(package.read(manifests.REFERENCE_EMBEDDING), "<f4")
    scale = max(float(np.abs(expected).max()), float(np.finfo(np.float32).tiny))
    found = classifier.embed(pixels)
    tolerance = package.manifest.tolerance
    return [_verdict("embedding", found, expected, tolerance, scale, "of its largest number")]


def _verdict(
    name: str,
    found: Floats,
    expected: Floats,
    tolerance: float,
    scale: float = 1.0,
    note: str = "",
) -> Verdict:
    difference = np.abs(found.astype(np.float64) - expected) / scale
    status = OK if difference.max() <= tolerance else OUT
    largest, mean = float(difference.max()), float(difference.mean())
    return Verdict(name, status, AGAINST, largest, mean, tolerance, photos=1, note=note)
