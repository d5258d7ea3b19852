"""The app as an Android App Bundle, by bundletool, which also makes an APK of it again."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import apk as apks
import archive
from apk import Apk
from archive import Entry
from native import Native
from project import ROOT, WORK, java, say

# The app's language can be chosen apart from the phone's, so all of them are installed; packages
# are read where they lie. The Gradle project says the same (app/build.gradle).
_CONFIG = {
    "compression": {"uncompressedGlob": ["assets/**.zip"]},
    "optimizations": {
        "splitsConfig": {"splitDimension": [{"value": "LANGUAGE", "negate": True}]},
    },
}


def make(apk: Apk, native: Native) -> Path:
    """The bundle of the same files that the APK holds."""
    work = WORK / "bundle"
    base = work / "base.zip"
    archive.write(base, _entries(apk, native, work))
    config = work / "config.json"
    config.write_text(json.dumps(_CONFIG))
    target = apks.file_name("release", native, ".aab")
    target.unlink(missing_ok=True)
    _bundletool("build-bundle", f"--modules={base}", f"--output={target}", f"--config={config}")
    say(f"made {target.relative_to(ROOT)} ({target.stat().st_size:,} bytes)")
    return target


def _entries(apk: Apk, native: Native, work: Path) -> list[Entry]:
    """A base module as bundletool wants it: each kind of file in a folder of its own."""
    entries = []
    for entry in archive.entries_of(apks.link(apk, work, "--proto-format")):
        moved = "manifest/" if entry.name == "AndroidManifest.xml" else ""
        entries.append(Entry(moved + entry.name, entry.data))
    entries += [Entry(f"dex/{path.name}", path.read_bytes()) for path in apk.dex]
    return entries + apks.files(apk, native)


def complaints(bundle: Path) -> list[str]:
    """What the APK that bundletool makes of the bundle lacks of what the release must have."""
    made = WORK / "bundle" / "universal.apks"
    made.unlink(missing_ok=True)
    options = ["--mode=universal", f"--aapt2={shutil.which('aapt2')}"]
    _bundletool("build-apks", f"--bundle={bundle}", f"--output={made}", *options)
    with zipfile.ZipFile(made) as outer:
        apk = Path(outer.extract("universal.apk", made.parent))
    with zipfile.ZipFile(apk) as inner:
        found = {info.filename: info.compress_type for info in inner.infolist()}
    wanted = ["classes.dex", "AndroidManifest.xml", "resources.arsc"]
    lacking = [f"its APK has no {name}" for name in wanted if name not in found]
    packages = [name for name in found if name.startswith("assets/packages/")]
    if not packages or any(found[name] != zipfile.ZIP_STORED for name in packages):
        lacking.append(f"its APK has the packages {packages}, expected one that is not compressed")
    return lacking


def _bundletool(*arguments: str) -> None:
    java("com.android.tools.build.bundletool.BundleToolMain", *arguments)
