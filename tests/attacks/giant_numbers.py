"""Counts and sizes around 2^31, 2^32, 2^53, 2^63 and 2^64, and beyond the format's limits."""

from __future__ import annotations

from tests.attacks.common import Arena, save, write
from tests.damage.base import base_files, base_manifest, dump, whole, with_file, with_key, zipped

POWERS = [31, 32, 53, 63, 64, 128]
PLACES = {
    "files/model.ms/size": {"too_large", "bad_manifest"},
    "files/labels.csv/size": {"too_large", "bad_manifest"},
    "format_version": {"unknown_format_version", "bad_manifest"},
    "recipe/outputs": {"bad_recipe"},
    "recipe/network/num_classes": {"bad_recipe"},
    "recipe/input/width": {"bad_recipe"},
}
LISTS = {"resize": 2, "crop": 4, "scale": 2}


def run(arena: Arena) -> None:
    """Every power and its neighbours in every place that holds a number."""
    number = 0
    for place, allowed in PLACES.items():
        for value in [
            base + step for power in POWERS for base in [2**power] for step in (-1, 0, 1)
        ]:
            for signed in (value, -value):
                archive = save(arena.folder / f"{number}.zip", zipped(with_key(place, signed)))
                arena.readers(f"±2^n in {place.rsplit('/', 1)[-1]}", archive, allowed)
                number += 1
    for name, count in LISTS.items():
        for value in (2**31 - 1, 2**31, 2**32, 2**63, 2**64, -(2**31), -(2**63)):
            for position in range(count):
                values = {"resize": [6, 6], "crop": [1, 1, 4, 4], "scale": [1, 255]}[name]
                values[position] = value
                files = with_key(f"recipe/preprocess/{name}", values)
                archive = save(arena.folder / f"{number}.zip", zipped(files))
                arena.readers(f"±2^n in {name}", archive, ["bad_recipe"])
                number += 1
    tables(arena)


def tables(arena: Arena) -> None:
    """Numbers in tables, and tables with too many lines."""
    for value in (2**31, 2**32, 2**63, 2**64, 10**30):
        table = base_files()["thresholds.csv"].replace(b",120\n", f",{value}\n".encode())
        archive = save(
            arena.folder / f"support-{value}.zip", zipped(with_file("thresholds.csv", table))
        )
        arena.readers("2^n as support", archive, ["bad_thresholds"])
        table = base_files()["labels.csv"].replace(b"\n1,", f"\n{value},".encode())
        archive = save(arena.folder / f"index-{value}.zip", zipped(with_file("labels.csv", table)))
        arena.readers("2^n as index", archive, ["bad_labels"])
    rows = "".join(f"{n},own/c{n},Class {n}\n" for n in range(100_001))
    files = {**base_files(), "labels.csv": f"index,mid,name\n{rows}".encode()}
    manifest = base_manifest(files)
    manifest["recipe"]["outputs"] = manifest["recipe"]["network"]["num_classes"] = 100_000
    package = write(arena.folder / "labels", {"model.json": dump(manifest), **files})
    arena.readers("100,001 labels", package, ["too_large"])
    crowd = {**whole(), **{f"n{n}": b"" for n in range(5000)}}
    package = write(arena.folder / "crowd", crowd)
    arena.readers("a folder of 5,000 files", package, ["too_large"])
    long = base_files()["labels.csv"].replace(b"Animal", b"A" * 10_000_000)
    package = write(arena.folder / "long", with_file("labels.csv", long))
    arena.readers("a name of 10 MB", package, ["bad_labels"])
    commas = b"index,mid,name\n" + b"," * 10_000_000 + b"\n"
    package = write(arena.folder / "commas", with_file("labels.csv", commas))
    arena.readers("a line of 10,000,000 fields", package, ["bad_labels"])
