"""Runs backbone and teachers over all training views; keeps what the head is computed from."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
import numpy.typing as npt

from tools.distillation import pictures
from tools.distillation.pictures import Entry, Views
from tools.distillation.ridge import Moments
from tools.distillation.sources import Source, folder_of
from tools.distillation.teacher import BATCH, VARIANTS, Variant, normalise, read_weights
from tools.errors import PocketlensError
from tools.package.recipe_tables import Preprocess
from tools.places import sha256_of

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
PLACES = 7  # along a side of the backbone's feature maps


@dataclass(frozen=True)
class Collected:
    """What both sides say of the training views, pictures in the order of training.csv.

    `local`: moments of the backbone's features and the teachers' mean logits at 49 places of every
    view. For each whole view `features` (views, 1280) of the backbone, `logits` (views, teachers,
    1000) in float16, and `picture` (views,), which picture it shows.
    """

    local: Moments
    features: Floats
    logits: npt.NDArray[np.float16]
    picture: npt.NDArray[np.int64]

    def every(self, step: int) -> Collected:
        """Every so many of the whole views, from the first on; the places' moments stay."""
        features, logits, picture = self.features, self.logits, self.picture
        return Collected(self.local, features[::step], logits[::step], picture[::step])

    def save(self, file: Path) -> None:
        """Write a .npz that `load` reads, whole or not at all."""
        draft = file.with_suffix(".draft.npz")
        parts = {f"local_{name}": value for name, value in vars(self.local).items()}
        whole = {name: value for name, value in vars(self).items() if name != "local"}
        np.savez(draft, **parts, **whole)
        draft.replace(file)

    @classmethod
    def load(cls, file: Path) -> Collected:
        """What `save` wrote."""
        with np.load(file, allow_pickle=False) as stored:
            xx, xy, x, y = (stored[f"local_{name}"] for name in ("xx", "xy", "x", "y"))
            moments = Moments(xx, xy, x, y, float(stored["local_count"]))
            return cls(moments, stored["features"], stored["logits"], stored["picture"])


class Network:
    """A network up to its feature maps, in onnxruntime on one thread: the same bits every time."""

    def __init__(self, file: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(str(file), options, providers=providers)
        self._name = self._session.get_inputs()[0].name

    def maps(self, views: Floats) -> Floats:
        """(views, 1280, places, places) of normalised views, in batches of fixed size."""
        found: list[Any] = []
        for begin in range(0, len(views), BATCH):
            part = views[begin : begin + BATCH]
            batch = np.zeros((BATCH, 3, *views.shape[1:3]), np.float32)
            batch[: len(part)] = part.transpose(0, 3, 1, 2)
            found.append(self._session.run(None, {self._name: batch})[0][: len(part)])
        return np.concatenate(found)


class Teacher:
    """One teacher: its feature maps and the last layer that turns features into logits."""

    def __init__(self, variant: Variant, network: Network, weights: Path) -> None:
        self._side, self._network = variant.side, network
        self._weight, self._bias = read_weights(weights)[-2:]

    def maps(self, views: Bytes) -> Floats:
        """Logits at the backbone's places (views, 1000, 7, 7); their mean are the view's logits."""
        maps = resampled(self._network.maps(normalise(_scaled(views, self._side))))
        logits = places(maps) @ self._weight.T + self._bias
        shape = len(views), PLACES, PLACES, len(self._bias)
        return np.asarray(logits.reshape(shape).transpose(0, 3, 1, 2), np.float32)


def _scaled(views: Bytes, side: int) -> Bytes:
    if views.shape[1] == side:
        return views
    size = side, side
    return np.stack([cv2.resize(v, size, interpolation=cv2.INTER_LINEAR) for v in views])


def resampled(maps: Floats) -> Floats:
    """Feature maps of any size brought to 7x7, each place the mean of the area that it covers."""
    side = maps.shape[2]
    if side == PLACES:
        return maps
    begin = np.arange(PLACES)[:, None] * side / PLACES
    cell = np.arange(side)[None]
    share = np.minimum(begin + side / PLACES, cell + 1) - np.maximum(begin, cell)
    mean = (share.clip(0) * PLACES / side).astype(np.float32)
    return np.asarray(mean @ maps @ mean.T, np.float32)


def places(maps: Floats) -> Floats:
    """(views * 49, channels): every place of every feature map."""
    return maps.transpose(0, 2, 3, 1).reshape(-1, maps.shape[1])


def weights_of(source: Source) -> Path:
    """A teacher's weights, fetched when they are not there."""
    found = sorted(folder_of(source).glob("*/models/*.pth"))
    if len(found) != 1:
        raise PocketlensError("missing_file", f"{source.name} holds no single .pth file.")
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


def network(which: str, weights: Path, folder: Path) -> Network:
    """A network up to its feature maps, exported when that has not been done yet."""
    out = folder / f"{which}.onnx"
    if not out.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tools.distillation.teacher", which, str(weights)]
        draft = out.with_suffix(".draft.onnx")
        done = subprocess.run([*command, str(draft)], capture_output=True, text=True, check=False)
        if done.returncode != 0 or not draft.is_file():
            raise PocketlensError("export_failed", f"{which}: {done.stderr.strip()[-300:]}")
        draft.rename(out)
    return Network(out)


def teachers(sources: Mapping[str, Source], folder: Path) -> list[Teacher]:
    """Every variant, its weights fetched when they are not there."""
    found = []
    for name, variant in VARIANTS.items():
        weights = weights_of(sources[variant.package])
        found.append(Teacher(variant, network(name, weights, folder), weights))
    return found


def student_input(views: Bytes, chain: Preprocess) -> Floats:
    """The backbone's input (views, 224, 224, 3), in the recipe's arithmetic."""
    scaled = (views * (chain.scale[0] / chain.scale[1])).astype(np.float32)
    mean, std = np.array(chain.mean, np.float32), np.array(chain.std, np.float32)
    return np.asarray((scaled - mean) / std, np.float32)


def collect(
    files: Mapping[Entry, Path], chain: Preprocess, student: Network, masters: Sequence[Teacher]
) -> Collected:
    """Everything that the head needs. About eight minutes of one core."""
    cv2.setNumThreads(1)
    views = Views(chain, pictures.backgrounds(files))
    local = Moments.empty()
    features, logits, picture = [], [], []
    for place, (entry, file) in enumerate(_shown(files)):
        shown = np.stack(list(views.of(entry, pictures.read_picture(file))))
        maps = student.maps(student_input(shown, chain))
        said = [master.maps(shown) for master in masters]
        local.add(places(maps), places(np.mean(said, axis=0, dtype=np.float32)))
        features.append(maps.mean((2, 3)))
        logits.append(np.stack([each.mean((2, 3)) for each in said], axis=1))
        picture += [place] * len(shown)
    said_of_all = np.concatenate(logits).astype(np.float16)
    return Collected(local, np.concatenate(features), said_of_all, np.array(picture))


def _shown(files: Mapping[Entry, Path]) -> Iterator[tuple[Entry, Path]]:
    with click.progressbar(files.items(), label="reading pictures") as bar:
        yield from bar
