"""Charts as SVG text: lines over the threshold, and how far probabilities can be believed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, HEIGHT = 560, 280
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 10, 36
ACROSS, DOWN = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM


def place(x: float, y: float) -> str:
    """A point of the unit square in SVG coordinates, y upwards."""
    return f"{LEFT + x * ACROSS:.1f},{TOP + (1 - y) * DOWN:.1f}"


def points(xs: Sequence[float], ys: Sequence[float | None]) -> str:
    """A line's points; places without a value are left out."""
    return " ".join(place(x, y) for x, y in zip(xs, ys, strict=True) if y is not None)


def frame(x_title: str, x_marks: Mapping[float, str], title: str, inside: str) -> str:
    """A chart with a unit square inside, marks below and shares at the left."""
    lines = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}" class="chart">',
        f"<title>{title}</title>",
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        start, end = place(0, share).split(","), place(1, share).split(",")
        lines.append(
            f'<line class="grid" x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}"/>'
            f'<text class="mark" x="{LEFT - 6}" y="{start[1]}" text-anchor="end"'
            f' dominant-baseline="middle">{share:g}</text>'
        )
    for x, text in x_marks.items():
        across = place(x, 0).split(",")[0]
        lines.append(
            f'<text class="mark" x="{across}" y="{HEIGHT - BOTTOM + 16}"'
            f' text-anchor="middle">{text}</text>'
        )
    middle = LEFT + ACROSS / 2
    lines.append(
        f'<text class="mark" x="{middle}" y="{HEIGHT - 4}" text-anchor="middle">{x_title}</text>'
    )
    return "\n".join([*lines, inside, "</svg>"])


def curves(
    xs: Sequence[float], lines: Mapping[str, Sequence[float | None]], x_marks: Mapping[float, str]
) -> str:
    """Precision, recall and F1 against the threshold; the page's script moves the same lines."""
    drawn = [
        f'<polyline id="curve-{name}" class="line {name}" points="{points(xs, ys)}"/>'
        for name, ys in lines.items()
    ]
    drawn.append(
        f'<line id="curve-at" class="at" y1="{TOP}" y2="{HEIGHT - BOTTOM}" x1="-9" x2="-9"/>'
    )
    return frame("threshold", x_marks, "Precision, recall and F1 by threshold", "".join(drawn))


def teaching(rows: Sequence[Mapping[str, Any]]) -> str:
    """Shares of taught objects that are told and named, by the number of pictures."""
    counts = sorted({row["pictures"] for row in rows})
    across = {n: math.log(n) / math.log(max(counts[-1], 2)) for n in counts}
    drawn: list[str] = []
    for way in dict.fromkeys(row["way"] for row in rows):
        own = [row for row in rows if row["way"] == way]
        if len(own) < 2:
            continue
        dash = ' stroke-dasharray="6 4"' if drawn else ""
        for key, kind in (("right", "recall"), ("recall", "f1")):
            line = points([across[row["pictures"]] for row in own], [row[key][0] for row in own])
            drawn.append(f'<polyline class="line {kind}" points="{line}"{dash}/>')
    marks = {across[n]: str(n) for n in counts}
    return frame("pictures", marks, "Taught objects that are recognised", "".join(drawn))


def reliability(rows: Sequence[Mapping[str, float]]) -> str:
    """Share of pairs that are there against their mean probability; dots by number of pairs."""
    most = max((row["pairs"] for row in rows), default=1)
    start, end = place(0, 0).split(","), place(1, 1).split(",")
    drawn = [f'<line class="ideal" x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}"/>']
    xs, ys = [row["probability"] for row in rows], [row["present"] for row in rows]
    drawn.append(f'<polyline class="line f1" points="{points(xs, ys)}"/>')
    for row in rows:
        x, y = place(row["probability"], row["present"]).split(",")
        size = 3 + 5 * (row["pairs"] / most) ** 0.25
        text = f"{int(row['pairs'])} pairs at {row['probability']:.2f}: {row['present']:.2f} there"
        drawn.append(
            f'<circle class="dot" cx="{x}" cy="{y}" r="{size:.1f}"><title>{text}</title></circle>'
        )
    marks = {share: f"{share:g}" for share in (0, 0.25, 0.5, 0.75, 1)}
    title = "Share that is really there by probability"
    return frame("the model's probability", marks, title, "".join(drawn))
