"""nlohmann-json is taken where it is installed, and else fetched and held against its hash."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from pathlib import Path

import pytest

PROJECT = """cmake_minimum_required(VERSION 3.22)
project(probe LANGUAGES CXX)
include("{module}")
add_executable(probe probe.cc)
target_link_libraries(probe PRIVATE pocketlens_json)
"""
PROGRAM = '#include <nlohmann/json.hpp>\nint main() { return nlohmann::json::parse("0"); }\n'


def configure(root: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Configure a project that holds our module and one program."""
    folder.mkdir(exist_ok=True)
    (folder / "CMakeLists.txt").write_text(PROJECT.format(module=root / "jni/cmake/json.cmake"))
    (folder / "probe.cc").write_text(PROGRAM)
    command = ["cmake", "-S", folder, "-B", folder / "build", "-G", "Ninja", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def release(folder: Path) -> Path:
    """An archive laid out as the library's release is, with the installed headers in it."""
    archive = folder / "json.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add("/usr/include/nlohmann", "json/include/nlohmann")
    return archive


def fetching(archive: Path, sha256: str) -> list[str]:
    """Options for a machine where the library is not installed."""
    return [
        "-DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON",
        f"-DPOCKETLENS_JSON_URL=file://{archive}",
        f"-DPOCKETLENS_JSON_SHA256={sha256}",
    ]


def test_an_installed_one_is_taken(root: Path, tmp_path: Path) -> None:
    done = configure(root, tmp_path / "p", "-DPOCKETLENS_JSON_URL=file:///nowhere")
    assert done.returncode == 0, done.stderr
    assert "fetching" not in done.stdout


@pytest.mark.slow
def test_it_is_fetched_where_it_is_not_installed(root: Path, tmp_path: Path) -> None:
    archive = release(tmp_path)
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    done = configure(root, tmp_path / "p", *fetching(archive, sha256))
    assert done.returncode == 0, done.stderr
    assert "fetching" in done.stdout
    found = tmp_path / "p/build/third_party/nlohmann/json.hpp"
    assert found.read_bytes() == Path("/usr/include/nlohmann/json.hpp").read_bytes()
    command = ["cmake", "--build", tmp_path / "p/build"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_another_archive_is_refused(root: Path, tmp_path: Path) -> None:
    archive = release(tmp_path)
    done = configure(root, tmp_path / "p", *fetching(archive, "0" * 64))
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "HASH mismatch" in said or "does not match expected value" in said, said
    assert "0" * 64 in said
