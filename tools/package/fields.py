"""Typed reading of TOML and JSON tables; every mistake is named with file, key and value."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.errors import PocketlensError


def shown(value: object) -> str:
    """A value as it may stand in a message: short, on one line."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


@dataclass
class Fields:
    """One table of a parsed file, read key by key.

    `file` and `place` say where it stands; `error` is the name that its mistakes are raised under.
    """

    data: dict[str, Any]
    file: str
    place: str = ""
    error: str = "bad_recipe"
    _used: set[str] = field(default_factory=set)

    def key_name(self, key: str) -> str:
        """The key as a message names it, e.g. `preprocess.crop`."""
        shown_key = key if key.isprintable() else shown(key)
        return f"{self.place}.{shown_key}" if self.place else shown_key

    def mistake(
        self, key: str, expected: str, found: object = None, error: str = ""
    ) -> PocketlensError:
        """The error for a key whose value (by default the one it has) is not what was expected."""
        value = shown(self.data[key] if found is None and key in self.data else found)
        return PocketlensError(
            error or self.error,
            f"{self.file}: {self.key_name(key)} cannot be used.",
            found=value,
            expected=expected,
        )

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._used.add(key)
        return key in self.data

    def any(self, key: str, expected: str, error: str = "") -> Any:
        """The value of a key that must be there."""
        self._used.add(key)
        if key not in self.data:
            raise PocketlensError(
                error or self.error,
                f"{self.file}: {self.key_name(key)} is missing.",
                found="keys " + (", ".join(sorted(map(str, self.data))[:20]) or "none"),
                expected=expected,
            )
        return self.data[key]

    def string(self, key: str, longest: int = 400) -> str:
        """A text of 1 to `longest` bytes of UTF-8 without control characters."""
        expected = f"a text of 1 to {longest} bytes without control characters"
        value = self.any(key, expected)
        if not isinstance(value, str) or not is_text(value, longest):
            raise self.mistake(key, expected)
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """One of a few texts."""
        expected = "one of " + ", ".join(choices) if len(choices) > 1 else choices[0]
        value = self.any(key, expected)
        if not isinstance(value, str) or value not in choices:
            raise self.mistake(key, expected)
        return value

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole number from low to high."""
        expected = f"a whole number from {low} to {high}"
        value = self.any(key, expected)
        if not is_integer(value) or not low <= value <= high:
            raise self.mistake(key, expected)
        return int(value)

    def integers(self, key: str, count: int, low: int, high: int) -> tuple[int, ...]:
        """A list of `count` whole numbers, each from low to high."""
        expected = f"{count} whole numbers from {low} to {high}"
        value = self.any(key, expected)
        good = isinstance(value, list) and len(value) == count
        if not good or not all(is_integer(item) and low <= item <= high for item in value):
            raise self.mistake(key, expected)
        return tuple(value)

    def number(self, key: str, above: float, at_most: float) -> float:
        """A number greater than `above` and not greater than `at_most`."""
        expected = f"a number above {above:g} and not above {at_most:g}"
        value = self.any(key, expected)
        if not is_number(value) or not above < value <= at_most:
            raise self.mistake(key, expected)
        return float(value)

    def numbers(self, key: str, count: int, low: float, high: float) -> tuple[float, ...]:
        """A list of `count` finite numbers, each from low to high."""
        expected = f"{count} numbers from {low:g} to {high:g}"
        value = self.any(key, expected)
        good = isinstance(value, list) and len(value) == count
        if not good or not all(is_number(item) and low <= item <= high for item in value):
            raise self.mistake(key, expected)
        return tuple(float(item) for item in value)

    def table(self, key: str, error: str = "") -> Fields:
        """A table (JSON: an object) under this one; `error` names its mistakes from here on."""
        value = self.any(key, "a table", error)
        if not isinstance(value, dict):
            raise self.mistake(key, "a table", error=error)
        return Fields(value, self.file, self.key_name(key), error or self.error)

    def optional_table(self, key: str) -> Fields | None:
        """As `table`, or None when the key is not there."""
        return self.table(key) if self.has(key) else None

    def finish(self) -> None:
        """Refuse keys that nobody asked for: a mistyped key must not be passed over."""
        for key in sorted(map(str, set(self.data) - self._used)):
            near = difflib.get_close_matches(key, sorted(self._used), n=1)
            raise PocketlensError(
                self.error,
                f"{self.file}: {self.key_name(key)} is not known.",
                expected="one of " + ", ".join(sorted(self._used)),
                do=f"Did you mean {near[0]}?" if near else None,
            )


def is_text(value: str, longest: int) -> bool:
    """Whether a text has 1 to `longest` bytes of UTF-8 and no control characters."""
    if any(character < " " or character == "\x7f" for character in value):
        return False
    return 1 <= len(value.encode("utf-8", "surrogatepass")) <= longest


def is_integer(value: object) -> bool:
    """Whether a parsed value is a whole number (a boolean is not)."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether a parsed value is a finite number (a boolean is not)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, int) or math.isfinite(value)
