"""Progress of long work on standard error: a counter on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time

REDRAW = 0.2  # seconds between two states of a counter
COLUMN = 24  # where the time stands that tools/terminal.py writes behind a step's name
LINE = 15.0  # seconds between two lines where nobody watches


class Progress:
    """Counts things that are done; says nothing when it is quicker than one interval."""

    def __init__(self, total: int, label: str) -> None:
        self.total, self.label, self.done = total, label, 0
        self.drawn = False
        self.terminal = sys.stderr.isatty()
        self.last = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.drawn and self.terminal:
            blank = f"\r{' ' * len(self._text())}\r  {self.label:<{COLUMN}}"
            print(blank, end="", file=sys.stderr, flush=True)  # as the step's line began

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self.done += count
        now = time.monotonic()
        if now - self.last < (REDRAW if self.terminal else LINE):
            return
        self.last, self.drawn = now, True
        start, end = ("\r", "") if self.terminal else ("", "\n")
        print(f"{start}{self._text()}", end=end, file=sys.stderr, flush=True)

    def _text(self) -> str:
        return f"  {self.label} {self.done:,}/{self.total:,}"
