"""The report as one HTML page: no network, no other files, readable without its script."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.reports import charts

HERE = Path(__file__).parent
LINES = ("precision", "recall", "f1")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


@dataclass(frozen=True)
class Photo:
    """A photo for the page: its JPEG bytes, names, what was shown, and whether that is right."""

    jpeg: bytes
    file: str
    named: str
    shown: str
    verdict: str  # "right", "wrong", "unchecked" or "none"


@dataclass(frozen=True)
class Content:
    """Everything on the page; `facts` and `speeds` are rows of texts, `tiles` figure and words."""

    title: str
    subtitle: str
    tiles: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    xs: Sequence[float]  # places of the curves' thresholds from 0 to 1, even in log-odds
    reach: float  # log-odds at the right end
    curves: Mapping[str, Mapping[str, Sequence[float | None]]]  # by MID, "" for all together
    reliability: Sequence[Mapping[str, float]]
    labels: Sequence[Mapping[str, Any]]
    confusions: Sequence[Mapping[str, Any]]
    best: Sequence[Photo]
    worst: Sequence[Photo]
    speeds: Sequence[tuple[str, str]]
    notes: Sequence[str]
    variants: tuple[Sequence[str], Sequence[Sequence[str]]] = ((), ())  # head and rows
    teaching: Sequence[Mapping[str, Any]] = ()  # what few pictures teach; see making.taught_rows
    left_out: Sequence[str] = ()  # why each photo that could not be read is missing


def page(content: Content) -> str:
    """The whole page."""
    script_data = {"xs": content.xs, "reach": content.reach, "curves": content.curves}
    embedded = json.dumps(script_data, separators=(",", ":")).replace("</", "<\\/")
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(content.title)}</title><style>{_file('report.css')}</style></head><body>",
        f'<h1>{_text(content.title)}</h1><p class="sub">{_text(content.subtitle)}</p>',
        _tiles(content.tiles),
        *(f'<p class="note">{_text(note)}</p>' for note in content.notes),
        _charts(content),
        _labels(content.labels),
        _photos(
            "Worst photos",
            "Wrong headlines first, then outputs furthest from the truth.",
            content.worst,
        ),
        _photos("Best photos", "Outputs nearest to the truth first.", content.best),
        _left_out(content.left_out),
        _confusions(content.confusions),
        _variants(*content.variants),
        _teaching(content.teaching),
        '<div class="pair">',
        f"<section><h2>Package and data</h2>{_facts(content.facts)}</section>",
        f"<section><h2>Sizes and speeds</h2>{_facts(content.speeds)}</section></div>",
        f'<script id="data" type="application/json">{embedded}</script>',
        f"<script>{_file('report.js')}</script></body></html>",
    ]
    return "\n".join(parts)


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _text(value: object) -> str:
    return html.escape(str(value))


def _tiles(tiles: Sequence[tuple[str, str]]) -> str:
    rows = (f'<div class="tile"><b>{_text(a)}</b><span>{_text(b)}</span></div>' for a, b in tiles)
    return f'<div class="tiles">{"".join(rows)}</div>'


def _left_out(reasons: Sequence[str]) -> str:
    if not reasons:
        return ""
    rows = "".join(f"<li>{_text(why)}</li>" for why in reasons)
    return (
        f"<section><h2>Left out: {len(reasons)}</h2>"
        f'<p class="note">These photos could not be read; no figure counts them.</p><ul>{rows}</ul>'
        "</section>"
    )


def _facts(rows: Sequence[tuple[str, str]]) -> str:
    lines = (f"<tr><th>{_text(a)}</th><td>{_text(b)}</td></tr>" for a, b in rows)
    return f"<table>{''.join(lines)}</table>"


def _charts(content: Content) -> str:
    from math import log

    limits = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
    marks = {0.5 + log(t / (1 - t)) / content.reach / 2: f"{t:g}" for t in limits}
    curve = charts.curves(content.xs, content.curves[""], marks)
    names = {"f1": "F1"}
    key = "".join(f'<span><i class="{n}"></i>{names.get(n, n)}</span>' for n in LINES)
    return (
        '<div class="pair"><section><h2 id="curve-title">All labels together</h2>'
        f'<p class="note key">{key}</p>{curve}'
        '<p class="note">Choose a label in the table below to see its own curves. '
        '<button id="all" type="button">All labels</button></p></section>'
        "<section><h2>Can the probabilities be believed?</h2>"
        '<p class="note">Of the verified pairs with about this probability, how many are there? '
        "On the dashed line a probability means what it says.</p>"
        f"{charts.reliability(content.reliability)}</section></div>"
    )


COLUMNS = (
    ("name", "label"),
    ("support", "examples"),
    ("threshold", "threshold"),
    ("status", "status"),
    ("precision", "precision"),
    ("recall", "recall"),
    ("f1", "F1"),
    ("ap", "average precision"),
)


def _labels(rows: Sequence[Mapping[str, Any]]) -> str:
    number = {"support", "threshold", "precision", "recall", "f1", "ap"}
    head = "".join(
        f'<th{" class=n" if key in number else ""}><button type="button">{title}</button></th>'
        for key, title in COLUMNS
    )
    statuses = sorted({row["status"] for row in rows})
    choices = "".join(f"<option>{_text(status)}</option>" for status in statuses)
    return (
        '<h2>Labels</h2><div class="tools">'
        '<input id="find" type="search" placeholder="Find a label" aria-label="Find a label">'
        f'<select id="status" aria-label="Status"><option value="">any status</option>{choices}'
        '</select><span id="shown" class="note"></span></div>'
        f'<div class="scroll"><table id="labels"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_label(row, number) for row in rows)}</tbody></table></div>"
    )


def _label(row: Mapping[str, Any], number: set[str]) -> str:
    cells = []
    for key, _ in COLUMNS:
        value = row[key]
        if key not in number:
            cells.append(f"<td>{_text(value)}</td>")
        elif value is None:
            cells.append('<td class="n" data-value="">–</td>')
        else:
            shown = value if key == "support" else f"{value:.3f}"
            cells.append(f'<td class="n" data-value="{value}">{shown}</td>')
    find = _text(f"{row['name']} {row['mid']}".lower())
    return (
        f'<tr data-mid="{_text(row["mid"])}" data-status="{_text(row["status"])}"'
        f' data-threshold="{row["threshold"]}" data-text="{find}">{"".join(cells)}</tr>'
    )


def _photos(title: str, note: str, photos: Sequence[Photo]) -> str:
    figures = "".join(map(_photo, photos))
    return f'<h2>{title}</h2><p class="note">{note}</p><div class="photos">{figures}</div>'


def _photo(photo: Photo) -> str:
    image = base64.b64encode(photo.jpeg).decode("ascii")
    mark = {"right": "✓ ", "wrong": "✗ "}.get(photo.verdict, "")
    kind = ' class="wrong"' if photo.verdict == "wrong" else ""
    return (
        f'<figure><img alt="{_text(photo.named)}" src="data:image/jpeg;base64,{image}">'
        f"<figcaption><b{kind}>{mark}{_text(photo.shown or 'not sure')}</b><br>"
        f"{_text(photo.named)}<br><small>{_text(photo.file)}</small></figcaption></figure>"
    )


def _confusions(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    lines = "".join(
        f"<tr><td>{_text(row['named'])}</td><td>{_text(row['shown'])}</td>"
        f'<td class="n">{row["times"]}</td></tr>'
        for row in rows
    )
    head = '<tr><th>is</th><th>was shown as</th><th class="n">times</th></tr>'
    return f"<h2>Taken for something else</h2><table>{head}{lines}</table>"


def _teaching(rows: Sequence[Mapping[str, Any]]) -> str:
    """How well a few pictures teach; nothing where it was not measured."""
    if not rows:
        return ""
    keys = ("right", "recall", "strangers", "plain", "empty")
    shares = ("right object of 30", "claimed", "strangers", "plain photos", "the place alone")
    titles = ("taught in", "pictures", *shares)
    head = "".join(f"<th>{title}</th>" for title in titles)
    lines = "".join(
        f"<tr><td>{_text(row['way'])}</td><td>{row['pictures']}</td>"
        + "".join(f"<td>{_interval(row[key])}</td>" for key in keys)
        + "</tr>"
        for row in rows
    )
    return (
        '<h2>Taught with a few pictures</h2><p class="note">30 objects that nobody had seen,'
        " among 80 others, on this backbone: how often a taught object is recognised (solid: in"
        " different places, dashed: in one place; above: the right one of the 30, below: surely"
        " enough to be named), and how often something else, or the one place where it was taught"
        " without it, is taken for one. In brackets the 95 % interval.</p>"
        f"{charts.teaching(rows)}"
        f'<div class="scroll"><table id="teaching"><thead><tr>{head}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _interval(value: Sequence[float]) -> str:
    return f"{value[0]:.1%} ({value[1]:.1%} to {value[2]:.1%})"


def _variants(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The package beside other forms of the same model; nothing where there are none."""
    if not rows:
        return ""
    titles = "".join(f"<th>{_text(title)}</th>" for title in head)
    lines = "".join(
        f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        '<h2>Variants</h2><p class="note">The same photos; figures in percent, times of one'
        " inference on one thread of this machine.</p>"
        f'<div class="scroll"><table id="variants"><thead><tr>{titles}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )
