"""Set-up from nothing: system packages, virtual environment, MindSpore Lite SDK, native core.

The only module that runs before the environment exists, so it uses the standard library alone and
any Python from 3.8. Every step leaves a stamp that holds the hash of what it depends on; a step
whose stamp is current is not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BUILD = ROOT / "build"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "pocketlens"

# Debian's name of a package and a file or program that shows it is installed.
HOST_PACKAGES = {
    "g++": "g++",
    "cmake": "cmake",
    "ninja-build": "ninja",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libgthread-2.0.so.0",
    "libturbojpeg0": "libturbojpeg.so.0",
    "nlohmann-json3-dev": "/usr/include/nlohmann/json.hpp",
    "libgtest-dev": "/usr/include/gtest/gtest.h",
}
AARCH64_PACKAGES = {
    "g++-aarch64-linux-gnu": "aarch64-linux-gnu-g++",
    "qemu-user-static": "qemu-aarch64-static",
}
ANDROID_PACKAGES = {
    "openjdk-17-jdk-headless": "javac",
    "maven": "mvn",
    "aapt": "aapt2",
    "android-framework-res": "/usr/share/android-framework-res/framework-res.apk",
    "apksigner": "apksigner",
    "zipalign": "zipalign",
    "zip": "zip",
}
TEST_PACKAGES = {
    "chromium": "chromium",  # the HTML report and the page of `live` are looked at in a browser
    "clang-19": "clang++-19",  # the compiler of phone builds, with the library it has there
    "libc++-19-dev": "/usr/lib/llvm-19/include/c++/v1/vector",
}


class SetupError(Exception):
    """A step that could not be done; the text says what to do."""


def say(text: str) -> None:
    """Print one line about what is being done."""
    print(f"setup: {text}", flush=True)


def run(command: list[Any], **options: Any) -> str:
    """Run a command; a failure raises SetupError with the end of its output."""
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-40:])
        line = " ".join(str(part) for part in command)
        raise SetupError(f"This command failed with exit code {done.returncode}:\n  {line}\n{tail}")
    return str(done.stdout)


def digest(*parts: Any) -> str:
    """SHA-256 over texts and the contents of files, as hex."""
    value = hashlib.sha256()
    for part in parts:
        value.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        value.update(b"\0")
    return value.hexdigest()


def is_current(stamp: Path, key: str) -> bool:
    """Whether a stamp file holds this key."""
    return stamp.is_file() and stamp.read_text() == key


def has(sign: str) -> bool:
    """Whether a program, a header (absolute path) or a shared library (…so…) is there."""
    if sign.startswith("/"):
        return Path(sign).exists()
    if ".so" in sign:
        listing = subprocess.run(["/sbin/ldconfig", "-p"], stdout=subprocess.PIPE, text=True)
        return sign in listing.stdout
    return shutil.which(sign) is not None


def system_packages(wanted: dict[str, str], required: bool = True) -> bool:
    """Install missing Debian packages with apt as root, or say what to type."""
    missing = [name for name, sign in wanted.items() if not has(sign)]
    if not missing:
        return True
    command = "apt-get install -y " + " ".join(missing)
    if shutil.which("apt-get") and os.geteuid() == 0:
        say("installing " + ", ".join(missing) + " with apt")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        try:
            run(["apt-get", "update", "-qq"], env=environment)
            run([*command.split(), "-qq", "--no-install-recommends"], env=environment)
            return True
        except SetupError as error:
            if required:
                raise
            say(str(error))
            return False
    message = f"These system packages are missing: {', '.join(missing)}. Type: sudo {command}"
    if required:
        raise SetupError(message)
    say(message)
    return False


def find_python() -> str:
    """A Python 3.10 or 3.11 with venv; MindSpore 2.10 has wheels for these and no later ones."""
    for name in ("python3.11", "python3.10", sys.executable):
        program = shutil.which(name)
        if not program:
            continue
        probe = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run(
            [program, "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        if done.returncode == 0 and done.stdout.strip() in ("3.10", "3.11"):
            return program
    raise SetupError(
        "Python 3.10 or 3.11 with venv is needed (MindSpore 2.10 has no wheels for later ones)"
        " and was not found. On Debian 12 type: sudo apt-get install -y python3.11 python3.11-venv"
    )


def pip_install(lock: Path) -> None:
    """Install a lock file's packages into the environment, their hashes checked."""
    pip = [VENV / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    run([*pip, "--no-deps", "--require-hashes", "-r", lock])


def extra(name: str) -> None:
    """The packages of an optional extra: requirements-NAME.lock."""
    lock = ROOT / f"requirements-{name}.lock"
    stamp = VENV / f".pocketlens-{name}"
    if not is_current(stamp, digest(lock)):
        say(f"installing the packages of {lock.name}")
        pip_install(lock)
        stamp.write_text(digest(lock))


def extras(options: argparse.Namespace) -> dict[str, bool]:
    """Which optional extras the command line asks for."""
    return {
        "ray": options.ray,
        "live": options.live or options.tests,
        "browser": options.tests,
    }


def find_tools_from_anywhere() -> None:
    """Let `python tools/convert.py` import `tools`: it puts tools/ on the path, not its parent."""
    for site in VENV.glob("lib/python3.*/site-packages"):
        link = site / "pocketlens.pth"
        if not is_current(link, f"{ROOT}\n"):
            link.write_text(f"{ROOT}\n")


def environment() -> None:
    """An empty virtual environment, where there is none."""
    if not (VENV / "bin" / "python").exists():
        python = find_python()
        say(f"making .venv with {python}")
        run([python, "-m", "venv", VENV])


def packages(options: argparse.Namespace) -> None:
    """The pinned packages of requirements.lock and of the extras that are asked for."""
    lock = ROOT / "requirements.lock"
    key = digest(lock, "3")
    stamp = VENV / ".pocketlens"
    if not is_current(stamp, key):
        say("installing the packages of requirements.lock")
        say("the first time this takes minutes: MindSpore is 800 MB")
        pip_install(lock)
        stamp.write_text(key)
    find_tools_from_anywhere()
    for name, wanted in extras(options).items():
        if wanted:
            extra(name)


def sdk_pins() -> dict[str, tuple[list[str], int, str]]:
    """machine -> (platform tags, bytes, sha256) from mindspore-lite.lock."""
    pins = {}
    for line in (ROOT / "mindspore-lite.lock").read_text().splitlines():
        if line and not line.startswith("#"):
            machine, tags, size, sha256 = line.split()
            pins[machine] = (tags.split(","), int(size), sha256)
    return pins


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    value = hashlib.sha256()
    with open(path, "rb") as stream:
        for piece in iter(lambda: stream.read(1 << 20), b""):
            value.update(piece)
    return value.hexdigest()


def fetch_sdk_wheel(machine: str) -> Path:
    """The wheel of one machine in the cache, downloaded when it is not there, checked always."""
    tags, size, sha256 = sdk_pins()[machine]
    wheel = CACHE / f"mindspore_lite-2.0.0-{machine}.whl"
    if wheel.is_file() and wheel.stat().st_size == size and sha256_of(wheel) == sha256:
        return wheel
    say(f"fetching the MindSpore Lite 2.0.0 SDK for {machine} ({size // 1_000_000} MB)")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = [VENV / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
        command += ["download", "-q", "--no-deps", "--only-binary=:all:", "--python-version", "3.7"]
        command += ["--implementation", "cp", "-d", folder, "mindspore-lite==2.0.0"]
        for tag in tags:
            command += ["--platform", tag]
        run(command)
        (found,) = Path(folder).glob("*.whl")
        actual = sha256_of(found)
        if actual != sha256:
            raise SetupError(
                f"The SDK wheel for {machine} has SHA-256 {actual}, but mindspore-lite.lock expects"
                f" {sha256}. It was not used. Try again; if it stays, the file was changed."
            )
        os.replace(found, wheel)
    return wheel


def sdk(machine: str) -> None:
    """The unpacked SDK under build/sdk/<machine>/mindspore_lite (include/ and lib/)."""
    folder = BUILD / "sdk" / machine
    key = sdk_pins()[machine][2]
    stamp = folder / ".pocketlens"
    if is_current(stamp, key):
        return
    wheel = fetch_sdk_wheel(machine)
    say(f"unpacking the SDK to {folder.relative_to(ROOT)}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("mindspore_lite/")]
        archive.extractall(folder, [name for name in names if not name.endswith(".py")])
    stamp.write_text(key)


def native(preset: str, target: str | None = None) -> None:
    """One CMake build of jni/ by a preset of jni/CMakePresets.json; incremental, so always run.

    `target`: that alone of it.
    """
    sources = ROOT / "jni"
    made, presets = BUILD / preset / "build.ninja", sources / "CMakePresets.json"
    if not made.is_file() or made.stat().st_mtime < presets.stat().st_mtime:
        say(f"configuring the native core ({preset})")
        run(["cmake", "--preset", preset], cwd=sources)
    only = ["--target", target] if target else []
    output = run(["cmake", "--build", "--preset", preset, *only], cwd=sources)
    if "no work to do" not in output:
        say(f"built the native core into build/{preset}")


def core(machine: str, options: argparse.Namespace, emulated: bool) -> None:
    """The SDK and the native core, with tests where some may follow. `emulated`: aarch64, too."""
    sdk(machine)
    target = None if options.preset or options.tests or options.android else "desk"
    for preset in options.preset or ["native"]:
        native(preset, target)
    if emulated:
        sdk("aarch64")
        native("native-aarch64")


def main() -> int:
    """Do the steps that the command line names; all of them without a name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aarch64", action="store_true", help="also verify's aarch64 rung")
    parser.add_argument("--android", action="store_true", help="also what `make apk` needs")
    parser.add_argument("--tests", action="store_true", help="also what `make test` needs")
    parser.add_argument("--ray", action="store_true", help="also the extra for Ray clusters")
    parser.add_argument("--live", action="store_true", help="also the extra of `make try`")
    parser.add_argument("--preset", action="append", help="build these presets of the core")
    options = parser.parse_args()
    try:
        machine = platform.machine()
        if machine not in sdk_pins():
            has_sdk = ", ".join(sdk_pins())
            raise SetupError(f"MindSpore Lite 2.0.0 has no SDK for {machine}; it has {has_sdk}.")
        android = ANDROID_PACKAGES if options.android else {}
        system_packages({**HOST_PACKAGES, **android, **(TEST_PACKAGES if options.tests else {})})
        emulated = (
            options.aarch64
            and machine == "x86_64"
            and system_packages(AARCH64_PACKAGES, required=False)
        )
        environment()
        with ThreadPoolExecutor(2) as pool:  # unpacking packages takes as long as compiling
            done = [
                pool.submit(packages, options),
                pool.submit(core, machine, options, emulated),
            ]
            for step in done:
                step.result()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
