"""Both package readers asked the same question; the native one in a child process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tools.errors import PocketlensError
from tools.native.core import check_package
from tools.package.reader import open_package


def python_outcome(path: Path | str, check_hashes: bool = True) -> str:
    """The name of the error that the Python reader gives, or "ok"."""
    try:
        open_package(path, check_hashes)
    except PocketlensError as error:
        return error.name
    return "ok"


def native_outcome(path: Path | str, check_hashes: bool = True) -> str:
    """The name of the error that the native reader gives, or "ok". Loads the core."""
    try:
        check_package(path, check_hashes)
    except PocketlensError as error:
        return error.name
    return "ok"


def native_outcomes(paths: Sequence[Path | str], check_hashes: bool = True) -> list[str]:
    """As native_outcome, for many packages; call it in a worker."""
    return [native_outcome(path, check_hashes) for path in paths]
