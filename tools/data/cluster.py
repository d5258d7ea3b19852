"""Work on photos spread over a Ray cluster, with the very results of one process.

Ray is an extra (`python3 tools/bootstrap.py --ray`). A block of photos is a task: any node may run
it, a task whose worker dies is run again, and results are put together in the photos' order, so
neither the number of workers nor their fate shows in them. Every node needs this project at the
same path, and sees the photos and the package at the paths that the driver was given.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from tools.errors import PocketlensError
from tools.places import ROOT

BLOCK = 64  # photos a task: large beside the start of a session, small beside a lost worker
RETRIES = 20  # a task's attempts after its worker died
LOCAL_OBJECT_STORE = 256 << 20  # bytes; rows of numbers are all that travels

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Engine:
    """Where photos are worked on: here, or on a Ray cluster (address None: a local one)."""

    name: str = "local"
    address: str | None = None
    workers: int | None = None  # of a local cluster; None: one a core

    @property
    def is_ray(self) -> bool:
        """Whether Ray does the work."""
        return self.name == "ray"


LOCAL = Engine()


def engine_options(command: Command) -> Command:
    """Add --engine and --ray-address to a click command."""
    address = click.option(
        "--ray-address", help="A running Ray cluster, host:port [default: start one here]."
    )
    name = click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help="Work in this process, or on Ray.",
    )
    return name(address(command))


def in_blocks(items: Sequence[Item], size: int = BLOCK) -> list[list[Item]]:
    """The items in order, `size` to a block; no items give no block."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]


def spread(
    task: Callable[[list[Item]], Answer],
    blocks: Sequence[list[Item]],
    engine: Engine,
    label: str = "working",
) -> list[Answer]:
    """The task's answer for each block, in order. `task` must be importable or picklable.

    Raises `missing_extra` without Ray, `cluster_failed` when the cluster cannot be reached or a
    block kept failing, and the task's own PocketlensError.
    """
    ray = _ray()
    with _connected(ray, engine):
        remote = ray.remote(num_cpus=1, max_retries=RETRIES)(_run)
        pending = {remote.remote(task, block): index for index, block in enumerate(blocks)}
        answers: dict[int, Answer] = {}
        hidden = not sys.stderr.isatty()
        with click.progressbar(
            length=len(blocks), label=label, file=sys.stderr, hidden=hidden
        ) as bar:
            while pending:
                ready, _ = ray.wait(list(pending), num_returns=1)
                for reference in ready:
                    answers[pending.pop(reference)] = _answer(ray, reference)
                    bar.update(1)
    return [answers[index] for index in range(len(blocks))]


def _run(task: Callable[[list[Item]], Answer], block: list[Item]) -> Answer:
    """What a worker does: Ray takes functions only, a task may be any callable."""
    return task(block)


def _ray() -> Any:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is sent anywhere
    os.environ.setdefault("RAY_raylet_start_wait_time_s", "180")  # a busy machine is slow to start
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise PocketlensError(
            "missing_extra",
            "The engine ray needs the Python package ray, which is not installed.",
            do="Install it with: python3 tools/bootstrap.py --ray",
        ) from error
    return ray


@contextlib.contextmanager
def _connected(ray: Any, engine: Engine) -> Iterator[None]:
    """A connection to the cluster, or a local cluster for the time of the work."""
    settings: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if engine.address is None:
        settings |= {
            "address": "local",
            "num_cpus": engine.workers or len(os.sched_getaffinity(0)),
            "num_gpus": 0,
            "include_dashboard": False,
            "object_store_memory": LOCAL_OBJECT_STORE,
        }
    else:
        settings |= {
            "address": engine.address,
            "runtime_env": {"env_vars": {"PYTHONPATH": str(ROOT), "GLOG_v": "3"}},
        }
    try:
        if engine.address is not None:
            _knock(engine.address)  # Ray itself would try for minutes
        ray.init(**settings)
    except Exception as error:  # Ray raises many kinds, ConnectionError among them
        where = engine.address or "this machine"
        raise PocketlensError(
            "cluster_failed", f"No Ray cluster at {where} could be reached or started: {error}."
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Raise OSError or ValueError when nothing listens at host:port."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10):
        pass


def _answer(ray: Any, reference: Any) -> Any:
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, PocketlensError):
            raise error.cause from None
        raise
    except ray.exceptions.RayError as error:
        raise PocketlensError(
            "cluster_failed",
            f"A block of photos failed {RETRIES + 1} times: {error}.",
            do="Look at the cluster's memory and logs; what is in the feature cache is kept.",
        ) from error
