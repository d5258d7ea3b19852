"""What `own` sees in a folder of photos before it trains: layouts, and what may spoil it."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.training.own_layout import read_own_photos
from tools.training.own_look import BLURRED, DARK, TINY, Looked, look, sight
from tools.training.own_place import alone, check_places, free_name, name_of

RNG = np.random.default_rng(5)


def picture(path: Path, side: int = 80, scale: float = 1.0) -> Path:
    """Noise, a different one each time; scale: how bright."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = RNG.integers(0, 256, (side, side, 3)) * scale
    cv2.imwrite(str(path), pixels.astype(np.uint8))
    return path


def classes(root: Path, **counts: int) -> Path:
    for name, count in counts.items():
        for number in range(count):
            picture(root / name / f"{number}.png")
    return root


def found(looked: Looked) -> dict[str, tuple[str, ...]]:
    return {row.what: row.which for row in looked.findings}


@pytest.mark.parametrize("name", ["cat.png", "koala.jpg", "macaw.jpg", "rocket.jpg", "panda.jpg"])
def test_blur_is_told_from_the_sharp_photo(name: str, photos: Path, tmp_path: Path) -> None:
    """The very photo, blurred until four pixels of the network's size run into one another."""
    assert sight(photos / name).blur < BLURRED
    pixels = read_photo(photos / name)
    blurred = cv2.GaussianBlur(pixels, (0, 0), 4 * max(1, min(pixels.shape[:2]) / 256))
    for ending in ("png", "jpg"):  # a JPEG is looked at on a way of its own
        cv2.imwrite(str(tmp_path / f"x.{ending}"), blurred[:, :, ::-1])
        assert sight(tmp_path / f"x.{ending}").blur > BLURRED


def test_a_jpeg_is_seen_as_the_same_picture_without_loss(photos: Path, tmp_path: Path) -> None:
    large = cv2.resize(read_photo(photos / "koala.jpg"), None, fx=3, fy=3)
    cv2.imwrite(str(tmp_path / "a.png"), large[:, :, ::-1])
    cv2.imwrite(str(tmp_path / "a.jpg"), large[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 98])
    exact, quick = sight(tmp_path / "a.png"), sight(tmp_path / "a.jpg")
    assert exact.side == quick.side == min(large.shape[:2])
    assert abs(exact.bright - quick.bright) < 5 and abs(exact.blur - quick.blur) < 0.08


def test_everything_that_may_spoil_a_result_is_named(tmp_path: Path) -> None:
    root = classes(tmp_path / "photos", cup=120, plate=12, fork=4)
    picture(root / "cup" / "small.png", TINY - 1)
    picture(root / "cup" / "night.png", scale=(DARK - 10) / 256)
    cv2.imwrite(str(root / "cup" / "empty.png"), np.full((80, 80, 3), 180, np.uint8))
    shutil.copy(root / "cup" / "7.png", root / "plate" / "again.png")
    (root / "plate" / "broken.jpg").write_bytes(b"no photo")
    picture(root / "loose.png")
    looked = look(read_own_photos(root))
    assert found(looked) == {
        "could not be read": ("plate/broken.jpg",),
        "the same file under two labels": ("cup/7.png", "plate/again.png"),
        "classes of few photos": ("fork (4)",),
        "classes of very different size": ("fork (4)", "cup (123)"),
        "blurred, or nothing on it": ("cup/empty.png",),
        "dark": ("cup/night.png",),
        "tiny": ("cup/small.png",),
    }
    assert looked.photos.notes == ("1 photos in photos lie in no class folder: loose.png",)
    used = {looked.photos.name(index) for index in range(len(looked.photos.samples))}
    assert len(used) == len(looked.seen) - 3
    assert used.isdisjoint({"plate/broken.jpg", "cup/7.png", "plate/again.png"})
    told = looked.table()
    assert told.startswith("141 photos of 3 classes: cup 123, plate 14, fork 4")
    assert (
        told.endswith("under two labels): 3")
        and "loose.png" in told
        and "the same file under two labels" in told
    )


def test_good_photos_have_nothing_to_find_fault_with(tmp_path: Path) -> None:
    looked = look(read_own_photos(classes(tmp_path, a=10, b=12)))
    assert looked.findings == () and "nothing that would spoil the result" in looked.table()


class TestLayouts:
    """Where the classes are."""

    def test_train_and_val(self, tmp_path: Path) -> None:
        """Also `test`; what a Mac packs beside them is no class; a class may lack photos in val."""
        classes(tmp_path / "train", a=3, b=4)
        classes(tmp_path / "val", a=2)
        classes(tmp_path / "Test", b=1)
        classes(tmp_path / "__MACOSX" / "train", a=2)
        read = read_own_photos(tmp_path)
        assert [label.name for label in read.samples.labels] == ["a", "b"]
        assert read.held is not None and read.held.tolist() == [False] * 7 + [True] * 3
        assert sorted(read.name(int(i)) for i in np.flatnonzero(read.held)) == [
            "Test/b/0.png",
            "val/a/0.png",
            "val/a/1.png",
        ]

    def test_a_photo_to_learn_from_and_to_measure_with(self, tmp_path: Path) -> None:
        classes(tmp_path / "train", a=3, b=3)
        classes(tmp_path / "val", a=1, b=1)
        shutil.copy(tmp_path / "train" / "b" / "1.png", tmp_path / "val" / "b" / "0.png")
        told = found(look(read_own_photos(tmp_path)))
        assert told["to learn from and to measure with"] == ("val/b/0.png",)

    def test_a_class_that_is_in_val_alone(self, tmp_path: Path) -> None:
        classes(tmp_path / "train", a=3, b=3)
        classes(tmp_path / "val", a=1, c=1)
        with pytest.raises(PocketlensError) as caught:
            read_own_photos(tmp_path)
        assert caught.value.name == "bad_dataset" and "c" in caught.value.message

    def test_trains_are_a_class(self, tmp_path: Path) -> None:
        for root, others in (("vehicles", {"bus": 2, "car": 2}), ("two", {"test": 2})):
            read = read_own_photos(classes(tmp_path / root, train=2, **others))
            assert read.held is None and len(read.samples.labels) == len(others) + 1

    def test_folders_around_the_classes(self, tmp_path: Path) -> None:
        """As an archive unpacks: photos/My photos/a/1.png."""
        classes(tmp_path / "photos" / "My photos", a=2, b=2)
        read = read_own_photos(tmp_path / "photos")
        assert [label.name for label in read.samples.labels] == ["a", "b"]
        assert "My photos" in read.notes[0] and read.name(0) == "My photos/a/0.png"

    def test_one_class(self, tmp_path: Path) -> None:
        with pytest.raises(PocketlensError, match="only one class"):
            read_own_photos(classes(tmp_path, a=2))


class TestPlaces:
    """Where the results go."""

    def test_folders_of_one_name_do_not_share_a_work_folder(self, tmp_path: Path) -> None:
        works = tmp_path / "build"
        first, second = tmp_path / "a" / "Photos", tmp_path / "b" / "Photos"
        names = [name_of(folder, None) for folder in (first, second)]
        assert names == ["photos", "photos"]
        assert free_name(first, "photos", works) == "photos"
        assert free_name(second, "photos", works) == "photos-2"
        assert free_name(first, "photos", works) == "photos"  # again, the same
        assert str(tmp_path) not in (works / "photos" / "photos.sha256").read_text()

    def test_names(self, tmp_path: Path) -> None:
        assert name_of(tmp_path, "Five groups!") == "five-groups"
        assert name_of(tmp_path / "猫", None) == "u732b"

    def test_two_at_once(self, tmp_path: Path) -> None:
        with alone(tmp_path), pytest.raises(PocketlensError) as caught, alone(tmp_path):
            pass
        assert caught.value.name == "busy"

    @pytest.mark.parametrize("what", ["inside", "foreign", "file", "zip"])
    def test_what_cannot_be_written_is_found_at_once(self, tmp_path: Path, what: str) -> None:
        photos, work, out = tmp_path / "photos", tmp_path / "work", tmp_path / "out"
        if what == "inside":
            out = photos / "package"
        elif what == "foreign":
            (tmp_path / "out").mkdir()
            (tmp_path / "out" / "letter.txt").write_text("mine")
        elif what == "zip":
            (tmp_path / "out.zip").write_text("mine")
        else:
            work.write_text("")
        with pytest.raises(PocketlensError) as caught:
            check_places(photos, work, out)
        assert caught.value.name == "cannot_write"
