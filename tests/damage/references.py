"""A package that carries a reference picture, and what may be wrong with it."""

from __future__ import annotations

import json
import struct
from typing import Any

from tests.damage import embeddings
from tests.damage.base import MISSING, Case, Files, base_files, base_manifest, exchanged, zipped

PIXELS = bytes(range(12))  # 2x2
OUTPUTS = (0.25, 0.5, 0.75)
VECTOR = tuple(place / 8 for place in range(embeddings.LENGTH))
GOOD = {"width": 2, "height": 2, "tensor_sha256": "0" * 64}
KEYS: list[tuple[str, str, Any]] = [
    ("reference-ok", "ok", {}),
    ("reference-null", "bad_manifest", None),
    ("reference-list", "bad_manifest", []),
    ("reference-width-missing", "bad_manifest", {"width": MISSING}),
    ("reference-width-zero", "bad_manifest", {"width": 0}),
    ("reference-width-large", "bad_manifest", {"width": 257}),
    ("reference-height-float", "bad_manifest", {"height": 2.0}),
    ("reference-hash-missing", "bad_manifest", {"tensor_sha256": MISSING}),
    ("reference-hash-short", "bad_manifest", {"tensor_sha256": "0" * 63}),
    ("reference-other-size", "bad_reference", {"width": 3}),
]


def content(outputs: tuple[float, ...] = OUTPUTS) -> bytes:
    """The bytes of reference.bin."""
    return PIXELS + struct.pack(f"<{len(outputs)}f", *outputs)


def package(
    reference: Any, data: bytes | None, embedding: Any = MISSING, vector: bytes | None = None
) -> Files:
    """The tiny package with this `reference` and `embedding` in its manifest and these files, if
    any: reference.bin and reference.embedding.bin."""
    files = base_files()
    if data is not None:
        files["reference.bin"] = data
    if vector is not None:
        files["reference.embedding.bin"] = vector
    manifest = base_manifest(files)
    told = {"reference": reference, "embedding": embedding}
    manifest |= {key: value for key, value in told.items() if value is not MISSING}
    return {**files, "model.json": json.dumps(manifest, ensure_ascii=False).encode()}


def vectors() -> list[tuple[str, str, Any, Any, bytes | None]]:
    """Name, error, `reference`, `embedding` and reference.embedding.bin of further packages."""
    told, good = embeddings.GOOD, struct.pack(f"<{len(VECTOR)}f", *VECTOR)
    infinite = struct.pack("<f", float("inf")) + good[4:]
    return [
        ("ok", "ok", GOOD, told, good),
        ("not-told", "ok", GOOD, told, None),
        ("cut", "bad_reference", GOOD, told, good[:-4]),
        ("longer", "bad_reference", GOOD, told, good + good[:4]),
        ("empty", "bad_reference", GOOD, told, b""),
        ("odd", "bad_reference", GOOD, told, good[:-1]),
        ("infinite", "bad_reference", GOOD, told, infinite),
        ("nan", "bad_reference", GOOD, told, good[:-4] + struct.pack("<f", float("nan"))),
        ("of-none", "bad_manifest", GOOD, MISSING, good),
        ("alone", "bad_manifest", MISSING, told, good),
    ]


def cases() -> list[Case]:
    """Every archive with its error."""
    made = [
        (name, error, package(exchanged(GOOD, change), content())) for name, error, change in KEYS
    ]
    made.append(("reference-not-listed", "missing_file", package(GOOD, None)))
    made.append(("reference-cut", "bad_reference", package(GOOD, content()[:-4])))
    for name, value in (("nan", float("nan")), ("infinite", float("inf"))):
        data = content((0.25, value, 0.75))
        made.append((f"reference-{name}", "bad_reference", package(GOOD, data)))
    made += [
        (f"reference-embedding-{name}", error, package(reference, content(), embedding, vector))
        for name, error, reference, embedding, vector in vectors()
    ]
    return [(name, error, zipped(files)) for name, error, files in made]
