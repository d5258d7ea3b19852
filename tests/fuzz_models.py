"""Damaged models against both guards: the hashes, and behind them the runtime itself.

`python -m tests.fuzz_models --minutes 24` damages model.ms again and again (cut, bits flipped,
numbers and runs of bytes exchanged; two thirds of the time a tiny model, else the demo's). Every
damaged model must be refused by its hash, so that nothing of it reaches the runtime. Then hashes
are left out, which only fuzzing may do, and the runtime gets the bytes in a forked child with 4 GB
of address space: it may refuse, answer or end; how is counted, and models that ended the child are
kept in build/fuzz/found/models.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from tests.readers import native_outcome
from tools.errors import PocketlensError
from tools.native.classifier import Classifier, Settings
from tools.native.library import load
from tools.places import ROOT

MODELS = ROOT / "tests" / "data" / "models"
TINY = MODELS / "tiny.ms"
TINY_OUTPUTS, TINY_SIDE = 4, 8
DEMO = ROOT / "build" / "packages" / "mobilenetv2-openimages"
FOUND = ROOT / "build" / "fuzz" / "found" / "models"
REPORT = ROOT / "build" / "fuzz" / "models.json"
MEGABYTES, SECONDS = 4096, 30  # of address space and time for one damaged model
REFUSED = {"wrong_hash", "wrong_size", "too_large"}
NUMBERS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
KEPT = 12  # models that ended the child
ENDED = "ended by "


def damaged(model: bytes, number: int) -> bytes:
    """The model with damage number `number`; the same number always does the same."""
    source = random.Random(number)
    if source.randrange(12) == 0:
        return model[: source.randrange(len(model))]
    data = bytearray(model)
    for _ in range(2 ** source.randrange(4)):
        kind = source.choices(("flip", "number", "copy", "remove"), (6, 4, 4, 1))[0]
        place = source.randrange(len(data))
        length = min(source.choice((1, 2, 4, 8, 64)), len(data) - place)
        if kind == "flip":
            data[place] ^= 1 << source.randrange(8)
        elif kind == "number":
            data[place : place + 4] = source.choice(NUMBERS).to_bytes(4, "little")
        elif kind == "copy":
            other = source.randrange(len(data) - length + 1)
            data[place : place + length] = data[other : other + length]
        else:
            del data[place : place + length]
            data = data or bytearray(1)
    return bytes(data)


class Bench:
    """A package folder in memory whose model is exchanged for damaged ones."""

    def __init__(self, model: bytes, files: dict[str, bytes], folder: Path) -> None:
        """`files`: the whole undamaged package."""
        self.model = model
        self._manifest = json.loads(files["model.json"])
        self.true, self.unchecked = folder / "true", folder / "unchecked"
        for place in (self.true, self.unchecked):
            place.mkdir(parents=True)
            for name, data in files.items():
                (place / name).write_bytes(data)

    def put(self, model: bytes) -> None:
        """Exchange the model; the manifest of `unchecked` tells its true length."""
        for place in (self.true, self.unchecked):
            (place / "model.ms").write_bytes(model)
        self._manifest["files"]["model.ms"]["size"] = len(model)
        (self.unchecked / "model.json").write_text(json.dumps(self._manifest))

    def guarded(self) -> str:
        """What opening says when the manifest tells of the undamaged model."""
        return native_outcome(self.true)

    def bare(self) -> str:
        """What the runtime makes of it, in a child; an error's name, ok, or how the child ended."""
        return in_child(lambda: run_once(self.unchecked))


def run_once(package: Path) -> None:
    """Open without hashes and classify one picture."""
    with Classifier(package, Settings(threads=1, check_hashes=False)) as classifier:
        classifier.classify(np.full((32, 32, 3), 90, np.uint8), 1)


def in_child(work: Callable[[], None]) -> str:
    """Fork, limit memory and time, do the work."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _limited(work, writer)
    os.close(writer)
    ready = select.select([reader], [], [], SECONDS)[0]
    told = os.read(reader, 100).decode() if ready else ""
    os.close(reader)
    if not ready:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if not ready:
        return ENDED + f"the limit of {SECONDS} s"
    if os.WIFSIGNALED(status):
        return ENDED + signal.Signals(os.WTERMSIG(status)).name
    return told or ENDED + f"exit code {os.WEXITSTATUS(status)}"


def _limited(work: Callable[[], None], writer: int) -> None:
    """The child: never returns."""
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    result = "ok"
    try:
        work()
    except PocketlensError as error:
        result = error.name
    except MemoryError:
        result = "out_of_memory"
    os.write(writer, result.encode())
    os._exit(0)


def tiny_package() -> dict[str, bytes]:
    """The files of a package around the tiny model."""
    files = {
        "model.ms": TINY.read_bytes(),
        "labels.csv": b"index,mid,name\n"
        + b"".join(b"%d,own/l%d,L%d\n" % (n, n, n) for n in range(TINY_OUTPUTS)),
        "thresholds.csv": b"index,mid,threshold,status,precision,recall,f1,support\n"
        + b"".join(b"%d,own/l%d,0.5,default,,,,\n" % (n, n) for n in range(TINY_OUTPUTS)),
    }
    manifest = json.loads((DEMO / "model.json").read_text())
    # The demo's picture, answers and vector are not the tiny model's.
    del manifest["reference"], manifest["embedding"]
    recipe = manifest["recipe"]
    recipe["outputs"] = recipe["network"]["num_classes"] = TINY_OUTPUTS
    recipe["input"].update(width=TINY_SIDE, height=TINY_SIDE)
    recipe["preprocess"].update(resize=[TINY_SIDE] * 2, crop=[0, 0, TINY_SIDE, TINY_SIDE])
    manifest["files"] = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
    }
    return {"model.json": json.dumps(manifest).encode(), **files}


def benches(folder: Path) -> list[Bench]:
    """The tiny model twice, so that it is taken twice as often, and the demo's."""
    tiny, demo = tiny_package(), {path.name: path.read_bytes() for path in DEMO.iterdir()}
    small = Bench(tiny["model.ms"], tiny, folder / "tiny")
    return [small, small, Bench(demo["model.ms"], demo, folder / "demo")]


def cpu_minutes() -> float:
    """What this process and its children have used."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in times) / 60


def fuzz(minutes: float, first: int, folder: Path) -> dict[str, Any]:
    """Damage and try until so many CPU minutes are used; the figures."""
    load()  # before the forks: the libraries are the same for all
    places = benches(folder)
    assert [bench.bare() for bench in places] == ["ok"] * 3, "the undamaged models must run"
    guarded, bare, kept = Counter[str](), Counter[str](), 0
    number, told = first, time.monotonic()
    stopped: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: stopped.append(number))
    while cpu_minutes() < minutes and not stopped:
        bench = places[number % len(places)]
        model = damaged(bench.model, number)
        if model != bench.model:
            bench.put(model)
            guarded[bench.guarded()] += 1
            result = bench.bare()
            bare[result] += 1
            if result.startswith(ENDED) and len(model) < 100_000 and kept < KEPT:
                kept += 1
                FOUND.mkdir(parents=True, exist_ok=True)
                (FOUND / f"{result.removeprefix(ENDED).replace(' ', '-')}-{number}.ms").write_bytes(
                    model
                )
        number += 1
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"{number - first} models, {cpu_minutes():.1f} CPU min", file=sys.stderr)
    return {
        "models": sum(bare.values()),
        "cpu_minutes": round(cpu_minutes(), 1),
        "first": first,
        "hashes_checked": dict(guarded.most_common()),
        "hashes_not_checked": dict(bare.most_common()),
    }


@click.command()
@click.option("--minutes", default=10.0, show_default=True, help="CPU minutes to use.")
@click.option("--first", default=1, show_default=True, help="Number of the first damage.")
def main(minutes: float, first: int) -> None:
    """Damage models; exit code 4 when one passed its hash. Ctrl-C ends it early."""
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
    try:
        figures = fuzz(minutes, first, folder)
    finally:
        shutil.rmtree(folder)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(figures, indent=1) + "\n")
    click.echo(json.dumps(figures, indent=1))
    sys.exit(0 if set(figures["hashes_checked"]) <= REFUSED else 4)


if __name__ == "__main__":
    main()
