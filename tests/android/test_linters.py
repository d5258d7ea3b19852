"""Resources that nothing uses are found."""

from __future__ import annotations

from pathlib import Path

import linters
import pytest

MAIN = Path(__file__).resolve().parent.parent.parent / "android" / "app" / "src" / "main"


def test_the_app_has_no_unused_resources() -> None:
    assert linters.unused_resources(MAIN) == []


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A small module: one string, one drawable, one style, each used once."""
    files = {
        "AndroidManifest.xml": '<manifest label="@string/title" />',
        "res/values/strings.xml": '<resources><string name="title">T</string></resources>',
        "res/values/styles.xml": '<resources><style name="Text.Big" /></resources>',
        "res/drawable/mark.xml": "<vector />",
        "res/layout/page.xml": '<View background="@drawable/mark" style="@style/Text.Big" />',
        "kotlin/Page.kt": "val page = R.layout.page",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_is_used_is_not_named(module: Path) -> None:
    assert linters.unused_resources(module) == []


@pytest.mark.parametrize(
    ("file", "text", "named"),
    [
        ("AndroidManifest.xml", "<manifest />", "the string title"),
        ("kotlin/Page.kt", "", "the layout page"),
        ("res/layout/page.xml", '<View style="@style/Text.Big" />', "the drawable mark"),
        ("res/layout/page.xml", '<View background="@drawable/mark" />', "the style Text_Big"),
        (
            "res/values/more.xml",
            '<resources><color name="red">#f00</color></resources>',
            "color red",
        ),
    ],
)
def test_what_nothing_uses_is_named(module: Path, file: str, text: str, named: str) -> None:
    (module / file).write_text(text)
    (found,) = linters.unused_resources(module)
    assert found.endswith(named)
