"""What the core says of itself and of files, without a session."""

import ctypes as c
import json
from pathlib import Path

from tools.native.library import PlError, check, load


def check_package(package: Path | str, check_hashes: bool = True) -> None:
    """Read and check a package with the core's reader; its named error is raised."""
    error = PlError()
    code = load().pl_check_package(str(package).encode(), int(check_hashes), c.byref(error))
    check(code, error)


def describe_model(path: Path | str) -> dict[str, list[dict[str, object]]]:
    """Inputs and outputs (name, shape, dtype) of a bare .ms file, as the runtime sees them."""
    needed, error = c.c_uint64(), PlError()
    room = 1 << 16
    while True:
        text = c.create_string_buffer(room)
        code = load().pl_describe_model(
            str(path).encode(), text, room, c.byref(needed), c.byref(error)
        )
        if needed.value <= room:
            break
        room = needed.value
    check(code, error)
    described: dict[str, list[dict[str, object]]] = json.loads(text.value)
    return described


def sha256(data: bytes) -> str:
    """SHA-256 by the core, as hex."""
    text = c.create_string_buffer(65)
    load().pl_sha256(data, len(data), text)
    return text.value.decode()


def version() -> str:
    """The core's version."""
    return str(load().pl_version().decode())


def runtime_version() -> str:
    """The runtime's version text, e.g. "MindSpore Lite 2.0.0"."""
    return str(load().pl_runtime_version().decode())


def instruction_set() -> str:
    """What the fast preprocessing path uses: avx2, neon or portable."""
    return str(load().pl_instruction_set().decode())
