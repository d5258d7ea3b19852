"""The core's taught labels in Python: a set that pictures are added to, saved and read."""

from __future__ import annotations

import ctypes as c
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tools.native.closing import Closing
from tools.native.library import PlError, PlTaughtPicture, check, load

if TYPE_CHECKING:
    from tools.native.classifier import Classifier

Floats = npt.NDArray[np.float32]
Steps = npt.NDArray[np.int8]


@dataclass(frozen=True)
class TaughtLabel:
    """A taught label. agreement: how like the others each of its pictures is, on average (None for
    one alone); below 0.15 they are hardly of one thing, above 0.75 all from one place."""

    mid: str  # own/slug, or the MID of a label of the package that is corrected
    name: str
    pictures: int
    agreement: float | None
    threshold: float  # the similarity from which on it is sure


@dataclass(frozen=True)
class TaughtPicture:
    """What came of a picture that was taught."""

    label: int  # its place among the taught labels
    pictures: int  # how many the label has now
    likeness: float | None  # to its most similar earlier one; from 0.9 on it is hardly new
    agreement: float | None  # as in TaughtLabel

    @classmethod
    def of(cls, raw: PlTaughtPicture) -> TaughtPicture:
        """From the C struct."""
        one = raw.pictures == 1
        told = (None, None) if one else (raw.likeness, raw.agreement)
        return cls(raw.label, raw.pictures, *told)


class TaughtLabels(Closing):
    """A set of taught labels for one embedding. Every method raises the core's named errors."""

    def __init__(self, classifier: Classifier, source: Path | str | bytes | None = None) -> None:
        """An empty set for a classifier's embedding, or one from a .taught file or its bytes.

        Errors: no_embedding, bad_taught, unknown_format_version, other_embedding, too_large,
        missing_file, unreadable_file.
        """
        self.handle, error = c.c_void_p(), PlError()
        self._listed: list[TaughtLabel] | None = None
        out = c.byref(self.handle)
        with classifier.opened() as opened:
            if source is None:
                code = load().pl_taught_new(opened, out, c.byref(error))
            elif isinstance(source, bytes):
                code = load().pl_taught_read(opened, source, len(source), out, c.byref(error))
            else:
                path = str(source).encode()
                code = load().pl_taught_open(opened, path, out, c.byref(error))
        check(code, error)

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            self.close()

    def close(self) -> None:
        """Free the set; a classifier that uses it keeps what it needs."""
        handle, self.handle = self.handle, c.c_void_p()
        if handle:
            load().pl_taught_close(handle)

    def changed(self) -> None:
        """Forget what was read of the set, after a change of it."""
        self._listed = None

    @property
    def labels(self) -> list[TaughtLabel]:
        """All labels in the order in which they were begun."""
        if self._listed is None:
            rows = json.loads(self._json())
            self._listed = [TaughtLabel(**row) for row in rows]
        return self._listed

    def _json(self) -> bytes:
        room, needed, error = 1 << 12, c.c_uint64(), PlError()
        while True:
            text = c.create_string_buffer(room)
            code = load().pl_taught_list(self.handle, text, room, c.byref(needed), c.byref(error))
            check(code, error)
            if needed.value <= room:
                return text.value
            room = needed.value

    def add(self, mid: str, name: str, embeddings: Floats) -> TaughtPicture:
        """Add a picture by its embeddings (views, length): of itself and of its mirror image."""
        rows = np.ascontiguousarray(embeddings, np.float32)
        told, error = PlTaughtPicture(), PlError()
        code = load().pl_taught_add(
            self.handle,
            mid.encode("utf-8", "surrogatepass"),
            name.encode("utf-8", "surrogatepass"),
            rows.ctypes.data,
            rows.shape[0],
            rows.shape[1],
            c.byref(told),
            c.byref(error),
        )
        check(code, error)
        self.changed()
        return TaughtPicture.of(told)

    def remove(self, mid: str, picture: int | None = None) -> None:
        """Take a label away, or one of its pictures. unknown_taught where it is not there."""
        error, id_ = PlError(), mid.encode("utf-8", "surrogatepass")
        if picture is None:
            code = load().pl_taught_remove(self.handle, id_, c.byref(error))
        else:
            code = load().pl_taught_remove_picture(self.handle, id_, picture, c.byref(error))
        check(code, error)
        self.changed()

    def rename(self, mid: str, name: str) -> None:
        """Give a label another name; its id stays. unknown_taught, bad_taught_label."""
        error = PlError()
        id_, told = (text.encode("utf-8", "surrogatepass") for text in (mid, name))
        check(load().pl_taught_rename(self.handle, id_, told, c.byref(error)), error)
        self.changed()

    def save(self, path: Path | str) -> None:
        """Write a .taught file, whole or not at all. cannot_write."""
        error = PlError()
        check(load().pl_taught_save(self.handle, str(path).encode(), c.byref(error)), error)

    def match(self, embedding: Floats) -> tuple[Steps, Floats, Floats]:
        """An embedding's vector (rows,), and each label's score and similarity (labels,)."""
        values, labels = np.ascontiguousarray(embedding, np.float32), len(self.labels)
        vector = np.empty(int(load().pl_vector_length(self.handle)), np.int8)
        scores, similarities = np.empty(labels, np.float32), np.empty(labels, np.float32)
        error = PlError()
        code = load().pl_taught_match(
            self.handle,
            values.ctypes.data,
            values.size,
            vector.ctypes.data,
            vector.size,
            scores.ctypes.data,
            similarities.ctypes.data,
            labels,
            c.byref(error),
        )
        check(code, error)
        return vector, scores, similarities
