"""An Android archive looked at: libraries made by the compiler, and the vendor's own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.data.phone_runtime import PAGE, examine, function_of, functions, read_library
from tools.errors import PocketlensError
from tools.places import ROOT

VENDOR = ROOT / "build/sdk/x86_64/mindspore_lite/lib/libmindspore-extendrt_python.so"
OURS = ROOT / "build/native/libpocketlens.so"
CODE = "namespace mindspore { struct Model { int Build(); Model(); }; %s }"
WHOLE = CODE % "int Model::Build() { return 0; } Model::Model() {}"


def library(path: Path, code: str, *options: str) -> Path:
    """A shared library that the compiler makes of one source."""
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [
        "g++",
        "-shared",
        "-fPIC",
        "-nostdlib",
        "-x",
        "c++",
        "-",
        "-x",
        "none",
        "-o",
        str(path),
    ]
    subprocess.run([*command, *options], input=code, text=True, check=True, capture_output=True)
    return path


def archive(folder: Path, code: str = WHOLE, *options: str) -> Path:
    """A folder like an unpacked archive; its runtime is aligned to 16 KB unless told otherwise."""
    pages = () if any("max-page-size" in option for option in options) else (pages_of(PAGE),)
    library(folder / "runtime" / "lib" / "libmindspore-lite.so", code, *options, *pages)
    return folder


def pages_of(size: int) -> str:
    return f"-Wl,-z,max-page-size={size}"


def test_nothing_is_said_of_a_good_one(tmp_path: Path) -> None:
    assert examine(archive(tmp_path)) == []


def test_small_pages_are_named(tmp_path: Path) -> None:
    (said,) = examine(archive(tmp_path, WHOLE, pages_of(4096)))
    assert said.startswith("libmindspore-lite.so is aligned to 4096 bytes, not to 16384")


def test_a_library_that_nobody_brings_is_named(tmp_path: Path) -> None:
    npu = library(tmp_path / "libhiai.so", "int npu() { return 1; }", "-Wl,-soname,libhiai.so")
    (said,) = examine(archive(tmp_path / "a", WHOLE, "-Wl,--no-as-needed", str(npu)))
    assert said.startswith("libmindspore-lite.so needs libhiai.so, which neither")


def test_one_that_the_archive_ships_is_not(tmp_path: Path) -> None:
    ddk = tmp_path / "runtime" / "third_party" / "hiai_ddk" / "lib" / "libhiai.so"
    library(ddk, "int npu() { return 1; }", pages_of(PAGE), "-Wl,-soname,libhiai.so")
    archive(tmp_path, WHOLE, "-Wl,--no-as-needed", str(ddk))
    assert read_library(tmp_path / "runtime/lib/libmindspore-lite.so").needed == ("libhiai.so",)
    assert examine(tmp_path) == []


def test_a_function_that_we_call_and_it_lacks_is_named(tmp_path: Path) -> None:
    code = "int call(mindspore::Model* m) { return m->Build(); }"
    ours = library(tmp_path / "libpocketlens.so", CODE % "" + code)
    assert examine(archive(tmp_path / "a"), ours) == []
    without = archive(tmp_path / "b", CODE % "Model::Model() {}")
    assert examine(without, ours) == [
        "libmindspore-lite.so has no mindspore::Model::Build, which libpocketlens.so calls"
    ]


@pytest.mark.slow
def test_the_real_library_has_all_that_our_real_one_calls() -> None:
    wanted = functions(read_library(OURS).missing)
    assert "mindspore::Model::Predict" in wanted
    assert wanted - functions(read_library(VENDOR).exported) == set()


@pytest.mark.parametrize(
    ("symbol", "function"),
    [
        ("_ZN9mindspore5Model7PredictERKSt6vectorINS_8MSTensorE", "mindspore::Model::Predict"),
        ("_ZN9mindspore5ModelC1Ev", "mindspore::Model::C"),
        ("_ZN9mindspore5ModelD2Ev", "mindspore::Model::D"),
        ("_ZNK9mindspore8MSTensoreqEDn", "mindspore::MSTensor::eq"),
        ("_ZNK9mindspore6StatuscviEv", "mindspore::Status::cv"),
        ("_ZNSt6vectorIiSaIiEE9push_backEi", None),
        ("malloc", None),
    ],
)
def test_names(symbol: str, function: str | None) -> None:
    assert function_of(symbol) == function


@pytest.mark.parametrize("content", [b"", b"no library", b"\x7fELF\x02\x01\x01" + bytes(20)])
def test_what_is_no_library_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "libmindspore-lite.so").write_bytes(content)
    with pytest.raises(PocketlensError) as caught:
        examine(tmp_path)
    assert caught.value.name == "unreadable_file"


def test_an_archive_without_a_runtime_is_named(tmp_path: Path) -> None:
    (said,) = examine(tmp_path)
    assert said.endswith("holds no libmindspore-lite.so, so nothing can be built with it")
