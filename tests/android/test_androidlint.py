"""What Android's lint says is read, place by place."""

from __future__ import annotations

from pathlib import Path

import androidlint

REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<issues format="6" by="lint 9.2.1">
  <issue id="NewApi" severity="Error" message="Call requires API level 27 (current min is 26)">
    <location file="{android}/app/src/main/kotlin/One.kt" line="12" column="5"/>
  </issue>
  <issue id="LintError" severity="Error" message="No such file"/>
</issues>
"""


def test_findings_name_their_place(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(android=androidlint.ANDROID))
    assert [str(finding) for finding in androidlint.read(report)] == [
        "app/src/main/kotlin/One.kt:12: Call requires API level 27 (current min is 26) [NewApi]",
        ".:0: No such file [LintError]",
    ]
