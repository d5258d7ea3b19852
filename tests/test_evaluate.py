"""`evaluate` on a package, an ONNX file and a checkpoint: the same figures, and what they mean."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests import making, onnx_models
from tools import evaluate
from tools.conversion.export import default_checkpoint, export_checkpoint
from tools.errors import EXIT_CHECK_FAILED
from tools.native.kept import mindspore_worker
from tools.package.recipe import load_recipe
from tools.places import ROOT

MODEL = ROOT / "models" / "mobilenetv2-openimages"
# Folder -> photos of it; the koala among the cats is a wrong label.
NAMED = {"koala": ["koala.jpg"], "motorcycle": ["motorcycle.jpg"], "cat": ["cat.png", "koala.jpg"]}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(evaluate.main, [str(one) for one in arguments])


def figures(*arguments: object) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def folders(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four photos, one label each, three of the labels right."""
    root = tmp_path_factory.mktemp("named")
    for name, files in NAMED.items():
        (root / name).mkdir()
        for file in files:
            shutil.copy(photos / file, root / name / file)
    return root


@pytest.fixture(scope="module")
def checkpoint() -> Path:
    """The demo's weights, put together where they are not there yet."""
    with mindspore_worker() as worker:
        return worker.call(default_checkpoint, load_recipe(MODEL))


def test_single_label_figures_and_what_went_wrong(demo_package: Path, folders: Path) -> None:
    found = figures(demo_package, folders)
    assert found["task"] == "single-label" and found["photos"] == 4
    assert found["accuracy"] == found["top1"] == 0.75
    assert found["confusions"] == [{"named": "Cat", "shown": "Koala", "times": 1}]
    worst = found["worst"][0]
    assert Path(worst["photo"]) == folders / "cat" / "koala.jpg"
    assert (worst["named"], worst["shown"]) == ("Cat", "Koala")
    assert worst["loss"] == max(row["loss"] for row in found["worst"])
    cat = next(row for row in found["per_label"] if row["name"] == "Cat")
    assert cat["support"] == 2 and cat["recall"] == 0.5


def test_the_printed_report(demo_package: Path, folders: Path) -> None:
    said = run(demo_package, folders, "--worst", "1").stdout
    assert f"\nresult: {{'acc': 0.75}} ckpt={demo_package}\n" in said
    assert re.search(r"balanced accuracy \(by class\) +0\.833\n +top-1 accuracy +0\.750", said)
    assert "1 x Cat shown as Koala" in said
    worst = said.split("Worst photos:\n")[1].splitlines()
    assert worst == [f"  {folders / 'cat' / 'koala.jpg'}: Cat shown as Koala"]


def test_several_labels_and_verified_pairs_alone(
    demo_package: Path, photos: Path, tmp_path: Path
) -> None:
    """Pairs in neither column were not checked: a wrong headline there is no false alarm."""
    table = tmp_path / "photos.csv"
    table.write_text(
        "file,mids,absent\nkoala.jpg,Koala,Cat\nmotorcycle.jpg,Motorcycle,\ncat.png,Cat,Dog\n"
    )
    found = figures(demo_package, table, "--photos", photos)
    assert found["task"] == "multi-label"
    assert found["summary"]["micro_precision"] == 1.0
    assert {"macro_f1", "micro_f1", "micro_recall", "map"} <= found["summary"].keys()
    assert found["definition"]


def test_the_sample_photos_are_named_as_they_should_be(demo_package: Path, photos: Path) -> None:
    """README's picture shows them: of 23 one is wrong, a tower built as a sculpture."""
    found = figures(demo_package, photos / "photos.csv", "--worst", "23")
    assert found["photos"] == 23 and found["headline"]["wrong"] <= 1 / 23
    assert found["headline"]["right"] >= 21 / 23
    shown = {Path(row["photo"]).name: row["shown"] for row in found["worst"]}
    assert (shown["dahlia.jpg"], shown["koala.jpg"]) == ("Flower", "Koala")
    assert shown["rocket.jpg"] in (None, "Rocket")  # no weapon


def test_floors(demo_package: Path, folders: Path) -> None:
    for options in (["--min-accuracy", "0.75"], ["--min-f1", "0.1"]):
        assert run(demo_package, folders, *options).exit_code == 0
    for options in (["--min-accuracy", "0.76"], ["--min-f1", "1"]):
        done = run(demo_package, folders, *options)
        assert done.exit_code == EXIT_CHECK_FAILED == 4
        assert "Below the asked floor" in done.stderr and "result: " in done.stdout


@pytest.mark.slow
def test_an_onnx_file_and_a_checkpoint_give_the_packages_figures(
    demo_package: Path, folders: Path, checkpoint: Path, tmp_path: Path
) -> None:
    onnx = export_checkpoint(load_recipe(MODEL), checkpoint, tmp_path / "demo.onnx").path
    packed = figures(demo_package, folders)
    found = [figures(onnx, folders, "--model", MODEL)]
    command = [sys.executable, "-m", "tools.evaluate", str(checkpoint), str(folders), "--json"]
    done = subprocess.run(  # MindSpore and the native core cannot share a process
        [*command, "--model", str(MODEL)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "GLOG_v": "3"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found.append(json.loads(done.stdout))
    for one, path in zip(found, (onnx, checkpoint), strict=True):
        assert one["model"] == str(path)
        for key in ("accuracy", "top5"):
            assert one[key] == packed[key], key
        assert one["summary"]["map"] == pytest.approx(packed["summary"]["map"], abs=1e-6)
    # The recipe's thresholds belong to the checkpoint; the ONNX file is judged at 0.5.
    for key in ("confusions", "best", "headline"):
        assert found[1][key] == packed[key], key
    assert found[1]["summary"] == pytest.approx(packed["summary"], abs=1e-6)
    assert {row["threshold"] for row in found[0]["per_label"]} == {0.5}


def test_somebody_s_onnx_is_evaluated_as_it_would_be_packed(folders: Path, tmp_path: Path) -> None:
    """Without an activation and for any number of pictures, as it may come."""
    names = sorted(path.name for path in folders.iterdir() if path.is_dir())
    classes = [*names, *(f"other {i}" for i in range(5 - len(names)))]
    (tmp_path / "classes.txt").write_text("\n".join(classes) + "\n")
    model = making.write_recipe(tmp_path / "model", tmp_path / "classes.txt", 5, "softmax")
    whole = figures(onnx_models.write(tmp_path, "plain"), folders, "--model", model)
    for kind in ("logits", "dynamic_batch", "nhwc_input"):
        found = figures(onnx_models.write(tmp_path, kind), folders, "--model", model)
        for key in ("accuracy", "top5", "confusions", "best"):
            assert found[key] == whole[key], key


def test_what_is_refused(demo_package: Path, folders: Path, tmp_path: Path) -> None:
    assert "missing_file" in run(tmp_path / "no.onnx", folders).output
    (tmp_path / "a.onnx").write_bytes(b"no model")
    assert run(tmp_path / "a.onnx", folders).exit_code == 2  # which recipe?
    said = run(tmp_path / "a.onnx", folders, "--model", MODEL).output
    assert "error [bad_model_file]" in said
    table = tmp_path / "t.csv"
    table.write_text("file,mids\nkoala.jpg,Unicorn\n")
    said = run(demo_package, table, "--photos", folders / "koala").output
    assert "error [unknown_label]" in said and "Unicorn" in said
    table.write_text("picture,tag\nkoala.jpg,Koala\n")
    assert "error [bad_dataset]" in run(demo_package, table).output
    table.write_text("file,mids\ngone.jpg,Koala\n")
    said = run(demo_package, table, "--photos", folders).output
    assert "error [missing_file]" in said and "gone.jpg" in said
