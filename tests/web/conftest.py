"""One server and one browser for all tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live_page import Served, camera_view, chromium, end, start, write_video

PATIENCE = 30_000  # milliseconds: tests share their machine
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def second_package(demo_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo package with another threshold for cats, so high that none is sure: a .zip."""
    from tools.package.writer import rewrite

    table = (demo_package / "thresholds.csv").read_text("utf-8").splitlines(keepends=True)
    changed = [strict(line) if ",/m/01yrx," in line else line for line in table]
    assert changed != table
    target = tmp_path_factory.mktemp("packages") / "strict-cats.zip"
    rewrite(demo_package, target, {"thresholds.csv": "".join(changed).encode()})
    return target


def strict(line: str) -> str:
    index, mid, _, *rest = line.split(",")
    return ",".join([index, mid, "0.999999", *rest])


@pytest.fixture(scope="session")
def server(
    demo_package: Path, second_package: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The page with the demo package and a second one beside it."""
    served = start(tmp_path_factory.mktemp("server"), demo_package, second_package)
    yield served
    assert end(served) == 0, "".join(served.lines)
    assert "Traceback" not in "".join(served.lines)
    assert list(served.temporary.glob("pocketlens-*")) == []


@pytest.fixture(scope="session")
def camera_picture(photos: Path) -> np.ndarray:
    """What the camera sees: the cat, RGB (480, 640, 3)."""
    return camera_view(photos / "cat.png")


@pytest.fixture(scope="session")
def browser(
    camera_picture: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Debian's Chromium with that camera."""
    video = tmp_path_factory.mktemp("camera") / "cat.y4m"
    write_video(video, camera_picture)
    with chromium(video) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, server: Served) -> Iterator[Page]:
    """The page, loaded; whatever it complains about fails the test."""
    yield from loaded(browser, server)


@pytest.fixture
def lone_server(demo_package: Path, tmp_path: Path) -> Iterator[Served]:
    """A server for a test that leaves another one behind than it found."""
    served = start(tmp_path / "server", demo_package)
    yield served
    assert end(served) == 0, "".join(served.lines)


@pytest.fixture
def lone_page(browser: Browser, lone_server: Served) -> Iterator[Page]:
    """That server's page."""
    yield from loaded(browser, lone_server)


def loaded(browser: Browser, server: Served) -> Iterator[Page]:
    """A server's page in a context of its own."""
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type != "log" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: outside(asked.url, server, complaints))
    opened.goto(server.url)
    yield opened
    context.close()
    assert complaints == []


def outside(url: str, server: Served, complaints: list[str]) -> None:
    """Notes a request that leaves this machine's server."""
    if not url.startswith((server.url, "blob:", "data:")):
        complaints.append(f"asked for {url}")
