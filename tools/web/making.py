"""A package from classes that are put together on the page: photos in, `own` in a child, files out.

What comes from the page is content, never a place: photos lie in numbered folders under a temporary
one, and the classes' names in a table beside them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeGuard

from tools.data.photos import decode_photo
from tools.errors import PocketlensError
from tools.lists.naming import plain
from tools.native.closing import Closing
from tools.package.tables import is_name
from tools.places import python_path
from tools.training.own_layout import LEAST
from tools.web.maker import TABLE, class_folder

MOST_CLASSES = 200
MOST_PHOTOS = 5000
MOST_BYTES = 4 << 30
SAID = 2000  # characters of a child's last words


class Making(Closing):
    """One package in the making at a time.

    state: nothing, collecting, running, done, failed. The steps of `own` come with the seconds that
    each took, None for the one that runs.
    """

    def __init__(self, works: Path, made: Callable[[Path], int]) -> None:
        """works: where packages are kept. made: takes a new one's place, returns its number."""
        self._works, self._made = works, made
        self._lock = threading.RLock()
        self._process: subprocess.Popen[str] | None = None
        self._forget()

    def _forget(self) -> None:
        self._state = "nothing"
        self._names: list[str] = []
        self._counts: list[int] = []
        self._bytes = 0
        self._steps: list[dict[str, Any]] = []
        self._outcome: dict[str, Any] = {}
        self._error: dict[str, str] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._stopped = False

    def told(self) -> dict[str, Any]:
        """Everything that the page shows."""
        with self._lock:
            shown = {key: value for key, value in self._outcome.items() if key != "page"}
            return {
                "state": self._state,
                "photos": self._counts,
                "steps": [dict(step) for step in self._steps],
                "outcome": shown,
                "error": self._error,
            }

    def begin(self, wanted: Any) -> None:
        """Begin with a name and the names of classes. Errors: busy, bad_labels."""
        name, classes = _wanted(wanted)
        with self._lock:
            if self._state == "running":
                raise PocketlensError("busy", "A package is being made.", do="Wait, or stop it.")
            self._clean()
            self._forget()
            self._folder = tempfile.TemporaryDirectory(prefix="pocketlens-")
            table = {"name": name, "classes": classes}
            self._place(TABLE).write_text(json.dumps(table, ensure_ascii=False), "utf-8")
            for index in range(len(classes)):
                self._place(class_folder(index)).mkdir(parents=True)
            self._names, self._counts = classes, [0] * len(classes)
            self._state = "collecting"

    def add(self, index: int, data: bytes, name: str) -> None:
        """Take a photo of a class. Errors: unreadable_photo, bad_settings, too_large."""
        decode_photo(data, name)
        with self._lock:
            if self._state != "collecting" or index >= len(self._counts):
                raise PocketlensError("bad_settings", "No class waits for photos here.")
            if sum(self._counts) >= MOST_PHOTOS or self._bytes + len(data) > MOST_BYTES:
                raise PocketlensError(
                    "too_large",
                    "This is more than can be made on this page.",
                    expected=f"at most {MOST_PHOTOS} photos and {MOST_BYTES >> 30} GiB",
                    do="Put the photos into folders and type: make own DIR=photos/",
                )
            self._place(class_folder(index), f"{self._counts[index]:05d}").write_bytes(data)
            self._counts[index] += 1
            self._bytes += len(data)

    def run(self) -> None:
        """Make the package; `told` says how far it is. Errors: bad_settings, bad_dataset."""
        with self._lock:
            if self._state != "collecting" or self._folder is None:
                raise PocketlensError("bad_settings", "There are no classes to make a package of.")
            pairs = zip(self._names, self._counts, strict=True)
            few = [f"{name} ({count})" for name, count in pairs if count < LEAST]
            if few:
                raise PocketlensError(
                    "bad_dataset",
                    "Some classes have too few photos.",
                    found=", ".join(few[:5]),
                    expected=f"at least {LEAST} each, better 10 or more",
                )
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tools.web.maker", self._folder.name, str(self._works)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "GLOG_v": "3", "PYTHONPATH": python_path()},
                start_new_session=True,  # Ctrl-C is for the server, which then stops it
            )
            self._state = "running"
            threading.Thread(target=self._listen, args=[self._process], daemon=True).start()

    def stop(self) -> None:
        """Stop what runs and forget what has come."""
        with self._lock:
            process, self._stopped = self._process, True
        if process is not None:
            end(process)
        with self._lock:
            self._clean()
            self._forget()

    def close(self) -> None:
        """As stop."""
        self.stop()

    def report(self) -> bytes:
        """The report's page. Errors: bad_settings where nothing has been made."""
        with self._lock:
            if "page" not in self._outcome:
                raise PocketlensError("bad_settings", "No package has been made here yet.")
            return Path(self._outcome["page"]).read_bytes()

    def _place(self, *parts: str) -> Path:
        assert self._folder is not None
        return Path(self._folder.name, *parts)

    def _clean(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _listen(self, process: subprocess.Popen[str]) -> None:
        """Follow the child to its end, in a thread of its own."""
        assert process.stdout is not None and process.stderr is not None
        words: list[str] = []
        ears = threading.Thread(target=lambda: words.append(process.stderr.read()))  # type: ignore[union-attr]
        ears.start()
        for line in process.stdout:
            self._hear(json.loads(line))
        ears.join()
        code = process.wait()
        with self._lock:
            if self._stopped:
                return
            self._process = None
            self._clean()
            self._end(code, "".join(words)[-SAID:])

    def _hear(self, said: dict[str, Any]) -> None:
        with self._lock:
            if "step" in said:
                self._steps.append({"name": said["step"], "seconds": None})
            elif "seconds" in said:
                self._steps[-1]["seconds"] = said["seconds"]
            elif "error" in said:
                self._error = said["error"]
            else:
                self._outcome = said

    def _end(self, code: int, words: str) -> None:
        """Show what came out; a package that was made is opened on the page."""
        if code == 0 and "package" in self._outcome:
            try:
                self._outcome["package"] = self._made(Path(self._outcome["package"]))
                self._state = "done"
                return
            except PocketlensError as error:
                self._error = error.to_json()
        self._state = "failed"
        if self._error is None:
            how = f"The child that makes the package ended with exit code {code}. {words}"
            self._error = PocketlensError("worker_failed", how).to_json()


def end(process: subprocess.Popen[Any], patience: float = 5) -> None:
    """End a child: politely, and after `patience` seconds at once."""
    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    while process.poll() is None and time.monotonic() - begun < patience:
        time.sleep(0.02)
    process.kill()
    process.wait()


def _wanted(wanted: Any) -> tuple[str, list[str]]:
    """Name and classes as the page sends them. Errors: bad_labels."""

    def refused(what: str, found: object) -> PocketlensError:
        return PocketlensError("bad_labels", what, found=repr(found)[:200])

    if not isinstance(wanted, dict) or not isinstance(wanted.get("classes"), list):
        raise refused("Classes are expected.", wanted)
    name, classes = wanted.get("name"), wanted["classes"]
    if not _can_be_shown(name):
        raise refused("The package needs a name.", name)
    for one in classes:
        if not _can_be_shown(one):
            raise refused(
                "A class needs a name of 1 to 400 bytes without a space at its ends.", one
            )
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise refused(f"A package has 2 to {MOST_CLASSES} classes.", len(classes))
    if len({plain(one) for one in classes}) < len(classes):
        raise refused("Two classes have the same name.", classes)
    return name, classes


def _can_be_shown(name: object) -> TypeGuard[str]:
    """Whether this can be a label's name: no line breaks, no halves of characters."""
    return isinstance(name, str) and name.isprintable() and is_name(name)
