"""Variants beside each other: what is lost is said in words, what cannot run is a finding."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tools import compare as command
from tools.errors import PocketlensError
from tools.evaluation import variants
from tools.evaluation.outputs import Answers
from tools.evaluation.truth import Dataset
from tools.evaluation.variants import FIGURES, compare, losses, rows_of
from tools.reports.page import _variants

pytestmark = pytest.mark.slow

LABELLED = "file,mids\ncat.png,Cat\ncoffee.jpg,Coffee cup\nkoala.jpg,Koala\n"


@pytest.fixture
def data(photos: Path, tmp_path: Path) -> Path:
    """Three of the sample photos with their labels."""
    for name in ("cat.png", "coffee.jpg", "koala.jpg"):
        shutil.copy(photos / name, tmp_path)
    (tmp_path / "labels.csv").write_text(LABELLED)
    return tmp_path / "labels.csv"


def other_manifest(package: Path, folder: Path, **weights: object) -> Path:
    """A copy of a package that says something else about its weights."""
    shutil.copytree(package, folder)
    manifest = json.loads((folder / "model.json").read_text())
    manifest["weights"].update(weights)
    (folder / "model.json").write_text(json.dumps(manifest))
    return folder


def test_a_package_and_its_copy_are_the_same(
    demo_package: Path, data: Path, tmp_path: Path
) -> None:
    twin = other_manifest(demo_package, tmp_path / "twin", variant="float16")
    out = tmp_path / "out.json"
    told = [str(demo_package), str(twin), "--data", str(data), "--runs", "1", "--json", str(out)]
    result = CliRunner().invoke(command.main, told)
    assert result.exit_code == 0, result.output
    assert "3 photos" in result.stdout
    assert "twin: loses no more than one point" in result.stdout
    first, second = json.loads(out.read_text())["variants"]
    assert (first["weights"], second["weights"]) == ("float32", "float16")
    assert first["verdict"] == "the reference"
    assert second["change"] == dict.fromkeys(FIGURES, 0)
    assert second["agreement"] == {
        "top1": 1,
        "headline": 1,
        "mean_difference": 0,
        "max_difference": 0,
    }
    assert second["worst"] == []
    assert second["speed"]["cpu_min"] > 0


def test_outputs_that_are_off_are_counted_and_the_loss_named(
    demo_package: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = other_manifest(demo_package, tmp_path / "twin")
    real = variants.answers_of

    def shifted(package: Path, data: Dataset) -> Answers:
        found = real(package, data)
        another = np.roll(found.probabilities, 1, 0)  # another photo's answers
        return replace(found, probabilities=another) if package == twin else found

    monkeypatch.setattr(variants, "answers_of", shifted)
    with data.open("a") as table:
        table.write("broken.jpg,/m/01yrx\n")
    (data.parent / "broken.jpg").write_bytes(b"no photo")
    (_, second), answers = compare([demo_package, twin], data, None, 1)
    assert len(answers.data.photos) == 3
    assert len(answers.left_out) == 1 and "broken.jpg" in answers.left_out[0]
    assert second.verdict.startswith("LOSES MORE THAN ONE POINT: ")
    assert second.agreement["top1"] < 1
    assert second.worst and all(row["after"] < row["before"] for row in second.worst)
    head, rows = rows_of([second])
    assert len(head) == len(rows[0])
    assert "LOSES MORE" in _variants(head, rows)
    assert _variants((), ()) == ""


def test_a_point_is_the_limit() -> None:
    level = dict.fromkeys(FIGURES, 0.0)
    assert losses({**level, "map": -0.0099}) == "loses no more than one point"
    assert losses({**level, "map": -0.0101}) == "LOSES MORE THAN ONE POINT: mAP -1.0"
    assert losses({**level, "top1": 0.2}) == "loses no more than one point"


def test_what_the_runtime_cannot_build_is_said(
    demo_package: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = other_manifest(demo_package, tmp_path / "twin", variant="int8")
    real = variants.answers_of

    def failing(package: Path, data: Dataset) -> Answers:
        if package == twin:
            raise PocketlensError("predict_failed", "no kernel")
        return real(package, data)

    monkeypatch.setattr(variants, "answers_of", failing)
    (_, second), _ = compare([demo_package, twin], data, None, 1)
    assert "cannot run with this host's kernels" in second.verdict
    assert second.figures == {}
    assert rows_of([second])[1][0][1] == "int8"


def test_other_labels_are_no_variant(demo_package: Path, tmp_path: Path, data: Path) -> None:
    from tests.damage.base import whole

    (tmp_path / "tiny").mkdir()
    for name, content in whole().items():
        (tmp_path / "tiny" / name).write_bytes(content)
    with pytest.raises(PocketlensError) as caught:
        compare([demo_package, tmp_path / "tiny"], data, None, 1)
    assert caught.value.name == "bad_labels"
