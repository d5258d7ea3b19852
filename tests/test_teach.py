"""The commands around taught labels, as people type them: teach, classify and evaluate --taught."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import cv2
import pytest
from click.testing import CliRunner, Result

from tests.native.test_teaching import CAT, PHOTOS, TEMPLE, parts
from tools.__main__ import main
from tools.data.photos import read_photo
from tools.native import Classifier, Settings
from tools.package.embedding import Known, read_embedding
from tools.package.reader import open_package
from tools.teaching import vectors


def run(*words: object) -> Result:
    """A command line's result."""
    return CliRunner().invoke(main, [str(word) for word in words])


def done(*words: object) -> str:
    """What a command says that must work."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.output


def refused(name: str, *words: object) -> str:
    """What a command says that must be refused by this name."""
    result = run(*words)
    assert result.exit_code == 1 and f"error [{name}]" in result.output, result.output
    return result.output


@pytest.fixture(scope="module")
def temple(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of four pictures of a temple."""
    folder = tmp_path_factory.mktemp("temple")
    for number, pixels in enumerate(parts(TEMPLE, 4)):
        cv2.imwrite(str(folder / f"{number}.png"), pixels[:, :, ::-1])
    return folder


@pytest.fixture(scope="module")
def taught(temple: Path, demo_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that knows the temple."""
    path = tmp_path_factory.mktemp("taught") / "mine.taught"
    told = done("teach", demo_package, "Holiday temple", temple, "--to", path)
    assert "Holiday temple (own/holiday-temple): 4 pictures, agreeing by" in told
    return path


@pytest.fixture(scope="module")
def knowing(demo_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo package, as if its labels were for nothing but cats."""
    folder = tmp_path_factory.mktemp("knowing") / "package"
    shutil.copytree(demo_package, folder)
    manifest = json.loads((folder / "model.json").read_text())
    told = open_package(folder).manifest.embedding
    assert told is not None
    space = read_embedding((folder / "embedding.bin").read_bytes(), told)
    with Classifier(folder, Settings(threads=1)) as classifier:
        cat = vectors.project(space, classifier.embed(read_photo(CAT))[None])
    known = Known(0.5, cat).to_bytes(space)
    (folder / "known.bin").write_bytes(known)
    digest = hashlib.sha256(known).hexdigest()
    manifest["files"]["known.bin"] = {"size": len(known), "sha256": digest}
    (folder / "model.json").write_text(json.dumps(manifest))
    return folder


def test_classify_tells_how_familiar_a_picture_is(knowing: Path, demo_package: Path) -> None:
    words = ("classify", TEMPLE, CAT, "--json", "--package")
    rows = {Path(row["photo"]): row for row in json.loads(done(*words, knowing))}
    assert rows[CAT]["familiarity"] == pytest.approx(1, abs=1e-4) and rows[CAT]["confident"]
    assert rows[TEMPLE]["familiarity"] < 0.5 and rows[TEMPLE]["headline"] is None
    assert rows[TEMPLE]["labels"], "the rows stay"
    plain = json.loads(done(*words, demo_package))
    assert all("familiarity" not in row for row in plain), "a package that does not say"


def test_classify_names_what_was_taught(taught: Path, demo_package: Path) -> None:
    words = ("classify", TEMPLE, CAT, "--package", demo_package, "--json")
    rows = {Path(row["photo"]): row for row in json.loads(done(*words, "--taught", taught))}
    headline = rows[TEMPLE]["headline"]
    assert (headline["mid"], headline["name"]) == ("own/holiday-temple", "Holiday temple")
    assert headline["score"] >= 0.5 and headline["index"] == 601
    assert headline in rows[TEMPLE]["labels"] and rows[TEMPLE]["guess"] is None
    without = {Path(row["photo"]): row for row in json.loads(done(*words))}
    assert rows[CAT]["headline"] == without[CAT]["headline"]
    assert without[TEMPLE]["headline"]["mid"] in {row["mid"] for row in rows[TEMPLE]["labels"]}


def test_five_real_photos_teach_a_thing(demo_package: Path, tmp_path: Path) -> None:
    board, path = PHOTOS.parent / "teaching" / "board", tmp_path / "board.taught"
    words = [board / f"{number}.jpg" for number in range(1, 6)]
    done("teach", demo_package, "Our board", *words, "--to", path)
    asked = [board / "6.jpg", *sorted(PHOTOS.glob("*.jpg"))]
    told = done("classify", *asked, "--package", demo_package, "--taught", path, "--json")
    found = [row["headline"] and row["headline"]["name"] for row in json.loads(told)]
    assert found[0] == "Our board" and "Our board" not in found[1:]


def test_the_table_shows_it(taught: Path, demo_package: Path) -> None:
    told = done("classify", TEMPLE, "--package", demo_package, "--taught", taught)
    assert "Holiday temple" in told


def test_labels_are_added_listed_and_removed(
    taught: Path, demo_package: Path, tmp_path: Path
) -> None:
    path = tmp_path / "more.taught"
    shutil.copyfile(taught, path)
    told = done("teach", demo_package, "Minka", CAT, "--to", path)
    assert "Minka (own/minka): 1 picture;" in told and "One picture alone" in told
    before = path.read_bytes()
    rows = json.loads(done("teach", demo_package, "--list", "--to", path, "--json"))
    assert [(row["name"], row["pictures"]) for row in rows] == [("Holiday temple", 4), ("Minka", 1)]
    assert path.read_bytes() == before, "listing changes nothing"
    done("teach", demo_package, "Minka", "--remove", "--to", path)
    assert path.read_bytes() == taught.read_bytes()
    refused("unknown_taught", "teach", demo_package, "Minka", "--remove", "--to", path)


def test_advice_is_given_on_pictures(demo_package: Path, temple: Path, tmp_path: Path) -> None:
    same, mixed = tmp_path / "same", tmp_path / "mixed"
    for folder, photos in ((same, [CAT] * 3), (mixed, [CAT, PHOTOS / "coffee.jpg", TEMPLE])):
        folder.mkdir()
        for number, photo in enumerate(photos):
            shutil.copyfile(photo, folder / f"{number}{photo.suffix}")
    path = tmp_path / "a.taught"
    assert "nearly the same" in done("teach", demo_package, "Same", same, "--to", path)
    told = done("teach", demo_package, "Mixed", mixed, "--to", path)
    assert "hardly of one thing" in told
    rows = {
        row["name"]: row
        for row in json.loads(done("teach", demo_package, "--list", "--to", path, "--json"))
    }
    assert rows["Mixed"]["threshold"] >= 0.5, "it is not trusted"


def test_what_the_package_has_is_corrected(demo_package: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.taught"
    assert "Lizard (/m/" in done("teach", demo_package, "lizard", CAT, "--to", path).replace(
        "lizard (", "Lizard ("
    )


def test_photos_that_cannot_be_read_are_told(demo_package: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    shutil.copyfile(CAT, tmp_path / "photos" / "cat.png")
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"\xff\xd8\xff no photo")
    result = run("teach", demo_package, "Minka", tmp_path / "photos", "--to", tmp_path / "a.taught")
    assert result.exit_code == 3 and "broken.jpg" in result.output, result.output
    assert "1 picture;" in result.output
    (tmp_path / "photos" / "cat.png").unlink()
    words = ("teach", demo_package, "Minka", tmp_path / "photos", "--to", tmp_path / "b.taught")
    refused("no_photos", *words)
    assert not (tmp_path / "b.taught").exists()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("Minka",),
        ("Minka", "--list"),
        ("--remove",),
        ("Minka", CAT, "--remove"),
        ("Minka", "--remove", "--list"),
    ],
)
def test_words_that_say_nothing_are_wrong_usage(words: tuple[object, ...], tmp_path: Path) -> None:
    result = run("teach", "build/none", *words, "--to", tmp_path / "a.taught")
    assert result.exit_code == 2, result.output


def test_other_files_are_refused(demo_package: Path, tmp_path: Path) -> None:
    package = ("--package", demo_package)
    (tmp_path / "text.taught").write_text("no such file at all")
    wrong = tmp_path / "text.taught"
    refused("bad_taught", "classify", CAT, *package, "--taught", wrong)
    refused("missing_file", "classify", CAT, *package, "--taught", tmp_path / "none")
    refused("bad_taught", "teach", demo_package, "Minka", CAT, "--to", wrong)
    assert wrong.read_text() == "no such file at all"


def test_evaluate_counts_claims(taught: Path, demo_package: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name, photos in (("Holiday temple", [TEMPLE]), ("others", [CAT, PHOTOS / "coffee.jpg"])):
        (data / name).mkdir(parents=True)
        for photo in photos:
            shutil.copyfile(photo, data / name / photo.name)
    words = ("evaluate", demo_package, data, "--taught", taught)
    found = json.loads(done(*words, "--json"))
    assert found["rows"] == [
        {"name": "Holiday temple", "photos": 1, "claimed": 1, "another": 0},
        {"name": "anything else", "photos": 2, "claimed": 0, "another": 0},
    ]
    assert "1 (100%)" in done(*words)
    (tmp_path / "empty").mkdir()
    refused("bad_dataset", "evaluate", demo_package, tmp_path / "empty", "--taught", taught)
