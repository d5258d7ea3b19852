"""Damage to the archive itself: what a zip can say that a package's zip must not."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable

from tests.damage.base import Case, Files, whole, with_file, with_key, zipped

# Offsets of fields in a directory entry, a local header and the end record.
D_FLAGS, D_METHOD, D_PACKED, D_SIZE, D_NAME, D_DISK, D_HEADER = 8, 10, 20, 24, 28, 34, 42
L_FLAGS, L_METHOD, L_CRC, L_PACKED, L_NAME = 6, 8, 14, 18, 30
E_DISK, E_HERE, E_COUNT, E_START, E_COMMENT = 4, 8, 10, 16, 20
FAR = 0xFFFFFFFF


def end_record(data: bytes) -> int:
    """Where the end record starts."""
    return data.rindex(b"PK\5\6")


def entry(data: bytes, nth: int) -> int:
    """Where the nth directory entry starts."""
    place = -1
    for _ in range(nth + 1):
        place = data.index(b"PK\1\2", place + 1)
    return place


def header(data: bytes, nth: int) -> int:
    """Where the nth entry's local header starts."""
    return int(struct.unpack_from("<I", data, entry(data, nth) + D_HEADER)[0])


def patched(data: bytes, place: int, form: str, value: int) -> bytes:
    """Bytes with one number replaced."""
    number = struct.pack(form, value)
    return data[:place] + number + data[place + len(number) :]


def end_patched(data: bytes, field: int, form: str, value: int) -> bytes:
    """The archive with one number of its end record replaced."""
    return patched(data, end_record(data) + field, form, value)


def counts(data: bytes, count: int) -> bytes:
    """The archive with both entry counts replaced."""
    return end_patched(end_patched(data, E_HERE, "<H", count), E_COUNT, "<H", count)


def with_gap(data: bytes, gap: bytes, at: int) -> bytes:
    """The archive with `gap` put in at `at` and every offset behind it corrected."""
    count = struct.unpack_from("<H", data, end_record(data) + E_COUNT)[0]
    out = data
    for nth in range(count):
        if header(data, nth) >= at:
            out = patched(out, entry(data, nth) + D_HEADER, "<I", header(data, nth) + len(gap))
    out = end_patched(out, E_START, "<I", entry(data, 0) + len(gap))
    return out[:at] + gap + out[at:]


def giant_sizes(data: bytes) -> bytes:
    """Every directory entry says it is nearly 4 GiB long."""
    for nth in range(6):
        data = patched(data, entry(data, nth) + D_PACKED, "<I", FAR - 1)
        data = patched(data, entry(data, nth) + D_SIZE, "<I", FAR - 1)
    return data


def zip64_size(data: bytes, place: int) -> bytes:
    """One entry with the sizes that point to zip64 fields."""
    return patched(patched(data, place + D_PACKED, "<I", FAR), place + D_SIZE, "<I", FAR)


def twice() -> bytes:
    """An archive with labels.csv twice."""
    return zipped({**whole(), "labelz.csv": b"x"}).replace(b"labelz.csv", b"labels.csv")


def compressed() -> bytes:
    """A zip as most programs make it."""

    def deflate(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_DEFLATED

    return zipped(whole(), deflate)


def mode(bits: int) -> bytes:
    """An archive in which labels.csv has this Unix mode."""

    def change(info: zipfile.ZipInfo) -> None:
        if info.filename == "labels.csv":
            info.external_attr = bits << 16

    return zipped(whole(), change)


def more(*names: str) -> bytes:
    """An archive with more entries."""
    return zipped({**whole(), **{name: b"" for name in names}})


def in_a_folder() -> bytes:
    """What `zip -r` makes of a package's folder from outside."""
    return zipped({f"tiny/{name}": data for name, data in whole().items()})


def without(name: str) -> Files:
    """The package whose manifest names a file that is not there."""
    files = whole()
    del files[name]
    return files


def content(name: str, change: Callable[[bytes], bytes]) -> Files:
    """The package with a file changed behind the manifest's back."""
    files = whole()
    files[name] = change(files[name])
    return files


def cases() -> list[Case]:
    """Every damage to the archive, and files that do not fit the manifest."""
    good = zipped(whole())
    second = entry(good, 1)
    local = header(good, 1)
    link = stat.S_IFLNK | 0o777
    outside = "path_outside_package"
    notes = [f"note-{index:02}.txt" for index in range(60)]
    bad = [
        ("empty", b""),
        ("garbage", bytes(range(256))),
        ("eight-bytes", good[:8]),
        ("cut", good[:-1]),
        ("half", good[: len(good) // 2]),
        ("prefix", b"#!/bin/sh\n" + good),
        ("prefix-corrected", with_gap(good, b"#!/bin/sh\n", 0)),
        ("suffix", good + b"more"),
        ("comment", end_patched(good, E_COMMENT, "<H", 4) + b"note"),
        ("gap", with_gap(good, b"hidden", local)),
        ("gap-before-directory", with_gap(good, b"hidden", entry(good, 0))),
        ("two-disks", end_patched(good, E_DISK, "<H", 1)),
        ("counts-differ", end_patched(good, E_HERE, "<H", 5)),
        ("count-more", counts(good, 7)),
        ("count-fewer", counts(good, 5)),
        ("directory-moved", end_patched(good, E_START, "<I", entry(good, 0) + 1)),
        ("directory-far", end_patched(good, E_START, "<I", FAR)),
        ("directory-signature", patched(good, second, "<I", 0)),
        ("name-length", patched(good, second + D_NAME, "<H", 0xFFFF)),
        ("compressed", compressed()),
        ("encrypted", patched(good, second + D_FLAGS, "<H", 1)),
        ("stream", patched(good, second + D_FLAGS, "<H", 8)),
        ("method", patched(good, second + D_METHOD, "<H", 99)),
        ("sizes-differ", patched(good, second + D_PACKED, "<I", 1)),
        ("sizes-giant", giant_sizes(good)),
        ("size-zip64", zip64_size(good, second)),
        ("disk", patched(good, second + D_DISK, "<H", 1)),
        ("offset-far", patched(good, second + D_HEADER, "<I", FAR - 1)),
        ("offset-zip64", patched(good, second + D_HEADER, "<I", FAR)),
        ("overlap", patched(good, entry(good, 2) + D_HEADER, "<I", local)),
        ("name-twice", twice()),
        ("local-name", patched(good, local + L_NAME, "<B", ord("x"))),
        ("local-method", patched(good, local + L_METHOD, "<H", 8)),
        ("local-flags", patched(good, local + L_FLAGS, "<H", 1)),
        ("local-crc", patched(good, local + L_CRC, "<I", 1)),
        ("local-size", patched(good, local + L_PACKED, "<I", 1)),
        ("local-signature", patched(good, local, "<I", 0)),
        ("mode-folder", mode(stat.S_IFDIR | 0o755)),
        ("mode-device", mode(stat.S_IFCHR | 0o644)),
    ]
    others = [
        ("only-end", "missing_file", b"PK\5\6" + bytes(18)),
        ("count-giant", "too_large", counts(good, 0xFFFF)),
        ("too-many", "too_large", more(*notes)),
        ("link", outside, mode(link)),
        ("slip", outside, more("../../evil.txt")),
        ("absolute", outside, more("/evil.txt")),
        ("backslash", outside, more("..\\evil.txt")),
        ("drive", outside, more("C:evil.txt")),
        ("folder", outside, more("sub/")),
        ("in-folder", outside, in_a_folder()),
        ("litter", "unexpected_file", more(".DS_Store")),
        ("dots", outside, more("..")),
        ("odd-name", "unexpected_file", more("naïve.txt")),
        ("control-name", "unexpected_file", more("bell\7.txt")),
    ]
    named = [(f"zip-{name}", "bad_archive", data) for name, data in bad]
    return named + [(f"zip-{name}", error, data) for name, error, data in others] + contents()


def contents() -> list[Case]:
    """Files that are not what the manifest says, and undamaged packages ("ok")."""
    features = with_key("kind", "features")
    tables = ("labels.csv", "thresholds.csv", "hierarchy.csv", "names.zh.csv")
    packages: list[tuple[str, str, Files]] = [
        ("ok", "ok", whole()),
        ("ok-minimal", "ok", minimal()),
        ("ok-features", "ok", features_only(features, tables)),
        ("ok-model-card", "ok", with_file("card.md", "# A card\n")),
        ("ok-unknown-keys", "ok", with_key("accuracy", {"top1": [0.5, None, {"a": "b"}]})),
        ("ok-json-32-deep", "ok", with_key("deep", deep(31))),
        ("json-33-deep", "bad_manifest", with_key("deep", deep(32))),
        ("manifest-absent", "missing_file", without("model.json")),
        ("model-absent", "missing_file", without("model.ms")),
        ("labels-absent", "missing_file", without("labels.csv")),
        ("names-absent", "missing_file", without("names.zh.csv")),
        ("file-not-listed", "unexpected_file", {**whole(), "readme.txt": b"x"}),
        ("file-hidden-not-listed", "unexpected_file", {**whole(), ".notes": b"x"}),
        ("model-shorter", "wrong_size", content("model.ms", lambda data: data[:-1])),
        ("model-longer", "wrong_size", content("model.ms", lambda data: data + b"x")),
        ("labels-longer", "wrong_size", content("labels.csv", lambda data: data + b"\n")),
        ("model-flipped", "wrong_hash", content("model.ms", lambda data: b"N" + data[1:])),
        ("labels-swapped", "wrong_hash", content("labels.csv", swap)),
        ("thresholds-flipped", "wrong_hash", content("thresholds.csv", flip_threshold)),
    ]
    return [(name, error, zipped(files)) for name, error, files in packages]


def deep(levels: int) -> list[object]:
    """Lists in lists."""
    out: list[object] = []
    for _ in range(levels - 1):
        out = [out]
    return out


def minimal() -> Files:
    """A classifier with nothing optional."""
    files = whole()
    kept = {name: files[name] for name in ("model.ms", "labels.csv", "thresholds.csv")}
    return whole(kept)


def features_only(files: Files, tables: tuple[str, ...]) -> Files:
    """A features package: no tables, in the folder or in the manifest."""
    import json

    manifest = json.loads(files["model.json"])
    for table in tables:
        del manifest["files"][table]
    del manifest["recipe"]["network"]["num_classes"]
    return {"model.json": json.dumps(manifest).encode(), "model.ms": files["model.ms"]}


def swap(data: bytes) -> bytes:
    """Two names exchanged: as long as before, and wrong."""
    return data.replace(b"Animal", b"#").replace(b"Cat", b"Animal").replace(b"#", b"Cat")


def flip_threshold(data: bytes) -> bytes:
    """One digit changed."""
    return data.replace(b"0.25", b"0.26")
