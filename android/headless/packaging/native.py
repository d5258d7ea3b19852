"""An APK's native libraries: built for arm64-v8a when NDK and runtime are given, and looked at."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from project import ROOT, WORK, fail, run, say

sys.path.insert(0, str(ROOT))
from tools.data.assets import FETCHED, Item, items, unpack
from tools.data.phone_runtime import read_library
from tools.errors import PocketlensError
from tools.places import sha256_of

ABI = "arm64-v8a"
OURS = "libpocketlens.so"
RUNTIME = "android-2.0.0-aarch64"  # its name for `fetch`
LARGEST = 550_000  # bytes of our own library, stripped


@dataclass(frozen=True)
class Native:
    """The libraries to pack, by file name; empty with what is `missing` to build them."""

    libraries: dict[str, Path]
    missing: tuple[str, ...] = ()


def build() -> Native:
    """Build libpocketlens.so for a phone, or say what is missing. A stub is never linked."""
    ndk, runtime = os.environ.get("ANDROID_NDK_HOME"), runtime_folder(items()[RUNTIME])
    missing = []
    if not ndk:
        missing.append("ANDROID_NDK_HOME, the folder of the Android NDK (r27 or later)")
    if not runtime:
        missing.append(
            "MINDSPORE_LITE_HOME, the official runtime or the folder unpacked from it, or nothing"
            f" after this command: .venv/bin/python -m tools fetch {RUNTIME}"
        )
    if not ndk or runtime is None:
        return Native({}, tuple(missing))
    return Native(_build(Path(ndk), runtime))


def runtime_folder(item: Item, fetched: Path = FETCHED) -> Path | None:
    """The unpacked runtime: MINDSPORE_LITE_HOME (folder or archive), or what `fetch` brought.

    An archive is used only when its SHA-256 is the item's, and is unpacked beside the fetched ones,
    whole or not at all. None when there is none; the build ends when it is not the right one.
    """
    given = os.environ.get("MINDSPORE_LITE_HOME")
    if given and Path(given).is_dir():
        return Path(given)
    archive = Path(given) if given else fetched / item.file
    if not archive.is_file():
        if given:
            fail(f"MINDSPORE_LITE_HOME is {given}, which is neither a folder nor a file.")
        return None
    found = sha256_of(archive)
    if found != item.sha256:
        fail(
            f"{archive} has SHA-256 {found}, expected {item.sha256}. It was not unpacked. Type:"
            f" .venv/bin/python -m tools fetch {item.name} --replace"
        )
    fetched.mkdir(parents=True, exist_ok=True)
    try:
        return unpack(archive, fetched)
    except PocketlensError as error:
        fail(f"{error.name}: {error.message}")


def _build(ndk: Path, runtime: Path) -> dict[str, Path]:
    say(f"building {OURS} for {ABI}")
    environment = {**os.environ, "MINDSPORE_LITE_HOME": str(runtime)}
    run(["cmake", "--preset", "android"], cwd=ROOT / "jni", env=environment)
    run(
        ["cmake", "--build", ROOT / "build" / "android", "--target", "pocketlens"], cwd=ROOT / "jni"
    )
    toolchain = next((ndk / "toolchains" / "llvm" / "prebuilt").glob("*"), None)
    if toolchain is None:
        fail(f"{ndk} holds no toolchain. Set ANDROID_NDK_HOME to the folder of an unpacked NDK.")
    standard = toolchain / "sysroot" / "usr" / "lib" / "aarch64-linux-android" / "libc++_shared.so"
    sources = [
        ROOT / "build" / "android" / OURS,
        runtime / "runtime" / "lib" / "libmindspore-lite.so",
        standard,
    ]
    folder = WORK / "lib"
    folder.mkdir(parents=True, exist_ok=True)
    libraries = {}
    for source in sources:
        target = folder / source.name
        shutil.copyfile(source, target)
        if source.name == OURS:
            run([toolchain / "bin" / "llvm-strip", "--strip-unneeded", target])
        libraries[source.name] = target
    return libraries


def like_a_phones() -> dict[str, Path]:
    """Our library for 64-bit ARM Linux with a phone's flags, to see size and alignment without NDK.

    Empty where the cross-compiler is missing. It is measured and never packed.
    """
    strip = shutil.which("aarch64-linux-gnu-strip")
    if strip is None or shutil.which("aarch64-linux-gnu-g++") is None:
        return {}
    say(f"building {OURS} for ARM Linux to measure it")
    folder = ROOT / "build" / "size-aarch64"
    run(["cmake", "--preset", folder.name], cwd=ROOT / "jni")
    run(["cmake", "--build", folder, "--target", "pocketlens"])
    measured = WORK / "measured" / OURS
    measured.parent.mkdir(parents=True, exist_ok=True)
    run([strip, "--strip-unneeded", "-o", measured, folder / OURS])
    return {OURS: measured}


def _better() -> str:
    """What a newer runtime may help, as far as it is known."""
    newest = next(name for name in items() if name.startswith("android-"))
    return (
        "No release of MindSpore Lite is known to be better: until July 2025 its sources set no"
        f" size of pages. To look at the newest: .venv/bin/python -m tools fetch {newest} --unpack"
    )


def complaints(libraries: dict[str, Path]) -> tuple[list[str], list[str]]:
    """What is wrong with our own library, and which vendor libraries make an APK not Play-ready."""
    errors, notes = [], []
    for name, path in sorted(libraries.items()):
        try:
            library = read_library(path)
        except PocketlensError as error:
            fail(error.message)
        aligned = library.fits_large_pages
        if library.machine != "AArch64":
            errors.append(f"{name} is not for {ABI}")
        if name != OURS and not aligned:
            notes.append(
                f"{name} (the vendor's) is aligned to {library.alignment} bytes, not to pages of"
                f" 16 KB: the APK is not Play-ready. {_better()}"
            )
        if name == OURS and not aligned:
            errors.append(f"{name} is not aligned to 16 KB pages")
        if name == OURS and path.stat().st_size > LARGEST:
            errors.append(f"{name} has {path.stat().st_size} bytes, at most {LARGEST} are allowed")
    return errors, notes
