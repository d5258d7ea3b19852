"""Zip-slip: names that lead out of the package, in the archive and in the manifest."""

from __future__ import annotations

from tests.attacks.common import Arena, save
from tests.damage.archives import more
from tests.damage.base import whole, with_key, zipped

NAMES = [
    "../evil.txt",
    "../../../../../../tmp/evil.txt",
    "a/../../evil.txt",
    "/evil.txt",
    "//host/evil.txt",
    "..\\evil.txt",
    "C:\\evil.txt",
    "C:evil.txt",
    "./model.ms",
    "sub/model.ms",
    "sub/",
    "..",
    ".",
    "model.ms/",
    "model.ms:stream",
]
# Not paths to any system, and no names that a manifest may hold.
ODD = [
    "..%2fevil.txt",
    "\u2024\u2024\u2215evil.txt",
    "\uff0e\uff0e\uff0fevil.txt",
    "model.ms ",
    "-",
]


def run(arena: Arena) -> None:
    """Every name in both places; nothing may appear outside."""
    for number, name in enumerate(NAMES):
        archive = save(arena.folder / f"entry-{number}.zip", more(name))
        arena.readers("path as an entry's name", archive, ["path_outside_package"])
        listed = with_key(f"files/{name.replace('/', '|')}", {"size": 0, "sha256": "0" * 64})
        archive = save(arena.folder / f"listed-{number}.zip", zipped(listed))
        arena.readers("path in the manifest", archive, ["path_outside_package"])
    for number, name in enumerate(ODD):
        archive = save(arena.folder / f"odd-{number}.zip", more(name))
        arena.readers("escaped or look-alike path as an entry's name", archive, ["unexpected_file"])
        listed = with_key(f"files/{name}", {"size": 0, "sha256": "0" * 64})
        archive = save(arena.folder / f"odd-listed-{number}.zip", zipped(listed))
        arena.readers("escaped or look-alike path in the manifest", archive, ["bad_manifest"])
    twisted = zipped(whole()).replace(b"labels.csv", b"labels\0csv")
    arena.readers(
        "a NUL in a name", save(arena.folder / "nul.zip", twisted), ["path_outside_package"]
    )
    evil = [*arena.folder.rglob("*evil*"), *arena.folder.parent.glob("evil*")]
    arena.note("files written outside", "both", "none" if not evil else str(evil), not evil)
