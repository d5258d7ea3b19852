"""What Android's lint says is read, place by place, and a lint that sees nothing is noticed."""

from __future__ import annotations

from pathlib import Path

import androidlint
import pytest

REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<issues format="6" by="lint 9.2.1">
  <issue id="NewApi" severity="Error" message="Call requires API level 27 (current min is 26)">
    <location file="app/src/main/kotlin/One.kt" line="12" column="5"/>
  </issue>
  <issue id="Usability" severity="Warning" message="Elsewhere">
    <location file="/elsewhere/Two.kt" line="3"/>
  </issue>
  <issue id="LintError" severity="Error" message="No such file"/>
</issues>
"""
UNGUARDED = ("NewApi", "fun unguarded(): View = requireViewById(android.R.id.content)")
FORGOTTEN = ("UnrememberedMutableState", 'val forgotten = mutableStateOf("")')


def test_findings_name_their_place(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert [str(finding) for finding in androidlint.read(report)] == [
        "app/src/main/kotlin/One.kt:12: Call requires API level 27 (current min is 26) [NewApi]",
        "/elsewhere/Two.kt:3: Elsewhere [Usability]",
        ".:0: No such file [LintError]",
    ]


def test_the_probe_as_it_must_be_found() -> None:
    assert androidlint.blindness([UNGUARDED, FORGOTTEN]) == ""
    assert androidlint.blindness([FORGOTTEN, UNGUARDED]) == ""


@pytest.mark.parametrize(
    "found",
    [
        [],
        [UNGUARDED],
        [FORGOTTEN],
        [("NewApi", "requireViewById(android.R.id.content)"), FORGOTTEN],
        [UNGUARDED, FORGOTTEN, ("Correctness", "class Probe : Activity() {")],
    ],
)
def test_a_blind_or_overzealous_lint_is_noticed(found: list[tuple[str, str]]) -> None:
    assert "expected were" in androidlint.blindness(found)
