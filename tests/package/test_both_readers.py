"""Both readers take the same packages and refuse the others by the same name."""

from __future__ import annotations

import csv
import random
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.damage.archives import entry
from tests.damage.base import base_files, base_manifest, dump, whole, with_key, zipped
from tests.make_damaged_packages import FOLDER
from tests.readers import native_outcomes, python_outcome
from tools.native.worker import Worker

ARCHIVE = zipped(whole())
SEED = 20240229
ROUNDS = 400


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process with the native core."""
    with Worker() as process:
        yield process


def compare(worker: Worker, paths: list[Path], hashes: bool = True) -> dict[str, int]:
    """Ask both readers; fail where they differ. How often each outcome came."""
    native = worker.call(native_outcomes, paths, hashes)
    python = [python_outcome(path, hashes) for path in paths]
    pairs = zip(paths, python, native, strict=True)
    differing = [(path.name, a, b) for path, a, b in pairs if a != b]
    assert differing == []
    return {name: python.count(name) for name in set(python)}


def test_every_damaged_package(worker: Worker) -> None:
    with (FOLDER / "cases.csv").open(newline="") as file:
        paths = [FOLDER / row["package"] for row in csv.DictReader(file)]
    assert len(compare(worker, paths)) > 15


def test_every_damaged_package_as_a_folder(worker: Worker, tmp_path: Path) -> None:
    for path in FOLDER.glob("*.zip"):
        if path.name.startswith("zip-"):
            continue
        (tmp_path / path.stem).mkdir()
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                (tmp_path / path.stem / name).write_bytes(archive.read(name))
    assert len(compare(worker, sorted(tmp_path.iterdir()))) > 12


@pytest.mark.parametrize("hashes", [True, False])
def test_archives_with_changed_bytes(worker: Worker, tmp_path: Path, hashes: bool) -> None:
    source = random.Random(SEED)
    for number in range(ROUNDS):
        damaged = bytearray(ARCHIVE)
        for _ in range(source.randint(1, 3)):
            damaged[source.randrange(len(damaged))] = source.randrange(256)
        (tmp_path / f"{number:04}.zip").write_bytes(damaged)
    compare(worker, sorted(tmp_path.iterdir()), hashes)


def test_archives_with_changed_structure(worker: Worker, tmp_path: Path) -> None:
    source = random.Random(SEED)
    starts = [*(entry(ARCHIVE, number) for number in range(6)), len(ARCHIVE) - 22, 0]
    for number in range(ROUNDS):
        damaged = bytearray(ARCHIVE)
        for _ in range(source.randint(1, 2)):
            place = source.choice(starts) + source.randint(4, 42)
            value = source.choice([0, 1, 2, 0x7FFF, 0x7FFFFFFF, 0xFFFFFFFF, len(ARCHIVE)])
            width = source.choice([2, 4])
            damaged[place : place + width] = struct.pack("<I", value)[:width]
        (tmp_path / f"{number:04}.zip").write_bytes(damaged[: len(ARCHIVE)])
    assert "bad_archive" in compare(worker, sorted(tmp_path.iterdir()))


VALUES: list[object] = [None, True, 0, -1, 1, 3, 3.0, 0.5, 1e300, -1e-300, 2**31, 2**53, 2**53 + 1]
VALUES += [2**63, 2**64, 10**400, "", "x", "RGB", "../x", "\x00", "é" * 300, [], {}]
VALUES += [[1, 2], [0, 0, 4, 4], [0.5, 0.5, 0.5], {"size": 1}, [[[]]], "float32", "features"]
KEYS = ["format", "format_version", "name", "title", "version", "kind", "files", "recipe"]
KEYS += ["weights", "versions", "weights/variant", "weights/tolerance", "versions/runtime"]
KEYS += [f"recipe/{key}" for key in ("input", "preprocess", "network", "outputs")]
KEYS += [f"recipe/input/{key}" for key in ("width", "height", "channels", "layout", "dtype")]
KEYS += [
    f"recipe/preprocess/{key}"
    for key in ("interpolation", "resize", "crop", "scale", "mean", "std", "channel_order")
]
KEYS += ["recipe/network/num_classes", "files/model.ms", "files/labels.csv/size"]
KEYS += ["files/model.ms/sha256", "files/model.ms/size", "files/card.md", "unknown"]


def test_manifests_with_any_value_anywhere(worker: Worker, tmp_path: Path) -> None:
    for key in KEYS:
        for number, value in enumerate(VALUES):
            files = with_key(key, value)
            name = f"{key.replace('/', '-')}-{number:02}.zip"
            (tmp_path / name).write_bytes(zipped(files))
    found = compare(worker, sorted(tmp_path.iterdir()))
    assert {"ok", "bad_manifest", "bad_recipe", "too_large", "missing_file"} <= set(found)


def test_manifests_with_changed_characters(worker: Worker, tmp_path: Path) -> None:
    source = random.Random(SEED)
    alphabet = '{}[]",:.0123456789eE+-\\/u \n\ttruefalsn\x00\x7fé'.encode()
    for number in range(ROUNDS):
        text = bytearray(dump(base_manifest(base_files())))
        for _ in range(source.randint(1, 3)):
            place = source.randrange(len(text))
            piece = bytes(source.choice(alphabet) for _ in range(source.randint(0, 3)))
            text[place : place + source.randint(0, 2)] = piece
        files = {**whole(), "model.json": bytes(text)}
        (tmp_path / f"{number:04}.zip").write_bytes(zipped(files))
    compare(worker, sorted(tmp_path.iterdir()))


TABLES = ["labels.csv", "thresholds.csv", "hierarchy.csv", "names.zh.csv"]
PIECES = [b'"', b'""', b",", b"\n", b"\n\n", b"\r", b" ", b"\t", b"\x00", b"\x7f", b"\xc3", b"\xe7"]
PIECES += ["é猫".encode(), b"/m/", b"own/", b"0", b"1", b"00", b".", b"-", b"e", b"e9", b"1e99"]
PIECES += [b"0.1", b"nan", b"inf", b"default", b"/m/01yrx", b"own/tea_pot", b"\xef\xbb\xbf"]


@pytest.mark.parametrize("table", TABLES)
def test_tables_with_changed_cells(worker: Worker, tmp_path: Path, table: str) -> None:
    source = random.Random(SEED)
    for number in range(ROUNDS):
        files = base_files()
        text = bytearray(files[table])
        for _ in range(source.randint(1, 3)):
            place = source.randrange(source.choice([0, 12]), len(text))
            text[place : place + source.randint(0, 2)] = source.choice(PIECES)
        files[table] = bytes(text)
        (tmp_path / f"{number:04}.zip").write_bytes(zipped(whole(files)))
    compare(worker, sorted(tmp_path.iterdir()))


@pytest.mark.parametrize(
    "text",
    ["0.1", "1e-45", "7.1e-46", "7e-46", "0.99999997", "0.999999971", "0.99999996", "0.9999999",
     "1.17549435e-38", "4.9e-324", "0.5" + "0" * 30, "3e-1", "30e-2", "0.000000001e8", "1e-0"],
)  # fmt: skip
def test_thresholds_at_the_edge_of_float32(worker: Worker, tmp_path: Path, text: str) -> None:
    files = base_files()
    table = files["thresholds.csv"].replace(b"0.5,default", f"{text},default".encode())
    files["thresholds.csv"] = table
    (tmp_path / "a.zip").write_bytes(zipped(whole(files)))
    compare(worker, [tmp_path / "a.zip"])


def test_places(worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    names = ["empty", "file", "loop", "dangling", "nothing", "file/below"]
    compare(worker, [tmp_path / name for name in names])
