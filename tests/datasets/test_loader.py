"""The loader: the same batches whatever the number of threads and processes; bad photos."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.small_photos import class_folders
from tools.data.augment import evaluation_tensor, random_box, training_tensor
from tools.data.loader import ALONE, Batch, Loader, Share, batch_indices, shuffled
from tools.data.photos import read_photo
from tools.data.samples import SingleLabel, read_class_folders
from tools.errors import PocketlensError
from tools.network import oracle
from tools.package.recipe import load_recipe
from tools.places import ROOT

RECIPE = load_recipe(ROOT / "models" / "mobilenetv2-openimages").preprocess


@pytest.fixture
def samples(tmp_path: Path) -> SingleLabel:
    return read_class_folders(class_folders(tmp_path / "photos", 8))


def loader(samples: SingleLabel, workers: int = 2, seed: int = 5) -> Loader:
    return Loader(samples, lambda p, rng: training_tensor(p, RECIPE, 16, rng), workers, seed)


def batches(made: Loader, epoch: int = 0, size: int = 4, share: Share = ALONE) -> list[Batch]:
    order = shuffled(len(made.samples), made.seed, epoch)
    return list(made.batches(batch_indices(order, size, share), epoch))


def same(first: list[Batch], second: list[Batch]) -> bool:
    return len(first) == len(second) and all(
        np.array_equal(a.pictures, b.pictures) and np.array_equal(a.truth, b.truth)
        for a, b in zip(first, second, strict=True)
    )


def test_threads_change_nothing(samples: SingleLabel) -> None:
    first = batches(loader(samples, 1))
    assert len(first) == 6
    assert first[0].pictures.shape == (4, 3, 16, 16) and first[0].pictures.dtype == np.float32
    assert same(first, batches(loader(samples, 7)))


def test_seed_and_epoch_change_everything(samples: SingleLabel) -> None:
    first = batches(loader(samples))
    assert not same(first, batches(loader(samples), epoch=1))
    assert not same(first, batches(loader(samples, seed=6)))


def test_an_epoch_holds_every_photo_once(samples: SingleLabel) -> None:
    assert sorted(shuffled(24, 1, 3).tolist()) == list(range(24))
    classes = np.concatenate([batch.truth for batch in batches(loader(samples))])
    assert np.bincount(classes).tolist() == [8, 8, 8]


def test_two_processes_share_the_batch_of_one(samples: SingleLabel) -> None:
    whole = batches(loader(samples), size=8)
    parts = [batches(loader(samples), size=4, share=Share(rank, 2)) for rank in (0, 1)]
    joined = [
        Batch(
            np.concatenate([a.pictures, b.pictures]),
            np.concatenate([a.truth, b.truth]),
            np.concatenate([a.mask, b.mask]),
        )
        for a, b in zip(*parts, strict=True)
    ]
    assert same(whole, joined)


def test_an_incomplete_batch_is_left_out() -> None:
    assert [part.tolist() for part in batch_indices(np.arange(7), 3)] == [[0, 1, 2], [3, 4, 5]]
    assert list(batch_indices(np.arange(5), 3, Share(1, 2))) == []


def test_an_unreadable_photo_is_replaced_and_told(samples: SingleLabel) -> None:
    samples.photos[3].write_bytes(b"no photo")
    made = loader(samples)
    found = batches(made)
    assert len(found) == 6
    assert len(made.unreadable.photos) == 1 and str(samples.photos[3]) in made.unreadable.photos[0]


def test_a_data_set_that_vanishes(samples: SingleLabel) -> None:
    made = loader(samples)
    running = made.batches(batch_indices(shuffled(24, 5, 0), 4), 0)
    next(running)
    shutil.rmtree(samples.photos[0].parents[1])
    with pytest.raises(PocketlensError, match="--resume") as caught:
        list(running)
    assert caught.value.name == "bad_dataset"


def test_evaluation_is_the_oracles_chain(root: Path, photos: Path) -> None:
    for name in ("cat.png", "macaw.jpg", "motorcycle.jpg"):
        pixels = read_photo(photos / name)
        expected = oracle.preprocess(pixels, RECIPE).transpose(2, 0, 1)
        np.testing.assert_array_equal(evaluation_tensor(pixels, RECIPE), expected)


def test_random_parts_have_the_area_and_ratio_that_they_should() -> None:
    rng = np.random.default_rng(0)
    areas, ratios = [], []
    for _ in range(400):
        box = random_box(640, 480, rng)
        assert 0 <= box.x <= 640 - box.width and 0 <= box.y <= 480 - box.height
        areas.append(box.width * box.height / (640 * 480))
        ratios.append(box.width / box.height)
    assert 0.079 < min(areas) < 0.15 and 0.85 < max(areas) <= 1
    assert 0.74 < min(ratios) < 0.8 and 1.25 < max(ratios) < 1.35


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (300, 1), (3, 2)])
def test_odd_pictures_have_parts_too(width: int, height: int) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        box = random_box(width, height, rng)
        assert box.width >= 1 and box.height >= 1
        assert box.x + box.width <= width and box.y + box.height <= height


def test_augmentation_changes_colours_and_sides() -> None:
    """Left and right are exchanged about half of the time; brightness varies."""
    picture = np.full((64, 64, 3), 60, np.uint8)
    picture[:, 32:] = 180
    rng = np.random.default_rng(3)
    made = [training_tensor(picture, RECIPE, 16, rng) for _ in range(60)]
    steps = np.array([tensor[0, :, 12:].mean() - tensor[0, :, :4].mean() for tensor in made])
    wide = steps[np.abs(steps) > 0.5]
    assert 0.25 < (wide > 0).mean() < 0.75
    assert np.std([tensor.mean() for tensor in made]) > 0.2


def test_gray_stays_gray() -> None:
    """Saturation and contrast of a grey picture leave the channels equal."""
    ramp = np.repeat(np.arange(64, dtype=np.uint8)[None, :, None] * 3, 64, axis=0).repeat(3, axis=2)
    tensor = training_tensor(np.ascontiguousarray(ramp), RECIPE, 16, np.random.default_rng(1))
    mean, std = np.float32(RECIPE.mean), np.float32(RECIPE.std)
    pixels = tensor * std[:, None, None] + mean[:, None, None]
    np.testing.assert_allclose(pixels[0], pixels[1], atol=1 / 255)
    np.testing.assert_allclose(pixels[0], pixels[2], atol=1 / 255)
