"""models/README.md lists every key that the reader of model.toml asks for, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tools.package import recipe, recipe_tables
from tools.package.fields import Fields
from tools.package.recipe import load_recipe
from tools.places import MODELS

PAGE = MODELS / "README.md"
HEADING = re.compile(r"^### `\[([a-zA-Z.]+)\]`", re.M)
FREE = {"labels.names", "assets"}  # tables whose keys are the author's: languages, names


def documented() -> dict[str, tuple[str, str]]:
    """Key with its table -> its value's cell, and the whole row."""
    text = PAGE.read_text("utf-8")
    parts = HEADING.split(text[text.index("## All keys") :])
    found = {}
    for table, body in zip(parts[1::2], parts[2::2], strict=True):
        for row in body.splitlines():
            cells = row.split("|")
            if row.startswith("| `"):
                for key in re.findall(r"`(\w+)`", cells[1]):
                    found[f"{table}.{key}"] = (cells[2], row)
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The keys that readers ask for, with their tables."""
    seen: set[str] = set()

    def watched(name: str) -> None:
        original = getattr(Fields, name)

        def ask(self: Fields, key: str, *rest: Any, **named: Any) -> Any:
            if self.place not in FREE:
                place = re.sub(r"^assets\..*", "assets.NAME", self.place)
                seen.add(f"{place}.{key}" if place else key)
            return original(self, key, *rest, **named)

        monkeypatch.setattr(Fields, name, ask)

    watched("any")
    watched("has")
    return seen


def test_the_page_has_every_key_and_no_other(asked: set[str]) -> None:
    for file in sorted(MODELS.glob("*/model.toml")):
        load_recipe(file)
    tables = {key for key in asked if "." not in key} | {"network.head", "labels.names"}
    keys = asked - tables | {"labels.names"}
    assert documented().keys() == keys
    headings = set(HEADING.findall(PAGE.read_text("utf-8")))
    assert tables - {"assets"} | {"assets.NAME", "weights.tolerance"} == headings | {"labels.names"}


@pytest.mark.parametrize(
    ("key", "choices"),
    [
        ("model.kind", recipe.KINDS),
        ("network.head.activation", recipe_tables.ACTIVATIONS),
        ("preprocess.interpolation", recipe_tables.INTERPOLATIONS),
        ("preprocess.channel_order", recipe_tables.CHANNEL_ORDERS),
        ("weights.variant", recipe_tables.VARIANTS),
    ],
)
def test_the_choices_are_the_readers(key: str, choices: tuple[str, ...]) -> None:
    assert tuple(re.findall(r"`([^`]+)`", documented()[key][0])) == choices


def test_every_recipe_has_a_line(root: Path) -> None:
    text = PAGE.read_text("utf-8")
    for file in MODELS.glob("*/model.toml"):
        assert f"| `{file.parent.name}` |" in text
