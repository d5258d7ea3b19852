"""The undamaged tiny package, and ways to change one thing of it."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Callable
from typing import Any

LABELS = 'index,mid,name\n0,/m/01yrx,Cat\n1,/m/0jbk,Animal\n2,own/tea_pot,"Tea pot, ""old"""\n'
THRESHOLDS = (
    "index,mid,threshold,status,precision,recall,f1,support\n"
    "0,/m/01yrx,0.25,calibrated,0.9,0.8,0.847,120\n"
    "1,/m/0jbk,0.5,default,,,,\n"
    "2,own/tea_pot,0.75,silent,,,,0\n"
)
HIERARCHY = "parent,child\n/m/0jbk,/m/01yrx\n"
NAMES = "mid,name\n/m/01yrx,猫\nown/tea_pot,茶壶\n"

MISSING: Any = object()

Files = dict[str, bytes]
Case = tuple[str, str, bytes]  # name, the error it must give, the zip


def exchanged(good: dict[str, Any], change: Any) -> Any:
    """A good table with keys exchanged or taken away; what is no table is taken as it is."""
    if not isinstance(change, dict):
        return change
    return {key: value for key, value in {**good, **change}.items() if value is not MISSING}


def base_files() -> Files:
    """The files of the undamaged package, without its manifest."""
    return {
        "model.ms": b"not a model: the errors here come before the model is opened\n",
        "labels.csv": LABELS.encode(),
        "thresholds.csv": THRESHOLDS.encode(),
        "hierarchy.csv": HIERARCHY.encode(),
        "names.zh.csv": NAMES.encode(),
    }


def base_manifest(files: Files) -> dict[str, Any]:
    """The manifest of a package with these files."""
    return {
        "format": "pocketlens-package",
        "format_version": 1,
        "name": "tiny",
        "title": "A tiny package",
        "version": "1.0.0",
        "kind": "classifier",
        "recipe": {
            "input": {
                "width": 4,
                "height": 4,
                "channels": 3,
                "layout": "NHWC",
                "dtype": "float32",
            },
            "preprocess": {
                "interpolation": "bilinear-q11",
                "resize": [6, 6],
                "crop": [1, 1, 4, 4],
                "scale": [1, 255],
                "mean": [0.485, 0.456, 0.406],
                "std": [0.229, 0.224, 0.225],
                "channel_order": "RGB",
            },
            "network": {
                "architecture": "mobilenetv2",
                "width": 1.0,
                "num_classes": 3,
                "head": {"type": "dense", "activation": "sigmoid"},
            },
            "outputs": 3,
        },
        "weights": {"variant": "float32", "tolerance": 0.0001},
        "versions": {"pocketlens": "0.1.0", "converter": "2.0.0", "runtime": "2.0.0"},
        "files": {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(files.items())
        },
    }


def dump(manifest: Any) -> bytes:
    """A manifest's bytes."""
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def zipped(files: Files, change: Callable[[zipfile.ZipInfo], None] = lambda info: None) -> bytes:
    """A zip of stored entries, the manifest first; `change` may spoil an entry's description."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files, key=lambda name: (name != "model.json", name)):
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            change(info)
            archive.writestr(info, files[name])
    return out.getvalue()


def whole(files: Files | None = None) -> Files:
    """A package's files with a manifest that fits them."""
    files = base_files() if files is None else files
    return {"model.json": dump(base_manifest(files)), **files}


def with_file(name: str, data: bytes | str | None) -> Files:
    """The package with one file changed or (None) taken away, the manifest telling the truth."""
    files = base_files()
    if data is None:
        del files[name]
    else:
        files[name] = data.encode() if isinstance(data, str) else data
    return whole(files)


def with_key(path: str, value: Any) -> Files:
    """The package with one key of the manifest changed, or taken away for MISSING.

    `path` leads from table to table by `/`; a `|` in it stands for a slash in a key.
    """
    files = base_files()
    manifest = base_manifest(files)
    *parents, last = path.split("/")
    table: Any = manifest
    for key in parents:
        table = table[key.replace("|", "/")]
    if value is MISSING:
        del table[last]
    else:
        table[last.replace("|", "/")] = value
    return {"model.json": dump(manifest), **files}


def with_manifest(change: Callable[[str], str | bytes]) -> Files:
    """The package with the manifest's text changed."""
    files = whole()
    changed = change(files["model.json"].decode())
    files["model.json"] = changed if isinstance(changed, bytes) else changed.encode("utf-8")
    return files


def replaced(text: str, old: str, new: str) -> str:
    """A text with one piece replaced, which must be there."""
    assert old in text, old
    return text.replace(old, new, 1)
