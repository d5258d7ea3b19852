"""Downloads from a server that truncates, stalls, lies and ignores ranges."""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.unkind_server import serving
from tools import fetch as command
from tools.data.assets import Item, unpack
from tools.data.download import Download, Limits, fetch
from tools.errors import PocketlensError
from tools.places import ROOT

CONTENT = random.Random(1).randbytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
QUICK = Limits(timeout=0.5, slow_after=0.5, slow_bytes=1000, attempts=3, first_pause=0.01)


def asset(url: str, folder: Path, size: int | None = None, sha256: str = SHA256) -> Download:
    return Download(url, folder / "file.bin", sha256, size)


@pytest.mark.parametrize(
    ("script", "ranges"),
    [
        ([], [None]),
        (["cut:1000"], [None, "bytes=1000-"]),
        (["cut:1000", "cut:50000", "cut:7"], [None, "bytes=1000-", "bytes=51000-", "bytes=51007-"]),
        (["stall:70000"], [None, "bytes=70000-"]),
        (["error:503", "error:429"], [None, None, None]),
        (["cut:1000", "no-ranges"], [None, "bytes=1000-"]),
        (["cut:9000", "no-ranges-cut:500"], [None, "bytes=9000-", "bytes=9000-"]),
        (["cut:1000", "wrong-range"], [None, "bytes=1000-", "bytes=1000-"]),
        (["longer"], [None]),
        (["chunked"], [None]),
        (["cut:0", "error:500"], [None, None, None]),
    ],
)
@pytest.mark.parametrize("size", [None, len(CONTENT)])
def test_it_arrives(
    tmp_path: Path, script: list[str], ranges: list[str | None], size: int | None
) -> None:
    with serving(CONTENT, *script) as server:
        assert fetch(asset(server.url, tmp_path, size), limits=QUICK)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert server.ranges == ranges
    assert os.listdir(tmp_path) == ["file.bin"]


def test_a_length_that_is_too_long_does_no_harm(tmp_path: Path) -> None:
    """All bytes came, the server promised more: the hash decides."""
    with serving(CONTENT, "lie:5") as server:
        assert fetch(asset(server.url, tmp_path), limits=QUICK)
    assert server.ranges == [None, f"bytes={len(CONTENT)}-"]


def test_a_trickle_counts_as_a_stall(tmp_path: Path) -> None:
    with serving(CONTENT, "drip") as server:
        assert fetch(asset(server.url, tmp_path), limits=QUICK)
    assert len(server.ranges) == 2
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_progress_counts_up_to_the_whole(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    with serving(CONTENT, "cut:1000") as server:
        fetch(
            asset(server.url, tmp_path),
            limits=QUICK,
            progress=lambda done, total: seen.append((done, total)),
        )
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_it_goes_on_in_a_later_run(tmp_path: Path) -> None:
    with serving(CONTENT, "cut:1000", *["error:500"] * 3) as server:
        download = asset(server.url, tmp_path)
        with pytest.raises(PocketlensError, match=r"1,000 bytes are kept") as caught:
            fetch(download, limits=QUICK)
        assert caught.value.name == "download_failed"
        assert os.listdir(tmp_path) == ["file.bin.part"]
        assert fetch(download, limits=QUICK)
        assert server.ranges[-1] == "bytes=1000-"
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_whole_part_is_only_checked(tmp_path: Path) -> None:
    """Killed between the last byte and the rename."""
    (tmp_path / "file.bin.part").write_bytes(CONTENT)
    with serving(CONTENT) as server:
        assert fetch(asset(server.url, tmp_path), limits=QUICK)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("length", [500, len(CONTENT), len(CONTENT) + 99])
@pytest.mark.parametrize("size", [None, len(CONTENT)])
def test_a_part_of_another_file_is_started_again(
    tmp_path: Path, length: int, size: int | None
) -> None:
    (tmp_path / "file.bin.part").write_bytes(random.Random(2).randbytes(length))
    with serving(CONTENT) as server:
        assert fetch(asset(server.url, tmp_path, size), limits=QUICK)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_bytes(CONTENT)
    with serving(CONTENT) as server:
        assert not fetch(asset(server.url, tmp_path), limits=QUICK)
    assert server.ranges == []


def test_a_mismatch_touches_nothing_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_text("an older file")
    with serving(b"something else" * 99) as server:
        with pytest.raises(PocketlensError, match="--replace") as caught:
            fetch(asset(server.url, tmp_path), limits=QUICK)
        assert server.ranges == []
        with pytest.raises(PocketlensError, match="put aside") as second:
            fetch(asset(server.url, tmp_path), limits=QUICK, replace=True)
    assert (caught.value.name, second.value.name) == ("wrong_hash", "wrong_hash")
    assert SHA256 in second.value.message
    assert (tmp_path / "file.bin").read_text() == "an older file"
    assert (tmp_path / "file.bin.rejected").read_bytes() == b"something else" * 99
    assert sorted(os.listdir(tmp_path)) == ["file.bin", "file.bin.rejected"]


def test_replace(tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_text("an older file")
    with serving(CONTENT) as server:
        assert fetch(asset(server.url, tmp_path), limits=QUICK, replace=True)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("script", "size", "name"),
    [
        (["error:404"], None, "download_failed"),
        (["error:403"], None, "download_failed"),
        (["lie:5"], len(CONTENT), "wrong_size"),
        ([], len(CONTENT) + 1, "wrong_size"),
        (["stall:0"] * 3, None, "download_failed"),
    ],
)
def test_refusals(tmp_path: Path, script: list[str], size: int | None, name: str) -> None:
    (tmp_path / "other").write_text("kept")
    with serving(CONTENT, *script) as server, pytest.raises(PocketlensError) as caught:
        fetch(asset(server.url, tmp_path, size), limits=QUICK)
    assert caught.value.name == name
    assert not (tmp_path / "file.bin").exists()
    assert (tmp_path / "other").read_text() == "kept"


def test_nobody_there(tmp_path: Path) -> None:
    with serving(CONTENT) as server:
        url = server.url
    with pytest.raises(PocketlensError, match="goes on there") as caught:
        fetch(asset(url, tmp_path), limits=QUICK)
    assert caught.value.name == "download_failed"


def test_other_schemes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PocketlensError, match="no http"):
        fetch(asset((ROOT / "README.md").as_uri(), tmp_path), limits=QUICK)


def test_two_at_once(tmp_path: Path) -> None:
    with serving(CONTENT, "stall:1000") as server:
        patient = Limits(timeout=5, first_pause=0.01)
        first = threading.Thread(
            target=fetch, args=[asset(server.url, tmp_path)], kwargs={"limits": patient}
        )
        first.start()
        while not server.ranges:
            pass
        with pytest.raises(PocketlensError) as caught:
            fetch(asset(server.url, tmp_path), limits=QUICK)
        server.done.set()
        first.join()
    assert caught.value.name == "busy"
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


FETCH_WITH_LITTLE_SPACE = """
import resource, signal, sys
from pathlib import Path
from tools.data.download import Download, fetch
from tools.errors import PocketlensError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    fetch(Download(sys.argv[1], Path(sys.argv[2]), "0" * 64), replace=True)
except PocketlensError as error:
    print(error.name)
"""


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_text("an older file")
    with serving(CONTENT) as server:
        arguments = [server.url, str(tmp_path / "file.bin")]
        done = subprocess.run(
            [sys.executable, "-c", FETCH_WITH_LITTLE_SPACE, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.split() == ["cannot_write"], done.stderr
    assert (tmp_path / "file.bin").read_text() == "an older file"


def test_everything_has_an_address_and_a_hash() -> None:
    known = command.items()
    assert {
        "hub-ckpt",
        "hub-mindir",
        "hub-ms",
        "android-2.0.0-aarch64",
    } <= known.keys()
    assert len([name for name in known if name.startswith("android-")]) == 62
    for item in known.values():
        assert item.url.startswith("https://") and len(item.sha256) == 64
        assert item.file == item.url.rsplit("/", 1)[1]


def test_command_lists_and_corrects_names() -> None:
    listed = CliRunner().invoke(command.main, ["--list"])
    assert listed.exit_code == 0
    assert "android-2.0.0-aarch64" in listed.output
    wrong = CliRunner().invoke(command.main, ["hub-mindr"])
    assert wrong.exit_code == 1
    assert "unknown_asset" in wrong.output and "hub-mindir" in wrong.output


def test_command_fetches_and_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("runtime-1/lib/a.so")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"abc"))
    with serving(packed.getvalue()) as server:
        url = server.url.replace("file.bin", "runtime-1.tar.gz")
        digest = hashlib.sha256(packed.getvalue()).hexdigest()
        item = Item("runtime-1", "Android runtime 1", url, digest)
        monkeypatch.setattr(command, "items", lambda: {"runtime-1": item})
        arguments = ["runtime-1", "--out", str(tmp_path), "--unpack"]
        first = CliRunner().invoke(command.main, arguments)
        again = CliRunner().invoke(command.main, arguments)
    assert first.exit_code == again.exit_code == 0, first.output
    assert "note: " in first.output and "holds no libmindspore-lite.so" in first.output
    assert "fetched" in first.output and "already there" in again.output
    assert (tmp_path / "runtime-1" / "lib" / "a.so").read_bytes() == b"abc"
    assert sorted(os.listdir(tmp_path)) == ["runtime-1", "runtime-1.tar.gz"]


def test_an_archive_that_leads_outside_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("../outside")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(PocketlensError) as caught:
        unpack(path, tmp_path)
    assert caught.value.name == "unreadable_file"
    assert os.listdir(tmp_path) == ["evil.tar.gz"]
