"""The goldens come from the oracle, the core gives the same, and a changed one is noticed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests import golden
from tools.native import FAST, REFERENCE, Classifier, Recipe, preprocess
from tools.package.recipe import load_recipe

CASES = golden.load()
WITH_OUTPUTS = [case for case in CASES if case.outputs is not None]
MODEL = Path("models/mobilenetv2-openimages")


def name_of(case: golden.Golden) -> str:
    return str(case.entry["name"])


@pytest.fixture(scope="module")
def recipe(root: Path) -> Recipe:
    told = load_recipe(root / MODEL).preprocess
    scale = told.scale[0] / told.scale[1]
    return Recipe(told.resize, told.crop, scale, told.mean, told.std, told.channel_order)


@pytest.fixture(scope="module")
def classifier(demo_package: Path) -> Classifier:
    return Classifier(demo_package)


@pytest.mark.slow
def test_the_oracle_still_gives_them(root: Path) -> None:
    command = [sys.executable, "tests/make_goldens.py", "--check"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_they_are_of_the_present_recipe_and_head(root: Path) -> None:
    document = json.loads((golden.FOLDER / "golden.json").read_text(encoding="utf-8"))
    assert document["recipe"] == load_recipe(root / MODEL).to_manifest()["preprocess"]
    head = hashlib.sha256((root / MODEL / "head.npz").read_bytes()).hexdigest()
    assert document["head_sha256"] == head, "run tests/make_goldens.py"


@pytest.mark.parametrize("path", [REFERENCE, FAST], ids=["reference", "fast"])
@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_preprocessing_equals_them(recipe: Recipe, case: golden.Golden, path: int) -> None:
    assert golden.tensor_differences(case, preprocess(recipe, case.frame, path)) == []


@pytest.mark.parametrize("case", WITH_OUTPUTS, ids=name_of)
def test_the_core_gives_their_outputs(classifier: Classifier, case: golden.Golden) -> None:
    result = classifier.classify(case.frame)
    assert golden.output_differences(case, result.probabilities) == []
    best = max(range(len(result.probabilities)), key=lambda i: result.probabilities[i])
    assert classifier.labels[best].name == case.entry["top"][0]["name"]
    assert classifier.labels[best].mid == case.entry["top"][0]["mid"]


def test_a_changed_golden_tensor_is_noticed(recipe: Recipe) -> None:
    case = CASES[0]
    tensor = preprocess(recipe, case.frame)
    index, value = case.entry["samples"][3]
    other = [[index, float(np.nextafter(np.float32(value), np.float32(9)))]]
    for entry in (
        {**case.entry, "samples": other},
        {**case.entry, "tensor_sha256": "0" * 64},
    ):
        changed = dataclasses.replace(case, entry=entry)
        assert len(golden.tensor_differences(changed, tensor)) == 1


def test_changed_golden_outputs_are_noticed() -> None:
    case = WITH_OUTPUTS[0]
    assert case.outputs is not None
    assert golden.output_differences(case, case.outputs) == []
    off = case.outputs.copy()
    off[7] += 2 * case.tolerance
    assert golden.output_differences(dataclasses.replace(case, outputs=off), case.outputs) != []
    permuted = np.roll(case.outputs, 1)
    assert len(golden.output_differences(case, permuted)) == 2


def test_a_changed_golden_file_is_noticed_by_the_check(root: Path, tmp_path: Path) -> None:
    from tests.make_goldens import differences

    for path in golden.FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert differences(tmp_path, golden.FOLDER) == []
    for name, old, new in (
        ("cat.f32", (golden.FOLDER / "cat.f32").read_bytes()[:4], np.float32(0.5).tobytes()),
        ("cat.ppm", b"P6", b"P5"),
        ("golden.json", b'"width": 225', b'"width": 226'),
    ):
        kept = (tmp_path / name).read_bytes()
        assert old in kept
        (tmp_path / name).write_bytes(kept.replace(old, new, 1))
        assert differences(tmp_path, golden.FOLDER) == [name]
        (tmp_path / name).write_bytes(kept)
    (tmp_path / "cat.f32").unlink()
    assert differences(tmp_path, golden.FOLDER) == ["cat.f32"]
