"""Write tests/data/teaching/hashes.csv: what teaching must give to the last bit, by NumPy alone.

    .venv/bin/python -m tests.native.make_teaching_hashes

The native test (jni/core/teaching/golden_test.cc) makes the same numbers of the same noise and is
held to these hashes on every machine.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.native.pictures import noise
from tools.package.embedding import Embedding
from tools.teaching import vectors

TABLE = Path(__file__).resolve().parents[1] / "data" / "teaching" / "hashes.csv"
LENGTH, ROWS, PICTURES = 1280, 256, 300
LABELS, SHOTS, VIEWS, QUERIES = 5, 6, 2, 12
Floats = npt.NDArray[np.float32]


def bytes_of(seed: int, count: int) -> npt.NDArray[np.int64]:
    """Noise as whole numbers from 0 to 255."""
    return noise(seed, 1, count, 1).ravel().astype(np.int64)


def steps_of(seed: int, count: int) -> npt.NDArray[np.int8]:
    """Noise as whole numbers from -127 to 127."""
    return np.maximum(bytes_of(seed, count) - 128, -127).astype(np.int8)


def space(root: bool) -> Embedding:
    """The content of an embedding.bin."""
    return Embedding(
        "ab" * 32,
        root,
        (bytes_of(1, LENGTH) / 256).astype(np.float32),
        ((1 + bytes_of(2, ROWS)) / 65536).astype(np.float32),
        steps_of(3, ROWS * LENGTH).reshape(ROWS, LENGTH),
        steps_of(4, PICTURES * ROWS).reshape(PICTURES, ROWS),
    )


def embedding(label: int, shot: int, view: int) -> Floats:
    """What is of the label, and a part of its own: the later the label, the larger."""
    base = bytes_of(100 + label, LENGTH)
    own = bytes_of(1000 + label * 100 + shot * 10 + view, LENGTH)
    mixed = base * 4 + (own - 128) * (1 + 3 * label * label) - 256
    return (mixed / 512).astype(np.float32)


def answers(root: bool) -> dict[str, str]:
    """SHA-256 of each kind of result."""
    known = space(root)
    labels = [
        np.stack(
            [
                vectors.picture(known, np.stack([embedding(k, s, v) for v in range(VIEWS)]))
                for s in range(SHOTS if k else 1)
            ]
        )
        for k in range(LABELS)
    ]
    taught = vectors.teach(known, labels)
    asked = np.stack([embedding(q % LABELS, 50 + q, 0) for q in range(QUERIES)])
    found = vectors.project(known, asked)
    results = {
        "pictures": b"".join(one.tobytes() for one in labels),
        "centres": taught.centres.tobytes(),
        "agreements": np.array([vectors.agreement(one) for one in labels], "<f8").tobytes(),
        "thresholds": taught.thresholds.astype("<f4").tobytes(),
        "vectors": found.tobytes(),
        "similarities": taught.similarities(found).astype("<f4").tobytes(),
        "scores": taught.scores(found).astype("<f4").tobytes(),
        "id": known.id.encode(),
    }
    return {name: hashlib.sha256(data).hexdigest() for name, data in results.items()}


def main() -> None:
    """Write the table."""
    rows = [
        f"{int(root)},{name},{digest}"
        for root in (False, True)
        for name, digest in answers(root).items()
    ]
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text("\n".join(["root,what,sha256", *rows]) + "\n")
    print(f"wrote {TABLE}: {len(rows)} hashes")


if __name__ == "__main__":
    main()
