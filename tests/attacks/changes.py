"""A package that changes between the check and the use, or while it is read."""

from __future__ import annotations

import mmap
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.attacks.common import DEMO, NATIVE, PYTHON, Arena, refusal, write
from tests.damage.base import whole, with_file
from tools.errors import PocketlensError
from tools.native.answers import Floats
from tools.native.worker import Worker
from tools.package.reader import open_package

READS, FEW_READS = 150, 30
OPENS, FEW_OPENS = 8, 2
MAPPED_OPENS, FEW_MAPPED_OPENS = 80, 15
SPOILT = 1 << 16  # bytes


def run(arena: Arena) -> None:
    """Changes after opening, and during it."""
    after_opening(arena)
    while_reading(arena)
    while_opening(arena)
    by_shared_mapping(arena)


def after_opening(arena: Arena) -> None:
    """The model is overwritten, cut and removed once the package is open."""
    package = write(arena.folder / "python", whole())
    opened = open_package(package)
    (package / "model.ms").write_bytes(b"another model of another length\n" * 3)
    result = refusal(lambda: opened.read("model.ms"))
    arena.note("the model replaced after opening", PYTHON, result, result == "wrong_size")
    package = arena.folder / "native"
    shutil.copytree(DEMO, package)
    tensor = np.zeros((224, 224, 3), np.float32)
    with Worker() as worker, worker.open(package) as classifier:
        before = classifier.run(tensor)
        changes: list[tuple[str, Callable[[], object]]] = [
            ("overwritten in place", lambda: overwrite(package / "model.ms")),
            ("cut to nothing", lambda: os.truncate(package / "model.ms", 0)),
            ("removed", lambda: shutil.rmtree(package)),
        ]
        for name, change in changes:
            change()
            result = refusal(lambda: classifier.run(tensor))
            same = result == "ok" and bool((classifier.run(tensor) == before).all())
            arena.note(
                f"the model {name} while in use",
                NATIVE,
                "the same answers" if same else result,
                same,
            )


def overwrite(path: Path) -> None:
    """Other bytes at the same place."""
    with path.open("r+b") as file:
        file.write(os.urandom(1 << 20))


def while_reading(arena: Arena) -> None:
    """A table takes turns between two contents, only one of which the manifest speaks of."""
    package = write(arena.folder / "turns", whole())
    other = with_file("labels.csv", whole()["labels.csv"].replace(b"Cat", b"Dog"))
    contents = [whole()["labels.csv"], other["labels.csv"], b""]

    def change(turn: int) -> None:
        (package / "labels.csv").write_bytes(contents[turn % 3])

    reads = READS if arena.whole else FEW_READS
    with changing(change):
        for against, worker, function in arena.both():
            found = {worker.call(function, package) for _ in range(reads)}
            arena.note(
                "a table that changes while it is read",
                against,
                ", ".join(sorted(found)),
                found <= {"ok", "wrong_size", "wrong_hash", "unreadable_file"},
            )


def while_opening(arena: Arena) -> None:
    """The model is exchanged, or cut and restored in place, while the core opens the package."""
    package = arena.folder / "opened"
    shutil.copytree(DEMO, package)
    model = package / "model.ms"
    data = model.read_bytes()
    beside = arena.folder / "beside.ms"

    def exchange(turn: int) -> None:
        beside.write_bytes(data if turn % 2 else data[: turn % 5 * 4096])
        os.replace(beside, model)

    def cut(turn: int) -> None:
        if turn % 2:
            model.write_bytes(data)
        else:
            os.truncate(model, turn % 5 * 4096)

    named = {"ok", "wrong_size", "wrong_hash", "unreadable_file", "missing_file"}
    open_often(arena, "the model exchanged while it is opened", package, exchange, named)
    open_often(arena, "the model cut in place while it is opened", package, cut, named)


def open_often(
    arena: Arena, attempt: str, package: Path, change: Callable[[int], None], allowed: set[str]
) -> None:
    """Open the package in process after process while it is changed."""
    found = set()
    with changing(change):
        for _ in range(OPENS if arena.whole else FEW_OPENS):
            with Worker(120) as worker:
                found.add(refusal(lambda worker=worker: worker.open(package)))
    told = sorted("the process ended" if x == "worker_failed" else x for x in found)
    arena.note(attempt, NATIVE, ", ".join(told), found <= allowed)


def by_shared_mapping(arena: Arena) -> None:
    """A program that has mapped the model's file shared writes after the hash was found right.

    Such a write moves neither the file's size nor its times. The weights are exchanged for others
    and put back, at moments that cover the whole of opening; whatever opens must then give the
    honest model's answers.
    """
    package = arena.folder / "mapped"
    shutil.copytree(DEMO, package)
    model = package / "model.ms"
    tensor = np.full((224, 224, 3), 0.25, np.float32)
    good = model.read_bytes()
    place = slice(len(good) // 2, len(good) // 2 + SPOILT)  # of the weights
    with model.open("r+b") as file, mmap.mmap(file.fileno(), 0) as shared, Worker() as worker:
        with worker.open(package) as honest:
            answer = honest.run(tensor)

        def exchange(turn: int) -> None:
            shared[place] = bytes(SPOILT) if turn % 2 else good[place]
            time.sleep(turn // 2 % 9 * 0.002)

        found = []
        with changing(exchange):
            for _ in range(MAPPED_OPENS if arena.whole else FEW_MAPPED_OPENS):
                found.append(answers(worker, package, tensor, answer))
    told = ", ".join(sorted(set(found)))
    survived = set(found) <= {"the same answers", "wrong_hash"}
    arena.note("the weights changed through a shared mapping", NATIVE, told, survived)


def answers(worker: Worker, package: Path, tensor: Floats, expected: Floats) -> str:
    """Whether the package, opened now, answers as expected, or why it does not open."""
    try:
        with worker.open(package) as opened:
            same = bool((opened.run(tensor) == expected).all())
    except PocketlensError as error:
        return error.name
    return "the same answers" if same else "other answers"


class changing:
    """Calls `change(turn)` again and again in a thread for as long as the block lasts."""

    def __init__(self, change: Callable[[int], None]) -> None:
        self._change = change
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        turn = 0
        while not self._stop.is_set():
            self._change(turn)
            turn += 1

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
