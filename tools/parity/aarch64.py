"""The core built for ARM, run under qemu: the phone's instruction set without a phone."""

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.errors import PocketlensError
from tools.native.frames import Bytes
from tools.places import BUILD, ROOT

Floats = npt.NDArray[np.float32]

PROGRAM = BUILD / "native-aarch64" / "pocketlens_cli"
QEMU = "qemu-aarch64-static"
SYSROOT = Path("/usr/aarch64-linux-gnu")
SECONDS = 600


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


def outputs(package: Path, photos: Sequence[Bytes], seconds: float = SECONDS) -> Floats:
    """Raw outputs (photos, outputs) for RGB photos (height, width, 3), by the ARM program.

    Errors: worker_failed with the end of what the program said; timed_out.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frames = [folder / f"{number}.ppm" for number in range(len(photos))]
        for pixels, path in zip(photos, frames, strict=True):
            write_ppm(pixels, path)
        out = folder / "outputs.f32"
        _run(["run", str(package), "--out", str(out), "--frames", *map(str, frames)], seconds)
        return np.fromfile(out, "<f4").reshape(len(photos), -1)


def _run(arguments: Sequence[str], seconds: float) -> None:
    command = [QEMU, str(PROGRAM), *arguments]
    environment = {**os.environ, "QEMU_LD_PREFIX": str(SYSROOT), "GLOG_v": "3"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=seconds
        )
    except subprocess.TimeoutExpired as error:
        raise PocketlensError(
            "timed_out", f"The ARM core took longer than {seconds:g} s."
        ) from error
    if done.returncode != 0:
        said = " ".join(done.stderr.strip().splitlines()[-3:])
        raise PocketlensError(
            "worker_failed", f"The ARM core ended with exit code {done.returncode}. {said}"
        )


def write_ppm(pixels: Bytes, path: Path) -> None:
    """Write (height, width, 3) RGB bytes as a binary PPM."""
    height, width, _ = pixels.shape
    path.write_bytes(f"P6\n{width} {height}\n255\n".encode() + pixels.tobytes())
