"""Ctrl-C in the middle of long work: exit code 130, one line, and no process goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import left_running
from tests.small_photos import class_folders
from tools.places import ROOT
from tools.training.recipes import features_package

pytestmark = pytest.mark.slow
SMALL = ["--image_size", "32", "--width", "0.35", "--batch_size", "12", "--epochs", "500"]


@pytest.fixture(scope="module")
def tinted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes of 30 small pictures; the features package is there."""
    features_package(None)
    return class_folders(tmp_path_factory.mktemp("photos") / "tints", 30)


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    while character := process.stdout.read(1):
        yield character


@pytest.mark.parametrize(
    ("command", "until"),
    [
        (["train", *SMALL, "--dataset_path"], "Starting"),  # while the graph is compiled
        (["train", *SMALL, "--devices", "2", "--dataset_path"], "step:[    1"),
        (["own"], "  features  "),
        (["own"], "  head  "),
    ],
)
def test_interrupted(tinted: Path, tmp_path: Path, command: list[str], until: str) -> None:
    """The signal goes to all processes of the group, as a terminal sends it."""
    out = ["--out", str(tmp_path / "out")]
    if command == ["own"]:
        out += ["--work", str(tmp_path / "work"), "--feature-cache", str(tmp_path / "cache")]
    process = subprocess.Popen(
        [sys.executable, "-m", "tools", *command, str(tinted), *out],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    seen = ""
    for character in lines_of(process):
        seen += character
        if until in seen:
            break
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    begun = time.monotonic()
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130, (seen, said)
    told = [line for line in said.splitlines() if line.strip()]
    assert told == ["Interrupted."]
    assert time.monotonic() - begun < 20
    assert left_running(str(tmp_path)) == []
