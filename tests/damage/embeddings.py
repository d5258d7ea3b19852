"""A package that carries an embedding.bin, and what may be wrong with it."""

from __future__ import annotations

import hashlib
import json
import struct
from typing import Any

from tests.damage.base import MISSING, Case, Files, base_files, base_manifest, exchanged, zipped

LENGTH, ROWS, PICTURES = 8, 8, 32
HASH = "ab" * 32
GOOD = {"output": "embedding", "length": LENGTH, "sha256": HASH}
KEYS: list[tuple[str, str, Any]] = [
    ("embedding-ok", "ok", {}),
    ("embedding-null", "bad_manifest", None),
    ("embedding-list", "bad_manifest", []),
    ("embedding-output-missing", "bad_manifest", {"output": MISSING}),
    ("embedding-output-empty", "bad_manifest", {"output": ""}),
    ("embedding-length-short", "bad_manifest", {"length": 7}),
    ("embedding-length-long", "bad_manifest", {"length": 4097}),
    ("embedding-length-float", "bad_manifest", {"length": 8.0}),
    ("embedding-hash-short", "bad_manifest", {"sha256": "ab"}),
    ("embedding-other-length", "bad_embedding", {"length": 9}),
    ("embedding-other-backbone", "bad_embedding", {"sha256": "cd" * 32}),
]
HEADS: list[tuple[str, str, dict[str, Any]]] = [
    ("magic", "bad_embedding", {"magic": b"PLEMBAD\n"}),
    ("version-0", "unknown_format_version", {"version": 0}),
    ("version-2", "unknown_format_version", {"version": 2}),
    ("rows-7", "bad_embedding", {"rows": 7}),
    ("rows-513", "bad_embedding", {"rows": 513}),
    ("pictures-31", "bad_embedding", {"pictures": 31}),
    ("pictures-8193", "bad_embedding", {"pictures": 8193}),
    ("root-1", "ok", {"root": 1}),
    ("root-2", "bad_embedding", {"root": 2}),
    ("rest-1", "bad_embedding", {"rest": 1}),
    ("mean-nan", "bad_embedding", {"mean": float("nan")}),
    ("mean-large", "bad_embedding", {"mean": -1.1e6}),
    ("scale-zero", "bad_embedding", {"scale": 0.0}),
    ("scale-infinite", "bad_embedding", {"scale": float("inf")}),
    ("weight-128", "bad_embedding", {"weight": -128}),
    ("bank-128", "bad_embedding", {"bank": -128}),
]


def content(**change: Any) -> bytes:
    """The bytes of embedding.bin; the first of mean, scales, weights or bank may differ."""
    told = {"magic": b"PLEMBED\n", "version": 1, "length": LENGTH, "rows": ROWS}
    told |= {"pictures": PICTURES, "root": 0, "rest": 0, "hash": HASH}
    told |= {"mean": 0.5, "scale": 0.25, "weight": 7, "bank": 9} | change
    head = [told[key] for key in ("version", "length", "rows", "pictures", "root", "rest")]
    rows, pictures = min(told["rows"], 513), min(told["pictures"], 8193)
    mean = [told["mean"], *[0.5] * (LENGTH - 1)]
    scales = [told["scale"], *[0.25] * (rows - 1)]
    weights = [told["weight"], *[(place % 255) - 127 for place in range(rows * LENGTH - 1)]]
    bank = [told["bank"], *[(place * 7 % 255) - 127 for place in range(pictures * rows - 1)]]
    return (
        struct.pack("<8s6I", told["magic"], *head)
        + bytes.fromhex(told["hash"])
        + struct.pack(f"<{LENGTH + rows}f", *mean, *scales)
        + struct.pack(f"<{len(weights) + len(bank)}b", *weights, *bank)
    )


def identity() -> bytes:
    """The identity of the vectors: all of embedding.bin but the number of pictures and the bank."""
    data = content()
    return hashlib.sha256(data[:20] + data[24 : -PICTURES * ROWS]).digest()


def known(**change: Any) -> bytes:
    """The bytes of known.bin: three things."""
    told = {"magic": b"PLKNOWN\n", "version": 1, "rows": ROWS, "things": 3, "threshold": 0.25}
    told |= {"id": identity(), "step": 5} | change
    steps = [told["step"], *[(place * 11 % 255) - 127 for place in range(3 * ROWS - 1)]]
    head = (told[key] for key in ("magic", "version", "rows", "things", "threshold", "id"))
    return struct.pack("<8s3If32s", *head) + struct.pack(f"<{len(steps)}b", *steps)


KNOWN: list[tuple[str, str, dict[str, Any]]] = [
    ("ok", "ok", {}),
    ("magic", "bad_embedding", {"magic": b"PLEMBED\n"}),
    ("version-2", "unknown_format_version", {"version": 2}),
    ("rows-9", "bad_embedding", {"rows": 9}),
    ("things-0", "bad_embedding", {"things": 0}),
    ("things-4", "bad_embedding", {"things": 4}),
    ("things-many", "bad_embedding", {"things": 0xFFFFFFFF}),
    ("threshold-0", "bad_embedding", {"threshold": 0.0}),
    ("threshold-1", "bad_embedding", {"threshold": 1.0}),
    ("threshold-nan", "bad_embedding", {"threshold": float("nan")}),
    ("other", "bad_embedding", {"id": bytes(32)}),
    ("step-128", "bad_embedding", {"step": -128}),
]


def package(embedding: Any, data: bytes | None, things: bytes | None = None) -> Files:
    """The tiny package with this `embedding` in its manifest and these files, if any."""
    files = base_files()
    if data is not None:
        files["embedding.bin"] = data
    if things is not None:
        files["known.bin"] = things
    manifest = base_manifest(files)
    if embedding is not MISSING:
        manifest["embedding"] = embedding
    return {**files, "model.json": json.dumps(manifest, ensure_ascii=False).encode()}


def cases() -> list[Case]:
    """Every archive with its error."""
    made = [
        (name, error, package(exchanged(GOOD, change), content())) for name, error, change in KEYS
    ]
    made.append(("embedding-without-file", "ok", package(GOOD, None)))
    made.append(("embedding-file-alone", "bad_manifest", package(MISSING, content())))
    made.append(("embedding-cut", "bad_embedding", package(GOOD, content()[:-1])))
    made.append(("embedding-longer", "bad_embedding", package(GOOD, content() + b"\0")))
    made.append(("embedding-empty", "bad_embedding", package(GOOD, b"")))
    made.append(("embedding-huge", "too_large", package(GOOD, content() + bytes(614_400))))
    for name, error, change in HEADS:
        made.append((f"embedding-{name}", error, package(GOOD, content(**change))))
    for name, error, change in KNOWN:
        made.append((f"known-{name}", error, package(GOOD, content(), known(**change))))
    made.append(("known-cut", "bad_embedding", package(GOOD, content(), known()[:-1])))
    made.append(("known-empty", "bad_embedding", package(GOOD, content(), b"")))
    made.append(("known-alone", "bad_manifest", package(GOOD, None, known())))
    made.append(("known-without-any", "bad_manifest", package(MISSING, None, known())))
    return [(name, error, zipped(files)) for name, error, files in made]
