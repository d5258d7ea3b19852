"""The libraries of the Android app: tables that name catalog versions, and AARs laid out."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import catalog
import libraries
import pytest


def aar(path: Path, files: dict[str, bytes]) -> Path:
    """An AAR of a manifest, classes and what else is given."""
    inner = path.with_suffix(".jar")
    with zipfile.ZipFile(inner, "w") as target:
        for name in ("META-INF/MANIFEST.MF", f"org/example/{path.stem.title()}.class"):
            target.writestr(name, path.stem)
        for name, content in files.items():
            if name.endswith(".class"):
                target.writestr(name, content)
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("AndroidManifest.xml", f'<manifest package="org.example.{path.stem}"/>')
        target.write(inner, "classes.jar")
        for name, content in files.items():
            if not name.endswith(".class"):
                target.writestr(name, content)
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for unpacked AARs that no other test uses."""
    monkeypatch.setattr(libraries, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def test_every_version_that_a_table_takes_from_the_catalog_is_there() -> None:
    for name in catalog.TABLES:
        rows = catalog.rows(name)
        assert rows and all(re.fullmatch(r"[\w.-]+", row.version) for row in rows)
        assert all(row.type in ("jar", "aar") for row in rows)
    app = {row.artifact: row for row in catalog.rows("app")}
    assert app["ui-android"].version == catalog.versions()["compose"]
    assert (app["ui-android"].scope, app["kotlin-stdlib"].scope) == ("provided", "compile")


def test_maven_is_told_every_version() -> None:
    said = catalog.maven_properties()
    assert f"-Drevision={catalog.versions()['pocketlens']}" in said
    assert f"-Dversion.kotlin={catalog.versions()['kotlin']}" in said


def test_an_aar_is_unpacked_once_for_its_content(tmp_path: Path, cache: Path) -> None:
    resource = b'<resources><string name="one">One</string></resources>'
    first = libraries.unpacked(aar(tmp_path / "one.aar", {"res/values/values.xml": resource}))
    assert libraries.compiled([first]) == [first / "compiled.zip"]
    assert libraries.unpacked(tmp_path / "one.aar") == first
    other = libraries.unpacked(aar(tmp_path / "one.aar", {"proguard.txt": b"-keep"}))
    assert other != first and libraries.compiled([other]) == []
    assert sorted(cache.iterdir()) == sorted([first, other])


def test_native_libraries_are_those_of_the_processor(tmp_path: Path) -> None:
    files = {"jni/arm64-v8a/libone.so": b"arm", "jni/x86/libone.so": b"x86"}
    folder = libraries.unpacked(aar(tmp_path / "one.aar", files))
    assert libraries.native_libraries([folder], "arm64-v8a") == {
        "libone.so": folder / "jni" / "arm64-v8a" / "libone.so"
    }


def test_classes_of_all_libraries_lie_in_one_folder(tmp_path: Path) -> None:
    shared = {"org/example/Shared.class": b"same"}
    folders = [libraries.unpacked(aar(tmp_path / f"{n}.aar", shared)) for n in ("one", "two")]
    jars = [jar for folder in folders for jar in libraries.jars_of(folder)]
    libraries.lay_out(jars, tmp_path / "classes")
    found = {path.name for path in (tmp_path / "classes").rglob("*") if path.is_file()}
    assert found == {"One.class", "Two.class", "Shared.class"}


def test_two_different_classes_of_one_name_are_refused(tmp_path: Path) -> None:
    jars = []
    for name in ("one", "two"):
        folder = libraries.unpacked(
            aar(tmp_path / f"{name}.aar", {"org/example/Shared.class": name.encode()})
        )
        jars += libraries.jars_of(folder)
    with pytest.raises(SystemExit, match=r"another Shared\.class"):
        libraries.lay_out(jars, tmp_path / "classes")
