"""README's lines, typed as they stand there on files that their readers would have."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from pathlib import Path

import cv2
import pytest

from tests.native.test_teaching import TEMPLE, parts
from tests.small_photos import class_folders
from tests.test_recipe import NAMES, make_onnx
from tools.package.reader import open_package
from tools.parity import aarch64, rungs
from tools.places import BUILD, PACKAGES, ROOT, SAMPLES

pytestmark = pytest.mark.slow

README = (ROOT / "README.md").read_text("utf-8")
# A command is a code span, or the start of a line in a block, up to its comment.
TYPED = re.compile(r"(?:`|^)((?:make|\.venv/bin/python) [^`#\n]+?)(?=`| *#| *$)", re.M)
# What another place runs on every machine that runs the tests.
ELSEWHERE = {
    "make test": ROOT / ".ci/run",
    "make demo": ROOT / "tests/run",
    "make try": ROOT / "tests/web/test_server.py",
}
HELP = {"make help", ".venv/bin/python -m tools --help"}


def commands() -> list[str]:
    """Every command that README gives, in its order."""
    return list(dict.fromkeys(TYPED.findall(README)))


def command(start: str) -> str:
    """README's one command that starts so."""
    (found,) = [line for line in commands() if line.startswith(start)]
    return found


def typed(line: str, places: dict[str, Path], expected: int = 0) -> str:
    """What a line says when it is typed with the reader's files in place of README's names."""
    for name, path in places.items():
        assert name in line, f"README's line no longer names {name}: {line}"
        line = line.replace(name, str(path))
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=ROOT,
        env={**os.environ, "GLOG_v": "3", "COLUMNS": "200"},  # tables are cut to the terminal
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == expected, f"{line}\n{done.stdout}"
    return done.stdout


def test_every_line_is_typed_here_or_where_it_is_said() -> None:
    source = Path(__file__).read_text("utf-8")
    starts = re.findall(r'command\("(.+?)"\)', source)
    for line in commands():
        if line in ELSEWHERE:
            assert line in ELSEWHERE[line].read_text("utf-8"), line
        else:
            assert line in HELP or any(line.startswith(start) for start in starts), line
    assert len(commands()) >= 8


@pytest.mark.parametrize("line", sorted(HELP))
def test_help(line: str) -> None:
    assert line in commands()
    assert "own" in typed(line, {})


def test_photos_in_class_folders(tmp_path: Path) -> None:
    photos = class_folders(tmp_path / "readme-photos", 12)
    try:
        said = typed(command("make own"), {"photos/": photos})
        made = open_package(PACKAGES / photos.name)
        assert {label.name for label in made.labels} == {p.name for p in photos.iterdir()}
        assert (PACKAGES / f"{photos.name}.zip").is_file()
        assert "held back" in said
    finally:
        shutil.rmtree(PACKAGES / photos.name, ignore_errors=True)
        shutil.rmtree(BUILD / "own" / photos.name, ignore_errors=True)
        (PACKAGES / f"{photos.name}.zip").unlink(missing_ok=True)


def test_the_official_model(old_601: Path) -> None:
    package = PACKAGES / "mobilenetv2-openimages-official"
    kept = package.exists()
    try:
        said = typed(command("make official"), {"my.ckpt": old_601})
        assert "601" in said
        assert len(open_package(package).labels) == 601
    finally:
        if not kept:
            shutil.rmtree(package, ignore_errors=True)
            package.with_suffix(".zip").unlink(missing_ok=True)


def test_another_classifier(tmp_path: Path) -> None:
    onnx = make_onnx(tmp_path / "net.onnx")
    names = tmp_path / "classes.txt"
    names.write_text("\n".join(NAMES) + "\n")
    model, package = tmp_path / "recipe", tmp_path / "package"
    typed(
        command(".venv/bin/python -m tools recipe new"),
        {"my.onnx": onnx, "list.txt": names, "models/mine": model},
    )
    places = {"models/mine": model, "my.onnx": onnx, "build/packages/mine": package}
    typed(command(".venv/bin/python -m tools convert"), places)
    assert [label.name for label in open_package(package).labels] == NAMES


def test_a_model_and_no_class_list(old_601: Path) -> None:
    said = typed(command(".venv/bin/python -m tools labels --fit"), {"my.ckpt": old_601})
    assert "openimages-boxable" in said


def test_photos_whose_content_is_known(tmp_path: Path, demo_package: Path) -> None:
    package = shutil.copytree(demo_package, tmp_path / "package")
    before = (package / "thresholds.csv").read_bytes()
    places = {"build/packages/mine": package, "data.csv": SAMPLES / "photos.csv"}
    typed(command(".venv/bin/python -m tools thresholds"), places)
    assert (package / "thresholds.csv").read_bytes() != before
    assert len(open_package(package).labels) == 601


def test_a_package_that_finder_zipped(tmp_path: Path, demo_package: Path) -> None:
    shutil.copytree(demo_package, tmp_path / "all" / "mine")
    zipped = shutil.make_archive(str(tmp_path / "mine"), "zip", tmp_path / "all")  # compressed
    typed(command(".venv/bin/python -m tools repack"), {"mine.zip": Path(zipped)})
    assert len(open_package(tmp_path / "mine-plain.zip").labels) == 601


def test_five_pictures_of_a_thing_of_your_own(tmp_path: Path, demo_package: Path) -> None:
    mug, photos, taught = tmp_path / "mug", tmp_path / "photos", tmp_path / "my.taught"
    mug.mkdir()
    photos.mkdir()
    for number, pixels in enumerate(parts(TEMPLE, 5)):
        cv2.imwrite(str(mug / f"{number}.png"), pixels[:, :, ::-1])
    shutil.copy(TEMPLE, photos)
    typed(command(".venv/bin/python -m tools teach"), {"mug/": mug, "my.taught": taught})
    said = typed(
        command(".venv/bin/python -m tools classify"), {"photos/": photos, "my.taught": taught}
    )
    assert "My mug" in said


def test_a_package_and_doubts(demo_package: Path) -> None:
    said = typed(command(".venv/bin/python -m tools verify"), {})
    told = {line[:15].strip(): line for line in said.splitlines()}
    for name in ("preprocessing", "checkpoint", "onnx", "ms", "core", "reference", "embedding"):
        assert re.search(r" ok( |$)", told[name]), said
    if missing := aarch64.missing():
        assert missing in said
    else:
        few = rungs.AARCH64_PHOTOS
        assert re.search(rf" {few}/{few} +ok +the first {few}, emulated", told["core (aarch64)"])


def test_the_lists_that_are_spoken_of_are_there() -> None:
    for name, rows in (("openimages-boxable", 601), ("openimages-challenge", 500)):
        with open(ROOT / "labels" / f"{name}.csv", newline="", encoding="utf-8") as stream:
            assert len(list(csv.reader(stream))) == rows + 1
