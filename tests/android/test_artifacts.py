"""The lock of Maven's jars: a changed jar and one that nobody listed are named."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import artifacts
import pytest

from tools.places import ROOT

NAMED = "org/example/one/1.0/one-1.0.jar"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of one jar, and its lock beside it."""
    jar = tmp_path / "m2" / NAMED
    jar.parent.mkdir(parents=True)
    jar.write_bytes(b"one")
    assert artifacts.write_lock(tmp_path / "m2", tmp_path / "lock") == 1
    return tmp_path / "m2"


def found(repository: Path, used: list[Path]) -> list[str]:
    return artifacts.mistakes(used, repository, repository.with_name("lock"))


def test_what_is_listed_passes(repository: Path) -> None:
    assert found(repository, [repository / NAMED]) == []


def test_a_jar_with_other_bytes_is_named(repository: Path) -> None:
    (repository / NAMED).write_bytes(b"two")
    assert [NAMED in sentence for sentence in found(repository, [])] == [True]


def test_a_jar_that_the_build_uses_and_nobody_listed_is_named(repository: Path) -> None:
    other = repository / "org" / "example" / "two.jar"
    other.write_bytes(b"two")
    assert found(repository, []) == []  # somebody else's
    assert ["two.jar is not in lock" in sentence for sentence in found(repository, [other])] == [
        True
    ]


def test_the_lock_is_in_order_and_knows_what_the_packaging_uses() -> None:
    locked = artifacts.read_lock()
    assert list(locked) == sorted(locked)
    assert all(re.fullmatch("[0-9a-f]{64}", sha256) for sha256 in locked.values())
    space = "{http://maven.apache.org/POM/4.0.0}"
    pom = ElementTree.parse(ROOT / "android" / "headless" / "packaging" / "pom.xml").getroot()
    for one in pom.iter(f"{space}dependency"):
        group, artifact = (one.findtext(space + key, "") for key in ("groupId", "artifactId"))
        start = f"{group.replace('.', '/')}/{artifact}/"
        assert group.startswith("io.pocketlens") or any(path.startswith(start) for path in locked)
