"""The translated label names: complete, in order, no stray English, well-formed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

LABELS = Path(__file__).resolve().parent.parent / "labels"
LANGUAGES = ("zh", "es", "de", "fr")
MOST_EQUAL = 0.15


def rows(name: str) -> list[list[str]]:
    """The table's rows without its header."""
    with (LABELS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


ENGLISH = rows("openimages-boxable.csv")


def equal_share(english: list[list[str]], names: list[list[str]]) -> float:
    """The share of names that are the English ones, upper or lower case."""
    pairs = zip(english, names, strict=True)
    return sum(a[1].casefold() == b[1].casefold() for a, b in pairs) / len(english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_every_class_once_in_order(language: str) -> None:
    assert [row[0] for row in rows(f"names.{language}.csv")] == [row[0] for row in ENGLISH]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_tell_classes_apart(language: str) -> None:
    names = [row[1] for row in rows(f"names.{language}.csv")]
    assert all(name and name == name.strip() for name in names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_translated(language: str) -> None:
    assert equal_share(ENGLISH, rows(f"names.{language}.csv")) <= MOST_EQUAL


def test_untranslated_names_would_be_noticed() -> None:
    names = rows("names.fr.csv")
    half_english = ENGLISH[:300] + names[300:]
    assert equal_share(ENGLISH, half_english) > MOST_EQUAL


def test_chinese_is_written_in_chinese() -> None:
    for _, name in rows("names.zh.csv"):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in name), name


@pytest.mark.parametrize("language", ("es", "de", "fr"))
def test_european_names_are_not(language: str) -> None:
    for _, name in rows(f"names.{language}.csv"):
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in name), name
        assert name[0].isupper() or name == "iPod-Player", name


def test_readme_says_that_nobody_has_reviewed_them() -> None:
    assert "unreviewed" in (LABELS / "README.md").read_text("utf-8")
