"""The same thing twice: MIDs, pairs, keys, archive entries, and look-alikes."""

from __future__ import annotations

from tests.attacks.common import Arena, save
from tests.damage.archives import twice
from tests.damage.base import base_files, replaced, with_file, with_manifest, zipped


def run(arena: Arena) -> None:
    """Everything that must be unique, doubled."""
    labels = base_files()["labels.csv"].decode()
    thresholds = base_files()["thresholds.csv"].decode()
    hierarchy = base_files()["hierarchy.csv"].decode()
    names = base_files()["names.zh.csv"].decode()
    tables = [
        (
            "a MID twice in labels.csv",
            "labels.csv",
            labels.replace("/m/0jbk", "/m/01yrx"),
            "duplicate_mid",
        ),
        ("a MID twice in a names table", "names.zh.csv", names + "/m/01yrx,猫\n", "duplicate_mid"),
        (
            "a MID twice in thresholds.csv",
            "thresholds.csv",
            thresholds.replace("/m/0jbk", "/m/01yrx"),
            "bad_thresholds",
        ),
        (
            "a pair twice in hierarchy.csv",
            "hierarchy.csv",
            hierarchy + "/m/0jbk,/m/01yrx\n",
            "bad_hierarchy",
        ),
        (
            "a MID in another case",
            "labels.csv",
            labels.replace("/m/0jbk", "/m/01YRX"),
            "bad_labels",
        ),
        (
            "a MID with a look-alike letter",
            "labels.csv",
            labels.replace("/m/0jbk", "/m/01уrx"),
            "bad_labels",
        ),
        (
            "a MID with a zero-width space",
            "labels.csv",
            labels.replace("/m/0jbk", "/m/01yrx\u200b"),
            "bad_labels",
        ),
        (
            "a MID with a space behind it",
            "labels.csv",
            labels.replace("/m/0jbk", "/m/01yrx "),
            "bad_labels",
        ),
        ("a MID in quotes", "labels.csv", labels.replace("/m/0jbk", '"/m/01yrx"'), "duplicate_mid"),
    ]
    for number, (name, file, text, expected) in enumerate(tables):
        archive = save(arena.folder / f"{number}.zip", zipped(with_file(file, text)))
        arena.readers(name, archive, [expected])
    keys = [
        ("a key twice in the manifest", '"kind"', '"kind": "features", "kind"'),
        (
            "a file twice in the manifest",
            '"model.ms"',
            '"model.ms": {"size": 0, "sha256": "' + "0" * 64 + '"}, "model.ms"',
        ),
        ("a hash twice for one file", '"sha256"', '"sha256": "' + "0" * 64 + '", "sha256"'),
        ("a key twice, once escaped", '"kind"', '"\\u006bind": "features", "kind"'),
    ]
    for number, (name, old, new) in enumerate(keys):
        files = with_manifest(lambda text, old=old, new=new: replaced(text, old, new))
        archive = save(arena.folder / f"key-{number}.zip", zipped(files))
        arena.readers(name, archive, ["bad_manifest"])
    arena.readers(
        "an entry twice in the archive", save(arena.folder / "twice.zip", twice()), ["bad_archive"]
    )
