"""--share: a phone in the network may fetch packages by the link, and may do nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.live_page import Served, end, start
from tools.package.reader import open_package
from tools.web.share import qr_code

pytestmark = pytest.mark.slow
ADDRESS = "127.0.0.2"  # stands for the machine's address in a network; it is not 127.0.0.1


@pytest.fixture(scope="module")
def shared(demo_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("shared")
    served = start(folder, demo_package, "--share", "--share-address", ADDRESS)
    yield served
    assert end(served) == 0
    assert "Traceback" not in "".join(served.lines)


@pytest.fixture(scope="module")
def link(shared: Served) -> str:
    found: str = shared.get("/api/packages")["packages"][0]["link"]
    return found


def status(url: str, method: str = "GET", **headers: str) -> int:
    try:
        with urlopen(Request(url, method=method, headers=headers), timeout=30) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code


def test_the_link_brings_the_package(link: str, demo_package: Path, tmp_path: Path) -> None:
    assert re.fullmatch(rf"http://{ADDRESS}:\d+/[\w-]{{22}}/0/mobilenetv2-openimages\.zip", link)
    with urlopen(link, timeout=30) as response:
        (tmp_path / "got.zip").write_bytes(response.read())
    got = open_package(tmp_path / "got.zip")
    assert got.manifest.raw == open_package(demo_package).manifest.raw


def test_it_says_what_it_opens(shared: Served, link: str) -> None:
    told = "".join(shared.lines)
    assert link.rsplit("/", 2)[0] in told
    assert "read-only" in told


def test_nothing_else_is_there(shared: Served, link: str) -> None:
    """Not without the token, no other package, no page, nothing that changes anything."""
    root = link.split("/", 3)[0] + "//" + link.split("/")[2]
    token = link.split("/")[3]
    for path in ("", token, f"{token}/0", f"{token}/7/x.zip", f"{token}/-1/x.zip", "x/0/a.zip",
                 f"{token[:-1]}/0/a.zip", "api/packages", "live.js", f"{token}/../0/a.zip/b",
                 f"{token}/%2e%2e/a.zip"):  # fmt: skip
        assert status(f"{root}/{path}") in (400, 404), path
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert status(link, method) == 400
    assert status(link, Host="evil.example") == 400


def test_the_page_is_not_served_there(shared: Served) -> None:
    with pytest.raises(OSError, match="refused"):
        urlopen(shared.url.replace("127.0.0.1", ADDRESS), timeout=5)


def test_without_share_there_is_no_link(server: Served) -> None:
    assert server.get("/api/packages")["packages"][0]["link"] is None
    assert status(f"{server.url}/api/packages/0.svg") == 400


def test_the_code_is_drawn(shared: Served) -> None:
    with urlopen(f"{shared.url}/api/packages/0.svg", timeout=30) as response:
        assert response.headers["Content-Type"] == "image/svg+xml"
        assert response.read().startswith(b"<?xml")
    assert b"<svg" in qr_code("http://192.0.2.7:1234/token/0/mine.zip")
