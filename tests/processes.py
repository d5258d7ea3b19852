"""What processes a command leaves behind."""

from __future__ import annotations

import time
from pathlib import Path

PATIENCE = 10  # seconds


def left_running(text: str) -> list[str]:
    """Command lines of running processes with a text in them that do not end in time."""
    deadline = time.monotonic() + PATIENCE
    while (found := processes_that_name(text)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def processes_that_name(text: str) -> list[str]:
    """Command lines of running processes with a text in them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if text in line:
            found.append(line)
    return found
