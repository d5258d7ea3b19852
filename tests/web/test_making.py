"""A package in the making: stopped, failing, ended with the server; nothing stays behind."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.live_page import Served, end, start
from tests.small_photos import class_folders
from tools.native.answers import Result, Timings
from tools.web.lens import Lens
from tools.web.lenses import compared

pytestmark = pytest.mark.slow


def begin(served: Served, folder: Path, count: int = 3) -> None:
    """Collect and begin to make."""
    folders = class_folders(folder / "tints", count)
    served.post("/api/making/begin", json.dumps({"name": "x", "classes": ["a", "b"]}).encode())
    for at, tint in enumerate(("red", "green")):
        for path in sorted((folders / tint).iterdir()):
            served.post(f"/api/making/photo?class={at}", path.read_bytes())
    assert served.get("/api/making")["photos"] == [count, count]
    served.post("/api/making/run")


def children(served: Served) -> list[str]:
    """What the makers of packages that this server started are."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit():
                words = (folder / "cmdline").read_bytes().split(b"\0")
                own = str(served.temporary).encode() in b" ".join(words)
                found += [folder.name] if own and b"tools.web.maker" in words else []
        except OSError:  # it has just ended
            continue
    return found


def until(served: Served, states: set[str]) -> dict[str, Any]:
    """What is told once one of these states is reached."""
    while True:
        told: dict[str, Any] = served.get("/api/making")
        if told["state"] in states:
            return told
        time.sleep(0.1)


def test_stopped_half_way_it_leaves_nothing(lone_server: Served, tmp_path: Path) -> None:
    begin(lone_server, tmp_path)
    while not lone_server.get("/api/making")["steps"]:
        time.sleep(0.05)
    assert len(children(lone_server)) == 1
    assert lone_server.post("/api/making/stop")["state"] == "nothing"
    assert children(lone_server) == []
    assert list(lone_server.temporary.glob("pocketlens-*")) == []
    assert list((lone_server.temporary.parent / "own").iterdir()) == []
    assert len(lone_server.get("/api/packages")["packages"]) == 1


def test_ctrl_c_ends_what_is_being_made(demo_package: Path, tmp_path: Path) -> None:
    served = start(tmp_path / "server", demo_package)
    begin(served, tmp_path)
    while not served.get("/api/making")["steps"]:
        time.sleep(0.05)
    assert end(served) == 0
    assert children(served) == []
    assert list(served.temporary.glob("pocketlens-*")) == []
    assert list((served.temporary.parent / "own").iterdir()) == []


def test_what_fails_says_why(lone_server: Served, tmp_path: Path) -> None:
    """The place where packages are kept cannot be written."""
    place = lone_server.temporary.parent / "own"
    place.write_text("no folder")
    begin(lone_server, tmp_path)
    told = until(lone_server, {"failed", "done"})
    assert told["state"] == "failed"
    assert told["error"]["name"] == "cannot_write"
    os.unlink(place)


def test_variants_are_compared_within_the_larger_tolerance(
    demo_package: Path, second_package: Path
) -> None:
    outputs = np.linspace(0, 1, 601, dtype=np.float32)
    first = Result([], None, None, outputs, Timings(0, 0, 0))
    moved = outputs.copy()
    moved[300] += 0.25
    with Lens(demo_package) as one, Lens(second_package) as two:
        assert compared(one, first, one, first) is None
        other = dataclasses.replace(first, probabilities=moved)
        assert compared(one, first, two, other) == {
            "same_headline": True,
            "largest": pytest.approx(0.25, abs=1e-6),
            "tolerance": 1e-4,
        }
