"""What the damaged packages of tests/data cannot hold: large files, odd places, random damage."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.damage.archives import entry
from tests.damage.base import base_files, base_manifest, dump, whole, with_key, zipped
from tools.errors import PocketlensError
from tools.package.reader import open_package

ANY_TIME = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def refusal(path: Path, check_hashes: bool = True) -> PocketlensError:
    """The error that opening the package raises."""
    with pytest.raises(PocketlensError) as caught:
        open_package(path, check_hashes)
    return caught.value


def write(path: Path, files: dict[str, bytes]) -> Path:
    """A package folder."""
    path.mkdir(exist_ok=True)
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


class TestPlaces:
    """Where a package can be, or not."""

    def test_nowhere(self, tmp_path: Path) -> None:
        assert refusal(tmp_path / "nothing").name == "missing_file"

    def test_below_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        assert refusal(tmp_path / "file" / "tiny").name == "missing_file"

    def test_a_name_with_a_nul(self) -> None:
        assert refusal(Path("a\0b")).name == "unreadable_file"

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert refusal(tmp_path / "pipe").name == "unreadable_file"

    def test_a_pipe_in_a_folder(self, tmp_path: Path) -> None:
        write(tmp_path, whole())
        os.mkfifo(tmp_path / "card.md")
        assert refusal(tmp_path).name == "unexpected_file"

    def test_a_device(self) -> None:
        assert refusal(Path("/dev/zero")).name == "unreadable_file"

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        assert refusal(tmp_path).name == "missing_file"

    def test_a_link_to_a_package_is_fine(self, tmp_path: Path) -> None:
        write(tmp_path / "real", whole())
        (tmp_path / "link").symlink_to("real")
        assert open_package(tmp_path / "link").manifest.name == "tiny"

    def test_what_may_not_be_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, whole())
        real = os.open

        def refuse(name: str, flags: int, **options: int) -> int:  # root may read everything
            if name == "labels.csv":
                raise PermissionError(13, "Permission denied")
            return real(name, flags, **options)

        monkeypatch.setattr(os, "open", refuse)
        assert refusal(tmp_path).name == "unreadable_file"


class TestLimits:
    """What is too large is refused before it is read."""

    def test_manifest(self, tmp_path: Path) -> None:
        write(tmp_path, {**whole(), "model.json": b" " * ((1 << 20) + 1)})
        assert refusal(tmp_path).name == "too_large"

    def test_a_sparse_file_of_a_terabyte(self, tmp_path: Path) -> None:
        write(tmp_path, whole())
        os.truncate(tmp_path / "model.ms", 1 << 40)
        assert refusal(tmp_path).name == "wrong_size"

    def test_a_sparse_manifest_of_a_terabyte(self, tmp_path: Path) -> None:
        write(tmp_path, whole())
        os.truncate(tmp_path / "model.json", 1 << 40)
        assert refusal(tmp_path).name == "too_large"

    def test_an_archive_of_4_gib(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").write_bytes(zipped(whole()))
        os.truncate(tmp_path / "a.zip", 1 << 32)
        assert refusal(tmp_path / "a.zip").name == "bad_archive"

    def test_files_in_a_folder(self, tmp_path: Path) -> None:
        write(tmp_path, {**whole(), **{f"note-{n}": b"" for n in range(60)}})
        assert refusal(tmp_path).name == "too_large"

    def test_labels(self, tmp_path: Path) -> None:
        rows = "".join(f"{n},own/c{n},Class {n}\n" for n in range(100_001))
        files = {**base_files(), "labels.csv": f"index,mid,name\n{rows}".encode()}
        manifest = base_manifest(files)
        manifest["recipe"]["outputs"] = manifest["recipe"]["network"]["num_classes"] = 100_000
        write(tmp_path, {"model.json": dump(manifest), **files})
        assert refusal(tmp_path).name == "too_large"

    def test_hierarchy(self, tmp_path: Path) -> None:
        labels = "".join(f"{n},own/c{n},Class {n}\n" for n in range(500))
        pairs = [f"own/c{a},own/c{b}\n" for a in range(500) for b in range(a + 1, 500)]
        files = {**base_files(), "labels.csv": f"index,mid,name\n{labels}".encode()}
        rows = "".join(f"{n},own/c{n},0.5,default,,,,\n" for n in range(500))
        header = "index,mid,threshold,status,precision,recall,f1,support\n"
        files["thresholds.csv"] = (header + rows).encode()
        files["hierarchy.csv"] = ("parent,child\n" + "".join(pairs[:100_001])).encode()
        manifest = base_manifest(files)
        manifest["recipe"]["outputs"] = manifest["recipe"]["network"]["num_classes"] = 500
        write(tmp_path, {"model.json": dump(manifest), **files})
        assert refusal(tmp_path).name == "too_large"

    def test_a_deep_hierarchy_is_no_problem(self, tmp_path: Path) -> None:
        count = 50_000
        labels = "".join(f"{n},own/c{n},Class {n}\n" for n in range(count))
        rows = "".join(f"{n},own/c{n},0.5,default,,,,\n" for n in range(count))
        pairs = "".join(f"own/c{n},own/c{n + 1}\n" for n in range(count - 1))
        header = "index,mid,threshold,status,precision,recall,f1,support\n"
        files = {
            "model.ms": b"x",
            "labels.csv": f"index,mid,name\n{labels}".encode(),
            "thresholds.csv": (header + rows).encode(),
            "hierarchy.csv": f"parent,child\n{pairs}".encode(),
        }
        manifest = base_manifest(files)
        manifest["recipe"]["outputs"] = manifest["recipe"]["network"]["num_classes"] = count
        write(tmp_path, {"model.json": dump(manifest), **files})
        assert len(open_package(tmp_path).hierarchy) == count - 1


def test_hashes_may_be_left_out(tmp_path: Path) -> None:
    files = whole()
    write(tmp_path, {**files, "model.ms": b"N" + files["model.ms"][1:]})
    assert refusal(tmp_path).name == "wrong_hash"
    assert open_package(tmp_path, check_hashes=False).manifest.name == "tiny"


def test_sizes_are_checked_even_then(tmp_path: Path) -> None:
    write(tmp_path, {**whole(), "model.ms": b""})
    assert refusal(tmp_path, check_hashes=False).name == "wrong_size"


def test_what_a_package_says(tmp_path: Path) -> None:
    write(tmp_path, whole())
    package = open_package(tmp_path)
    assert [label.mid for label in package.labels] == ["/m/01yrx", "/m/0jbk", "own/tea_pot"]
    assert package.thresholds[0].precision == 0.9
    assert package.thresholds[1].support is None
    assert package.thresholds[2].status == "silent"
    assert package.hierarchy == (("/m/0jbk", "/m/01yrx"),)
    assert package.names == {"zh": {"/m/01yrx": "猫", "own/tea_pot": "茶壶"}}
    assert package.manifest.recipe.preprocess.crop == (1, 1, 4, 4)
    assert package.manifest.tolerance == 0.0001


def test_the_message_says_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, with_key("recipe/preprocess/crop", [3, 1, 4, 4]))
    message = refusal(tmp_path).message
    assert "model.json: recipe.preprocess.crop" in message
    assert "[3, 1, 4, 4]" in message and "inside the resized 6x6 picture" in message


# --- random damage: nothing but a named error or an undamaged package may come out --------------


def harmless(path: Path, check_hashes: bool = True) -> None:
    """Opening gives a package or a named error, nothing else."""
    try:
        open_package(path, check_hashes)
    except PocketlensError as error:
        assert error.number is not None and error.number < 20
        assert error.message


ARCHIVE = zipped(whole())


@given(st.binary(max_size=400))
@ANY_TIME
def test_random_bytes(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    assert refusal(tmp_path / "a.zip").name in ("bad_archive", "too_large", "missing_file")


@given(st.data(), st.booleans())
@settings(ANY_TIME, max_examples=400)
def test_an_archive_with_changed_bytes(tmp_path: Path, data: st.DataObject, hashes: bool) -> None:
    damaged = bytearray(ARCHIVE)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "a.zip").write_bytes(damaged)
    harmless(tmp_path / "a.zip", hashes)


@given(st.data())
@settings(ANY_TIME, max_examples=300)
def test_an_archive_with_changed_structure(tmp_path: Path, data: st.DataObject) -> None:
    """Random numbers in the very fields that say where things are."""
    damaged = bytearray(ARCHIVE)
    start = data.draw(st.sampled_from([*(entry(ARCHIVE, n) for n in range(6)), len(ARCHIVE) - 22]))
    for _ in range(data.draw(st.integers(1, 3))):
        place = start + data.draw(st.integers(4, 42))
        number = data.draw(st.sampled_from([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, len(ARCHIVE)]))
        damaged[place : place + 4] = struct.pack("<I", number)
    (tmp_path / "a.zip").write_bytes(damaged[: len(ARCHIVE)])
    harmless(tmp_path / "a.zip")


@given(st.integers(0, len(ARCHIVE)))
@ANY_TIME
def test_a_cut_archive(tmp_path: Path, length: int) -> None:
    (tmp_path / "a.zip").write_bytes(ARCHIVE[:length])
    if length < len(ARCHIVE):
        assert refusal(tmp_path / "a.zip").name == "bad_archive"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
KEYS = ["format", "format_version", "name", "kind", "files", "recipe", "weights", "versions"]
KEYS += ["recipe/input", "recipe/preprocess", "recipe/preprocess/crop", "recipe/outputs"]
KEYS += ["files/model.ms", "files/model.ms/size", "files/labels.csv/sha256", "weights/tolerance"]


@pytest.mark.slow
@given(st.sampled_from(KEYS), JSON)
@settings(ANY_TIME, max_examples=300)
@example("recipe/outputs", 3)
def test_a_manifest_with_any_value_anywhere(tmp_path: Path, key: str, value: object) -> None:
    write(tmp_path / "tiny", with_key(key, value))
    harmless(tmp_path / "tiny")


@given(st.binary(max_size=300))
@ANY_TIME
def test_a_manifest_of_random_bytes(tmp_path: Path, data: bytes) -> None:
    write(tmp_path / "tiny", {**whole(), "model.json": data})
    assert refusal(tmp_path / "tiny").name == "bad_manifest"


TABLES = ["labels.csv", "thresholds.csv", "hierarchy.csv", "names.zh.csv"]
CELLS = st.text(alphabet='0123456789,"\n/m.-eE \x00é猫own_', max_size=60)


@pytest.mark.slow
@given(st.sampled_from(TABLES), CELLS, st.integers(0, 300))
@settings(ANY_TIME, max_examples=400)
def test_tables_with_random_cells(tmp_path: Path, name: str, text: str, place: int) -> None:
    table = base_files()[name].decode()
    damaged = table[:place] + text + table[place:]
    files = {**base_files(), name: damaged.encode()}
    write(tmp_path / "tiny", whole(files))
    harmless(tmp_path / "tiny")


@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=8), max_size=5))
@ANY_TIME
def test_archives_with_any_names(tmp_path: Path, extra: dict[str, bytes]) -> None:
    out = io.BytesIO(zipped(whole()))
    with zipfile.ZipFile(out, "a") as archive:
        for name, data in extra.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    (tmp_path / "a.zip").write_bytes(out.getvalue())
    harmless(tmp_path / "a.zip")
