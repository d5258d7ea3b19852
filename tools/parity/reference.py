"""Whether the package's model still makes of its reference picture what the package says."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tools.conversion.reference import answer_to
from tools.native.answers import Floats
from tools.native.classifier import Classifier
from tools.package import manifest as manifests
from tools.package.reader import Package
from tools.parity.ladder import NOT_RUN, OUT, Rung, Verdict, compare

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
    answer = answer_to(classifier, pixels)
    if answer.tensor_sha256 != manifest.reference.tensor_sha256:
        note = "the reference picture's input tensor is another than the package says"
        return [Verdict("reference", OUT, AGAINST, note=note)]
    expected = np.frombuffer(data, "<f4", offset=pixels.size)
    rung = Rung("reference", None, manifest.tolerance)
    return [_compared(rung, answer.outputs, expected), *_embedding(answer.embedding, package)]


def _embedding(found: Floats, package: Package) -> list[Verdict]:
    if package.manifest.embedding is None:
        return []
    if manifests.REFERENCE_EMBEDDING not in package.manifest.files:
        note = "the package does not tell its reference picture's; make it anew with convert"
        return [Verdict("embedding", NOT_RUN, note=note)]
    expected = np.frombuffer(package.read(manifests.REFERENCE_EMBEDDING), "<f4")
    scale = max(float(np.abs(expected).max()), float(np.finfo(np.float32).tiny))
    rung = Rung("embedding", None, package.manifest.tolerance, "of its largest number")
    return [_compared(rung, found.astype(np.float64) / scale, expected.astype(np.float64) / scale)]


def _compared(rung: Rung, found: npt.NDArray[Any], expected: npt.NDArray[Any]) -> Verdict:
    return compare(rung, found[None], (AGAINST, expected[None]), ranked=False)
