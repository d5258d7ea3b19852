"""Taught labels on a folder of class folders: what is claimed rightly, wrongly, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.data.left_out import check_any, reason
from tools.data.photo_classifier import PhotoClassifier, PhotoResult, best_settings
from tools.data.photo_files import find_photos
from tools.errors import PocketlensError

OTHERS = "anything else"


@dataclass(frozen=True)
class Claims:
    """What became of the photos of one taught label, or of everything that was not taught."""

    name: str
    photos: int
    claimed: int  # the headline is this label; for the others: any taught label
    another: int  # the headline is another taught label


@dataclass(frozen=True)
class TaughtMeasurement:
    """A row a taught label, the others last; why each photo that could not be read is left out."""

    model: str
    data: str
    rows: list[Claims]
    left_out: list[str]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def measure_taught(package: Path, data: Path, taught: Path) -> TaughtMeasurement:
    """Name the photos of every folder in `data`; a folder is called as the label it shows.

    Folders with other names show what was not taught. Raises bad_dataset where no folder has
    photos, no_photos, and the errors of opening package and file.
    """
    folders = (
        [folder for folder in sorted(data.iterdir()) if folder.is_dir()] if data.is_dir() else []
    )
    photos = [(folder.name, photo) for folder in folders for photo in find_photos([folder])]
    if not photos:
        raise PocketlensError(
            "bad_dataset",
            f"{data} holds no folders with photos.",
            expected="a folder for each taught label, called as it is, and others of anything",
        )
    workers, threads = best_settings(len(photos))
    with PhotoClassifier(package, workers, threads, taught=taught) as classifier:
        known = {label.name: label.name for label in classifier.taught}
        known |= {label.mid.removeprefix("own/"): label.name for label in classifier.taught}
        results = list(classifier.classify([photo for _, photo in photos], 1))
    shown = [known.get(name, OTHERS) for name, _ in photos]
    left_out = [reason(one.error) for one in results if one.error]
    check_any(len(results) - len(left_out), left_out)
    rows = list(_rows(shown, results))
    return TaughtMeasurement(str(package), str(data), rows, left_out)


def _rows(shown: list[str], results: Iterable[PhotoResult]) -> Iterable[Claims]:
    counts: dict[str, Counter[str]] = {}
    for name, done in zip(shown, results, strict=True):
        if done.result is None:
            continue
        headline = done.result.headline
        claimed = headline.label.name if headline and headline.label.taught else ""
        counts.setdefault(name, Counter())[claimed] += 1
    for name in sorted(counts, key=lambda one: (one == OTHERS, one)):
        found = counts[name]
        any_ = found.total() - found[""]
        own = any_ if name == OTHERS else found[name]
        yield Claims(name, found.total(), own, 0 if name == OTHERS else any_ - own)
