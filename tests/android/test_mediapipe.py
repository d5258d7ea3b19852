"""The table for those who come from MediaPipe names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ANDROID = Path(__file__).resolve().parents[2] / "android"


def test_every_case_has_a_test_or_a_reason() -> None:
    lines = (ANDROID / "classifier" / "MEDIAPIPE.md").read_text().splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("| c")]
    assert len(rows) == 20
    for case, here, test in rows:
        assert len(here.strip()) > 5, case
        if not test.strip():
            assert re.search(r"no |like|compiler|package", here), f"{case} needs a reason"
            continue
        named, method = test.strip().strip("`").split(".")
        sources = [one.read_text() for one in ANDROID.glob(f"classifier*/src/test/**/{named}.kt")]
        assert any(f"fun {method}(" in source for source in sources), test
