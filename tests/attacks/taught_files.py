"""Files of taught labels that are damaged, forged with a right hash, endless or no files at all"""

from __future__ import annotations

import functools
import hashlib
import os
import random
import struct
from collections.abc import Iterator
from pathlib import Path

from tests.attacks.common import DEMO, NATIVE, Arena, asked, refusal
from tools.native import Classifier, Settings, TaughtLabels
from tools.package.embedding import read_embedding
from tools.package.manifest import EMBEDDING
from tools.package.reader import open_package

HEADER, ROWS = 56, 256
FLIPS = 4000
Case = tuple[str, bytes, set[str]]  # attempt, the file, the names it may give


def run(arena: Arena) -> None:
    """Open each as somebody does who was sent it."""
    whole = good()
    for number, (attempt, data, allowed) in enumerate(cases(whole)):
        path = arena.folder / f"{number}.taught"
        path.write_bytes(data)
        result, detail = asked(arena.native, opened, path)
        arena.note(attempt, NATIVE, result, result in allowed and not detail, detail)
    for attempt, path, allowed in strange(arena.folder):
        result, detail = asked(arena.native, opened, path)
        arena.note(attempt, NATIVE, result, result in allowed and not detail, detail)
    flips = FLIPS if arena.whole else FLIPS // 20
    result, detail = asked(arena.native, forged, whole, flips)
    attempt = "bytes changed at random, the hash made right: refused, or read and used"
    arena.note(attempt, NATIVE, result, result == "ok" and not detail, detail)


def good() -> bytes:
    """A file of two labels for the demo's embedding, with its hash."""
    opened_package = open_package(DEMO)
    assert opened_package.manifest.embedding is not None
    data = opened_package.read(EMBEDDING)
    id_ = bytes.fromhex(read_embedding(data, opened_package.manifest.embedding).id)
    chance = random.Random(3)
    labels = b""
    for mid, name, pictures in ((b"own/cup", b"Cup", 3), (b"/m/04m9y", b"Lizard", 1)):
        labels += struct.pack("<4H", len(mid), len(name), pictures, 0) + mid + name
        labels += bytes(chance.randrange(1, 120) for _ in range(pictures * ROWS))
    return hashed(b"PLTAUGHT" + struct.pack("<4I", 1, ROWS, 2, 0) + id_ + labels)


def hashed(body: bytes) -> bytes:
    """The file with a hash that fits it."""
    return body + hashlib.sha256(body).digest()


def cases(whole: bytes) -> Iterator[Case]:
    """Files of a few kilobytes."""
    body, bad = whole[:-32], {"bad_taught"}
    yield "the file itself", whole, {"ok"}
    for share in range(10):
        yield "cut off", whole[: len(whole) * share // 10], bad
    yield "a byte more", whole + b"\0", bad
    yield "a package in its place", (DEMO / "model.json").read_bytes(), bad
    for count in (3, 1000, 1001, 0x7FFFFFFF, 0xFFFFFFFF):
        yield "more labels than there are", hashed(put(body, 16, "<I", count)), bad
    for rows in (0, 1, 255, 0xFFFFFFFF):
        yield "vectors of another length", hashed(put(body, 12, "<I", rows)), {"other_embedding"}
    for place in range(3):
        for size in (0, 51, 0x7FFF, 0xFFFF):
            forged_size = hashed(put(body, HEADER + 2 * place, "<H", size))
            yield "sizes that lead out of the file", forged_size, bad
    names = (b"../", b"a\0b", b"\xff\xfe\xfd", b"\x1b[m", b"   ", b"own")
    for name in names:
        changed = body.replace(b"Cup", name[:3].ljust(3))
        yield "names that are none", hashed(changed), {*bad, "ok"}
    for mid in (b"own/../", b"OWN/cup", b"own/c\0p", b"/m//m/x"):
        yield "ids that are none", hashed(body.replace(b"own/cup", mid)), bad
    yield "one label twice", hashed(twice(body)), bad


def put(body: bytes, at: int, form: str, value: int) -> bytes:
    """The body with a number exchanged."""
    part = struct.pack(form, value)
    return body[:at] + part + body[at + len(part) :]


def twice(body: bytes) -> bytes:
    """The body with its first label in the place of the second as well."""
    first = body[HEADER : HEADER + 8 + 10 + 3 * ROWS]
    return body[:HEADER] + first + first


def strange(folder: Path) -> Iterator[tuple[str, Path, set[str]]]:
    """What has a path and is no such file."""
    yield "a folder", folder, {"unreadable_file"}
    os.mkfifo(folder / "fifo")
    yield "a pipe that nobody writes to", folder / "fifo", {"unreadable_file"}
    yield "a device without an end", Path("/dev/zero"), {"unreadable_file"}
    with (folder / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    yield "a terabyte of nothing", folder / "sparse", {"too_large"}
    (folder / "loop").symlink_to(folder / "loop")
    yield "a link to itself", folder / "loop", {"unreadable_file", "missing_file"}


def opened(path: Path) -> str:
    """What opening the file gives. Runs in the native worker."""
    with Classifier(DEMO, Settings(threads=1)) as classifier:
        return refusal(lambda: TaughtLabels(classifier, path).close())


def forged(whole: bytes, flips: int) -> str:
    """Change bytes behind the identity, make the hash right, and use what is let through."""
    chance = random.Random(11)
    with Classifier(DEMO, Settings(threads=1)) as classifier:
        for _ in range(flips):
            body = bytearray(whole[:-32])
            for _ in range(chance.randrange(1, 5)):
                body[chance.choice([16, *range(HEADER, len(body))])] = chance.randrange(256)
            name = refusal(functools.partial(used, classifier, hashed(bytes(body))))
            if name not in ("ok", "bad_taught"):
                return name
    return "ok"


def used(classifier: Classifier, data: bytes) -> None:
    """Read a set, look at it and take a label away."""
    with TaughtLabels(classifier, data) as taught:
        assert all(0 < label.threshold < 1 for label in taught.labels)
        if taught.labels:
            taught.remove(taught.labels[0].mid)
