"""classify: JSON to the letter, folders, failures and exit codes, drawn pictures."""

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
from PIL import Image

from tools.classify import main
from tools.errors import PocketlensError

LABEL_KEYS = ["index", "mid", "name", "score", "probability"]


@pytest.fixture
def some(photos: Path, tmp_path: Path) -> Path:
    """A folder with two photos in two levels, and something that is none."""
    folder = tmp_path / "some"
    (folder / "deeper").mkdir(parents=True)
    shutil.copy(photos / "coffee.jpg", folder)
    shutil.copy(photos / "cat.png", folder / "deeper")
    (folder / "notes.txt").write_text("not a photo")
    return folder


def classify(demo_package: Path, *arguments: object) -> Result:
    told = ["--package", str(demo_package), *map(str, arguments)]
    return CliRunner().invoke(main, told)


def parsed(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_json_is_as_documented(demo_package: Path, photos: Path) -> None:
    result = classify(demo_package, photos / "cat.png", "--json", "--top", 3)
    assert result.exit_code == 0
    (one,) = parsed(result)
    assert list(one) == ["photo", "labels", "headline", "guess", "confident", "timings_ms"]
    assert one["photo"] == str(photos / "cat.png")
    assert [list(label) for label in one["labels"]] == [LABEL_KEYS] * 3
    assert list(one["timings_ms"]) == ["decode", "preprocess", "inference", "scores"]
    assert all(ms > 0 for ms in one["timings_ms"].values())
    assert one["confident"] is (one["headline"] is not None)
    if one["headline"]:
        assert list(one["headline"]) == LABEL_KEYS and one["headline"]["score"] >= 0.5
    scores = [label["score"] for label in one["labels"]]
    assert scores == sorted(scores, reverse=True)


def test_a_folder_is_searched_and_a_photo_gives_the_same_in_it(
    demo_package: Path, some: Path
) -> None:
    found = parsed(classify(demo_package, some, "--json", "--workers", 2))
    assert [Path(one["photo"]).name for one in found] == ["coffee.jpg", "cat.png"]
    alone = parsed(classify(demo_package, some / "coffee.jpg", "--json"))[0]
    assert alone["labels"] == found[0]["labels"]


def test_unreadable_photos_are_reported_and_passed_over(demo_package: Path, some: Path) -> None:
    (some / "broken.jpg").write_bytes((some / "coffee.jpg").read_bytes()[:2000])
    result = classify(demo_package, some, some / "nowhere.png", "--json")
    assert result.exit_code == 3
    found = parsed(result)
    bad = [one for one in found if "error" in one]
    assert [Path(one["photo"]).name for one in bad] == ["broken.jpg", "nowhere.png"]
    for one in bad:
        assert one["error"]["name"] == "unreadable_photo"
        assert one["labels"] == [] and one["headline"] is None and one["confident"] is False
        assert one["photo"] in result.stderr
    assert "2 of 4 photos could not be classified" in result.stderr
    assert len([one for one in found if one["labels"]]) == 2


def test_nothing_readable_is_a_failure(demo_package: Path, some: Path) -> None:
    result = classify(demo_package, some / "notes.txt")
    assert result.exit_code == 1
    assert "error [unreadable_photo]" in result.stderr


def test_no_photo_at_all_is_a_named_error(demo_package: Path, tmp_path: Path) -> None:
    result = classify(demo_package, tmp_path)
    assert result.exit_code == 1 and "error [no_photos]" in result.stderr
    assert classify(demo_package).exit_code == 2


def test_a_missing_package_is_a_named_error(tmp_path: Path, photos: Path) -> None:
    result = classify(tmp_path / "none", photos / "cat.png")
    assert result.exit_code == 1 and "error [missing_file]" in result.stderr


def test_the_table_names_photo_headline_what_else_and_times(
    demo_package: Path, some: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the headline is a kind of is no alternative to it."""
    monkeypatch.setenv("COLUMNS", "200")  # a narrow table is cut, the more the longer times are
    result = classify(demo_package, some, "--top", 3)
    lines = result.stdout.splitlines()
    assert re.split(r"  +", lines[0].strip()) == [
        "photo", "headline", "or else", "decode", "preproc.", "infer.", "scores",
    ]  # fmt: skip
    assert [line.split()[0] for line in lines[2:]] == ["coffee.jpg", "cat.png"]
    _, headline, others, *times = re.split(r"  +", lines[3].strip())
    assert headline.startswith("Cat ") and len(times) == 4 and lines[3].count(" ms") == 4
    assert len(others.split(", ")) == 3
    assert not {"Animal", "Mammal", "Carnivore"} & {name[:-5] for name in others.split(", ")}


def test_a_photo_stored_lying_is_read_upright(
    demo_package: Path, photos: Path, tmp_path: Path
) -> None:
    with Image.open(photos / "koala.jpg") as stored:
        stored.transpose(Image.Transpose.ROTATE_270).save(tmp_path / "upright.png")
    result = classify(demo_package, photos / "koala.jpg", tmp_path / "upright.png", "--json")
    lying, upright = parsed(result)
    assert lying["labels"][0]["mid"] == upright["labels"][0]["mid"]
    difference = abs(lying["labels"][0]["probability"] - upright["labels"][0]["probability"])
    assert difference < 0.05


def test_draw_writes_one_picture(demo_package: Path, photos: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "cat.png"
    assert classify(demo_package, photos / "cat.png", "--draw", target).exit_code == 0
    with Image.open(target) as drawn:
        assert drawn.width == 900 and drawn.height > 700
    assert [path.name for path in target.parent.iterdir()] == ["cat.png"]


def test_draw_writes_a_folder_of_pictures(demo_package: Path, some: Path, tmp_path: Path) -> None:
    shutil.copy(some / "coffee.jpg", some / "deeper" / "coffee.jpg")
    assert classify(demo_package, some, "--draw", tmp_path / "drawn").exit_code == 0
    names = sorted(path.name for path in (tmp_path / "drawn").iterdir())
    assert names == ["cat.jpg", "coffee-2.jpg", "coffee.jpg"]


def test_draw_refuses_what_it_cannot_write(demo_package: Path, some: Path, tmp_path: Path) -> None:
    assert classify(demo_package, some, "--draw", tmp_path / "one.png").exit_code == 2
    cat = some / "deeper" / "cat.png"
    result = classify(demo_package, cat, "--draw", tmp_path / "cat.bmp")
    assert result.exit_code == 1 and "error [cannot_write]" in result.stderr
    (tmp_path / "file").write_text("")
    result = classify(demo_package, cat, "--draw", tmp_path / "file" / "cat.png")
    assert result.exit_code == 1 and "error [cannot_write]" in result.stderr


def test_a_zip_gives_what_the_folder_gives(
    demo_package: Path, photos: Path, tmp_path: Path
) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "it.zip", "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(demo_package.iterdir()):
            archive.write(path, path.name)
    folder = parsed(classify(demo_package, photos / "cat.png", "--json"))[0]
    packed = parsed(classify(tmp_path / "it.zip", photos / "cat.png", "--json"))[0]
    assert folder["labels"] == packed["labels"]


def test_a_cold_process_needs_neither_mindspore_nor_the_network(
    root: Path, demo_package: Path, photos: Path
) -> None:
    code = (
        "import sys; from tools.classify import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert 'mindspore' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(photos / "cat.png"), "--package", str(demo_package)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "cat.png" in done.stdout


def names_of(result: Result) -> list[str]:
    assert result.exit_code == 0, result.stderr
    return [label["name"] for label in parsed(result)[0]["labels"]]


def test_a_region_is_the_photo_cut_to_it(demo_package: Path, photos: Path, tmp_path: Path) -> None:
    photo = photos / "cat.png"
    with Image.open(photo) as whole:
        width, height = whole.size
        cut = tmp_path / "cut.png"
        whole.convert("RGB").crop((31, 17, 31 + 201, 17 + 155)).save(cut)
    part = parsed(classify(demo_package, photo, "--region", "31,17,201,155", "--json"))[0]
    assert part["labels"] == parsed(classify(demo_package, cut, "--json"))[0]["labels"]
    half = classify(demo_package, photo, "--region", "0%,0%,50%,100%", "--json")
    same = classify(demo_package, photo, "--region", f"0,0,{(width + 1) // 2},{height}", "--json")
    assert parsed(half)[0]["labels"] == parsed(same)[0]["labels"]


@pytest.mark.parametrize("region", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "1%,2,3,4", "1.5,0,5,5", ""])
def test_what_is_no_region_is_wrong_usage(demo_package: Path, photos: Path, region: str) -> None:
    result = classify(demo_package, photos / "cat.png", "--region", region)
    assert result.exit_code == 2 and "10%,20%,50%,50%" in result.stderr


def test_a_region_outside_of_a_photo_is_its_error(demo_package: Path, photos: Path) -> None:
    result = classify(demo_package, photos / "cat.png", "--region", "0,0,9999,5", "--json")
    assert result.exit_code == 1
    assert parsed(result)[0]["error"]["name"] == "bad_frame"
    half = classify(demo_package, photos / "cat.png", "--region", "0,0,9,5", "--half-size")
    assert half.exit_code == 2 and "percent" in half.stderr


def test_labels_are_allowed_denied_and_cut_by_score(demo_package: Path, photos: Path) -> None:
    cat = (photos / "cat.png", "--json", "--top", 3)
    usual = names_of(classify(demo_package, *cat))
    assert usual[0] not in names_of(classify(demo_package, *cat, "--deny", usual[0]))
    two = ("--allow", "Dog", "--allow", "Cat", "--deny", "Dog")
    assert names_of(classify(demo_package, *cat, *two)) == ["Cat"]
    assert names_of(classify(demo_package, *cat, "--least", 1)) == []
    result = classify(demo_package, *cat, "--allow", "Catt")
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit | PocketlensError)
