"""Features: the core's vectors, computed once, never stale."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from tools.data.features import FeatureCache, cache_key, extract_apart
from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.native.worker import Worker
from tools.network import oracle
from tools.package.recipe import load_recipe
from tools.places import FEATURES_MODEL
from tools.training.recipes import features_package

pytestmark = [pytest.mark.mindspore, pytest.mark.slow]
NAMES = ("cat.png", "macaw.jpg", "motorcycle.jpg")


@pytest.fixture(scope="module")
def package() -> Path:
    return features_package(None)


@pytest.fixture
def some(photos: Path) -> list[Path]:
    return [photos / name for name in NAMES]


def test_vectors_are_those_of_mindspore(package: Path, some: list[Path], tmp_path: Path) -> None:
    from tools.conversion.export import default_checkpoint

    recipe = load_recipe(FEATURES_MODEL)
    tensors = [oracle.preprocess(read_photo(photo), recipe.preprocess) for photo in some]
    expected = oracle.checkpoint_outputs(FEATURES_MODEL, default_checkpoint(recipe), tensors)
    found = extract_apart(package, some, cache=tmp_path)
    assert found.vectors.shape == (3, 1280) and found.computed == 3 and not found.errors
    np.testing.assert_allclose(found.vectors, expected, atol=1e-3)


def test_the_second_time_they_come_out_of_the_cache(
    package: Path, some: list[Path], tmp_path: Path
) -> None:
    first = extract_apart(package, some, cache=tmp_path)
    copy = tmp_path / "renamed.jpg"
    shutil.copy(some[1], copy)
    again = extract_apart(package, [copy, some[2], some[0], some[0]], cache=tmp_path)
    assert again.computed == 0
    np.testing.assert_array_equal(again.vectors, first.vectors[[1, 2, 0, 0]])


def test_an_edited_photo_is_computed_again(package: Path, some: list[Path], tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    shutil.copy(some[1], photo)
    first = extract_apart(package, [photo], cache=tmp_path / "cache")
    shutil.copy(some[2], photo)
    second = extract_apart(package, [photo], cache=tmp_path / "cache")
    assert second.computed == 1
    assert np.abs(first.vectors - second.vectors).max() > 0.1


def test_another_model_or_recipe_has_another_key(package: Path, tmp_path: Path) -> None:
    keys = {cache_key(package)}
    for number, change in enumerate(("model", "preprocess")):
        copy = tmp_path / str(number)
        shutil.copytree(package, copy)
        manifest = json.loads((copy / "model.json").read_text())
        if change == "model":
            manifest["files"]["model.ms"]["sha256"] = "0" * 64
        else:
            manifest["recipe"]["preprocess"]["mean"][0] = 0.5
        (copy / "model.json").write_text(json.dumps(manifest))
        keys.add(cache_key(copy))
    assert len(keys) == 3


def test_unreadable_photos_are_told(package: Path, some: list[Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no photo")
    found = extract_apart(package, [some[0], bad, tmp_path / "none.jpg", some[1]], cache=tmp_path)
    assert sorted(found.errors) == [1, 2]
    assert "bad.jpg" in found.errors[1] and "none.jpg" in found.errors[2]
    assert found.good.tolist() == [0, 3]
    assert np.isnan(found.vectors[1]).all() and np.isfinite(found.vectors[[0, 3]]).all()


def test_a_classifier_is_refused(demo_package: Path, some: list[Path], tmp_path: Path) -> None:
    with pytest.raises(PocketlensError) as caught:
        extract_apart(demo_package, some, cache=tmp_path)
    assert caught.value.name == "wrong_kind"


def test_a_damaged_cache_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / f"{'a' * 32}.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(PocketlensError, match="delete it") as caught:
        FeatureCache(tmp_path, "a" * 64, 4)
    assert caught.value.name == "cannot_write"


def test_a_vector_of_another_length_counts_as_not_there(tmp_path: Path) -> None:
    with FeatureCache(tmp_path, "b" * 64, 4) as cache:
        cache.put({"x": np.arange(4, dtype=np.float32)})
        assert cache.get(["x", "y"])["x"].tolist() == [0, 1, 2, 3]
    with FeatureCache(tmp_path, "b" * 64, 5) as cache:
        assert cache.get(["x"]) == {}


def filled_up(folder: str) -> str:
    """Puts vectors until files may not grow; the error's name."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with FeatureCache(Path(folder), "d" * 64, 1000) as cache:
        cache.put({"kept": np.ones(1000, np.float32)})
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
        try:
            cache.put({f"{i}": np.ones(1000, np.float32) for i in range(100)})
        except PocketlensError as error:
            return error.name
    return "no error"


def test_a_full_disk_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    with Worker() as worker:
        assert worker.call(filled_up, str(tmp_path)) == "cannot_write"
    with FeatureCache(tmp_path, "d" * 64, 1000) as cache:
        assert cache.get(["kept", "0"]).keys() == {"kept"}


def killed_while_writing(folder: str) -> None:
    """Opens a transaction and dies in it."""
    cache = FeatureCache(Path(folder), "c" * 64, 4)
    cache.put({"kept": np.ones(4, np.float32)})
    cache._database.execute("INSERT INTO vectors VALUES ('half', x'00')")
    os._exit(9)


def test_a_killed_process_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    with Worker() as worker, pytest.raises(PocketlensError):
        worker.call(killed_while_writing, str(tmp_path))
    with FeatureCache(tmp_path, "c" * 64, 4) as cache:
        assert cache.get(["kept", "half"]).keys() == {"kept"}
    with sqlite3.connect(cache.path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
