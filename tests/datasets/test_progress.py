"""Progress where a person watches and where a log is written."""

from __future__ import annotations

import io

import pytest

from tools.data import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def counted(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sys.stderr", stream)
    with progress.Progress(2000, "features") as shown:
        for _ in range(2000):
            shown.step()
    return stream.getvalue()


def test_a_terminal_has_a_counter_and_its_line_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REDRAW", 0.0)
    said = counted(Terminal(), monkeypatch)
    assert "\r  features 1,234/2,000" in said and "\n" not in said
    assert said.endswith(f"\r  {'features':<24}")


def test_a_log_has_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted(io.StringIO(), monkeypatch) == ""  # it was quick
    monkeypatch.setattr(progress, "LINE", 0.0)
    lines = counted(io.StringIO(), monkeypatch).splitlines()
    assert lines[0] == "  features 1/2,000" and lines[-1] == "  features 2,000/2,000"
