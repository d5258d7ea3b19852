"""An open package on the page: what it is, its sessions, what it has been taught."""

from __future__ import annotations

import os
import queue
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from tools.errors import PocketlensError
from tools.native.classifier import Classifier, Settings
from tools.native.closing import Closing
from tools.package.archive import write_archive
from tools.package.reader import open_package
from tools.package.writer import Contents, all_files
from tools.web.taught import Taught

SESSIONS = 2  # of a package: pictures that it looks at side by side


class Lens(Closing):
    """An open package: its description, and sessions that lend themselves to one picture each."""

    def __init__(self, path: Path) -> None:
        """Errors: those of opening a package, and wrong_kind for one without labels."""
        self.path = path
        self.package = open_package(path)
        manifest = self.package.manifest
        if manifest.kind != "classifier":
            raise PocketlensError(
                "wrong_kind",
                f"{path} names nothing.",
                found=f"a package of kind {manifest.kind}",
                expected="a classifier",
            )
        self._all: list[Classifier] = []
        self._free: queue.SimpleQueue[Classifier] = queue.SimpleQueue()
        try:
            for _ in range(min(SESSIONS, len(os.sched_getaffinity(0)))):
                self._all.append(Classifier(path, Settings(threads=1, warm_up=True)))
                self._free.put(self._all[-1])
        except BaseException:
            self.close()
            raise
        self.kinds = self.package.kinds
        self._taking_all = threading.Lock()
        self.taught = Taught(self.all_sessions)

    def close(self) -> None:
        """Free the sessions, after the pictures they are at."""
        for session in self._all:
            session.close()
        if hasattr(self, "taught"):
            self.taught.close()

    @contextmanager
    def session(self) -> Iterator[Classifier]:
        """A session for one picture; waits until one is free."""
        lent = self._free.get()
        try:
            yield lent
        finally:
            self._free.put(lent)

    @contextmanager
    def all_sessions(self) -> Iterator[list[Classifier]]:
        """All sessions, when none is at a picture any more."""
        with self._taking_all:
            lent = [self._free.get() for _ in self._all]
            try:
                yield lent
            finally:
                for session in lent:
                    self._free.put(session)

    def same_labels(self, other: Lens) -> bool:
        """Whether both have the same labels in the same order, so that outputs can be compared."""
        return self.package.labels == other.package.labels

    def describe(self, number: int) -> dict[str, Any]:
        """What the page says of the package."""
        manifest = self.package.manifest
        return {
            "id": number,
            "name": manifest.name,
            "file": self.path.name,
            "title": manifest.title,
            "variant": manifest.variant,
            "tolerance": manifest.tolerance,
            "labels": len(self.package.labels),
            "runs_on": self._all[0].backend.used,
            "taught": self.taught.told(),
        }

    def as_zip(self) -> BinaryIO:
        """The package as one file without a name; whoever gets it closes it."""
        stream = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
        files = {name: self.package.read(name) for name in self.package.manifest.files}
        head = {key: value for key, value in self.package.manifest.raw.items() if key != "files"}
        write_archive(stream, all_files(Contents(head, files)))
        return stream
