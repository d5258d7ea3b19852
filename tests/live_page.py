"""The page of `tools live` for tests: a real server, a real browser, a camera from a file.

`.venv/bin/python -m tests.live_page` draws README's picture of it, tests/data/live.jpg.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import cv2
import numpy as np
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
WIDTH, HEIGHT = 640, 480
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


@dataclass
class Served:
    """A running `tools live`, and what it has printed so far."""

    process: subprocess.Popen[str]
    url: str
    temporary: Path  # where it keeps what it needs for a while
    lines: list[str] = field(default_factory=list)

    @property
    def origin(self) -> dict[str, str]:
        """The header with which the page itself asks."""
        return {"Origin": self.url}

    def get(self, path: str) -> Any:
        """JSON from the server."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=60) as response:
            return json.load(response)

    def post(self, path: str, body: bytes = b"") -> Any:
        """JSON from the server, asked as the page asks."""
        request = urllib.request.Request(f"{self.url}{path}", body, self.origin)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)


def start(folder: Path, *arguments: object) -> Served:
    """Run `tools live` as a person does, but for the browser; it writes under `folder` alone."""
    temporary = folder / "temporary"
    temporary.mkdir(parents=True)
    command = [sys.executable, "-m", "tools", "live", "--no-browser", "--port", "0"]
    command += ["--work", folder / "own", *arguments]
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(temporary)},
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    found = re.search(r"http://127\.0\.0\.1:\d+", "".join(lines))
    assert found, "".join(lines)
    return Served(process, found.group(), temporary, lines)


def end(served: Served) -> int:
    """Ctrl-C; the exit code."""
    served.process.send_signal(signal.SIGINT)
    rest, _ = served.process.communicate(timeout=30)
    served.lines += rest.splitlines(keepends=True)
    return served.process.returncode


@contextmanager
def chromium(video: Path) -> Iterator[Browser]:
    """Debian's Chromium, whose camera shows a video file."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "Chromium is not installed: apt-get install chromium"
    options = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    options += [f"--use-file-for-fake-video-capture={video}", "--no-sandbox", "--disable-gpu"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=options)
        yield opened
        opened.close()


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it is now."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    assert len(found["passes"]) > 15
    return [
        f"{one['id']}: {one['help']} ({node['target']})"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def camera_view(photo: Path) -> np.ndarray:
    """A photo as the camera sees it: RGB (480, 640, 3)."""
    picture = cv2.imread(str(photo))[:, :, ::-1]
    return cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def write_video(path: Path, picture: np.ndarray, frames: int = 2, rate: int = 5) -> None:
    """The picture as an uncompressed video (YUV4MPEG2, 4:2:0), which Chromium plays in a loop.

    Few pictures a second leave a busy machine time for the test.
    """
    planes = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2YUV_I420).tobytes()
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{rate}:1 Ip A1:1 C420mpeg2\n".encode()
    path.write_bytes(head + (b"FRAME\n" + planes) * frames)


def draw(out: Path) -> None:
    """Picture of the page for README: the camera names the cat, photos are named below."""
    photos = ROOT / "tests" / "data" / "photos"
    names = ("koala", "coffee", "chameleon", "taj-mahal", "dahlia", "bayterek")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_video(folder / "cat.y4m", camera_view(photos / "cat.png"), rate=30)
        served = start(folder / "server", ROOT / "build/packages/mobilenetv2-openimages")
        with chromium(folder / "cat.y4m") as browser:
            page = browser.new_page(viewport={"width": 1100, "height": 860})
            page.goto(served.url)
            page.set_input_files("#files", [photos / f"{each}.jpg" for each in names])
            expect(page.locator("#photos-status")).to_have_text(f"{len(names)} photos")
            page.click("#camera")
            expect(page.locator(".headline").first).to_have_text("Cat", timeout=60_000)
            page.wait_for_timeout(3000)
            # Playwright reads every picture along, so the rate is its own, not the page's.
            page.evaluate(
                "() => { scrollTo(0, 0); document.getElementById('rate').hidden = true; }"
            )
            page.screenshot(path=out, type="jpeg", quality=80)
        assert end(served) == 0


if __name__ == "__main__":
    draw(ROOT / "tests" / "data" / "live.jpg")
