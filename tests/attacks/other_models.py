"""A model.ms that is not the one its manifest speaks of: other shapes, cut, flipped, no model.

With hashes checked, nothing that was changed reaches the runtime. Without (which only measuring and
fuzzing may ask for) the runtime sees the damaged bytes in a child process: it must give a named
error or wrong numbers, and a crash is told as one.
"""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import numpy as np
import onnx

from tests.attacks.common import DEMO, NATIVE, Arena, limit_memory, refusal
from tests.making import without_embedding
from tests.onnx_models import one_convolution
from tools.conversion.bridge import convert_model
from tools.native.classifier import Settings
from tools.native.worker import Worker

SEED = 7
FLIPS, FEW_FLIPS = 12, 2
MEGABYTES = 4096  # for a process that runs a damaged model


def run(arena: Arena) -> None:
    """Models of other shapes under the demo's manifest, and damage to the demo's own."""
    good = (DEMO / "model.ms").read_bytes()
    for name, shape, classes, expected in (
        ("a model with 5 outputs for 601 labels", 224, 5, "output_mismatch"),
        ("a model with 602 outputs for 601 labels", 224, 602, "output_mismatch"),
        ("a model for 112x112 pictures", 112, 601, "input_mismatch"),
    ):
        data = tiny(arena.folder / f"{shape}-{classes}", shape, classes)
        opened(arena, name, data, [expected], embedding=False)
    opened(
        arena,
        "a model whose outputs are infinite",
        tiny(arena.folder / "infinite", 224, 601, infinite=True),
        ["score_not_finite"],
        embedding=False,
    )
    for name, data in (
        ("an empty model", b""),
        ("eight bytes", good[:8]),
        ("half a model", good[: len(good) // 2]),
        ("zeros", bytes(100_000)),
        ("a text", b"hello " * 1000),
        ("the mark of a model and nothing else", good[:8] + bytes(64)),
        ("offsets that lead out of the file", b"\xff\xff\xff\x7fMSL2" + b"\xff" * 4096),
    ):
        opened(arena, name, data, ["model_build_failed"])
    # Padding: the runtime may take it, and the hash has told the truth about it.
    opened(arena, "a model without its last byte", good[:-1], ["ok", "model_build_failed"])
    flipped(arena, good)


def tiny(folder: Path, side: int, classes: int, infinite: bool = False) -> bytes:
    """A converted model of one convolution."""
    folder.mkdir()
    onnx.save(one_convolution(side, classes, infinite), str(folder / "model.onnx"))
    convert_model(folder / "model.onnx", "onnx", folder / "model.ms")
    return (folder / "model.ms").read_bytes()


def package_with(folder: Path, model: bytes, true_hash: bool = True) -> Path:
    """The demo package with another model, its manifest told of it or not."""
    folder.mkdir(parents=True)
    for path in DEMO.iterdir():
        if path.name not in ("model.ms", "model.json"):
            (folder / path.name).write_bytes(path.read_bytes())
    manifest = json.loads((DEMO / "model.json").read_text())
    if true_hash:
        sha256 = hashlib.sha256(model).hexdigest()
        manifest["files"]["model.ms"] = {"size": len(model), "sha256": sha256}
    (folder / "model.json").write_text(json.dumps(manifest))
    (folder / "model.ms").write_bytes(model)
    return folder


def opened(
    arena: Arena, name: str, model: bytes, expected: list[str], embedding: bool = True
) -> None:
    """Open a package with this model and run it once, in a process of its own."""
    package = package_with(arena.folder / name.replace(" ", "-"), model)
    if not embedding:
        without_embedding(package)
    result = open_and_run(package)
    arena.note(name, NATIVE, result, result in expected)


def open_and_run(package: Path, settings: Settings | None = None) -> str:
    """The name of the error that opening and one run give, or "ok"."""

    def attempt() -> None:
        with Worker(120) as worker:
            worker.call(limit_memory, MEGABYTES)
            with worker.open(package, settings) as classifier:
                outputs = classifier.classify(np.full((64, 64, 3), 90, np.uint8)).probabilities
                assert len(outputs) == classifier.outputs

    return refusal(attempt)


def flipped(arena: Arena, good: bytes) -> None:
    """Bits flipped in the model: with hashes and without."""
    source = random.Random(SEED)
    unchecked: dict[str, int] = {}
    for number in range(FLIPS if arena.whole else FEW_FLIPS):
        damaged = bytearray(good)
        for _ in range(10 ** source.randint(0, 4)):
            damaged[source.randrange(len(damaged))] ^= 1 << source.randrange(8)
        package = package_with(arena.folder / f"flip-{number}", bytes(damaged), true_hash=False)
        result = open_and_run(package)
        arena.note("bits flipped in the model", NATIVE, result, result == "wrong_hash")
        arena.readers("bits flipped in the model, read only", package, ["wrong_hash"])
        result = open_and_run(package, Settings(check_hashes=False))
        unchecked[result] = unchecked.get(result, 0) + 1
    told = ", ".join(sorted(unchecked))
    allowed = {
        "ok",
        "model_build_failed",
        "predict_failed",
        "score_not_finite",
        "input_mismatch",
        "output_mismatch",
        "worker_failed",
        "out_of_memory",
        "internal",
    }
    arena.note(
        "bits flipped, hashes not checked (child process)", NATIVE, told, set(unchecked) <= allowed
    )
