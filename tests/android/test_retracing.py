"""Stack traces of the release get their names back."""

from __future__ import annotations

import retracing

MAPPING = """# compiler: ProGuard
io.app.Answers -> a:
    java.lang.String name -> a
    1:3:void show(io.app.Row) -> a
    int count() -> a
    void <init>() -> <init>
io.app.Trouble -> b:
    void tell() -> c
"""
TRACE = """b: it failed
\tat a.a(Unknown Source)
\tat a.<init>(Unknown Source)
\tat android.os.Handler.post(Handler.java:3)
Caused by: b: no
\tat b.c(SourceFile)"""


def test_names_come_back() -> None:
    assert list(retracing.lines(MAPPING, TRACE)) == [
        "io.app.Trouble: it failed",
        "\tat io.app.Answers.count or show(Unknown Source)",
        "\tat io.app.Answers.<init>(Unknown Source)",
        "\tat android.os.Handler.post(Handler.java:3)",
        "Caused by: io.app.Trouble: no",
        "\tat io.app.Trouble.tell(SourceFile)",
    ]
