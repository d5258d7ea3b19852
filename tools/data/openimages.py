"""Open Images' official label files as a multi-label data set that does not have to fit in memory.

`compile_labels` (tools/data/openimages_labels.py) streams human-verified image labels
(ImageID,Source,LabelName,Confidence) and boxes (ImageID,…,LabelName,Confidence,XMin,…) once,
whatever their order, into a small store on disk; `OpenImages` reads targets from it through memory
maps.

What is known of a photo:
- a box of a class, or an image label with confidence 1, is a positive; it holds for all ancestors;
- an image label with confidence 0 is a negative; it holds for all descendants;
- every other pair of photo and class is unknown and masked out of the loss;
- where the two meet, the positive wins (boxes are drawn around something that is there).
Only the hierarchy's Subcategory edges count (Open Images Challenge 2018, "hierarchical expansion").
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.data.openimages_labels import FORMAT, IMAGE_ID
from tools.data.samples import Array, Indices
from tools.errors import PocketlensError
from tools.package.label_table import Label


class OpenImages:
    """The photos of a store that are there, as multi-label samples."""

    multi = True

    def __init__(self, store: Path, labels: tuple[Label, ...], photos: Path | None) -> None:
        """`photos` holds ID.jpg, in folders or not; None takes all ids, for looking at labels.

        Raises `missing_file`, `bad_dataset` (another class list) and `no_photos`.
        """
        self.labels, self._store = labels, store
        told = _read_store(store, labels)
        self.statements = int(told["statements"])
        self._images = self._map("images.u64", np.uint64)
        self._ends = self._map("ends.u64", np.uint64)
        self._classes = self._map("labels.u16", np.uint16)
        self._present = self._map("present.u8", np.uint8)
        self._folders: list[str] = []
        self._rows = np.arange(len(self._images), dtype=np.int64)
        self._folder_of = np.zeros(len(self._rows), np.int32)
        if photos is not None:
            self._find(photos)

    def _map(self, name: str, dtype: type[np.generic]) -> Any:
        return np.memmap(self._store / name, dtype, mode="r")

    def _find(self, root: Path) -> None:
        """Keeps the rows whose photo is somewhere under `root`."""
        ids: list[npt.NDArray[np.uint64]] = []
        places: list[npt.NDArray[np.int32]] = []
        for folder, folders, files in os.walk(root):
            folders.sort()
            stems = [name[:-4] for name in files if name.endswith(".jpg")]
            found = np.array([int(s, 16) for s in stems if IMAGE_ID.fullmatch(s)], np.uint64)
            if found.size:
                ids.append(found)
                places.append(np.full(found.size, len(self._folders), np.int32))
                self._folders.append(folder)
        there = np.concatenate(ids) if ids else np.empty(0, np.uint64)
        _, rows, which = np.intersect1d(self._images, there, return_indices=True)
        if rows.size == 0:
            raise PocketlensError(
                "no_photos",
                f"None of the {len(self._images):,} labelled photos is in {root}.",
                expected="files named after image ids, such as 000002b66c9c498e.jpg",
            )
        self._rows = rows.astype(np.int64)
        self._folder_of = np.concatenate(places)[which]

    def __len__(self) -> int:
        return len(self._rows)

    def image_id(self, index: int) -> str:
        """The image id of photo `index`: 16 hex digits."""
        return f"{int(self._images[self._rows[index]]):016x}"

    def photo(self, index: int) -> Path:
        """Where photo `index` stands."""
        return Path(self._folders[self._folder_of[index]], f"{self.image_id(index)}.jpg")

    def targets(self, indices: Indices) -> tuple[Array, Array]:
        """Truth and mask, (n, classes) float32."""
        truth = np.zeros((len(indices), len(self.labels)), np.float32)
        mask = np.zeros_like(truth)
        for place, index in enumerate(indices):
            row = int(self._rows[index])
            begin = int(self._ends[row - 1]) if row else 0
            known = self._classes[begin : int(self._ends[row])]
            truth[place, known] = self._present[begin : int(self._ends[row])]
            mask[place, known] = 1
        return truth, mask


def _read_store(store: Path, labels: Sequence[Label]) -> dict[str, Any]:
    """The store's description; it must be of this class list."""
    try:
        told: dict[str, Any] = json.loads((store / "store.json").read_text())
    except FileNotFoundError:
        raise PocketlensError("missing_file", f"{store} is no label store.") from None
    except ValueError as error:
        raise PocketlensError("bad_dataset", f"{store}/store.json is damaged.") from error
    if told.get("format") != FORMAT or told.get("mids") != [label.mid for label in labels]:
        raise PocketlensError(
            "bad_dataset",
            f"{store} was made for another class list.",
            found=f"{len(told.get('mids', []))} classes",
            expected=f"{len(labels)} classes in their order",
            do="Make it again from the label files.",
        )
    return told
