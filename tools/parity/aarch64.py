"""The core built for ARM, run under qemu: the phone's instruction set without a phone."""

import platform
import shutil
from pathlib import Path

from tools.native.frames import Bytes

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "native-aarch64" / "pocketlens_cli"
QEMU = "qemu-aarch64-static"
SYSROOT = Path("/usr/aarch64-linux-gnu")
SECONDS_A_PHOTO = 120


def missing() -> str:
    """What keeps the rung from being run here, with what to do; empty when nothing does."""
    if platform.machine() == "aarch64":
        return "this machine is an aarch64 one, so the rung above is this one"
    if shutil.which(QEMU) is None or not SYSROOT.is_dir():
        packages = "qemu-user-static g++-aarch64-linux-gnu"
        return f"{QEMU} or {SYSROOT} is missing: apt-get install {packages}"
    if not PROGRAM.is_file():
        return f"{PROGRAM.relative_to(ROOT)} has not been built: make setup"
    return ""


def write_ppm(pixels: Bytes, path: Path) -> None:
    """Write (height, width, 3) RGB bytes as a binary PPM."""
    height, width, _ = pixels.shape
    path.write_bytes(f"P6\n{width} {height}\n255\n".encode() + pixels.tobytes())
