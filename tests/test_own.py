"""`own` as a user runs it: photos in, a package that works and an honest report out."""

from __future__ import annotations

import csv
import json
import shlex
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.small_photos import class_folders
from tools import evaluate, own
from tools.data.photos import read_photo
from tools.distillation.sources import folder_of, read_sources
from tools.native.kept import core_worker
from tools.package.reader import open_package
from tools.package.recipe import load_recipe
from tools.places import ROOT
from tools.training.own_report import wilson

pytestmark = pytest.mark.slow

SOURCES = ROOT / "models" / "mobilenetv2-openimages" / "sources.toml"
# The five groups of cut-outs: class -> folder among the stamps.
GROUPS = {
    "mammals": "animals/mammals",
    "birds": "animals/birds",
    "fruit": "food/fruit",
    "vegetables": "food/vegetables",
    "flowers": "plants/flowers",
}


def run(photos: Path, folder: Path, *options: str) -> Result:
    arguments = [str(photos), "--out", str(folder / "package"), "--work", str(folder / "work")]
    arguments += ["--feature-cache", str(folder / "cache"), *options]
    return CliRunner().invoke(own.main, arguments)


def on_white(path: Path) -> np.ndarray:
    """A cut-out in the middle of a white square."""
    picture = read_photo(path)  # lays transparency over white
    side = max(picture.shape[:2])
    square = np.full((side, side, 3), 255, np.uint8)
    y, x = (side - picture.shape[0]) // 2, (side - picture.shape[1]) // 2
    square[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return square


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """169 cut-outs in five folders, two copies of each of five mammals, and a broken file."""
    root = tmp_path_factory.mktemp("photos") / "Five groups"
    stamps = folder_of(read_sources(SOURCES)["tuxpaint-stamps-default"])
    for name, folder in GROUPS.items():
        (root / name).mkdir(parents=True)
        for path in sorted((stamps / "usr/share/tuxpaint/stamps" / folder).rglob("*.png")):
            if not any(word in str(path) for word in ("cartoon", "_mirror", "_flip")):
                cv2.imwrite(str(root / name / f"{path.stem}.jpg"), on_white(path)[:, :, ::-1])
    assert len(list(root.rglob("*.jpg"))) == 169
    for path in sorted((root / "mammals").iterdir())[:5]:
        cv2.imwrite(str(path.with_stem(path.stem + "-mirrored")), cv2.imread(str(path))[:, ::-1])
        shutil.copy(path, path.with_stem(path.stem + " (copy)"))
    (root / "birds" / "broken.jpg").write_bytes(b"no photo")
    return root


@pytest.fixture(scope="module")
def tinted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes of 15 small pictures."""
    return class_folders(tmp_path_factory.mktemp("photos") / "tints", 15)


@pytest.fixture(scope="module")
def made(groups: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("own")
    result = run(groups, folder, "--name", "Five groups!")
    assert result.exit_code == 0, result.output
    return folder, result


def test_folder_and_zip_are_the_same_package(made: tuple[Path, Result]) -> None:
    folder, zipped = open_package(made[0] / "package"), open_package(made[0] / "package.zip")
    assert folder.manifest.name == "five-groups"
    assert [label.name for label in folder.labels] == sorted(GROUPS)
    assert [label.mid for label in folder.labels] == [f"own/{name}" for name in sorted(GROUPS)]
    assert folder.manifest.raw == zipped.manifest.raw
    for name in folder.manifest.files:
        assert folder.read(name) == zipped.read(name)
    assert folder.manifest.raw["parity"]["max_difference"] <= 1e-4
    assert folder.manifest.raw["accuracy"]["top1"] >= 0.85


def test_thresholds_come_from_photos(made: tuple[Path, Result]) -> None:
    for row in open_package(made[0] / "package").thresholds:
        assert row.status in ("calibrated", "pooled")
        assert row.support is not None and row.support >= 10
        assert row.f1 is not None and row.f1 > 0.5


def test_the_package_classifies_a_photo_of_another_source(
    made: tuple[Path, Result], photos: Path
) -> None:
    with core_worker() as worker, worker.open(made[0] / "package.zip") as classifier:
        names = {
            photo: classifier.classify(read_photo(photos / photo)).labels[0].label.name
            for photo in ("macaw.jpg", "polar-bear.jpg")
        }
    assert names == {"macaw.jpg": "birds", "polar-bear.jpg": "mammals"}


def test_the_report_is_honest(made: tuple[Path, Result]) -> None:
    """At least 0.85 right on photos held back (a linear probe reaches 0.88)."""
    report = json.loads((made[0] / "work" / "report.json").read_text())
    assert report["accuracy"] >= 0.85, made[1].output
    assert report["cross_validated"] >= 0.80, made[1].output
    assert report["balanced_accuracy"] >= 0.8, made[1].output
    for figure in ("accuracy", "balanced"):
        low, high = report[f"{figure}_interval"]
        name = "balanced_accuracy" if figure == "balanced" else figure
        assert low <= report[name] <= high
    manifest = open_package(made[0] / "package").manifest.raw["accuracy"]
    assert manifest["balanced"] == pytest.approx(report["balanced_accuracy"], abs=1e-4)
    assert report["refitted"] and "was trained on them afterwards" in manifest["data"]
    assert report["photos"] == 169 + 10
    assert report["trained_on"] + report["held_back"] == report["photos"]
    assert 0.15 <= report["held_back"] / report["photos"] <= 0.25
    assert report["near_duplicates"] >= 15 and report["alike"] == 0.86
    assert len(report["unreadable"]) == 1 and "broken.jpg" in report["unreadable"][0]
    said = made[1].output
    figures = said[said.index("right on the photos held back, each class counting alike") :]
    assert figures.index("each photo counting alike") > 0 and "broken.jpg" in said
    assert report["findings"]["could not be read"] == ["birds/broken.jpg"]
    assert "first hint" in said  # fewer than 100 photos held back
    page = (made[0] / "work" / "report.html").read_text()
    assert "vegetables" in page and "</html>" in page
    assert "Left out: 1" in page and "broken.jpg" in page


def test_the_model_folder_makes_the_same_model_again(made: tuple[Path, Result]) -> None:
    recipe = load_recipe(made[0] / "work" / "model")
    assert recipe.checkpoint.file is not None
    assert recipe.checkpoint.file.resolve() == made[0] / "work" / "five-groups.ckpt"
    assert str(made[0]) not in (made[0] / "work" / "model" / "model.toml").read_text()
    with open(made[0] / "work" / "model" / "thresholds.csv", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 5


def test_what_was_held_back_can_be_evaluated(made: tuple[Path, Result], groups: Path) -> None:
    """The table is one of `evaluate`'s; the package's head was trained on these photos, too."""
    report = json.loads((made[0] / "work" / "report.json").read_text())
    table = made[0] / "work" / "held-back.csv"
    assert str(groups) not in table.read_text()
    arguments = [str(made[0] / "package"), str(table), "--photos", str(groups), "--json"]
    done = CliRunner().invoke(evaluate.main, arguments)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["photos"] == report["held_back"]
    assert found["best"]["right"] >= report["accuracy"]


def test_again_in_float16_it_is_the_same(
    made: tuple[Path, Result], groups: Path, tmp_path: Path
) -> None:
    """Warm features, the same photos held back by the table: a fair comparison of variants."""
    shutil.copytree(made[0] / "cache", tmp_path / "cache")
    split = str(made[0] / "work" / "held-back.csv")
    options = ["--name", "Five groups!", "--weights", "float16", "--split", split]
    again = run(groups, tmp_path, *options)
    assert again.exit_code == 0, again.output
    first, second = open_package(made[0] / "package"), open_package(tmp_path / "package")
    assert first.read("thresholds.csv") == second.read("thresholds.csv")
    assert first.manifest.raw["source"]["sha256"] == second.manifest.raw["source"]["sha256"]
    assert second.manifest.variant == "float16"
    assert second.manifest.files["model.ms"].size < 0.6 * first.manifest.files["model.ms"].size
    assert (tmp_path / "work" / "held-back.csv").read_text() == Path(split).read_text()


def test_strict_stops_before_training(tinted: Path, tmp_path: Path) -> None:
    done = run(tinted, tmp_path, "--strict")  # of pictures that are tiny
    assert done.exit_code == 4 and "tiny" in done.output
    assert not (tmp_path / "package").exists() and "head" not in done.output


def test_classes_that_cannot_be_told_apart(tmp_path: Path) -> None:
    """Noise dealt into three folders: nothing is made of it, and that is a failure."""
    rng = np.random.default_rng(1)
    for number in range(45):
        path = tmp_path / "photos" / "abc"[number % 3] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), rng.integers(0, 256, (70, 70, 3), np.uint8))
    said = refused(tmp_path / "photos", tmp_path)
    assert "error [nothing_learned]" in said


def refused(photos: Path, folder: Path) -> str:
    result = run(photos, folder)
    assert result.exit_code == 1, result.output
    assert not (folder / "package").exists() and not (folder / "package.zip").exists()
    return result.output


def test_bad_folders(tinted: Path, tmp_path: Path) -> None:
    assert "missing_file" in refused(tmp_path / "no", tmp_path)
    photos = tmp_path / "photos"
    shutil.copytree(tinted, photos)
    (photos / "empty").mkdir()
    assert "empty (0)" in refused(photos, tmp_path)
    shutil.copy(photos / "red" / "000.png", photos / "empty" / "only.png")
    said = refused(photos, tmp_path)
    assert "bad_dataset" in said and "empty (1)" in said
    for name in ("empty", "red", "green"):
        shutil.rmtree(photos / name)
    assert "only one class" in refused(photos, tmp_path)


def test_too_many_unreadable_photos(tinted: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    shutil.copytree(tinted, photos)
    for path in sorted((photos / "green").iterdir())[:8]:
        path.write_bytes(b"no photo")
    said = refused(photos, tmp_path)
    assert "bad_dataset" in said and "8 of 45" in said


def test_a_class_of_one_photo_in_copies(tinted: Path, tmp_path: Path) -> None:
    """Nothing could be held back, so nothing could be said about the result."""
    photos = tmp_path / "photos"
    for name in ("red", "green"):
        (photos / name).mkdir(parents=True)
        for number in range(4):
            shutil.copy(tinted / name / "000.png", photos / name / f"{number}.png")
    assert "No photo can be held back" in refused(photos, tmp_path)


def test_a_class_that_is_left_with_one_photo(tinted: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    shutil.copytree(tinted, photos)
    (photos / "few").mkdir()
    shutil.copy(photos / "red" / "000.png", photos / "few" / "good.png")
    (photos / "few" / "bad.png").write_bytes(b"no photo")
    assert "Too few readable photos of few" in refused(photos, tmp_path)


def test_make_own_passes_everything_on() -> None:
    """Every option of the command has a variable of make, and blanks in names survive."""
    given = {
        "NAME": ("--name", "My flowers"),
        "OUT": ("--out", "a b/out"),
        "WORK": ("--work", "w"),
        "HELD_BACK": ("--held-back", "0.3"),
        "SPLIT": ("--split", "held-back.csv"),
        "WEIGHTS": ("--weights", "float16"),
        "SEED": ("--seed", "7"),
        "FEATURE_CACHE": ("--feature-cache", "f"),
        "ENGINE": ("--engine", "ray"),
        "RAY_ADDRESS": ("--ray-address", "host:6379"),
    }
    variables = [f"{name}={value}" for name, (_, value) in given.items()]
    line = ["make", "--no-print-directory", "-n", "own", "DIR=my photos", *variables]
    line += ["STRICT=1", "REFIT=no"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    words = shlex.split(done.stdout.splitlines()[-1])
    assert words[:5] == [".venv/bin/python", "-m", "tools", "own", "my photos"]
    options = words[5:]
    for option, value in given.values():
        assert options[options.index(option) + 1] == value
    assert "--strict" in options and "--no-refit" in options
    known = {name for each in own.main.params for name in each.opts + each.secondary_opts}
    assert {word for word in options if word.startswith("--")} == {
        name for name in known if name.startswith("--")
    } - {"--refit"}


def test_wilson() -> None:
    """Against the closed form's well-known values."""
    low, high = wilson(9, 10)
    assert low == pytest.approx(0.5958, abs=1e-4) and high == pytest.approx(0.9821, abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)
