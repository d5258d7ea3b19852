"""`bank` as a user runs it: a package of any backbone is made teachable."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.native.test_teaching import CAT, PHOTOS
from tools.__main__ import main
from tools.errors import PocketlensError
from tools.native import Classifier, TaughtLabels
from tools.package.manifest import EMBEDDING
from tools.package.reader import open_package
from tools.package.writer import Contents, write_package


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["bank", *map(str, words)])


@pytest.fixture(scope="module")
def untaught(demo_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's package as that of a backbone whose embedding.bin nobody has."""
    path = tmp_path_factory.mktemp("package") / "foreign"
    opened = open_package(demo_package)
    head = {key: value for key, value in opened.manifest.raw.items() if key != "files"}
    names = [name for name in opened.manifest.files if name != EMBEDDING]
    write_package(path, Contents(head, {name: demo_package / name for name in names}))
    with Classifier(path) as classifier, pytest.raises(PocketlensError) as error:
        TaughtLabels(classifier)
    assert error.value.name == "no_embedding" and "`bank`" in error.value.message
    return path


@pytest.mark.slow
def test_photos_make_a_package_teachable(untaught: Path, tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(untaught, package)
    result = run(package, PHOTOS)
    assert result.exit_code == 0, result.output
    assert "1280 numbers to" in result.output and EMBEDDING in open_package(package).manifest.files
    taught = CliRunner().invoke(
        main, ["teach", str(package), "Minka", str(CAT), "--to", str(tmp_path / "a.taught")]
    )
    assert taught.exit_code == 0, taught.output


@pytest.mark.slow
def test_a_file_can_be_made_for_a_model_folder(untaught: Path, tmp_path: Path) -> None:
    result = run(untaught, PHOTOS, "--to", tmp_path / "embedding.bin")
    assert result.exit_code == 0, result.output
    assert EMBEDDING not in open_package(untaught).manifest.files
    assert (tmp_path / "embedding.bin").read_bytes().startswith(b"PLEMBED\n")


def test_few_photos_are_refused(untaught: Path, tmp_path: Path) -> None:
    result = run(untaught, CAT, "--to", tmp_path / "embedding.bin")
    assert result.exit_code == 1 and "error [too_few_examples]" in result.output, result.output
    assert not (tmp_path / "embedding.bin").exists()
