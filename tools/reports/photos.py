"""What was found on photos: a table for a terminal, JSON for programs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tools.data.photo_classifier import PhotoResult
from tools.native.answers import Result, Scored
from tools.package.kinds import Kinds
from tools.reports.alternatives import alternatives, answer
from tools.reports.table import table


def photo_table(results: Sequence[PhotoResult], kinds: Kinds, top: int) -> str:
    """The table: photo, headline, `top` labels that it may show else with scores, milliseconds."""
    rows = [row for row in (_row(one, kinds, top) for one in results) if row]
    head = ["photo", "headline", "or else", "decode", "preproc.", "infer.", "scores"]
    return table(head, rows, right=(3, 4, 5, 6), flexible=2) if rows else ""


def shortened(results: Sequence[PhotoResult], top: int) -> list[PhotoResult]:
    """The results with their `top` best labels alone."""
    return [
        replace(one, result=one.result and replace(one.result, labels=one.result.labels[:top]))
        for one in results
    ]


def _row(result: PhotoResult, kinds: Kinds, top: int) -> list[str] | None:
    if result.result is None:
        return None
    took = result.result.timings
    others = alternatives(result.result, kinds)[:top]
    times = [result.decode_ms, took.preprocess, took.inference, took.scores]
    return [
        result.photo.name,
        answer(result.result, score=True),
        ", ".join(f"{other.label.name} {other.score:.2f}" for other in others),
        *[f"{ms:.1f} ms" if ms >= 0.095 else f"{ms:.2f} ms" for ms in times],
    ]


def photo_entry(result: PhotoResult) -> dict[str, Any]:
    """One photo as JSON; a failed one has no labels and an `error`."""
    found = {"photo": str(result.photo), **result_entry(result.result, result.decode_ms)}
    if result.error:
        found["error"] = result.error.to_json()
    return found


def result_entry(done: Result | None, decode_ms: float) -> dict[str, Any]:
    """A picture's result as JSON; without one, no labels."""
    times = {"decode": decode_ms, "preprocess": 0.0, "inference": 0.0, "scores": 0.0}
    if done:
        times |= vars(done.timings)
    known = done.familiarity if done else None
    return {
        "labels": [scored_entry(scored) for scored in done.labels] if done else [],
        "headline": scored_entry(done.headline) if done and done.headline else None,
        "guess": scored_entry(done.guess) if done and done.guess else None,
        "confident": bool(done and done.headline),
        **({} if known is None else {"familiarity": round(known, 6)}),
        "timings_ms": {name: round(ms, 4) for name, ms in times.items()},
    }


def scored_entry(scored: Scored) -> dict[str, Any]:
    """A label as JSON. score: 0.5 = as sure as the threshold asks; probability: the raw output.

    A label that was taught says so; its probability is its similarity.
    """
    entry = {
        "index": scored.label.index,
        "mid": scored.label.mid,
        "name": scored.label.name,
        "score": round(scored.score, 6),
        "probability": round(scored.probability, 6),
    }
    return {**entry, "taught": True} if scored.label.taught else entry
