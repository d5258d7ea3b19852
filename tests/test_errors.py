"""The error names of the tools: the core's names where they are the core's, and no others."""

from __future__ import annotations

import ast
import pickle
import re

import pytest

from tools import errors
from tools.errors import NATIVE_ERRORS, TOOL_ERRORS, PocketlensError, native_error
from tools.places import ROOT

ENTRY = re.compile(r'^POCKETLENS_ERROR\((\d+), (\w+), "[^"]+"\)$', re.M)


def test_native_names_and_numbers_are_those_of_the_core() -> None:
    text = (ROOT / "jni/core/error_codes.inc").read_text()
    assert {name: int(number) for number, name in ENTRY.findall(text)} == NATIVE_ERRORS


def test_no_name_has_two_meanings() -> None:
    assert not set(NATIVE_ERRORS) & set(TOOL_ERRORS)


def raised_names() -> list[tuple[str, str]]:
    """Every literal first argument of PocketlensError(...) in tools/, with where it stands."""
    found = []
    for path in sorted((ROOT / "tools").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("PocketlensError"):
                name = node.args[0] if node.args else None
                if isinstance(name, ast.Constant):
                    found.append((f"{path.relative_to(ROOT)}:{node.lineno}", str(name.value)))
    return found


def test_every_name_that_is_raised_is_listed() -> None:
    raised = raised_names()
    assert raised
    known = set(NATIVE_ERRORS) | set(TOOL_ERRORS)
    assert [entry for entry in raised if entry[1] not in known] == []


def test_message_says_found_expected_and_what_to_do() -> None:
    error = PocketlensError("wrong_size", "A file.", found=3, expected=4, do="Copy it again.")
    assert error.message == "A file. Found: 3. Expected: 4. Copy it again."
    assert (error.name, error.number, error.exit_code) == ("wrong_size", 3, 1)
    assert error.to_json() == {"name": "wrong_size", "message": error.message}


def test_show_names_the_error(capsys: pytest.CaptureFixture[str]) -> None:
    PocketlensError("busy", "Another one runs.").show()
    assert capsys.readouterr().err == "error [busy]: Another one runs.\n"


def test_errors_survive_pickling() -> None:
    error = PocketlensError("busy", "Another.", do="Wait.", exit_code=errors.EXIT_CHECK_FAILED)
    again = pickle.loads(pickle.dumps(error))
    assert (again.name, again.message, again.exit_code) == ("busy", "Another. Wait.", 4)


def test_native_errors_by_number() -> None:
    assert native_error(4, "x").name == "wrong_hash"
    assert native_error(999, "x").name == "internal"
    assert PocketlensError("busy", "x").number is None
