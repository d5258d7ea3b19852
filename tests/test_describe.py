"""The `describe` command on packages and bare models."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from tests.damage.base import with_file, with_key, zipped
from tools.describe import main, package_lines, text


def run(*arguments: object) -> Result:
    """The command's result."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_the_demo_package(demo_package: Path) -> None:
    result = run(demo_package)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    for start in ("package     mobilenetv2-openimages", "labels      601 (0 own)", "input", "file"):
        assert any(line.startswith(start) for line in lines), start
    assert "[1, 224, 224, 3] float32" in result.output
    assert "bilinear-q11" in result.output


def test_as_json(demo_package: Path) -> None:
    facts = json.loads(run(demo_package, "--json").output)
    assert facts["what"] == "package"
    assert facts["manifest"] == json.loads((demo_package / "model.json").read_text())
    assert facts["model"]["outputs"][0]["shape"] == [1, 601]
    assert facts["languages"] == sorted(facts["languages"])


def test_a_bare_model(demo_package: Path) -> None:
    facts = json.loads(run(demo_package / "model.ms", "--json").output)
    assert (facts["what"], facts["converter"]) == ("model", "2.0.0")
    assert facts["inputs"] == [{"name": "image", "shape": [1, 224, 224, 3], "dtype": "float32"}]
    manifest = json.loads((demo_package / "model.json").read_text())
    assert facts["sha256"] == manifest["files"]["model.ms"]["sha256"]


def test_a_damaged_package(demo_package: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_package, tmp_path / "package")
    with (tmp_path / "package" / "labels.csv").open("r+b") as file:
        file.seek(40)
        file.write(b"X")
    result = run(tmp_path / "package")
    assert result.exit_code == 1 and "error [wrong_hash]" in result.output


def test_a_model_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(with_file("model.ms", b"hello")))
    result = run(tmp_path / "a.zip")
    assert result.exit_code == 1 and "error [bad_model_file]" in result.output


def test_a_cut_model(demo_package: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.ms").write_bytes((demo_package / "model.ms").read_bytes()[:100_000])
    result = run(tmp_path / "cut.ms")
    assert result.exit_code == 1 and "error [model_build_failed]" in result.output


def test_neither(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all,\n" * 10)
    assert "error [bad_archive]" in run(tmp_path / "letter.txt").output
    assert "error [missing_file]" in run(tmp_path / "nothing").output


def test_what_a_foreign_manifest_leaves_out_is_not_said() -> None:
    """A reader asks for less than `convert` writes; describing must not fail on the rest."""
    manifest = json.loads(with_key("recipe/network/head", "odd")["model.json"])
    facts = {
        "what": "package",
        "path": "p",
        "manifest": {**manifest, "parity": 3, "source": []},
        "labels": {"count": 0, "own": 0},
        "model": {"inputs": [], "outputs": []},
    }
    assert ("parity", "not said") in package_lines(facts)
    assert "source      not said" in text(facts)
