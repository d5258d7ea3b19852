"""Packages that are written: read back, the same bytes each time, and never a half one."""

from __future__ import annotations

import errno
import json
import os
import stat
import threading
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.damage.base import base_files, base_manifest
from tools.errors import PocketlensError
from tools.native.sessions import side_by_side
from tools.package import publish, writer
from tools.package.reader import Package, open_package
from tools.package.writer import Contents, write_package


def contents(model: bytes = b"a model", title: str = "A tiny package") -> Contents:
    """A small package's contents."""
    files = {**base_files(), "model.ms": model}
    head = base_manifest(files)
    del head["files"]
    return Contents({**head, "title": title}, dict(files))


def everything(path: Path) -> dict[str, bytes]:
    """All files of a package, folder or zip."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", ["tiny", "tiny.zip"])
def test_what_is_written_can_be_read(tmp_path: Path, name: str) -> None:
    write_package(tmp_path / name, contents())
    package = open_package(tmp_path / name)
    assert [label.name for label in package.labels] == ["Cat", "Animal", 'Tea pot, "old"']
    assert package.names["zh"]["/m/01yrx"] == "猫"
    assert package.read("model.ms") == b"a model"
    assert os.listdir(tmp_path) == [name]


def test_folder_and_zip_hold_the_same_files(tmp_path: Path) -> None:
    write_package(tmp_path / "a", contents())
    write_package(tmp_path / "a.zip", contents())
    assert everything(tmp_path / "a") == everything(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["tiny", "tiny.zip"])
def test_the_same_contents_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    write_package(tmp_path / "1" / name, contents())
    os.utime(tmp_path / "1", (0, 0))
    write_package(tmp_path / "2" / name, contents())
    if name.endswith(".zip"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    assert everything(tmp_path / "1" / name) == everything(tmp_path / "2" / name)


def test_standard_programs_can_read_the_zip(tmp_path: Path) -> None:
    write_package(tmp_path / "a.zip", contents())
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        infos = archive.infolist()
    assert infos[0].filename == "model.json"
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("title", ["A", "A longer title", "Ä" * 40])
def test_the_model_is_aligned_in_the_zip(tmp_path: Path, title: str) -> None:
    model = bytes(range(256)) * 40
    write_package(tmp_path / "a.zip", contents(model, title))
    assert (tmp_path / "a.zip").read_bytes().index(model) % 64 == 0


def test_a_model_may_be_copied_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "made.ms").write_bytes(b"a model")
    given = contents()
    files = {**given.files, "model.ms": tmp_path / "made.ms"}
    write_package(tmp_path / "a", contents())
    write_package(tmp_path / "b", Contents(given.head, files))
    assert everything(tmp_path / "a") == everything(tmp_path / "b")


@pytest.mark.parametrize("name", ["tiny", "tiny.zip"])
def test_a_package_is_replaced(tmp_path: Path, name: str) -> None:
    for model in (b"one", b"two"):
        write_package(tmp_path / name, contents(model))
        assert open_package(tmp_path / name).read("model.ms") == model
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name", ["tiny", "tiny.zip"])
def test_nothing_that_a_reader_refuses_is_published(tmp_path: Path, name: str) -> None:
    write_package(tmp_path / name, contents(b"one"))
    given = contents(b"two")
    bad = Contents(given.head, {**given.files, "labels.csv": b"index,mid,name\n"})
    with pytest.raises(PocketlensError) as caught:
        write_package(tmp_path / name, bad)
    assert caught.value.name == "label_count_mismatch"
    assert open_package(tmp_path / name).read("model.ms") == b"one"
    assert os.listdir(tmp_path) == [name]


def test_permissions_are_the_usual_ones(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_package(tmp_path / "a", contents())
        write_package(tmp_path / "a.zip", contents())
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o644}
    assert modes[tmp_path / "a"] == 0o755


class TestWhatIsNotReplaced:
    """A folder or file that is no package stays, whatever --out says."""

    def refusal(self, target: Path) -> None:
        """Writing there is refused."""
        with pytest.raises(PocketlensError) as caught:
            write_package(target, contents())
        assert caught.value.name == "cannot_write"

    def test_a_folder_of_other_files(self, tmp_path: Path) -> None:
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos" / "cat.jpg").write_bytes(b"a photo")
        self.refusal(tmp_path / "photos")
        assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"a photo"

    def test_a_folder_with_another_model_json(self, tmp_path: Path) -> None:
        (tmp_path / "web").mkdir()
        (tmp_path / "web" / "model.json").write_text('{"format": "layers-model"}')
        self.refusal(tmp_path / "web")

    def test_a_package_with_a_folder_of_ones_own(self, tmp_path: Path) -> None:
        write_package(tmp_path / "a", contents())
        (tmp_path / "a" / "notes").mkdir()
        self.refusal(tmp_path / "a")

    def test_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("mine")
        self.refusal(tmp_path / "a")
        assert (tmp_path / "a").read_text() == "mine"

    def test_another_zip(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("letter.txt", "mine")
        self.refusal(tmp_path / "a.zip")

    def test_a_folder_named_like_a_zip(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").mkdir()
        self.refusal(tmp_path / "a.zip")

    def test_an_empty_folder_is_taken(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        write_package(tmp_path / "a", contents())
        assert open_package(tmp_path / "a").manifest.name == "tiny"


def test_a_link_is_followed_and_kept(tmp_path: Path) -> None:
    write_package(tmp_path / "real", contents(b"one"))
    (tmp_path / "link").symlink_to("real")
    write_package(tmp_path / "link", contents(b"two"))
    assert (tmp_path / "link").is_symlink()
    assert open_package(tmp_path / "real").read("model.ms") == b"two"


def test_left_over_folders_are_removed_and_living_ones_kept(tmp_path: Path) -> None:
    stale = tmp_path / ".tiny.tmp-0123456789ab"
    stale.mkdir()
    (stale / "model.ms").write_bytes(b"half")
    (tmp_path / ".tiny.tmp-000000000000").write_bytes(b"half a file")
    (tmp_path / ".other.tmp-0123456789ab").mkdir()
    with publish.scratch(tmp_path / "tiny") as living:
        (living / "work").write_text("in use")
        write_package(tmp_path / "tiny", contents())
        assert (living / "work").read_text() == "in use"
        assert not stale.exists()
    assert sorted(os.listdir(tmp_path)) == [".other.tmp-0123456789ab", "tiny"]


def test_a_package_can_be_written_in_the_scratch_folder_of_another(tmp_path: Path) -> None:
    with publish.scratch(tmp_path / "tiny") as work:
        write_package(work / "draft", contents())
        assert open_package(work / "draft").manifest.name == "tiny"
    assert os.listdir(tmp_path) == []


def test_writers_of_the_same_package_do_not_disturb_each_other(tmp_path: Path) -> None:
    failures: list[BaseException] = []
    seen: set[str] = set()

    def work(own: int) -> None:
        try:
            for turn in range(8):
                title = f"model {own} {turn}"
                write_package(tmp_path / "tiny", contents(title.encode(), title))
                seen.add(open_package(tmp_path / "tiny").manifest.title)
        except BaseException as error:
            failures.append(error)

    side_by_side([partial(work, own) for own in range(4)])
    assert failures == []
    assert len(seen) > 4
    assert os.listdir(tmp_path) == ["tiny"]


def failing(code: int) -> Any:
    """A replacement for a system call that fails."""

    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(code, os.strerror(code), "somewhere")

    return fail


@pytest.mark.parametrize("name", ["tiny", "tiny.zip"])
@pytest.mark.parametrize("call", ["fsync", "rename", "temporary", "write"])
def test_a_full_or_failing_disk_leaves_the_old_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, call: str
) -> None:
    write_package(tmp_path / name, contents(b"one"))
    if call == "rename" and name == "tiny":
        monkeypatch.setattr(publish, "_exchange", failing(errno.EIO))
    elif call == "write":
        monkeypatch.setattr(writer, "pieces", failing(errno.ENOSPC))
        monkeypatch.setattr(writer, "write_archive", failing(errno.ENOSPC))
    elif call == "temporary":
        monkeypatch.setattr(publish, "_make_temporary", failing(errno.EROFS))
    else:
        monkeypatch.setattr(os, call, failing(errno.ENOSPC))
    with pytest.raises(PocketlensError) as caught:
        write_package(tmp_path / name, contents(b"two"))
    monkeypatch.undo()
    assert caught.value.name == "cannot_write"
    assert open_package(tmp_path / name).read("model.ms") == b"one"
    assert os.listdir(tmp_path) == [name]


def test_a_file_system_without_exchange_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_package(tmp_path / "tiny", contents(b"one"))
    monkeypatch.setattr(publish, "_exchange", lambda a, b: False)
    with pytest.raises(PocketlensError) as caught:
        write_package(tmp_path / "tiny", contents(b"two"))
    assert "exchange" in caught.value.message
    assert open_package(tmp_path / "tiny").read("model.ms") == b"one"
    assert os.listdir(tmp_path) == ["tiny"]


def test_lists_of_numbers_stand_on_one_line(tmp_path: Path) -> None:
    title = "[\t1,  2 ] stays as it is".replace("\t", " ")
    write_package(tmp_path / "a", contents(title=title))
    text = (tmp_path / "a" / "model.json").read_text()
    assert '"resize": [6, 6],' in text
    assert json.loads(text)["title"] == title


def test_a_package_that_changed_after_it_was_opened_is_noticed(tmp_path: Path) -> None:
    write_package(tmp_path / "tiny", contents(b"one"))
    package = open_package(tmp_path / "tiny")
    (tmp_path / "tiny" / "model.ms").write_bytes(b"two")
    with pytest.raises(PocketlensError) as caught:
        package.read("model.ms")
    assert caught.value.name == "wrong_hash"


def test_reading_while_it_is_replaced_gives_one_of_both(tmp_path: Path) -> None:
    write_package(tmp_path / "tiny", contents(b"one", "one"))
    done = threading.Event()

    def replace() -> None:
        for turn in range(40):
            name = "two" if turn % 2 else "one"
            write_package(tmp_path / "tiny", contents(name.encode(), name))
        done.set()

    writer_thread = threading.Thread(target=replace)
    writer_thread.start()
    packages: list[Package] = []
    while not done.is_set():
        packages.append(open_package(tmp_path / "tiny"))
    writer_thread.join()
    assert {package.manifest.title for package in packages} <= {"one", "two"}
