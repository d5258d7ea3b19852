"""The look at native libraries: page alignment, machine and size."""

from __future__ import annotations

import hashlib
import io
import struct
import tarfile
from pathlib import Path

import native
import pytest

from tools.data.assets import Item


def library(path: Path, alignment: int, machine: int = 183, size: int = 4096) -> Path:
    """A file with the headers of a 64-bit ELF library of two segments."""
    header = struct.pack(
        "<16sHHIQQQIHHHHHH",
        b"\x7fELF\x02\x01\x01",
        *(3, machine, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0),
    )
    segments = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, 100, 100, alignment)
    segments += struct.pack("<IIQQQQQQ", 2, 6, 0, 0, 0, 100, 100, 8)  # dynamic: does not count
    path.write_bytes((header + segments).ljust(size, b"\0"))
    return path


def test_what_is_no_library_is_refused(tmp_path: Path) -> None:
    text = tmp_path / native.OURS
    text.write_text("no library at all, but long enough to hold a header of sixty-four bytes")
    with pytest.raises(SystemExit, match="could not be read as an ELF library"):
        native.complaints({native.OURS: text})


def test_good_libraries_give_no_complaints(tmp_path: Path) -> None:
    ours = library(tmp_path / native.OURS, 16384)
    assert native.complaints({native.OURS: ours}) == ([], [])
    assert native.complaints({}) == ([], [])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"alignment": 4096}, "16 KB"),
        ({"machine": 62}, "arm64-v8a"),
        ({"size": native.LARGEST + 1}, "bytes"),
    ],
)
def test_our_library_must_be_right(tmp_path: Path, changes: dict[str, int], named: str) -> None:
    ours = library(tmp_path / native.OURS, **{"alignment": 16384, **changes})
    errors, notes = native.complaints({native.OURS: ours})
    assert len(errors) == 1 and named in errors[0] and notes == []


def test_the_vendors_library_is_only_noted(tmp_path: Path) -> None:
    theirs = library(tmp_path / "libmindspore-lite.so", 4096, size=native.LARGEST * 2)
    errors, notes = native.complaints({"libmindspore-lite.so": theirs})
    assert errors == [] and len(notes) == 1
    said = "aligned to 4096 bytes, not to pages of 16 KB: the APK is not Play-ready"
    assert said in notes[0] and "fetch android-2.9.0-aarch64 --unpack" in notes[0]


def runtime(path: Path) -> Item:
    """An archive laid out as the official runtime, and what `fetch` would know of it."""
    with tarfile.open(path, "w:gz") as archive:
        for name in ("runtime/lib/libmindspore-lite.so", "runtime/include/api/model.h"):
            entry = tarfile.TarInfo(f"{path.name.removesuffix('.tar.gz')}/{name}")
            entry.size = 4
            archive.addfile(entry, io.BytesIO(b"\x7fELF"))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Item(native.RUNTIME, "a runtime", f"https://example.org/{path.name}", sha256)


def test_the_fetched_archive_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINDSPORE_LITE_HOME", raising=False)
    item = runtime(tmp_path / "mindspore-lite-android.tar.gz")
    for _ in range(2):
        folder = native.runtime_folder(item, tmp_path)
        assert folder is not None and (folder / "runtime/lib/libmindspore-lite.so").is_file()
    assert native.runtime_folder(item, tmp_path / "elsewhere") is None


def test_a_given_archive_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tmp_path / "mindspore-lite-android.tar.gz"
    item = runtime(given)
    monkeypatch.setenv("MINDSPORE_LITE_HOME", str(given))
    folder = native.runtime_folder(item, tmp_path / "fetched")
    assert folder == tmp_path / "fetched" / "mindspore-lite-android"
    monkeypatch.setenv("MINDSPORE_LITE_HOME", str(folder))
    assert native.runtime_folder(item, tmp_path / "elsewhere") == folder


def test_another_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tmp_path / "mindspore-lite-android.tar.gz"
    item = runtime(given)
    with open(given, "ab") as stream:
        stream.write(b"more")
    monkeypatch.setenv("MINDSPORE_LITE_HOME", str(given))
    with pytest.raises(SystemExit, match=f"expected {item.sha256}"):
        native.runtime_folder(item, tmp_path / "fetched")
    assert not (tmp_path / "fetched").exists()
    monkeypatch.setenv("MINDSPORE_LITE_HOME", str(tmp_path / "none"))
    with pytest.raises(SystemExit, match="neither a folder nor a file"):
        native.runtime_folder(item, tmp_path / "fetched")


def test_without_ndk_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANDROID_NDK_HOME", raising=False)
    monkeypatch.delenv("MINDSPORE_LITE_HOME", raising=False)
    monkeypatch.setattr(native, "runtime_folder", lambda item: None)
    built = native.build()
    assert built.libraries == {}
    assert [text.split(",")[0] for text in built.missing] == [
        "ANDROID_NDK_HOME",
        "MINDSPORE_LITE_HOME",
    ]
