"""The peers' environment, and the benchmark network in the form that each of them takes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.conversion.export import default_checkpoint, export_checkpoint
from tools.errors import PocketlensError
from tools.native.worker import Worker
from tools.package.recipe import Recipe, load_recipe
from tools.places import ROOT

LOCK = Path(__file__).with_name("peers.lock")
FOLDER = ROOT / "build" / "peers"
PYTHON = FOLDER / "venv" / "bin" / "python"
MODEL = ROOT / "models" / "mobilenetv2-openimages"
PEERS = ("litert", "onnxruntime", "openvino")


@dataclass(frozen=True)
class Peer:
    """A peer and the file it runs."""

    name: str
    version: str
    model: Path


def install() -> Path:
    """The peers' Python, installed by pip from the lock file where it is not current."""
    stamp = FOLDER / "stamp"
    key = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == key:
        return PYTHON
    python = shutil.which("python3.11")
    if python is None:
        raise PocketlensError("missing_tool", "The peers need Python 3.11, which was not found.")
    print("installing the peers' environment into build/peers (300 MB)", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    subprocess.run([python, "-m", "venv", FOLDER / "venv"], check=True)
    pip = [PYTHON, "-m", "pip", "-q", "--disable-pip-version-check", "install", "--no-deps"]
    subprocess.run([*pip, "--only-binary=:all:", "--require-hashes", "-r", LOCK], check=True)
    stamp.write_text(key)
    return PYTHON


def versions() -> dict[str, str]:
    """Package name -> version of the lock file."""
    pins = [line.split()[0] for line in LOCK.read_text().splitlines() if "==" in line]
    return dict(pin.split("==") for pin in pins)


def ready() -> list[Peer]:
    """The peers with the demo network in their form, written anew when the checkpoint changed."""
    python, recipe = install(), load_recipe(MODEL)
    with Worker() as worker:
        checkpoint = worker.call(default_checkpoint, recipe)
    key = hashlib.sha256(checkpoint.read_bytes()).hexdigest()
    onnx, tflite = FOLDER / f"{key[:16]}.onnx", FOLDER / f"{key[:16]}.tflite"
    if not onnx.is_file():
        export_checkpoint(recipe, checkpoint, onnx)
    if not tflite.is_file():
        _write_tflite(python, recipe, checkpoint, tflite)
    known = versions()
    return [
        Peer("litert", known["ai-edge-litert"], tflite),
        Peer("onnxruntime", known["onnxruntime"], onnx),
        Peer("openvino", known["openvino"], onnx),
    ]


def _write_tflite(python: Path, recipe: Recipe, checkpoint: Path, out: Path) -> None:
    arrays, draft = out.with_suffix(".npz"), out.with_suffix(".draft")
    with Worker() as worker:
        worker.call(_save_arrays, recipe, checkpoint, arrays)
    imports = "from pathlib import Path; from tests.bench import tflite"
    code = f"{imports}; tflite.write({_args(arrays, draft)})"
    subprocess.run([python, "-c", code], check=True, cwd=ROOT)
    draft.replace(out)
    arrays.unlink()


def _args(*paths: Path) -> str:
    return ", ".join(f"Path({str(path)!r})" for path in paths)


def _save_arrays(recipe: Recipe, checkpoint: Path, out: Path) -> None:
    """In a worker: a checkpoint's arrays and the recipe's class map. Imports MindSpore."""
    from tools.network import checkpoints, networks

    class_map = networks.class_map(recipe)
    arrays = checkpoints.read_checkpoint(checkpoint).arrays
    np.savez(out, class_map=class_map.astype(np.float32), **arrays)
