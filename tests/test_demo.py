"""demo: what is still valid is not done again, and what is not valid is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tools import demo


@pytest.fixture
def tree(root: Path, demo_package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the demo package depends on, with a package that is current."""
    for pattern in demo.INPUTS:
        for path in root.glob(pattern):
            target = tmp_path / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                shutil.copy(path, target)
    shutil.copytree(demo_package, tmp_path / demo.PACKAGE)
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    demo.stamp().write_text(demo.inputs_hash())
    return tmp_path


def test_a_current_package_is_kept(tree: Path) -> None:
    assert demo.is_current(demo.inputs_hash())
    assert demo.ensure_package() is False


@pytest.mark.parametrize("changed", ["model.toml", "head.npz", "labels", "code", "gone"])
def test_a_change_of_any_input_is_noticed(tree: Path, changed: str) -> None:
    path = {
        "model.toml": tree / demo.MODEL / "model.toml",
        "head.npz": tree / demo.MODEL / "head.npz",
        "labels": tree / "labels" / "openimages-boxable.csv",
        "code": tree / "tools" / "network" / "mobilenetv2.py",
        "gone": tree / "labels" / "openimages-hierarchy.csv",
    }[changed]
    if changed == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b" ")
    assert not demo.is_current(demo.inputs_hash())


def test_a_damaged_package_is_noticed(tree: Path) -> None:
    (tree / demo.PACKAGE / "labels.csv").write_text("index,mid,name\n")
    assert not demo.is_current(demo.inputs_hash())


def test_a_missing_package_is_noticed(tree: Path) -> None:
    shutil.rmtree(tree / demo.PACKAGE)
    assert not demo.is_current(demo.inputs_hash())


@pytest.mark.slow
def test_the_second_run_shows_everything_in_seconds(root: Path, demo_package: Path) -> None:
    picture = root / demo.PICTURE
    picture.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "tools", "demo"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "is current" in done.stdout
    photos = sorted((root / demo.PHOTOS).glob("*.[jp][pn]g"))
    shown = [line for line in done.stdout.splitlines() if line.count(" ms") == 4]
    assert [line.split()[0] for line in shown] == [path.name for path in photos]
    (cat,) = (line for line in shown if line.startswith("cat.png"))
    assert " Cat " in cat
    for told in (str(demo.PACKAGE), str(demo.PICTURE), "Try next", "classify"):
        assert told in done.stdout
    with Image.open(picture) as sheet:
        assert sheet.width == 1600 and sheet.height > 1000
