"""Signed APKs and the library's AAR, from what Maven, dex.py and native.py have made."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import archive
import libraries
from archive import Entry
from native import ABI, Native
from project import ANDROID, OUT, ROOT, WORK, built, framework, run, say, versions

_NS = "{http://schemas.android.com/apk/res/android}"
_NO_LIBRARY = "-WITHOUT-NATIVE-LIBRARY"


@dataclass(frozen=True)
class Apk:
    """What one APK is made of."""

    kind: str  # release, debug or device-test
    manifest: Path  # merged, for aapt2
    dex: list[Path]
    resources: tuple[Path, ...] = ()  # compiled
    languages: tuple[str, ...] = ()  # all, where none is named
    assets: tuple[tuple[str, Path], ...] = ()  # folders, each put under a name in assets/
    libraries: tuple[Path, ...] = ()  # unpacked AARs
    debuggable: bool = False


def file_name(kind: str, native: Native, suffix: str) -> Path:
    """Where an artefact goes. One that no phone can run says so in its name."""
    mark = "" if native.libraries else _NO_LIBRARY
    return OUT / f"pocketlens-{kind}-{versions().name}{mark}{suffix}"


def make(apk: Apk, native: Native) -> Path:
    """Link, assemble, align and sign one APK."""
    work = WORK / apk.kind
    linked = link(apk, work)
    entries = [entry for entry in archive.entries_of(linked)]
    entries += [Entry(path.name, path.read_bytes()) for path in apk.dex]
    entries += files(apk, native)
    unsigned = work / "unsigned.apk"
    archive.write(unsigned, entries)
    target = file_name(apk.kind, native, ".apk")
    _sign(unsigned, target)
    say(f"made {target.relative_to(ROOT)} ({target.stat().st_size:,} bytes)")
    return target


def files(apk: Apk, native: Native) -> list[Entry]:
    """Assets and native libraries; an APK of tests finds the latter in the app."""
    entries: list[Entry] = []
    for prefix, folder in apk.assets:
        entries += archive.entries_in(folder, f"assets/{prefix}")
    if apk.kind == "device-test":
        return entries
    brought = {**libraries.native_libraries(apk.libraries, ABI), **native.libraries}
    return entries + [Entry(f"lib/{ABI}/{n}", path.read_bytes()) for n, path in brought.items()]


def link(apk: Apk, work: Path, *more: str) -> Path:
    """Manifest, resource table and resources, linked by aapt2; `more` options are handed to it."""
    work.mkdir(parents=True, exist_ok=True)
    manifest = _manifest(apk, work)
    numbers = versions()
    linked = work / "linked.apk"
    command: list[object] = ["aapt2", "link", "-o", linked, "-I", framework()]
    command += ["--manifest", manifest, "--min-sdk-version", numbers.min_sdk]
    command += ["--warn-manifest-validation"]  # Debian's aapt2 is older than <queries>
    command += ["--target-sdk-version", numbers.target_sdk, "--version-code", numbers.code]
    command += ["--version-name", numbers.name]
    if apk.debuggable:
        command.append("--debug-mode")
    if apk.languages:
        command += ["-c", ",".join(apk.languages)]
    for compiled in (*libraries.compiled(apk.libraries), *apk.resources):
        command += ["--auto-add-overlay", "-R", compiled]
    run([*command, *more])
    return linked


def _manifest(apk: Apk, work: Path) -> Path:
    """The manifest with native libraries mapped from the APK, as Gradle has it."""
    ElementTree.register_namespace("android", _NS[1:-1])
    tree = ElementTree.parse(apk.manifest)
    application = tree.getroot().find("application")
    if application is not None:
        application.set(f"{_NS}extractNativeLibs", "false")
    target = work / "AndroidManifest.xml"
    tree.write(target, encoding="utf-8", xml_declaration=True)
    return target


def _sign(unsigned: Path, target: Path) -> None:
    """Sign with schemes v2 and v3, by POCKETLENS_KEYSTORE or a development key made on the spot."""
    keystore = os.environ.get("POCKETLENS_KEYSTORE")
    if keystore:
        store = ["--ks", keystore, "--ks-pass", "env:POCKETLENS_KEYSTORE_PASSWORD"]
    else:
        store = ["--ks", str(_development_key()), "--ks-pass", "pass:android"]
    target.parent.mkdir(parents=True, exist_ok=True)
    schemes = [
        "--v1-signing-enabled",
        "false",
        "--v2-signing-enabled",
        "true",
        "--v3-signing-enabled",
        "true",
    ]
    partial = target.with_name(target.name + ".part")
    run(["apksigner", "sign", *store, *schemes, "--out", partial, unsigned])
    partial.replace(target)
    Path(f"{partial}.idsig").unlink(missing_ok=True)


def _development_key() -> Path:
    """The key of debug builds, made once a working tree."""
    key = OUT / "development.keystore"
    if not key.is_file():
        key.parent.mkdir(parents=True, exist_ok=True)
        command = ["keytool", "-genkeypair", "-keystore", str(key), "-storepass", "android"]
        command += [
            "-keypass",
            "android",
            "-alias",
            "development",
            "-dname",
            "CN=Pocketlens development",
        ]
        run([*command, "-keyalg", "RSA", "-keysize", "2048", "-validity", "10000"])
    return key


def signatures(apk: Path) -> set[str]:
    """The signature schemes that verify: v1, v2, v3."""
    report = run(["apksigner", "verify", "--verbose", "--min-sdk-version", versions().min_sdk, apk])
    return set(re.findall(r"Verified using (v\d) scheme.*: true", report))


def make_aar(native: Native) -> Path:
    """The library as an AAR: classes, manifest, rules for shrinkers and, given an NDK, its .so."""
    module = ANDROID / "classifier"
    classes = WORK / "aar" / "classes.jar"
    archive.write(classes, archive.entries_in(built("classifier") / "classes", ""))
    target = file_name("classifier", native, ".aar")
    archive.write(target, _aar_entries(module, classes, native))
    say(f"made {target.relative_to(ROOT)} ({target.stat().st_size:,} bytes)")
    return target


def _library_manifest(folder: Path) -> bytes:
    """A library's manifest as Gradle has it: what it targets is left to the app."""
    ElementTree.register_namespace("android", _NS[1:-1])
    root = ElementTree.parse(folder / "AndroidManifest.xml").getroot()
    for levels in root.iter("uses-sdk"):
        levels.attrib.pop(f"{_NS}targetSdkVersion", None)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _aar_entries(module: Path, classes: Path, native: Native) -> Iterable[Entry]:
    yield Entry("AndroidManifest.xml", _library_manifest(built("classifier") / "aapt"))
    yield Entry("classes.jar", classes.read_bytes())
    yield Entry("R.txt", b"")
    yield Entry("proguard.txt", (module / "consumer-rules.pro").read_bytes())
    for name, path in native.libraries.items():
        yield Entry(f"jni/{ABI}/{name}", path.read_bytes())
