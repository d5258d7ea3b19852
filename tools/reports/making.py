"""From a package and a data set to what the report shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.evaluation.fitting import Fit, fit
from tools.evaluation.headline import headline
from tools.evaluation.histograms import (
    ABSENT,
    BINS,
    PRESENT,
    Counts,
    Floats,
    count,
    edge_of,
)
from tools.evaluation.measure import Measurement, measure
from tools.evaluation.metrics import reliability, surprise
from tools.evaluation.outputs import Answers, Model
from tools.evaluation.truth import Dataset
from tools.package.manifest import EMBEDDING, Manifest, parse_json
from tools.package.reader import open_package
from tools.places import FEATURES_MODEL
from tools.reports.page import Content, Photo

REACH = 7.0  # log-odds at the curves' ends: thresholds from 0.0009 to 0.9991
POINTS = 57
PICTURE = 330  # longest side of a photo on the page


def make(model: Model, answers: Answers, source: str, show: int, folds: int) -> Content:
    """Measure and gather. The package's thresholds are taken as they are."""
    data, probabilities = answers.data, answers.probabilities
    found = measure(model, answers, source)
    manifest = open_package(model.path).manifest
    loss = surprise(probabilities, data.truth)
    verdicts = [_verdict(model, data, row, each)[1] for row, each in enumerate(probabilities)]
    wrong = np.array([verdict == "wrong" for verdict in verdicts])
    worst = np.lexsort((-loss, ~wrong))
    return Content(
        title=f"Report: {manifest.title}",
        subtitle=f"{model.title}, measured on {found.photos} photos ({found.definition})",
        tiles=_tiles(found),
        facts=_facts(manifest, data, source),
        xs=[round(float(x), 4) for x in np.linspace(0, 1, POINTS)],
        reach=REACH,
        curves=_curves(model, data, probabilities),
        reliability=reliability(probabilities[:, ~model.silent], data.truth[:, ~model.silent]),
        labels=found.per_label,
        confusions=found.confusions,
        best=[
            _photo(model, data, probabilities, int(row))
            for row in loss.argsort(kind="stable")[:show]
        ],
        worst=[_photo(model, data, probabilities, int(row)) for row in worst[:show]],
        speeds=_speeds(manifest, answers.timings),
        notes=[*_notes(_check(model, data, probabilities, folds)), *_trust(found)],
        left_out=found.left_out,
        teaching=taught_rows(manifest),
    )


def taught_rows(manifest: Manifest) -> list[dict[str, Any]]:
    """What was measured of teaching with the package's backbone (`tests.bench --only teaching`).

    A row a way of teaching and number of pictures: `way`, `pictures`, and each share with its
    interval. Empty for a package that cannot be taught or another backbone.
    """
    file = FEATURES_MODEL / "teaching.json"
    if manifest.embedding is None or EMBEDDING not in manifest.files or not file.is_file():
        return []
    told = parse_json(file.read_bytes())
    return list(told["rows"]) if told["backbone"] == manifest.embedding.sha256 else []


def _check(model: Model, data: Dataset, probabilities: Floats, folds: int) -> Fit | None:
    """A calibration on this very data by folds, to compare with; None with too few photos."""
    try:
        return fit(model.labels, data, probabilities, folds)
    except PocketlensError:
        return None


def _notes(check: Fit | None) -> list[str]:
    if check is None:
        return []
    low, high = check.held_out_intervals["macro_f1"]
    return [
        "Thresholds calibrated on these photos by folds, judged on photos that were held back, give"
        f" a macro F1 of {check.held_out['macro_f1']:.3f} (95 %: {low:.3f} to {high:.3f}) and a"
        f" micro F1 of {check.held_out['micro_f1']:.3f}; a constant 0.5 gives"
        f" {check.constant['macro_f1']:.3f} and {check.constant['micro_f1']:.3f}."
    ]


def _trust(found: Measurement) -> list[str]:
    """How far the probabilities can be believed, in words."""
    error = found.calibration
    told = [
        "Expected calibration error: "
        f"{error['pairs']:.4f} over all verified pairs, {error['headline']:.3f} over the headlines."
    ]
    for name, rows in (("Headline", found.headline_bands), ("Guess", found.guess_bands)):
        parts = "; ".join(map(_band, rows))
        told += [f"{name} right, by its probability: {parts}."] if rows else []
    return told


def _band(row: Mapping[str, float]) -> str:
    count = row["right"] + row["wrong"]
    return f"{row['from']:.1f} to {row['to']:.1f} {row['right'] / count:.0%} of {count:.0f}"


def _tiles(found: Measurement) -> list[tuple[str, str]]:
    shares = [] if found.balanced is None else [(found.balanced, "right by class (balanced)")]
    shares += [
        (found.headline["right"], "headline right"),
        (found.headline["none"], "photos without a headline"),
        (found.best["right"], "best label right"),
        (found.summary["micro_f1"], "micro F1 at the thresholds"),
        (found.summary["macro_f1"], "macro F1 at the thresholds"),
        (found.summary["map"], "mean average precision"),
    ]
    return [(f"{value:.3f}", text) for value, text in shares]


def _facts(manifest: Manifest, data: Dataset, source: str) -> list[tuple[str, str]]:
    document = manifest.raw
    recipe, versions = document["recipe"], document["versions"]
    chain = recipe["preprocess"]
    return [
        ("package", f"{manifest.name} {manifest.version}, format {document['format_version']}"),
        ("network", ", ".join(f"{k} {v}" for k, v in recipe["network"].items() if k != "head")),
        ("head", ", ".join(f"{k} {v}" for k, v in recipe["network"].get("head", {}).items())),
        ("resize, crop", f"{chain['resize']}, {chain['crop']}, {chain['interpolation']}"),
        ("mean, deviation", f"{chain['mean']}, {chain['std']}, {chain['channel_order']}"),
        ("versions", ", ".join(f"{name} {value}" for name, value in versions.items())),
        ("made from", f"{document['source']['kind']} {document['source']['sha256'][:16]}…"),
        ("data", f"{source}: {len(data.photos)} photos, {len(set(data.groups))} scenes"),
        ("what counts", f"{data.task}; {data.definition}"),
    ]


def _speeds(manifest: Manifest, timings: dict[str, float]) -> list[tuple[str, str]]:
    sizes = [
        (name, f"{entry.size:,} bytes, SHA-256 {entry.sha256[:16]}…")
        for name, entry in manifest.files.items()
    ]
    return sizes + [(f"{name}, median", f"{value:.2f} ms") for name, value in timings.items()]


def _curves(model: Model, data: Dataset, probabilities: Floats) -> dict[str, dict[str, list[Any]]]:
    """Curves of every label with an example, and of all speaking labels' pairs together."""
    odds = np.linspace(-REACH, REACH, POINTS)
    edges = np.minimum(edge_of(1 / (1 + np.exp(-odds))), BINS - 1)
    whole = count(probabilities, data.truth, np.zeros(len(data.photos), np.int64))
    present, absent = whole.present[:, 0], whole.absent[:, 0]
    speaks = ~model.silent
    found = {"": _curve(present[speaks].sum(0), absent[speaks].sum(0), edges)}
    for label in np.flatnonzero(present[:, 0]):
        mid = model.labels.labels[label].mid
        found[mid] = _curve(present[label], absent[label], edges)
    return found


def _curve(present: Counts, absent: Counts, edges: Counts) -> dict[str, list[Any]]:
    hits, alarms, there = present[edges], absent[edges], int(present[0])
    said = hits + alarms
    return {
        "precision": [
            round(float(h / s), 4) if s else None for h, s in zip(hits, said, strict=True)
        ],
        "recall": [round(float(h / there), 4) if there else None for h in hits],
        "f1": [
            round(float(2 * h / (s + there)), 4) if s + there else None
            for h, s in zip(hits, said, strict=True)
        ],
    }


def _photo(model: Model, data: Dataset, probabilities: Floats, row: int) -> Photo:
    shown, verdict = _verdict(model, data, row, probabilities[row])
    names = [label.name for label in model.labels.labels]
    return Photo(
        jpeg=_small(data.photos[row]),
        file=data.photos[row].name,
        named=", ".join(names[label] for label in data.named[row]),
        shown=names[shown] if shown >= 0 else "",
        verdict=verdict,
    )


def _verdict(model: Model, data: Dataset, row: int, probabilities: Floats) -> tuple[int, str]:
    """A photo's headline (-1 for none), and whether it is right."""
    edges = model.labels.parents, model.labels.children
    shown = headline(probabilities, model.limits, model.silent, *edges)
    if shown < 0:
        return shown, "none"
    words = {PRESENT: "right", ABSENT: "wrong"}
    return shown, words.get(int(data.truth[row, shown]), "unchecked")


def _small(photo: Path) -> bytes:
    pixels = read_photo(photo)
    scale = min(1.0, PICTURE / max(pixels.shape[:2]))
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(".jpg", small[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert done
    return bytes(encoded)
