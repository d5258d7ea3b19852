"""One photo that cannot be read stops no command: it is named and left out, with exit code 3."""

from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tools.parity import aarch64
from tools.places import DEMO_MODEL

LABELLED = {"cat.png": "Cat", "coffee.jpg": "Coffee cup", "koala.jpg": "Koala", "panda.jpg": "Bear"}
BROKEN = {"half.jpg": "Cat", "text.jpg": "Koala", "gone.jpg": "Bear"}


@pytest.fixture(scope="module")
def data(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four photos with their labels, and three that cannot be read: cut off, a text, not there."""
    folder = tmp_path_factory.mktemp("data")
    for name in LABELLED:
        shutil.copy(photos / name, folder)
    (folder / "half.jpg").write_bytes((photos / "koala.jpg").read_bytes()[:20_000])
    (folder / "text.jpg").write_text("no photo")
    rows = "".join(f"{name},{label}\n" for name, label in (BROKEN | LABELLED).items())
    (folder / "labels.csv").write_text("file,mids\n" + rows)
    return folder / "labels.csv"


def run(command: str, *arguments: object) -> Result:
    module = importlib.import_module(f"tools.{command}")
    return CliRunner().invoke(module.main, [str(one) for one in arguments])


def check(done: Result, names: set[str], total: int, code: int = 3) -> None:
    """The exit code, and that each photo left out is named with its cause."""
    assert done.exit_code == code, done.output
    assert f"{len(names)} of {total} photos could not be read and are left out." in done.stderr
    causes = {"half.jpg": "end too early", "text.jpg": "but a text", "gone.jpg": "No such file"}
    lines = [line for line in done.stderr.splitlines() if line.startswith("error [unread")]
    assert len(lines) == len(names)
    for name in names:
        assert any(name in line and causes[name] in line for line in lines), done.stderr


def test_evaluate(demo_package: Path, data: Path, photos: Path, tmp_path: Path) -> None:
    done = run("evaluate", demo_package, data, "--json")
    check(done, set(BROKEN), 7)
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["photos"] == 4 and len(found["left_out"]) == 3
    whole = tmp_path / "whole.csv"
    rows = "".join(f"{name},{label}\n" for name, label in LABELLED.items())
    whole.write_text("file,mids\n" + rows)
    alone = json.loads(run("evaluate", demo_package, whole, "--json", "--photos", photos).stdout)
    for key in ("photos", "accuracy", "summary", "per_label", "headline", "best"):
        assert found[key] == alone[key], key


def test_a_floor_that_is_missed_counts_more(demo_package: Path, data: Path) -> None:
    check(run("evaluate", demo_package, data, "--min-f1", "1"), set(BROKEN), 7, code=4)


def test_thresholds(demo_package: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "thresholds.csv"
    done = run("thresholds", demo_package, "--calibrate", data, "--folds", 2, "--out", out)
    check(done, set(BROKEN), 7)
    assert len(out.read_text().splitlines()) == 602


def test_report_names_them_on_the_page(demo_package: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    done = run("report", demo_package, data, "--out", out, "--folds", 2)
    check(done, set(BROKEN), 7)
    page = out.read_text()
    assert "Left out: 3" in page and all(name in page for name in BROKEN)


def test_compare(demo_package: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "compared.json"
    done = run("compare", demo_package, "--data", data, "--runs", 1, "--json", out)
    check(done, set(BROKEN), 7)
    told = json.loads(out.read_text())
    assert told["photos"] == 4 and len(told["left_out"]) == 3


@pytest.mark.slow
def test_verify(demo_package: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aarch64, "missing", lambda: "takes seconds a photo")
    done = run("verify", demo_package, "--photos", data.parent)
    check(done, {"half.jpg", "text.jpg"}, 6)
    assert "Passed over: 1 not a photo (labels.csv)." in done.stderr


def test_classify(demo_package: Path, data: Path) -> None:
    done = run("classify", data.parent, "--package", demo_package)
    assert done.exit_code == 3, done.output
    assert "2 of 6 photos could not be classified" in done.stderr
    assert "Passed over: 1 not a photo (labels.csv)." in done.stderr


def test_the_photos_that_convert_checks_and_calibrates_with(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tools.conversion.parity import input_tensors
    from tools.package.recipe import load_recipe

    chain = load_recipe(DEMO_MODEL).preprocess
    assert len(input_tensors(data.parent, chain)) == 4
    told = capsys.readouterr().err
    assert "half.jpg" in told and "text.jpg" in told and "2 of 6 photos" in told


@pytest.mark.parametrize("command", ["evaluate", "report", "verify"])
def test_where_nothing_can_be_read_there_is_one_error(
    demo_package: Path, tmp_path: Path, command: str
) -> None:
    (tmp_path / "cat").mkdir()
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "cat" / name).write_text("no photo")
    data = ["--photos", tmp_path] if command == "verify" else [tmp_path]
    out = ["--out", tmp_path / "page.html"] if command == "report" else []
    done = run(command, demo_package, *data, *out)
    assert done.exit_code == 1
    assert "error [no_photos]: None of 2 photos could be read. The first: " in done.stderr
    assert "a.jpg" in done.stderr and not (tmp_path / "page.html").exists()
