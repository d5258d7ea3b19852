"""`repack`: zips of Finder, Windows and `zip -r` become a package's; hostile ones do not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.damage.base import Files, whole
from tools.errors import PocketlensError
from tools.native import check_package
from tools.package.reader import open_package
from tools.package.unpacking import unpack
from tools.repack import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """As other programs do it: with dates, and with folders as entries of their own."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def beneath(prefix: str) -> Files:
    return {prefix: b""} | {prefix + name: data for name, data in whole().items()}


def by_finder() -> Files:
    files = beneath("tiny/") | {"tiny/.DS_Store": b"x", "__MACOSX/tiny/._model.json": b"x"}
    return {**files, "__MACOSX/._tiny": b"x"}


FOREIGN: dict[str, bytes] = {
    "finder": zipped(by_finder()),
    "windows": zipped(whole()),
    "backslashes": zipped({name.replace("/", "\\"): d for name, d in beneath("tiny/").items()}),
    "top folder, stored": zipped(beneath("tiny/"), zipfile.ZIP_STORED),
    "deep": zipped(beneath("my models/tiny/")),
    "bzip2": zipped(whole(), zipfile.ZIP_BZIP2),
    "with a readme": zipped(beneath("tiny/") | {"read me.txt": b"x"}),
    "plain": zipped(whole(), zipfile.ZIP_STORED),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_zips_of_other_programs_become_a_packages(tmp_path: Path, name: str) -> None:
    source = tmp_path / "mine.zip"
    source.write_bytes(FOREIGN[name])
    if name != "plain":
        for check in (open_package, check_package):
            with pytest.raises(PocketlensError, match="python -m tools repack") as caught:
                check(source)
            assert caught.value.name in ("bad_archive", "path_outside_package")
    done = run(source)
    assert done.exit_code == 0, done.output
    assert source.read_bytes() == FOREIGN[name], "what was brought stays"
    made = tmp_path / "mine-plain.zip"
    assert open_package(made).manifest.name == "tiny"
    check_package(made)
    assert ("read me.txt" in done.stderr) == (name == "with a readme")


@pytest.mark.parametrize("nested", [False, True])
def test_a_folder_becomes_a_zip(tmp_path: Path, nested: bool) -> None:
    folder = tmp_path / "tiny"
    inside = folder / "package" if nested else folder
    inside.mkdir(parents=True)
    for name, data in {**whole(), ".DS_Store": b"x"}.items():
        (inside / name).write_bytes(data)
    assert run(folder).exit_code == 0
    check_package(tmp_path / "tiny.zip")
    assert run(folder).exit_code == 0, "an older one is replaced"


def test_without_out_nothing_else_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(FOREIGN["windows"])
    (tmp_path / "mine-plain.zip").write_text("something of mine")
    done = run(tmp_path / "mine.zip")
    assert done.exit_code == 1 and "error [cannot_write]" in done.stderr
    assert run(tmp_path / "mine.zip", "--out", tmp_path / "x.tar").exit_code == 2


def test_a_damaged_package_is_not_repacked(tmp_path: Path) -> None:
    source = tmp_path / "mine.zip"
    source.write_bytes(zipped({**whole(), "labels.csv": b"index,mid,name\n"}))
    done = run(source)
    assert done.exit_code == 1 and "error [wrong_size]" in done.stderr
    assert list(tmp_path.iterdir()) == [source]


def patched(data: bytes, change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    """An archive whose directory says something else of labels.csv."""
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        change(archive.getinfo("labels.csv"))
        archive.writestr("more.txt", b"so that the directory is written anew")
    return stream.getvalue()


def longer(info: zipfile.ZipInfo) -> None:
    info.file_size = 1 << 40


def shorter(info: zipfile.ZipInfo) -> None:
    info.file_size = 3


def a_link(info: zipfile.ZipInfo) -> None:
    info.external_attr = 0o120777 << 16


def locked(info: zipfile.ZipInfo) -> None:
    info.flag_bits |= 1


HOSTILE: dict[str, tuple[str, bytes]] = {
    "no zip": ("bad_archive", b"no zip at all"),
    "empty": ("missing_file", zipped({})),
    "photos": ("missing_file", zipped({"a.jpg": b"x"})),
    "two packages": ("bad_archive", zipped(beneath("a/") | beneath("b/"))),
    "cut off": ("bad_archive", FOREIGN["windows"][:-40]),
    "damaged": ("bad_archive", FOREIGN["windows"].replace(zipped(whole())[60:90], bytes(30))),
    "bomb": ("too_large", zipped({**whole(), "labels.csv": bytes((16 << 20) + 1)})),
    "many": ("too_large", zipped({**whole(), **{f"{n}.txt": b"" for n in range(64)}})),
    "thousands": ("too_large", zipped({f"{n}.txt": b"" for n in range(5000)})),
    "says more": ("too_large", patched(FOREIGN["windows"], longer)),
    "says less": ("bad_archive", patched(FOREIGN["windows"], shorter)),
    "link": ("path_outside_package", patched(FOREIGN["windows"], a_link)),
    "encrypted": ("bad_archive", patched(FOREIGN["windows"], locked)),
    "slip": ("missing_file", zipped({"../../model.txt": b"x"})),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_zips_are_named_and_leave_nothing(tmp_path: Path, name: str) -> None:
    code, data = HOSTILE[name]
    source = tmp_path / "in" / "mine.zip"
    source.parent.mkdir()
    source.write_bytes(data)
    done = run(source)
    assert done.exit_code == 1, done.output
    assert f"error [{code}]" in done.stderr
    assert list(source.parent.iterdir()) == [source]
    (tmp_path / "out").mkdir()
    with pytest.raises(PocketlensError):
        unpack(source, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


def test_a_package_outside_of_its_folder_stays_inside(tmp_path: Path) -> None:
    """A package may lie at ../../: its files are written into the folder that was asked for."""
    source = tmp_path / "a" / "b" / "mine.zip"
    source.parent.mkdir(parents=True)
    source.write_bytes(zipped(beneath("../../")))
    inside = source.parent / "out"
    inside.mkdir()
    unpack(source, inside)
    assert sorted(path.name for path in inside.iterdir()) == sorted(whole())
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
