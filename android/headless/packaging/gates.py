"""What every APK must hold to, looked up in the finished files. A gate returns its complaints."""

from __future__ import annotations

import difflib
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import apk as apks
import archive
import native as natives
from native import Native
from project import HEADLESS, PACKAGE, ROOT, built, run, versions

BADGING = HEADLESS / "badging.txt"
LARGEST = 3_000_000  # bytes of dex and resources in a release, as they lie in the APK
# The second is the app's own, by which AndroidX keeps receivers to itself; nobody is asked for it.
PERMISSIONS = {
    "android.permission.CAMERA",
    "io.pocketlens.app.DYNAMIC_RECEIVER_NOT_EXPORTED_PERMISSION",
}
ASSET = f"assets/packages/{PACKAGE.name}.zip"


def badging(apk: Path) -> str:
    """What aapt2 says of an APK: ids, SDK levels, permissions, features, languages, densities."""
    return run(["aapt2", "dump", "badging", apk])


def badging_is_golden(apk: Path) -> list[str]:
    """The badging equals android/headless/badging.txt."""
    found, expected = badging(apk), BADGING.read_text() if BADGING.is_file() else ""
    if found == expected:
        return []
    lines = difflib.unified_diff(
        expected.splitlines(), found.splitlines(), "expected", "found", lineterm=""
    )
    shown = "\n".join(lines)
    return [
        f"the badging differs from {BADGING.name}."
        f" If it should, type: android/headless/build.sh badging\n{shown}"
    ]


def sdk_levels_and_permissions(apk: Path) -> list[str]:
    """SDK levels are the project's, CAMERA alone is asked for, nothing is debuggable."""
    text, numbers, wrong = badging(apk), versions(), []
    for name, expected in (
        ("sdkVersion", numbers.min_sdk),
        ("targetSdkVersion", numbers.target_sdk),
    ):
        found = re.search(rf"^{name}:'(\d+)'", text, re.M)
        if not found or found.group(1) != expected:
            wrong.append(f"{name} is {found.group(1) if found else 'missing'}, expected {expected}")
    permissions = set(re.findall(r"^uses-permission[^:]*: name='([^']+)'", text, re.M))
    if permissions != PERMISSIONS:
        wrong.append(f"the permissions are {sorted(permissions)}, expected {sorted(PERMISSIONS)}")
    if "application-debuggable" in text:
        wrong.append("the release APK is debuggable")
    return wrong


def signed_v2_and_v3(apk: Path) -> list[str]:
    """Schemes v2 and v3 verify."""
    found = apks.signatures(apk)
    return (
        []
        if {"v2", "v3"} <= found
        else [f"the signatures that verify are {sorted(found)}, expected v2 and v3"]
    )


def mapped_files_lie_right(apk: Path) -> list[str]:
    """Libraries, packages and the resource table are stored and aligned, also for zipalign."""
    wrong = archive.misplaced(apk)
    done = subprocess.run(["zipalign", "-c", "-p", "4", str(apk)], capture_output=True)
    return wrong + (["zipalign -c -p 4 refuses it"] if done.returncode else [])


def holds_the_model(apk: Path) -> list[str]:
    """The checked model package is among the assets."""
    with zipfile.ZipFile(apk) as source:
        return [] if ASSET in source.namelist() else [f"{ASSET} is not in it"]


def is_small(apk: Path) -> list[str]:
    """Dex files and resources, packed as they are, take no more than LARGEST."""
    with zipfile.ZipFile(apk) as source:
        sizes = [
            info.compress_size
            for info in source.infolist()
            if not info.filename.startswith(("assets/", "lib/"))
        ]
    size = sum(sizes)
    return (
        []
        if size <= LARGEST
        else [f"dex and resources take {size} bytes, at most {LARGEST} are allowed"]
    )


def keeps_its_names(apk: Path) -> list[str]:
    """Every class that the native library, the manifest and the layouts name is in the dex."""
    with zipfile.ZipFile(apk) as source:
        names = [name for name in source.namelist() if name.endswith(".dex")]
        dex = b"".join(source.read(name) for name in names)
    rules = (built("app") / "aapt" / "keep.pro").read_text()
    wanted = {name.replace(".", "/") for name in re.findall(r"^-keep class (\S+)", rules, re.M)}
    for path in (ROOT / "jni" / "android").glob("*.cc"):
        wanted |= set(re.findall(r'"(io/pocketlens/\w+/\w+)"', path.read_text()))
    lost = [name for name in sorted(wanted) if f"L{name};".encode() not in dex]
    return [f"{name} is not in the dex files under its name" for name in lost]


def names_opencl(apk: Path) -> list[str]:
    """The manifest names the phone's OpenCL, without which Android 12 and later hide it."""
    tree = run(["aapt2", "dump", "xmltree", apk, "--file", "AndroidManifest.xml"])
    named = re.search(r"E: uses-native-library.*\n.*\n.*\n", tree)
    asked = named is not None and "libOpenCL.so" in named[0] and "required" in named[0]
    return [] if asked else ["its manifest has no uses-native-library for libOpenCL.so"]


def libraries(native: Native) -> tuple[list[str], list[str]]:
    """Complaints about our library in the APK, and notes on the vendor's."""
    return natives.complaints(native.libraries)


RELEASE_GATES: tuple[Callable[[Path], list[str]], ...] = (
    badging_is_golden,
    sdk_levels_and_permissions,
    signed_v2_and_v3,
    mapped_files_lie_right,
    holds_the_model,
    is_small,
    keeps_its_names,
    names_opencl,
)
OTHER_GATES: tuple[Callable[[Path], list[str]], ...] = (signed_v2_and_v3, mapped_files_lie_right)
