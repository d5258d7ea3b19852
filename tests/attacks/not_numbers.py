"""NaN, infinity and numbers out of range: in tables, in the manifest and as model outputs."""

from __future__ import annotations

import numpy as np

from tests.attacks.common import DEMO, NATIVE, Arena, refusal, save
from tests.damage.base import base_files, with_file, with_manifest, zipped

WORDS = ["nan", "NaN", "-nan", "inf", "Infinity", "-inf", "1e999", "-1e999", "0x1p-1", "1#QNAN"]
OUTSIDE = ["0", "1", "-0", "1e-999", "1e-45", "0.999999999999", "2", "-1"]


def run(arena: Arena) -> None:
    """Each word wherever a number is read, and scores that are none."""
    for number, word in enumerate(WORDS):
        bad = {"bad_thresholds", "threshold_out_of_range"}
        arena.readers("NaN or infinity as threshold", threshold(arena, word, number), bad)
        table = base_files()["thresholds.csv"].replace(b",0.9,", f",{word},".encode())
        archive = save(
            arena.folder / f"precision-{number}.zip", zipped(with_file("thresholds.csv", table))
        )
        arena.readers("NaN or infinity as precision", archive, ["bad_thresholds"])
        files = with_manifest(lambda text, word=word: text.replace("0.485", word))
        archive = save(arena.folder / f"mean-{number}.zip", zipped(files))
        arena.readers("NaN or infinity in the manifest", archive, ["bad_manifest"])
    for number, word in enumerate(OUTSIDE, start=100):
        archive = threshold(arena, word, number)
        arena.readers("a threshold that makes scores infinite", archive, ["threshold_out_of_range"])
    scores(arena)


def threshold(arena: Arena, word: str, number: int) -> object:
    """A package whose second threshold is this text."""
    table = base_files()["thresholds.csv"].replace(b"0.5,default", f"{word},default".encode())
    files = with_file("thresholds.csv", table)
    return save(arena.folder / f"threshold-{number}.zip", zipped(files))


def scores(arena: Arena) -> None:
    """Outputs that are no probabilities, given to the scores of a real package."""
    with arena.native.open(DEMO) as classifier:
        for value in (np.nan, np.inf, -np.inf, -0.5, 1.5, 3e38):
            outputs = np.full(classifier.outputs, 0.25, np.float32)
            outputs[classifier.outputs // 2] = value
            result = refusal(lambda outputs=outputs: classifier.score(outputs))
            arena.note(
                "a score that is no probability",
                NATIVE,
                result,
                result == "score_not_finite",
                "" if result == "score_not_finite" else str(value),
            )
        for value in (np.nan, np.inf, 3e38):
            tensor = np.full((224, 224, 3), value, np.float32)
            result = refusal(lambda tensor=tensor: classifier.run(tensor))
            arena.note(
                "an input of NaN, infinity or giants",
                NATIVE,
                result,
                result in ("ok", "score_not_finite"),
            )
        found = classifier.run(np.zeros((224, 224, 3), np.float32))
        arena.note(
            "the session after that",
            NATIVE,
            "ok" if np.isfinite(found).all() else "broken",
            bool(np.isfinite(found).all()),
        )
