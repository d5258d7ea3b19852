"""The page of `tools live`: camera pictures a second through its server beside the core alone, and
the seconds from `make try` to the first picture of a camera that is named in a real browser."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.live_page import HEIGHT, ROOT, WIDTH, Served, camera_view, chromium, end, start
from tests.live_page import write_video as write_camera
from tools.native import Classifier, Settings
from tools.native.worker import Worker

PHOTO = ROOT / "tests" / "data" / "photos" / "cat.png"
LANES = (1, 2)  # pictures under way; the page has two
NAMED_LIMIT, RATE_LIMIT = 10.0, 0.8


def measure(package: Path, laps: int, seconds: float) -> dict[str, Any]:
    """Rates of both in turns, `laps` times `seconds`; their medians, the median of their ratios."""
    view = camera_view(PHOTO)
    picture = np.dstack([view, np.full(view.shape[:2], 255, np.uint8)])
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, Worker() as worker:
        served = start(Path(folder), package)
        for lanes in LANES:
            pairs = [
                (
                    worker.call(core_rate, package, picture, lanes, seconds),
                    served_rate(served, picture.tobytes(), lanes, seconds),
                )
                for _ in range(laps)
            ]
            figures[f"lanes_{lanes}"] = {
                "core": statistics.median(core for core, _ in pairs),
                "served": statistics.median(served for _, served in pairs),
                "ratio": statistics.median(served / core for core, served in pairs),
            }
        end(served)
        figures["make_try_to_named_s"] = seconds_to_named(Path(folder))
    figures["load"] = os.getloadavg()[0]
    return figures


def core_rate(package: Path, picture: Any, lanes: int, seconds: float) -> float:
    """Pictures a second of that many sessions of one thread, each with a thread that feeds it."""
    sessions = [Classifier(package, Settings(threads=1, warm_up=True)) for _ in range(lanes)]
    rate = rate_of([lambda one=one: one.classify(picture) for one in sessions], seconds)
    for one in sessions:
        one.close()
    return rate


def served_rate(served: Served, data: bytes, lanes: int, seconds: float) -> float:
    """Pictures a second through the server, by clients that keep their connections."""
    host, port = served.url.removeprefix("http://").split(":")
    request = (
        f"POST /api/frame?width={WIDTH}&height={HEIGHT} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Origin: {served.url}\r\nContent-Length: {len(data)}\r\n\r\n"
    ).encode() + data

    def asker() -> Callable[[], object]:
        # By hand: http.client would take 0.2 ms of the cores that the server needs.
        connection = socket.create_connection((host, int(port)))

        def ask() -> bytes:
            connection.sendall(request)
            told = b""
            while not (length := re.search(rb"Content-Length: (\d+)\r\n.*?\r\n\r\n", told, re.S)):
                told += connection.recv(1 << 16)
            while len(told) < length.end() + int(length[1]):
                told += connection.recv(1 << 16)
            assert told.startswith(b"HTTP/1.1 200 "), told
            return told

        return ask

    return rate_of([asker() for _ in range(lanes)], seconds)


def rate_of(jobs: list[Callable[[], object]], seconds: float) -> float:
    """How often the jobs are done in a second, each again and again in a thread of its own."""
    done, begun = [0] * len(jobs), time.perf_counter()

    def again(place: int) -> None:
        while time.perf_counter() - begun < seconds:
            jobs[place]()
            done[place] += 1

    threads = [threading.Thread(target=again, args=[place]) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - begun)


def seconds_to_named(folder: Path) -> float:
    """From typing `make try` to the cat's name on the page, by way of starting the browser."""
    from playwright.sync_api import expect

    write_camera(folder / "cat.y4m", camera_view(PHOTO), rate=30)
    begun = time.perf_counter()
    with subprocess.Popen(
        ["make", "try"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "DISPLAY": "", "WAYLAND_DISPLAY": ""},
    ) as process:
        assert process.stdout is not None
        found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
        with chromium(folder / "cat.y4m") as browser:
            page = browser.new_page()
            page.goto(found.group())
            page.click("#camera")
            expect(page.locator("#columns .headline")).to_have_text("Cat", timeout=60_000)
            took = time.perf_counter() - begun
        os.killpg(process.pid, signal.SIGINT)
        process.stdout.read()
    return took


def text(figures: dict[str, Any]) -> str:
    """Each figure beside its limit."""
    lines = [
        f"  {lanes} under way    core {found['core']:.1f}, served {found['served']:.1f} pictures a"
        f" second: {found['ratio']:.2f} (at least {RATE_LIMIT})"
        for lanes in LANES
        for found in [figures[f"lanes_{lanes}"]]
    ]
    named = figures["make_try_to_named_s"]
    lines.append(f"  make try to the first named picture   {named:.1f} s (limit {NAMED_LIMIT:.0f})")
    lines.append(f"  load of the machine at the end        {figures['load']:.1f}")
    return "\n".join(lines)
