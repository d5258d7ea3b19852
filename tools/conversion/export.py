"""Checkpoint to ONNX or MindIR.

Each export runs in a process of its own, in an empty folder: MindSpore's ONNX exporter works once
per process only, and a failed compilation leaves folders behind. ONNX is opset 11, one input
`image` (1, 3, H, W) float32 and one output; it is what MindSpore Lite's converter takes. MindIR is
for users of a newer MindSpore Lite than the one that this project packages for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.errors import PocketlensError
from tools.package.recipe import Recipe
from tools.places import python_path

FORMATS = ("onnx", "mindir")
INPUT_NAME = "image"
OUTPUT_NAMES = {"classifier": "probabilities", "features": "features"}
SECONDS = 300


@dataclass(frozen=True)
class Exported:
    """What an export made and from what."""

    path: Path
    naming: str  # the checkpoint's naming, in words
    source_sha256: str


def _environment() -> dict[str, str]:
    """The worker's environment: this repository importable, native logs quiet."""
    quiet = {"GLOG_v": "3", "PYTHONWARNINGS": "ignore"}
    return {**quiet, **os.environ, "PYTHONPATH": python_path()}


def _run_worker(job: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Runs tools.network.exporter on a job; its answer, or its error raised here."""
    command = [sys.executable, "-m", "tools.network.exporter", json.dumps(dict(job))]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PocketlensError(
            "timed_out", f"The export took longer than {SECONDS} s and was stopped."
        ) from None
    answer = folder / "answer.json"
    if not answer.is_file():
        tail = " ".join(done.stderr.split())[-600:]
        raise PocketlensError(
            "export_failed",
            f"The export process ended with code {done.returncode} before it answered. {tail}",
        )
    reply: dict[str, str] = json.loads(answer.read_text())
    if "error" in reply:
        raise PocketlensError(reply["error"], reply["message"])
    return reply


def export_checkpoint(
    recipe: Recipe, checkpoint: Path, out: Path, format: str = "onnx"
) -> Exported:
    """Exports a recipe's network with a checkpoint's weights to the file `out`.

    A features recipe exports the network up to the pooling, whatever head the checkpoint has.
    `out` appears whole or not at all. Raises the checkpoint's errors (tools.network.checkpoints),
    `export_failed`, `timed_out` and `cannot_write`.
    """
    if format not in FORMATS:
        raise PocketlensError(
            "export_failed", f"The format {format!r} is not known.", expected=" or ".join(FORMATS)
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as name:
            folder = Path(name).resolve()
            draft = folder / f"draft.{format}"
            job = {
                "recipe": str(recipe.path.resolve()),
                "checkpoint": str(checkpoint.resolve()),
                "out": str(draft),
                "format": format,
                "input": INPUT_NAME,
                "output": OUTPUT_NAMES[recipe.kind],
            }
            reply = _run_worker(job, folder)
            draft.chmod(0o644)
            os.replace(draft, out)
    except OSError as error:
        raise PocketlensError(
            "cannot_write",
            f"{out} could not be written: {error.strerror}.",
            do="Free some space or choose another place with --out.",
        ) from error
    return Exported(out, reply["naming"], reply["sha256"])


def _fetched(recipe: Recipe, file: Path) -> Path:
    """The file that a recipe names; where it is not there and can be fetched, the error says so."""
    names = [asset.name for asset in recipe.assets if asset.url.endswith(f"/{file.name}")]
    if names and not file.exists():
        raise PocketlensError(
            "missing_file",
            f"{file.resolve()}, the checkpoint of {recipe.path}, is not there.",
            do=f"`fetch {names[0]}` downloads it. Or give your own with --checkpoint.",
        )
    return file


def default_checkpoint(recipe: Recipe) -> Path:
    """The checkpoint that the recipe itself names, put together where it has to be."""
    if recipe.checkpoint.file is not None:
        return _fetched(recipe, recipe.checkpoint.file)
    if recipe.checkpoint.assemble is None:
        raise PocketlensError(
            "missing_file",
            f"{recipe.path} names no checkpoint.",
            do="Give one with --checkpoint.",
        )
    from tools.network.assemble import assemble

    return assemble(recipe)
