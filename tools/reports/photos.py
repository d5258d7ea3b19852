"""What was found on photos, as a table for a terminal."""

from collections.abc import Sequence

from tools.data.photo_classifier import PhotoResult
from tools.reports.table import table


def photo_table(results: Sequence[PhotoResult]) -> str:
    """The table: photo, headline, labels with scores, milliseconds."""
    rows = [row for row in map(_row, results) if row]
    head = ["photo", "headline", "labels", "decode", "preproc.", "infer.", "scores"]
    return table(head, rows, right=(3, 4, 5, 6), flexible=2) if rows else ""


def _row(result: PhotoResult) -> list[str] | None:
    if result.result is None:
        return None
    sure, guess, took = result.result.headline, result.result.guess, result.result.timings
    probably = f", probably {guess.label.name}" if guess else ""
    labels = ", ".join(f"{s.label.name} {s.score:.2f}" for s in result.result.labels)
    times = [result.decode_ms, took.preprocess, took.inference, took.scores]
    return [
        result.photo.name,
        f"{sure.label.name} {sure.score:.2f}{probably}" if sure else "not sure",
        labels,
        *[f"{ms:.1f} ms" if ms >= 0.095 else f"{ms:.2f} ms" for ms in times],
    ]
