"""Rules of the house that a machine can check."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.places import ROOT


def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks, as paths."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_top_level_holds_only_the_named_folders() -> None:
    folders = {
        path.relative_to(ROOT).parts[0]
        for path in tracked()
        if len(path.relative_to(ROOT).parts) > 1
    }
    assert folders <= {"android", "jni", "tools", "models", "labels", "tests", ".ci", ".github"}


@pytest.mark.parametrize("module", sorted(p.stem for p in (ROOT / "tools").glob("*.py")))
def test_no_tool_has_the_name_of_another_module(module: str) -> None:
    """`python tools/NAME.py` puts tools/ first on the path, so it would shadow the other."""
    if module.startswith("__"):
        assert module in ("__init__", "__main__")
        return
    assert module not in sys.stdlib_module_names
    elsewhere = [
        entry for entry in sys.path if entry and Path(entry).resolve() not in (ROOT, ROOT / "tools")
    ]
    assert importlib.machinery.PathFinder.find_spec(module, elsewhere) is None


def test_no_large_or_generated_files() -> None:
    too_large = [str(p.relative_to(ROOT)) for p in tracked() if p.stat().st_size > 3_000_000]
    assert too_large == []
    generated = [
        str(p.relative_to(ROOT))
        for p in tracked()
        if p.suffix in {".pyc", ".ms", ".onnx", ".apk", ".so"} and "tests/data" not in str(p)
    ]
    assert generated == []


def test_no_absolute_paths_of_a_machine() -> None:
    pattern = re.compile(rb"(?<![\w.])/(?:home|root|work)/[\w.]+")
    allowed = {Path("tests/test_house.py")}
    found = [
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in tracked(
            "*.py", "*.cc", "*.h", "*.kt", "*.md", "*.toml", "*.sh", "*.txt", "Makefile"
        )
        for match in [pattern.search(path.read_bytes())]
        if match and path.relative_to(ROOT) not in allowed
    ]
    assert found == []


def test_core_knows_neither_jni_nor_android() -> None:
    for path in tracked("jni/core/*"):
        text = path.read_text(errors="replace")
        assert not re.search(r'#include\s*[<"](jni\.h|android/)', text), path


def test_make_help_lists_every_public_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = {
        name for line in re.findall(r"^\.PHONY: (.+)$", makefile, re.M) for name in line.split()
    }
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert phony == set(re.findall(r"^\s*make (\S+)", shown, re.M))


def test_every_skip_that_is_allowed_names_a_test_that_exists() -> None:
    names = [
        line.split("#")[0].strip()
        for line in (ROOT / "tests/allowed_skips.txt").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    for name in names:
        assert (ROOT / name.split("::")[0]).is_file(), name


def test_native_mutexes_are_only_held_by_guards() -> None:
    """The thread sanitizer runs without its reports of mutexes that are misused (tests.cmake)."""
    by_hand = re.compile(r"(\.|->)(try_)?(un)?lock(_shared)?\(|pthread_mutex_|mtx_(un)?lock")
    sources = [path for path in tracked("jni/*.cc", "jni/*.h") if by_hand.search(path.read_text())]
    assert sources == []
    assert by_hand.search("mutex_.unlock();")
    assert by_hand.search("mutex->lock();")


def test_readme_stays_a_page() -> None:
    """Tables and figures stand beside what they speak of."""
    assert len((ROOT / "README.md").read_text("utf-8")) <= 6500
