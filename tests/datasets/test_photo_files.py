"""Finding photos by what files hold, what is passed over, and files that are none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tools.data.photo_files import EXTENSIONS, find_photos, search
from tools.data.photo_kinds import HEAD, READ, kind_of
from tools.data.photos import read_photo
from tools.errors import PocketlensError


def test_files_that_are_none_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    for path in (tmp_path / "nowhere.jpg", tmp_path, tmp_path / "pipe.jpg", Path("/dev/zero")):
        with pytest.raises(PocketlensError) as caught:
            read_photo(path)
        assert caught.value.name == "unreadable_photo"
        assert str(path) in caught.value.message


def test_folders_are_searched_in_order_and_hidden_things_passed_over(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.png", "notes.txt", ".hidden.jpg", "z/c.webp", ".git/d.jpg", "x.heic"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "z" / "loop").symlink_to(tmp_path)
    found = [str(path.relative_to(tmp_path)) for path in find_photos([tmp_path])]
    assert found == ["a.png", "b.JPG", "x.heic", "z/c.webp"]
    single = tmp_path / "notes.txt"
    assert find_photos([single, tmp_path / "a.png", tmp_path])[:2] == [single, tmp_path / "a.png"]
    assert len(find_photos([single, tmp_path / "a.png", tmp_path])) == 5


def test_a_folder_without_photos_is_named(tmp_path: Path) -> None:
    with pytest.raises(PocketlensError, match="No photo was found") as caught:
        find_photos([tmp_path])
    assert caught.value.name == "no_photos"


def test_every_sample_photo_is_found_and_read(photos: Path) -> None:
    found = find_photos([photos])
    assert len(found) == sum(path.suffix in EXTENSIONS for path in photos.iterdir()) >= 16
    assert all(read_photo(path).shape[2] == 3 for path in found)


def filled(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(data)
    return folder


def test_what_files_hold_decides_not_their_names(photos: Path, tmp_path: Path) -> None:
    jpeg, png = (photos / "coffee.jpg").read_bytes(), (photos / "cat.png").read_bytes()
    names = ["a.jfif", "B.JPEG", "c", "d.dat", "e.txt", "f.png", "g.jpg", "h.php?id=3"]
    files = {name: png if name in ("d.dat", "g.jpg") else jpeg for name in names}
    found = search([filled(tmp_path, files)])
    assert sorted(path.name for path in found.photos) == sorted(names) and not found.note()
    shapes = {path.name: read_photo(path).shape for path in found.photos}
    assert shapes["d.dat"] == shapes["g.jpg"] == read_photo(photos / "cat.png").shape
    assert shapes["e.txt"] == shapes["f.png"] == read_photo(photos / "coffee.jpg").shape


def test_what_is_passed_over_is_counted_and_named(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {f"notes-{number:02}.txt": b"notes" for number in range(10)}
    files |= {"empty": b"", "film.mp4": b"\0\0\0\x20ftypisom" + bytes(40), ".cache/x.jpg": b"x"}
    files |= {"__MACOSX/._a.jpg": b"x", ".DS_Store": b"x", "._b.jpg": b"x", "Thumbs.db": b"x"}
    filled(tmp_path, files)
    shutil.copy(photos / "cat.png", tmp_path)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [path.name for path in find_photos([tmp_path])] == ["cat.png"]
    told = capsys.readouterr().err
    assert "13 not a photo (loop, empty, film.mp4, notes-00.txt" in told
    assert "and 5 more" in told and "1 hidden (.cache)" in told
    assert "MACOSX" not in told and "DS_Store" not in told and "Thumbs" not in told


def test_a_folder_of_other_files_says_what_they_are(tmp_path: Path) -> None:
    filled(tmp_path, {"a.csv": b"file,mids\n", "b.xml": b"<?xml"})
    with pytest.raises(PocketlensError, match=r"2 not a photo \(a.csv, b.xml\)"):
        find_photos([tmp_path])


def test_every_kind_that_pillow_writes_is_known_by_its_first_bytes(
    photos: Path, tmp_path: Path
) -> None:
    with Image.open(photos / "cat.png") as opened:
        picture = opened.convert("RGB").resize((40, 30))
    for kind in set(READ) - {"HEIF", "TGA"}:  # not written by Pillow; without a sign
        picture.save(tmp_path / kind, kind)
        found = kind_of((tmp_path / kind).read_bytes()[:HEAD])
        assert found is not None and (found.name, found.read) == (kind, True)
    picture.save(tmp_path / "made.tga", "TGA")
    assert len(search([tmp_path]).photos) == len(READ) - 1
    heic = Path(__file__).parents[1] / "data" / "heic" / "cat.heic"
    found = kind_of(heic.read_bytes()[:HEAD])
    assert found is not None and found.name == "HEIF"


@pytest.mark.parametrize(
    "head, name",
    [
        (b"BMW has new cars, and this is a text about them", "a text"),
        (b"P5 is the name of a road. " * 3, "a text"),
        ("Ein Text über Fotos, länger als die Zeichen, die angesehen werden".encode(), "a text"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heic", "HEIF"),
    ],
)
def test_what_begins_alike_is_told_apart(head: bytes, name: str) -> None:
    found = kind_of(head[:HEAD])
    assert found is not None and found.name == name


@pytest.mark.parametrize("head", [b"", b"\0", bytes(range(64)), b"\xff" * 64, b"\0\0\0\0ftyp"])
def test_bytes_that_say_nothing_are_no_picture(head: bytes) -> None:
    found = kind_of(head)
    assert found is None or not found.picture
