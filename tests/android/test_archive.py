"""APKs and AARs: what is mapped lies stored and aligned, and the same files give the same bytes."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import archive
import pytest
from archive import Entry

ENTRIES = [
    Entry("AndroidManifest.xml", b"<manifest/>" * 50),
    Entry("resources.arsc", b"table" * 7),
    Entry("assets/packages/model.zip", bytes(range(256)) * 9),
    Entry("classes.dex", b"dex\n035\0" * 100),
    Entry("lib/arm64-v8a/libpocketlens.so", b"\x7fELF" * 99),
    Entry("res/drawable/icon.png", b"png"),
]


@pytest.fixture
def apk(tmp_path: Path) -> Path:
    """An archive of all kinds of entries."""
    target = tmp_path / "app.apk"
    archive.write(target, ENTRIES)
    return target


def test_holds_what_was_put_in(apk: Path) -> None:
    assert archive.entries_of(apk) == ENTRIES
    assert zipfile.ZipFile(apk).testzip() is None


def test_what_is_mapped_is_stored_and_aligned(apk: Path) -> None:
    assert archive.misplaced(apk) == []
    content = apk.read_bytes()
    assert content.index(b"\x7fELF") % 16384 == 0
    assert content.index(bytes(range(256))) % 64 == 0
    assert content.index(b"table") % 4 == 0
    assert len(content) < 16384 + 5000, "the others are compressed"


def test_zipalign_agrees(apk: Path) -> None:
    subprocess.run(["zipalign", "-c", "-p", "4", str(apk)], check=True, capture_output=True)


def test_the_same_files_give_the_same_bytes(apk: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.apk"
    archive.write(again, ENTRIES)
    assert again.read_bytes() == apk.read_bytes()


def test_an_ordinary_zip_is_misplaced(tmp_path: Path) -> None:
    target = tmp_path / "plain.apk"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as plain:
        for entry in ENTRIES:
            plain.writestr(entry.name, entry.data)
    wrong = archive.misplaced(target)
    assert [line.split(":")[0] for line in wrong] == [
        "resources.arsc",
        "assets/packages/model.zip",
        "lib/arm64-v8a/libpocketlens.so",
        "res/drawable/icon.png",
    ]


def test_nothing_half_written(tmp_path: Path) -> None:
    def broken() -> object:
        yield ENTRIES[0]
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        archive.write(tmp_path / "app.apk", broken())  # type: ignore[arg-type]
    assert not (tmp_path / "app.apk").exists()
