"""Several devices: starting processes with MindSpore's `msrun`, and knowing one's place in them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.data.loader import Share
from tools.errors import PocketlensError
from tools.places import python_path

RANK_VARIABLE = "RANK_ID"  # set by msrun in each of its processes


def is_worker() -> bool:
    """Whether this process was started by msrun."""
    return RANK_VARIABLE in os.environ and "MS_ROLE" in os.environ


def join(platform: str) -> Share:
    """Sets MindSpore's device; in a process of msrun also the data-parallel group.

    Raises `bad_settings` when this MindSpore has no such device.
    """
    import mindspore as ms

    ms.set_context(mode=ms.GRAPH_MODE)
    try:
        if ms.get_context("device_target") != platform:  # once a kernel ran it cannot be set
            ms.set_device(platform)
    except Exception as error:  # the type depends on what is missing
        raise PocketlensError(
            "bad_settings",
            f"This MindSpore ({ms.__version__}) cannot use {platform} here:"
            f" {' '.join(str(error).split())[:200]}",
            do="Install MindSpore for that device, or use --platform CPU.",
        ) from error
    if not is_worker():
        return Share()
    from mindspore.communication import get_group_size, get_rank, init

    init()
    share = Share(int(get_rank()), int(get_group_size()))
    ms.set_auto_parallel_context(
        parallel_mode=ms.ParallelMode.DATA_PARALLEL,
        gradients_mean=True,
        device_num=share.size,
    )
    return share


def launch(script: Path, arguments: Sequence[str], devices: int, port: int) -> int:
    """Runs `script` in as many processes as devices; the largest exit code.

    The first process's output is shown as it comes; when one fails, the end of its log is.
    """
    with tempfile.TemporaryDirectory(prefix="pocketlens-msrun.") as logs:
        program = Path(sys.executable).with_name("msrun")
        if not program.exists():
            raise PocketlensError(
                "missing_tool", f"{program} is not there.", do="It comes with MindSpore."
            )
        command = [str(program), f"--worker_num={devices}", f"--local_worker_num={devices}"]
        command += [f"--master_port={port}", f"--log_dir={logs}", "--join=True"]
        command += ["--cluster_time_out=120", str(script), *arguments]
        bin_path = os.pathsep.join([str(program.parent), os.environ.get("PATH", "")])
        environment = {
            **os.environ,
            "PYTHONPATH": python_path(),
            "PATH": bin_path,
            "PYTHONUNBUFFERED": "1",
        }
        done = subprocess.run(
            command, env=environment, cwd=logs, capture_output=True, text=True, check=False
        )
        first = Path(logs) / "worker_0.log"
        if first.is_file():
            print(_without_noise(first.read_text(errors="replace")), end="")
        if done.returncode != 0:
            _show_failure(Path(logs), done.stdout + done.stderr)
        return done.returncode


def _without_noise(text: str) -> str:
    """A worker's log without MindSpore's own lines."""
    noise = ("[WARNING]", "[INFO]", "Distribute mode", "Start worker process")
    return "".join(line for line in text.splitlines(True) if not line.startswith(noise))


def _show_failure(logs: Path, output: str) -> None:
    """The end of every worker's log, on standard error."""
    for log in sorted(logs.glob("worker_*.log")):
        tail = log.read_text(errors="replace").splitlines()[-15:]
        print(f"--- {log.stem}", *tail, sep="\n", file=sys.stderr)
    if not list(logs.glob("worker_*.log")):
        print(output[-2000:], file=sys.stderr)
