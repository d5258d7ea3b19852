"""Several devices: starting processes with MindSpore's `msrun`, and knowing one's place in them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tools.data.loader import Share
from tools.errors import EXIT_INTERRUPTED, PocketlensError
from tools.places import python_path

PR_SET_PDEATHSIG = 1  # sys/prctl.h
POLL = 0.2  # seconds between two looks at a log
FAILURE = b"exit with exception"  # msrun says so of a process that has failed
RANK_VARIABLE = "RANK_ID"  # set by msrun in each of its processes


def is_worker() -> bool:
    """Whether this process was started by msrun."""
    return RANK_VARIABLE in os.environ and "MS_ROLE" in os.environ


def end_with_parent() -> None:
    """A process of msrun ends when msrun does, however that ended; it has a session of its own."""
    if is_worker():
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(EXIT_INTERRUPTED)


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


def launch(script: Path, arguments: Sequence[str], devices: int, port: int | None) -> int:
    """Runs `script` in as many processes as devices; the largest exit code.

    The first process's output is shown as it comes; when one fails, the end of its log is. An
    interruption ends them all.
    """
    program = Path(sys.executable).with_name("msrun")
    if not program.exists():
        raise PocketlensError(
            "missing_tool", f"{program} is not there.", do="It comes with MindSpore."
        )
    with tempfile.TemporaryDirectory(prefix="pocketlens-msrun.") as logs:
        command = [str(program), f"--worker_num={devices}", f"--local_worker_num={devices}"]
        command += [f"--master_port={port or free_port()}", f"--log_dir={logs}", "--join=True"]
        command += ["--cluster_time_out=120", str(script), *arguments]
        code, output = _watched(command, _environment(program), Path(logs))
        if code != 0:
            _show_failure(Path(logs), output)
        return code


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _environment(program: Path) -> dict[str, str]:
    path = os.pathsep.join([str(program.parent), os.environ.get("PATH", "")])
    return {**os.environ, "PYTHONPATH": python_path(), "PATH": path, "PYTHONUNBUFFERED": "1"}


def _watched(command: list[str], environment: dict[str, str], logs: Path) -> tuple[int, str]:
    """Runs msrun and shows the first process's log as it grows; exit code and msrun's output.

    An interruption ends msrun, and with it its processes (`end_with_parent`).
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            shown = 0
            while process.poll() is None:
                time.sleep(POLL)
                shown = _show_new(logs / "worker_0.log", shown)
                if FAILURE in _said(output.fileno()):
                    process.kill()  # it would wait half a minute for its scheduler to notice
            _show_new(logs / "worker_0.log", shown)
        except BaseException:
            process.kill()
            process.wait()
            raise
        said = _said(output.fileno())
        code = 1 if FAILURE in said else process.returncode
        return code, said.decode("utf-8", "replace")


def _said(output: int) -> bytes:
    """What an open file holds; its place, where a process may go on writing, stays."""
    return os.pread(output, os.fstat(output).st_size, 0)


def _show_new(log: Path, shown: int) -> int:
    """Prints the whole lines of a log from byte `shown` on; where to go on."""
    if not log.is_file():
        return shown
    with open(log, "rb") as stream:
        stream.seek(shown)
        new = stream.read()
    whole = new[: new.rfind(b"\n") + 1]
    print(_without_noise(whole.decode("utf-8", "replace")), end="", flush=True)
    return shown + len(whole)


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
