"""What `verify` found, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from tools.parity.ladder import NOT_RUN, OUT, Verdict, first_out
from tools.reports.table import table


def ladder_text(verdicts: Sequence[Verdict]) -> str:
    """The table and one sentence about it."""
    head = ["rung", "against", "max diff.", "mean diff.", "tolerance", "top-5", "", "note"]
    rows = [_row(verdict) for verdict in verdicts]
    lines = [table(head, rows, right=(2, 3, 4, 5), flexible=7), ""]
    wrong = first_out(verdicts)
    left_out = [verdict.name for verdict in verdicts if verdict.status == NOT_RUN]
    if wrong:
        lines.append(
            f"The first rung that is out of tolerance: {wrong.name}. {wrong.note}".rstrip()
        )
    else:
        lines.append("Every rung that was run is within its tolerance.")
    if left_out:
        lines.append(
            "Not run: " + "; ".join(_why(v) for v in verdicts if v.status == NOT_RUN) + "."
        )
    return "\n".join(lines)


def _why(verdict: Verdict) -> str:
    return f"{verdict.name} ({verdict.note})"


def _row(verdict: Verdict) -> list[str]:
    def number(value: float | None) -> str:
        return "" if value is None else "0" if value == 0 else f"{value:.1e}"

    agreed = verdict.top5_agreement
    return [
        verdict.name,
        verdict.against or "",
        number(verdict.max_difference),
        number(verdict.mean_difference),
        number(verdict.tolerance),
        "" if agreed is None else f"{round(agreed * verdict.photos)}/{verdict.photos}",
        verdict.status.upper() if verdict.status == OUT else verdict.status,
        verdict.note,
    ]
