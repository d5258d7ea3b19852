"""The `thresholds` command: default, imported and shown tables."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.damage.base import whole, with_key
from tools.errors import PocketlensError
from tools.labels import read_class_list
from tools.lists.threshold_list import import_thresholds
from tools.package.label_table import Label
from tools.package.reader import open_package
from tools.package.threshold_table import read_thresholds
from tools.package.writer import rewrite
from tools.places import ROOT
from tools.thresholds import main

OFFICIAL = ROOT / "labels/openimages-boxable.csv"
DEMO_410 = ROOT / "labels/lite-demo-410-thresholds.csv"
LABELS = (Label("own/a", "A"), Label("own/b", "B"))


def run(*arguments: object) -> Result:
    """The command's result."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def imported(tmp_path: Path, text: str) -> PocketlensError:
    """The error that importing this table for two labels raises."""
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(PocketlensError) as caught:
        import_thresholds(tmp_path / "t.csv", LABELS)
    return caught.value


def test_default_table(tmp_path: Path) -> None:
    result = run("--labels", OFFICIAL, "--out", tmp_path / "t.csv")
    assert result.exit_code == 0, result.output
    assert "601 thresholds (601 default) from 0.5 to 0.5" in result.output
    table = read_thresholds((tmp_path / "t.csv").read_bytes(), read_class_list(OFFICIAL))
    assert {(row.threshold, row.status, row.f1) for row in table} == {(0.5, "default", None)}


def test_the_older_demos_table(tmp_path: Path) -> None:
    result = run("--labels", DEMO_410, "--import", DEMO_410, "--out", tmp_path / "t.csv")
    assert result.exit_code == 0, result.output
    assert "410 thresholds (410 calibrated) from 0.01 to 0.96" in result.output
    table = read_thresholds((tmp_path / "t.csv").read_bytes(), read_class_list(DEMO_410))
    with DEMO_410.open(newline="") as file:
        told = [float(row["threshold"]) for row in csv.DictReader(file)]
    assert [row.threshold for row in table] == told
    assert {row.status for row in table} == {"calibrated"}


def test_a_table_of_other_labels_is_refused() -> None:
    result = run("--labels", OFFICIAL, "--import", DEMO_410)
    assert result.exit_code == 1
    assert "error [bad_thresholds]" in result.output and "410 thresholds" in result.output


@pytest.mark.parametrize("option", ["--min-precision=95", "--min-recall=-0.1", "--folds=1"])
def test_floors_are_shares(option: str) -> None:
    result = run("package", "--calibrate", "data", option)
    assert result.exit_code == 2 and option.split("=")[0] in result.output


def test_a_packages_table_comes_back(tmp_path: Path) -> None:
    first, again = tmp_path / "1.csv", tmp_path / "2.csv"
    run("--labels", DEMO_410, "--import", DEMO_410, "--out", first)
    result = run("--labels", DEMO_410, "--import", first, "--out", again)
    assert result.exit_code == 0, result.output
    assert first.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "bad_thresholds", "an empty file"),
        ("index,label\n0,A\n1,B\n", "bad_thresholds", "index,label"),
        ("index,label,threshold\n0,A,0.5\n", "bad_thresholds", "1 thresholds"),
        ("index,label,threshold\n0,A,0.5\n1,A,0.5\n", "bad_thresholds", "line 3"),
        ("index,label,threshold\n1,A,0.5\n0,B,0.5\n", "bad_thresholds", "line 2"),
        ("index,label,threshold\n0,A,half\n1,B,0.5\n", "bad_thresholds", "line 2"),
        ("index,label,threshold\n0,A,nan\n1,B,0.5\n", "bad_thresholds", "line 2"),
        ("index,label,threshold\n0,A,1\n1,B,0.5\n", "threshold_out_of_range", "line 2"),
        ("index,label,threshold\n0,A,0.5\n1,B,0\n", "threshold_out_of_range", "line 3"),
        ("index,label,threshold\n0,A,0.5\n\n1,B,0.5\n", "bad_thresholds", "line 3"),
        ('index,label,threshold\n0,"A,0.5\n1,B,0.5\n', "bad_thresholds", "line 2"),
    ],
)
def test_damaged_tables(tmp_path: Path, text: str, name: str, said: str) -> None:
    error = imported(tmp_path, text)
    assert error.name == name
    assert said in error.message


def test_a_table_as_windows_writes_it(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("\ufeffindex,label,threshold\r\n0,A ,0.25\r\n1,B,0.75")
    table = import_thresholds(tmp_path / "t.csv", LABELS)
    assert [row.threshold for row in table] == [0.25, 0.75]


def package(folder: Path, files: dict[str, bytes]) -> Path:
    """A package folder."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_a_packages_thresholds_are_shown(tmp_path: Path) -> None:
    result = run(package(tmp_path, whole()), "--all")
    assert result.exit_code == 0, result.output
    assert "0.25       calibrated  Cat (/m/01yrx)" in result.output
    assert "(1 calibrated, 1 default, 1 silent) from 0.25 to 0.75" in result.output


def test_a_damaged_package_is_refused(tmp_path: Path) -> None:
    result = run(package(tmp_path, with_key("format_version", 2)))
    assert result.exit_code == 1 and "error [unknown_format_version]" in result.output


@pytest.mark.parametrize("arguments", [[], ["package", "--labels", "list"]])
def test_package_or_labels(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("name", ["p", "p.zip"])
def test_new_thresholds_go_into_the_package_itself(tmp_path: Path, name: str) -> None:
    """Its other files and what it says of itself stay as they were; both readers take it."""
    target = tmp_path / name
    (tmp_path / "old").mkdir()
    rewrite(package(tmp_path / "old", whole()), target, {})
    before = open_package(target)
    rows = [f"{place},{label.mid},0.25,calibrated,,,," for place, label in enumerate(before.labels)]
    header = "index,mid,threshold,status,precision,recall,f1,support"
    (tmp_path / "t.csv").write_text("\n".join([header, *rows]) + "\n")
    result = run(target, "--import", tmp_path / "t.csv", "--update")
    assert result.exit_code == 0 and f"wrote {target}" in result.output
    after = open_package(target)
    assert {(row.threshold, row.status) for row in after.thresholds} == {(0.25, "calibrated")}
    assert after.labels == before.labels and after.hierarchy == before.hierarchy
    changed = {
        key for key in after.manifest.raw if after.manifest.raw[key] != before.manifest.raw[key]
    }
    assert changed == {"files"}
    assert after.read("model.ms") == before.read("model.ms")


def test_update_needs_a_package() -> None:
    assert run("--labels", OFFICIAL, "--update").exit_code == 2
