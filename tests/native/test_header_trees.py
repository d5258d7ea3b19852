"""The core compiles against both header trees of MindSpore Lite."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

# Calls and values that later releases have taken away or want to; used nowhere in jni/.
REMOVED = (
    "SetDelegate",
    "GetDelegate",
    "kNNAPI",
    "SetBuiltInDelegate",
    "GetBuiltInDelegate",
    "SetTrainMode",
    "TrainModel",
)


def commands(root: Path) -> list[list[str]]:
    """How each of our files that sees the runtime's headers is compiled."""
    entries = json.loads((root / "build/native/compile_commands.json").read_text())
    seen = [one for one in entries if "core/lite.h" in Path(one["file"]).read_text()]
    return [shlex.split(one["command"]) for one in seen]


def newer_tree(sdk: Path, folder: Path) -> Path:
    """A copy of the SDK's headers as newer releases have them: another folder, calls taken away."""
    shutil.copytree(sdk / "include", folder / "include")
    (folder / "include/api").rename(folder / "include/cxx_api")
    for header in (folder / "include").rglob("*.h"):
        text = header.read_text(errors="replace").replace('"include/api/', '"include/cxx_api/')
        for name in REMOVED:
            text = re.sub(rf"\b{name}\b", f"Taken{name}", text)
        header.write_text(text)
    return folder


def compile_against(command: list[str], sdk: Path, tree: Path) -> subprocess.CompletedProcess[str]:
    """Check one file's syntax with another tree in place of the SDK."""
    words = [word.replace(str(sdk.resolve()), str(tree)) for word in command]
    words = [word for word in words if "ccache" not in word]
    at = words.index("-o")
    del words[at : at + 2]
    return subprocess.run([*words, "-fsyntax-only"], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def sdk(root: Path) -> Path:
    (machine,) = [path for path in (root / "build/sdk").iterdir() if path.name == "x86_64"]
    return machine / "mindspore_lite"


@pytest.mark.slow
def test_both_trees_compile(root: Path, sdk: Path, tmp_path: Path) -> None:
    tree = newer_tree(sdk, tmp_path / "newer")
    found = commands(root)
    assert {Path(command[-1]).name for command in found} >= {"session.cc", "convert.cc"}
    for command in found:
        done = compile_against(command, sdk, tree)
        assert done.returncode == 0, done.stderr
    broken = tree / "include/cxx_api/model.h"
    broken.unlink()  # the compiler has looked there and nowhere else
    assert compile_against(found[0], sdk, tree).returncode != 0


def test_removed_calls_are_not_used(root: Path) -> None:
    for path in (root / "jni").rglob("*.[ch]*"):
        if path.suffix in (".cc", ".h"):
            words = set(re.findall(r"\w+", path.read_text()))
            assert not words & set(REMOVED), path
