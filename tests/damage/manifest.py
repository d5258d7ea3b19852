"""Damage to model.json: as text, and key by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.damage.base import (
    MISSING,
    Case,
    Files,
    base_files,
    base_manifest,
    dump,
    replaced,
    with_key,
    with_manifest,
    zipped,
)

DEEP = "[" * 40 + "]" * 40


def pillow(resize: list[int], crop: list[int]) -> dict[str, Any]:
    """Preprocessing as torchvision does it."""
    steps = base_manifest({})["recipe"]["preprocess"]
    return {**steps, "interpolation": "pillow-bilinear", "resize": resize, "crop": crop}


TEXTS: list[tuple[str, str, Callable[[str], str | bytes]]] = [
    ("json-empty", "bad_manifest", lambda text: ""),
    ("json-cut", "bad_manifest", lambda text: text[:-20]),
    ("json-list", "bad_manifest", lambda text: f"[{text}]"),
    ("json-bom", "bad_manifest", lambda text: b"\xef\xbb\xbf" + text.encode()),
    ("json-leading-space", "bad_manifest", lambda text: " " + text),
    ("json-utf16", "bad_manifest", lambda text: text.encode("utf-16")),
    ("json-not-utf8", "bad_manifest", lambda t: t.encode().replace(b"A tiny", b"\xff\xfe")),
    ("json-overlong-utf8", "bad_manifest", lambda t: t.encode().replace(b"A t", b"\xc0\xaf")),
    ("json-comment", "bad_manifest", lambda text: text + "// end\n"),
    ("json-trailing-text", "bad_manifest", lambda text: text + "{}"),
    ("json-trailing-comma", "bad_manifest", lambda text: replaced(text, "3\n }", "3,\n }")),
    ("json-nan", "bad_manifest", lambda text: replaced(text, "0.485", "NaN")),
    ("json-infinity", "bad_manifest", lambda text: replaced(text, "0.485", "-Infinity")),
    ("json-number-overflow", "bad_manifest", lambda text: replaced(text, "0.485", "1e999")),
    ("json-giant-integer", "bad_manifest", lambda t: replaced(t, "0.485", "9" * 400)),
    ("json-leading-zero", "bad_manifest", lambda text: replaced(text, "0.485", "00.485")),
    ("json-single-quotes", "bad_manifest", lambda text: text.replace('"', "'")),
    ("json-raw-newline", "bad_manifest", lambda text: replaced(text, "A tiny", "A\ntiny")),
    ("json-nul", "bad_manifest", lambda text: replaced(text, "A tiny", "A\0tiny")),
    (
        "json-duplicate-key",
        "bad_manifest",
        lambda text: replaced(text, '"kind"', '"kind": "classifier",\n "kind"'),
    ),
    (
        "json-duplicate-key-inside",
        "bad_manifest",
        lambda text: replaced(text, '"outputs"', '"outputs": 3, "outputs"'),
    ),
    ("json-surrogate", "bad_manifest", lambda t: replaced(t, "A tiny", "\\ud800")),
    ("json-deep", "bad_manifest", lambda t: replaced(t, '"kind"', f'"deep": {DEEP}, "kind"')),
]
KEYS: list[tuple[str, str, str, Any]] = [
    ("format-missing", "bad_manifest", "format", MISSING),
    ("format-other", "bad_manifest", "format", "pocketlens"),
    ("version-missing", "bad_manifest", "format_version", MISSING),
    ("version-text", "bad_manifest", "format_version", "1"),
    ("version-true", "bad_manifest", "format_version", True),
    ("version-float", "bad_manifest", "format_version", 1.0),
    ("version-next", "unknown_format_version", "format_version", 2),
    ("version-zero", "unknown_format_version", "format_version", 0),
    ("version-negative", "unknown_format_version", "format_version", -1),
    ("name-missing", "bad_manifest", "name", MISSING),
    ("name-path", "bad_manifest", "name", "../tiny"),
    ("name-upper-case", "bad_manifest", "name", "Tiny"),
    ("name-long", "bad_manifest", "name", "a" * 101),
    ("name-number", "bad_manifest", "name", 7),
    ("title-empty", "bad_manifest", "title", ""),
    ("title-control", "bad_manifest", "title", "A\u0007tiny"),
    ("title-long", "bad_manifest", "title", "é" * 201),
    ("package-version-missing", "bad_manifest", "version", MISSING),
    ("kind-missing", "bad_manifest", "kind", MISSING),
    ("kind-unknown", "bad_manifest", "kind", "detector"),
    ("weights-missing", "bad_manifest", "weights", MISSING),
    ("weights-unknown", "bad_manifest", "weights/variant", "bfloat16"),
    ("tolerance-zero", "bad_manifest", "weights/tolerance", 0),
    ("tolerance-two", "bad_manifest", "weights/tolerance", 2),
    ("tolerance-text", "bad_manifest", "weights/tolerance", "0.1"),
    ("versions-list", "bad_manifest", "versions", []),
    ("runtime-missing", "bad_manifest", "versions/runtime", MISSING),
    ("files-missing", "bad_manifest", "files", MISSING),
    ("files-list", "bad_manifest", "files", []),
    ("file-is-text", "bad_manifest", "files/model.ms", "x"),
    ("size-missing", "bad_manifest", "files/model.ms/size", MISSING),
    ("size-negative", "bad_manifest", "files/model.ms/size", -1),
    ("size-float", "bad_manifest", "files/model.ms/size", 61.0),
    ("size-true", "bad_manifest", "files/model.ms/size", True),
    ("size-beyond-double", "bad_manifest", "files/model.ms/size", 2**53 + 1),
    ("size-two-to-64", "bad_manifest", "files/model.ms/size", 2**64),
    ("size-two-to-31", "too_large", "files/model.ms/size", 2**31),
    ("size-table", "too_large", "files/labels.csv/size", (1 << 24) + 1),
    ("hash-missing", "bad_manifest", "files/model.ms/sha256", MISSING),
    ("hash-short", "bad_manifest", "files/model.ms/sha256", "0" * 63),
    ("hash-upper-case", "bad_manifest", "files/model.ms/sha256", "A" * 64),
    ("hash-number", "bad_manifest", "files/model.ms/sha256", 0),
    ("manifest-lists-itself", "bad_manifest", "files/model.json", {"size": 1, "sha256": "0" * 64}),
    ("file-hidden", "bad_manifest", "files/.card", {"size": 1, "sha256": "0" * 64}),
    ("file-with-space", "bad_manifest", "files/a card", {"size": 1, "sha256": "0" * 64}),
    ("file-not-ascii", "bad_manifest", "files/kärt", {"size": 1, "sha256": "0" * 64}),
    ("names-no-language", "bad_manifest", "files/names..csv", {"size": 1, "sha256": "0" * 64}),
    ("names-bad-language", "bad_manifest", "files/names.ZH.csv", {"size": 1, "sha256": "0" * 64}),
    ("path-parent", "path_outside_package", "files/..|model.ms", {"size": 1, "sha256": "0" * 64}),
    ("path-absolute", "path_outside_package", "files/|etc|passwd", {"size": 1, "sha256": ""}),
    ("path-folder", "path_outside_package", "files/sub|model.ms", {"size": 1, "sha256": ""}),
    ("path-backslash", "path_outside_package", "files/..\\model.ms", {"size": 1, "sha256": ""}),
    ("path-drive", "path_outside_package", "files/C:model.ms", {"size": 1, "sha256": ""}),
    ("path-dots", "path_outside_package", "files/..", {"size": 1, "sha256": "0" * 64}),
    ("path-empty", "path_outside_package", "files/", {"size": 1, "sha256": "0" * 64}),
    ("path-nul", "path_outside_package", "files/model\0.ms", {"size": 1, "sha256": "0" * 64}),
    ("model-not-listed", "missing_file", "files/model.ms", MISSING),
    ("labels-not-listed", "missing_file", "files/labels.csv", MISSING),
    ("thresholds-not-listed", "missing_file", "files/thresholds.csv", MISSING),
    ("features-with-labels", "bad_manifest", "kind", "features"),
    ("recipe-missing", "bad_recipe", "recipe", MISSING),
    ("recipe-list", "bad_recipe", "recipe", []),
    ("answers", "ok", "recipe/answers", {"guess_share": 0.6}),
    ("answers-always", "ok", "recipe/answers", {"guess_share": 1}),
    ("answers-more", "ok", "recipe/answers", {"guess_share": 0.6, "another": []}),
    ("answers-list", "bad_recipe", "recipe/answers", []),
    ("answers-null", "bad_recipe", "recipe/answers", None),
    ("answers-empty", "bad_recipe", "recipe/answers", {}),
    ("guess-share-zero", "bad_recipe", "recipe/answers", {"guess_share": 0}),
    ("guess-share-large", "bad_recipe", "recipe/answers", {"guess_share": 1.01}),
    ("guess-share-text", "bad_recipe", "recipe/answers", {"guess_share": "0.6"}),
    ("input-missing", "bad_recipe", "recipe/input", MISSING),
    ("input-width-zero", "bad_recipe", "recipe/input/width", 0),
    ("input-width-large", "bad_recipe", "recipe/input/width", 4097),
    ("input-width-float", "bad_recipe", "recipe/input/width", 4.0),
    ("input-width-huge", "bad_recipe", "recipe/input/width", 2**70),
    ("input-channels", "bad_recipe", "recipe/input/channels", 1),
    ("input-layout", "bad_recipe", "recipe/input/layout", "NCHW"),
    ("input-dtype", "bad_recipe", "recipe/input/dtype", "uint8"),
    ("preprocess-missing", "bad_recipe", "recipe/preprocess", MISSING),
    ("interpolation", "bad_recipe", "recipe/preprocess/interpolation", "bilinear"),
    ("pillow-bilinear", "ok", "recipe/preprocess/interpolation", "pillow-bilinear"),
    ("pillow-bicubic", "ok", "recipe/preprocess/interpolation", "pillow-bicubic"),
    ("pillow-unknown", "bad_recipe", "recipe/preprocess/interpolation", "pillow-lanczos"),
    ("pillow-two-sides", "bad_recipe", "recipe/preprocess", pillow([6, 8], [1, 2, 4, 4])),
    ("pillow-crop-aside", "bad_recipe", "recipe/preprocess", pillow([6, 6], [2, 1, 4, 4])),
    ("pillow-half-up", "bad_recipe", "recipe/preprocess", pillow([7, 7], [1, 1, 4, 4])),
    ("pillow-half-to-even", "ok", "recipe/preprocess", pillow([7, 7], [2, 2, 4, 4])),
    ("resize-one-number", "bad_recipe", "recipe/preprocess/resize", [6]),
    ("resize-zero", "bad_recipe", "recipe/preprocess/resize", [0, 6]),
    ("resize-huge", "bad_recipe", "recipe/preprocess/resize", [2**31, 6]),
    ("resize-largest", "ok", "recipe/preprocess/resize", [4096, 4096]),
    ("resize-too-large", "bad_recipe", "recipe/preprocess/resize", [6, 4097]),
    ("crop-outside", "bad_recipe", "recipe/preprocess/crop", [3, 1, 4, 4]),
    ("crop-overflow", "bad_recipe", "recipe/preprocess/crop", [2**31 - 1, 1, 4, 4]),
    ("crop-negative", "bad_recipe", "recipe/preprocess/crop", [-1, 1, 4, 4]),
    ("crop-not-input", "bad_recipe", "recipe/preprocess/crop", [1, 1, 5, 4]),
    ("crop-empty", "bad_recipe", "recipe/preprocess/crop", [1, 1, 0, 0]),
    ("scale-zero", "bad_recipe", "recipe/preprocess/scale", [1, 0]),
    ("scale-float", "bad_recipe", "recipe/preprocess/scale", [1.0, 255.0]),
    ("mean-text", "bad_recipe", "recipe/preprocess/mean", ["0", 0, 0]),
    ("mean-two", "bad_recipe", "recipe/preprocess/mean", [0.5, 0.5]),
    ("mean-true", "bad_recipe", "recipe/preprocess/mean", [True, 0, 0]),
    ("mean-large", "bad_recipe", "recipe/preprocess/mean", [1e30, 0, 0]),
    ("std-zero", "bad_recipe", "recipe/preprocess/std", [0, 1, 1]),
    ("std-negative", "bad_recipe", "recipe/preprocess/std", [-0.2, 1, 1]),
    ("std-tiny", "bad_recipe", "recipe/preprocess/std", [1e-40, 1, 1]),
    ("std-smallest", "ok", "recipe/preprocess/std", [1e-6, 1, 1]),
    ("channel-order", "bad_recipe", "recipe/preprocess/channel_order", "GBR"),
    ("outputs-missing", "bad_recipe", "recipe/outputs", MISSING),
    ("outputs-zero", "bad_recipe", "recipe/outputs", 0),
    ("outputs-giant", "bad_recipe", "recipe/outputs", 2**31),
    ("outputs-not-classes", "bad_recipe", "recipe/outputs", 4),
    ("network-missing", "bad_recipe", "recipe/network", MISSING),
    ("classes-missing", "bad_recipe", "recipe/network/num_classes", MISSING),
]


def cases() -> list[Case]:
    """Every damage to the manifest; the files beside it are whole."""
    out = [(name, error, zipped(with_manifest(change))) for name, error, change in TEXTS]
    for name, error, path, value in KEYS:
        out.append((name, error, zipped(with_key(path, value))))
    out.append(("files-too-many", "too_large", zipped(too_many_listed())))
    return out


def too_many_listed() -> Files:
    """A manifest that names 64 files beside itself."""
    files = base_files()
    listed = files | {f"note-{index:02}.txt": b"" for index in range(64 - len(files))}
    return {"model.json": dump(base_manifest(listed)), **files}
