"""Teaching on the page: five pictures and it is named as the commands name it; undo and files."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote

import cv2
import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from tests.live_page import Served, axe
from tools import classify

pytestmark = pytest.mark.slow

MUG = "/api/taught/add?package=0&name=" + quote("My mug & more")


def views(photo: Path, count: int) -> list[bytes]:
    """Looks at one thing: cut a little differently, darker or brighter, as JPEGs."""
    whole = cv2.imread(str(photo))
    height, width = whole.shape[:2]
    found = []
    for number in range(count):
        left, top = width * number // 40, height * (count - number) // 40
        cut = whole[top : top + height * 4 // 5, left : left + width * 4 // 5]
        done, data = cv2.imencode(".jpg", cv2.convertScaleAbs(cut, alpha=0.8 + 0.08 * number))
        assert done
        found.append(data.tobytes())
    return found


def test_five_shots_of_the_camera_and_it_is_named(page: Page, tmp_path: Path) -> None:
    page.locator("#package-list input").nth(1).uncheck()
    page.fill("#teach-name", "Felix")
    page.click("#shot")
    expect(page.locator("#teach-trouble")).to_contain_text("Start the camera or choose a photo")
    page.click("#camera")
    expect(page.locator("#columns .headline")).to_have_text("Cat")
    for number in range(1, 6):
        expect(page.locator("#shot")).to_have_text(f"Take picture {number} of 5")
        page.click("#shot")
        expect(page.locator("#taught .count")).to_have_text(
            f"{number} picture{'s' if number > 1 else ''}"
        )
    expect(page.locator("#teach-status")).to_contain_text("nearly the picture before")
    expect(page.locator("#shot")).to_have_text("Take another picture")
    expect(page.locator("#columns .headline")).to_have_text("Felix")
    assert axe(page) == []
    with page.expect_download() as download:
        page.click("#taught-file")
    assert download.value.suggested_filename == "mobilenetv2-openimages.taught"
    download.value.save_as(tmp_path / "felix.taught")
    page.click("#undo")
    expect(page.locator("#taught .count")).to_have_text("4 pictures")
    page.get_by_role("button", name="Forget Felix").click()
    expect(page.locator("#columns .headline")).to_have_text("Cat")
    page.set_input_files("#taught-input", tmp_path / "felix.taught")
    expect(page.locator("#taught .count")).to_have_text("5 pictures")
    expect(page.locator("#columns .headline")).to_have_text("Felix")
    page.get_by_role("button", name="Forget Felix").click()
    expect(page.locator("#columns .headline")).to_have_text("Cat")


def test_it_is_named_as_the_commands_name_it(
    server: Served, photos: Path, demo_package: Path, tmp_path: Path
) -> None:
    *shots, other = views(photos / "coffee.jpg", 6)
    for shot in shots:
        told = server.post(MUG, shot)
    (label,) = told["labels"]
    assert label == {"mid": label["mid"], "name": "My mug & more", "pictures": 5}
    assert told["added"]["hint"]
    (answer,) = server.post("/api/photo", other)["answers"]
    assert answer["headline"]["name"] == "My mug & more"
    assert answer["headline"]["taught"]
    assert answer["path"] == []
    assert "Coffee cup" in [row["name"] for row in answer["labels"]]
    (tmp_path / "mug.taught").write_bytes(download(server, "/api/packages/0.taught"))
    (tmp_path / "mug.jpg").write_bytes(other)
    command = [str(tmp_path / "mug.jpg"), "--package", str(demo_package), "--json"]
    done = CliRunner().invoke(classify.main, [*command, "--taught", str(tmp_path / "mug.taught")])
    (expected,) = json.loads(done.stdout)
    for key in ("labels", "headline", "guess"):
        assert answer[key] == expected[key]
    (plain,) = server.post("/api/photo?packages=1", other)["answers"]
    assert plain["headline"]["name"] != "My mug & more"  # another package was taught nothing
    server.post("/api/taught/open?package=1", (tmp_path / "mug.taught").read_bytes())
    (taught,) = server.post("/api/photo?packages=1", other)["answers"]
    assert taught["headline"]["name"] == "My mug & more"
    for number in (0, 1):
        server.post(f"/api/taught/remove?package={number}&mid={quote(label['mid'])}")
    assert all(one["taught"] == [] for one in server.get("/api/packages")["packages"])


def download(served: Served, path: str) -> bytes:
    from urllib.request import urlopen

    with urlopen(f"{served.url}{path}", timeout=30) as response:
        return bytes(response.read())


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/taught/open?package=0", "bad_taught"),
        ("/api/taught/add?package=0&name=x", "unreadable_photo"),
        ("/api/taught/add?package=0&name=%20", "bad_taught_label"),
        ("/api/taught/add?package=0&name=a%00b", "bad_taught_label"),
        ("/api/taught/add?package=9&name=x", "bad_settings"),
        ("/api/taught/add?package=0&name=x&width=2&height=2", "bad_frame"),
        ("/api/taught/remove?package=0&mid=own/nothing", "unknown_taught"),
    ],
)
def test_a_bad_request_gets_a_named_error(server: Served, path: str, name: str) -> None:
    with pytest.raises(HTTPError) as refused:
        server.post(path, b"no such thing")
    assert json.load(refused.value)["error"]["name"] == name
    assert server.get("/api/packages")["packages"][0]["taught"] == []
