"""What a package is taught on the page: labels by a few pictures each, in memory until saved."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tools.errors import PocketlensError
from tools.native.classifier import Classifier
from tools.native.closing import Closing
from tools.native.frames import Picture
from tools.native.teaching import TaughtLabel, TaughtLabels, TaughtPicture
from tools.teaching.vectors import ALIKE, STRANGE

SHOTS = 5  # pictures of a label that the page asks for
HARDLY_NEW = 0.9  # likeness to an earlier picture; see TaughtPicture
LARGEST_FILE = 64 << 20

Sessions = Callable[[], AbstractContextManager[list[Classifier]]]


class Taught(Closing):
    """The taught labels of one package. They change while none of its sessions is at work."""

    def __init__(self, sessions: Sessions) -> None:
        """sessions: lends all sessions of the package at once."""
        self._sessions = sessions
        self._set: TaughtLabels | None = None

    def close(self) -> None:
        """Free the set."""
        if self._set is not None:
            self._set.close()

    def told(self) -> list[dict[str, Any]]:
        """The labels as the page shows them."""
        return [] if self._set is None else [_entry(label) for label in self._set.labels]

    def add(self, name: str, picture: Picture) -> dict[str, Any]:
        """Teach a label another picture. Errors: no_embedding, bad_taught_label, too_large."""
        with self._changing() as (session, known):
            told = session.teach(known, name, picture)
            label = known.labels[told.label]
        added = {"mid": label.mid, "picture": told.pictures - 1, "hint": hint(told)}
        return {"labels": self.told(), "added": added}

    def remove(self, mid: str, picture: int | None) -> None:
        """Forget a label, or one of its pictures. Errors: unknown_taught."""
        with self._changing() as (_, known):
            known.remove(mid, picture)

    def open(self, data: bytes) -> None:
        """Use what a .taught file holds instead. Errors: those of reading it."""
        with self._sessions() as sessions:
            self._use(TaughtLabels(sessions[0], data), sessions)

    def saved(self) -> bytes:
        """The bytes of a .taught file. Errors: no_embedding."""
        with self._changing() as (_, known), tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "labels.taught")
            known.save(path)
            return path.read_bytes()

    @contextmanager
    def _changing(self) -> Iterator[tuple[Classifier, TaughtLabels]]:
        with self._sessions() as sessions:
            if self._set is None:
                self._use(TaughtLabels(sessions[0]), sessions)
            assert self._set is not None
            yield sessions[0], self._set

    def _use(self, known: TaughtLabels, sessions: list[Classifier]) -> None:
        for session in sessions:
            session.use_taught(known)
        self.close()
        self._set = known


def hint(told: TaughtPicture) -> str:
    """What would make the label better, after a picture of it."""
    agreement = 0.5 if told.agreement is None else told.agreement
    if told.likeness is not None and told.likeness >= HARDLY_NEW:
        return "That is nearly the picture before. Turn it, or take it to another place."
    if agreement < STRANGE:
        return "These pictures are hardly of one thing. Take the last one back, or look again."
    if told.pictures < SHOTS:
        return f"{SHOTS - told.pictures} more: another side, another place."
    if agreement > ALIKE:
        return "It is named from now on, in this place. Pictures from others would help."
    return "It is named from now on."


def _entry(label: TaughtLabel) -> dict[str, Any]:
    return {"mid": label.mid, "name": label.name, "pictures": label.pictures}


def check_taught_name(name: str) -> None:
    """A name that can be shown. Errors: bad_taught_label."""
    if not name.isprintable() or not name.strip():
        raise PocketlensError("bad_taught_label", "The thing needs a name.", found=repr(name[:40]))
