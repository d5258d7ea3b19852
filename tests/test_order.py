"""Which part of tools/ may use which: arrows point one way, down this table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"

# Each may import only what stands below it; a command imports no other command.
ORDER = {
    "commands": "one file each at the top of tools/: read options, call, report",
    "terminal": "what commands have in common on a terminal",
    "web": "the page of `live`, its server and what answers it",
    "training": "networks and heads, from data sets or a folder of own photos",
    "reports": "pages, pictures and tables",
    "evaluation": "accuracy, thresholds, variants on labelled photos",
    "parity": "the rungs of `verify`, from checkpoint to aarch64",
    "conversion": "checkpoint or ONNX to .ms to a package",
    "teaching": "what pictures are compared by when one's own things are taught",
    "distillation": "how the demo's head was made",
    "data": "photos, data sets, features, downloads",
    "network": "MobileNetV2 in MindSpore, checkpoints, the oracle",
    "lists": "class lists, names and thresholds as other people keep them",
    "package": "the format alone: recipe, manifest, tables, reader, writer",
    "native": "the C++ core through its C API, alone or in a worker",
    "places": "where things lie",
    "errors": "every failure's name",
    "bootstrap": "the set-up, which runs before anything is installed",
}
APART = {"__main__", "mindspore_hub_conf"}  # the two ways in: by a person, by MindSpore Hub


def part_of(path: Path) -> str:
    """The part of tools/ that a file belongs to."""
    first = path.relative_to(TOOLS).parts[0].removesuffix(".py")
    return first if first in ORDER or first in APART else "commands"


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """What a file imports of tools/, as module or module.name, also within functions; its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((name, node.lineno) for name in names if name.startswith("tools."))


def target_of(name: str) -> str | None:
    """The part that an imported name belongs to; None for the version in tools/__init__.py."""
    first = name.split(".")[1]
    folder, module = TOOLS / first, TOOLS / f"{first}.py"
    return (
        part_of(folder if folder.is_dir() else module)
        if folder.is_dir() or module.is_file()
        else None
    )


def wrong(path: Path) -> list[str]:
    """The imports of a file that do not point down."""
    here = part_of(path)
    if here in APART:
        return []
    below = list(ORDER)[list(ORDER).index(here) + 1 :]
    allowed = {*below, None} if here == "commands" else {*below, here, None}
    return [
        f"{path.relative_to(TOOLS.parent)}:{line} ({here}) imports {name} ({target_of(name)})"
        for name, line in imported(path)
        if target_of(name) not in allowed
    ]


def test_every_import_points_down_the_table() -> None:
    assert [message for path in sorted(TOOLS.rglob("*.py")) for message in wrong(path)] == []


def test_every_folder_of_tools_has_a_place_in_the_table() -> None:
    folders = {path.parent.name for path in TOOLS.glob("*/__init__.py")}
    assert folders <= set(ORDER)
    assert set(ORDER) - {"commands"} <= folders | {path.stem for path in TOOLS.glob("*.py")}


@pytest.mark.parametrize(
    ("file", "line", "found"),
    [
        ("native/made_up.py", "from tools.data.photos import read_photo", "(data)"),
        ("data/made_up.py", "def f():\n    import tools.train", "(commands)"),
        ("made_up.py", "from tools import classify", "(commands)"),
        ("made_up.py", "from tools.data import photos", None),
        ("package/made_up.py", "from tools import __version__", None),
    ],
)
def test_it_finds_an_import_that_points_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, line: str, found: str | None
) -> None:
    for name in ("native/made_up.py", "data/photos.py", "package/x.py", "train.py", "classify.py"):
        (tmp_path / "tools" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tools" / name).touch()
    monkeypatch.setattr(f"{__name__}.TOOLS", tmp_path / "tools")
    (tmp_path / "tools" / file).write_text(line)
    messages = wrong(tmp_path / "tools" / file)
    assert len(messages) == (found is not None)
    assert all(found in message for message in messages if found)
