"""The native core's order: who may include whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "jni" / "core"

# A file includes headers of its own room and of the lines above, never of a line below. A room is a
# folder of jni/core/, or a file there with its header.
ROOMS = (
    ("error",),
    ("registry", "float_mode", "lite"),
    ("frame",),
    ("preprocess",),
    ("package",),
    ("model_version",),
    ("session", "scores", "strictness"),
    ("teaching",),
    ("backend",),
    ("classifier",),
)
# The same inside preprocess/.
PREPROCESS = (
    ("recipe",),
    ("antialias",),
    ("reference",),
    ("tables",),
    ("vector",),
    ("kernel_rows",),
    ("kernel",),
    ("kernel_avx2", "kernel_neon", "kernel_portable"),
    ("plan",),
)


def sources() -> list[Path]:
    """The core's files but its tests."""
    found = [path for end in ("*.h", "*.cc", "*.inc") for path in CORE.rglob(end)]
    return [p for p in found if not p.name.endswith("_test.cc") and p.name != "testing.h"]


def included(path: Path) -> list[str]:
    """What a file includes with quotation marks."""
    return re.findall(r'^\s*#include\s*"([^"]+)"', path.read_text(), re.M)


def level(order: tuple[tuple[str, ...], ...], name: str) -> int:
    """The line of a name."""
    found = [k for k, line in enumerate(order) if name in line]
    assert found, f"{name} stands in no line of the table above: give it its place"
    return found[0]


def room(path: Path) -> str:
    """A folder, or a file's name without its ending; error_codes.inc belongs to error."""
    first = path.relative_to(CORE).parts[0]
    return "error" if first == "error_codes.inc" else Path(first).stem


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(CORE)))
def test_no_include_points_down_the_table(path: Path) -> None:
    for name in included(path):
        if name.startswith("include/"):  # MindSpore Lite's
            continue
        assert name.startswith("core/"), name
        target = CORE / name.removeprefix("core/")
        assert target.is_file(), name
        if room(target) != room(path):
            assert level(ROOMS, room(target)) < level(ROOMS, room(path)), name
        elif room(path) == "preprocess" and target.stem != path.stem:
            assert level(PREPROCESS, target.stem) < level(PREPROCESS, path.stem), name


def test_no_headers_include_each_other_in_a_circle() -> None:
    headers = {f"core/{p.relative_to(CORE)}": included(p) for p in sources() if p.suffix == ".h"}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in done:
            for next_one in headers.get(name, []):
                visit(next_one, (*above, name))
            done.add(name)

    for header in headers:
        visit(header, ())


def test_the_rule_sees_what_it_forbids() -> None:
    assert level(ROOMS, "package") > level(ROOMS, "preprocess")
    assert room(CORE / "package" / "zip.cc") == "package"
    assert room(CORE / "session_test.cc") == "session_test"
