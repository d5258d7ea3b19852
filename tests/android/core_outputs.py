"""The raw outputs of the core, through its C API, for a picture of tests/data/golden.

Called by the app's end-to-end test, which compares what arrives in the app with it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "data" / "golden"
sys.path.insert(0, str(ROOT))

from tools.native.classifier import Classifier  # noqa: E402
from tools.native.frames import Frame  # noqa: E402


def frame_of(name: str) -> Frame:
    """The stored pixels of a golden case, turned and mirrored as it says."""
    cases = json.loads((GOLDEN / "golden.json").read_text())["cases"]
    case = next(case for case in cases if case["name"] == name)
    data = np.fromfile(GOLDEN / case["frame"], np.uint8)
    width, height = case["width"], case["height"]
    how = {"rotation": case["rotation"], "mirror": case["mirror"]}
    if case["format"] == "nv21":
        return Frame.nv21(data, width, height, **how)
    return Frame.rgb(data[-3 * width * height :].reshape(height, width, 3), **how)


def main() -> None:
    """core_outputs.py PACKAGE NAME OUT: writes little-endian float32."""
    package, name, out = sys.argv[1:]
    with Classifier(package) as classifier:
        classifier.classify(frame_of(name)).probabilities.astype("<f4").tofile(out)


if __name__ == "__main__":
    main()
