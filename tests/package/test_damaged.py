"""Every damaged package gives the error that cases.csv names."""

from __future__ import annotations

import csv
import filecmp
import zipfile
from pathlib import Path

import pytest

from tests.make_damaged_packages import FOLDER, ensure, make
from tools.errors import NATIVE_ERRORS, PocketlensError
from tools.package.reader import open_package

with (FOLDER / "cases.csv").open(newline="") as _file:
    CASES = [(row["package"], row["error"]) for row in csv.DictReader(_file)]


def outcome(path: Path) -> str:
    """The name of the error that opening the package gives, or "ok"."""
    try:
        open_package(path)
    except PocketlensError as error:
        assert error.message
        return error.name
    return "ok"


@pytest.mark.parametrize(("package", "error"), CASES, ids=[name for name, _ in CASES])
def test_case(package: str, error: str) -> None:
    assert outcome(FOLDER / package) == error


@pytest.mark.parametrize(
    ("package", "error"),
    [case for case in CASES if case[0].endswith(".zip") and not case[0].startswith("zip-")],
)
def test_the_same_files_as_a_folder(package: str, error: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(FOLDER / package) as archive:
        for name in archive.namelist():
            (tmp_path / name).write_bytes(archive.read(name))
    assert outcome(tmp_path) == error


def test_every_error_of_a_package_has_a_case() -> None:
    of_packages = {name for name, number in NATIVE_ERRORS.items() if number < 20}
    # A file that may not be read depends on who runs the test: test_reader.py has it.
    assert of_packages - {"unreadable_file"} <= {error for _, error in CASES}


def test_the_same_code_makes_the_same_bytes(tmp_path: Path) -> None:
    make(tmp_path / "packages")
    assert differences(filecmp.dircmp(tmp_path / "packages", FOLDER)) == []


def test_it_is_made_again_only_when_the_code_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = ensure(tmp_path / "packages") / "cases.csv"
    cases.write_text("by hand")
    ensure(tmp_path / "packages")
    assert cases.read_text() == "by hand"
    monkeypatch.setattr("tests.make_damaged_packages.made_from", lambda: "other code")
    ensure(tmp_path / "packages")
    assert cases.read_bytes() == (FOLDER / "cases.csv").read_bytes()


def differences(comparison: filecmp.dircmp[str]) -> list[str]:
    """Names that differ between two folders, at any depth, by content."""
    _, changed, odd = filecmp.cmpfiles(
        comparison.left, comparison.right, comparison.common_files, shallow=False
    )
    found = [*comparison.left_only, *comparison.right_only, *changed, *odd]
    for below in comparison.subdirs.values():
        found += differences(below)
    return sorted(found)
