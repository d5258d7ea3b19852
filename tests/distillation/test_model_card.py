"""The demo's model card says of its labels what its tables say."""

from __future__ import annotations

import csv

from tools.places import DEMO_MODEL, ROOT


def test_the_card_lists_the_labels_that_are_silent() -> None:
    with open(ROOT / "labels" / "openimages-boxable.csv", newline="") as stream:
        names = {row["LabelName"]: row["DisplayName"] for row in csv.DictReader(stream)}
    with open(DEMO_MODEL / "thresholds.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    states = [row["status"] for row in rows]
    silent = sorted(names[row["mid"]] for row in rows if row["status"] == "silent")
    card = " ".join((DEMO_MODEL / "README.md").read_text(encoding="utf-8").split())
    assert f"They are: {', '.join(silent)}." in card
    assert f"{len(silent)} of the 601 labels have no signal" in card
    told = (
        f"{states.count('pooled')} thresholds are pooled, {states.count('calibrated')} calibrated"
    )
    assert told in card
    assert f"| silent labels | 202 | {len(silent)} |" in card
