"""The page in a real Chromium, with a real server behind it and a camera that shows a cat."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.live_page import HEIGHT, WIDTH, Served, axe
from tests.small_photos import class_folders

pytestmark = pytest.mark.slow

HEADLINE = "#columns .headline"
BROKEN = "Failed to load resource"  # what Chromium itself says of a refusal


def headline(page: Page, column: int = 0) -> Any:
    return page.locator(HEADLINE).nth(column)


def transfer(page: Page, files: Sequence[tuple[str, bytes]]) -> Any:
    """A DataTransfer with these files, as a drop or a clipboard brings one."""
    packed = [[name, base64.b64encode(data).decode()] for name, data in files]
    return page.evaluate_handle(
        """(files) => {
          const moved = new DataTransfer();
          for (const [name, data] of files) {
            const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
            moved.items.add(new File([bytes], name));
          }
          return moved;
        }""",
        packed,
    )


def test_dropped_photos_are_named(page: Page, photos: Path) -> None:
    files = [(name, (photos / name).read_bytes()) for name in ("koala.jpg", "coffee.jpg")]
    page.dispatch_event("#finder", "drop", {"dataTransfer": transfer(page, files)})
    expect(headline(page)).to_have_text("Koala")
    expect(page.locator("#cards li")).to_have_count(2)
    expect(page.locator("#cards .told").nth(1)).to_have_text("Coffee cup")
    expect(page.locator("#said")).to_have_text("I see: Koala")
    assert axe(page) == []


def test_a_photo_waits_for_the_list_of_packages(
    browser: Browser, server: Served, photos: Path
) -> None:
    held: list[Any] = []
    page = browser.new_page()
    page.route("**/api/packages", lambda route: held.append(route))  # it must be a function
    page.goto(server.url)
    page.set_input_files("#files", str(photos / "cat.png"))
    expect(page.locator("#photos-status")).to_have_text("1 photo, 1 to go")
    for route in held:
        route.continue_()
    expect(headline(page)).to_have_text("Cat")
    page.close()


def test_a_pasted_photo_is_named_with_its_guess(page: Page, photos: Path) -> None:
    moved = transfer(page, [("image.png", (photos / "moose.jpg").read_bytes())])
    page.evaluate(
        """(moved) => {
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: moved }));
        }""",
        moved,
    )
    expect(headline(page)).to_have_text("Animal")
    expect(page.locator(".guess").first).to_have_text("probably Mammal")
    expect(page.locator("#cards .told")).to_have_text("Animal, probably Mammal")


def test_a_photo_that_says_nothing_is_not_sure(page: Page, photos: Path) -> None:
    page.set_input_files("#files", str(photos / "rocket.jpg"))
    expect(headline(page)).to_have_text("Not sure")
    expect(page.locator(".path").first).to_contain_text("Closest guesses")


def test_the_camera_names_the_cat(page: Page, camera_picture: np.ndarray) -> None:
    asked: list[Any] = []
    page.on("request", lambda one: asked.append(one) if "/api/frame" in one.url else None)
    page.click("#camera")
    expect(headline(page)).to_have_text("Cat")
    expect(page.locator(".path").first).to_have_text("Animal › Mammal › Carnivore")
    expect(page.locator("#rate")).to_have_text(
        re.compile(r"^\d+ pictures? a second · core [\d.]+ ms · 640×480$")
    )
    sent = np.frombuffer(asked[0].post_data_buffer, np.uint8).reshape(HEIGHT, WIDTH, 4)[:, :, :3]
    assert np.abs(sent.astype(int) - camera_picture).mean() < 4  # not mirrored, nothing lost
    assert page.locator("#video.mirrored").count() == 1
    page.uncheck("#mirror")
    assert page.locator("#video.mirrored").count() == 0
    assert axe(page) == []
    page.click("#hold")
    expect(page.locator("#hold")).to_have_attribute("aria-pressed", "true")
    page.click("#camera")
    expect(page.locator("#video")).to_be_hidden()


def test_the_page_never_lags_behind_the_camera(page: Page) -> None:
    """However slow the server is, no more than two pictures are under way."""
    under_way, most = 0, 0

    def slow(route: Any) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        page.wait_for_timeout(120)
        under_way -= 1
        route.continue_()

    page.route("**/api/frame*", slow)
    page.click("#camera")
    expect(headline(page)).to_have_text("Cat")
    page.click("#camera")
    page.unroute_all(behavior="wait")
    assert most <= 2


def test_a_broken_file_is_named_and_the_others_go_on(
    browser: Browser, server: Served, photos: Path
) -> None:
    page = browser.new_page()
    page.goto(server.url)
    broken = {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 no"}
    koala = {"name": "koala.jpg", "mimeType": "image/jpeg",
             "buffer": (photos / "koala.jpg").read_bytes()}  # fmt: skip
    page.set_input_files("#files", [broken, koala])
    expect(page.locator("#photos-status")).to_have_text("2 photos, 1 could not be read")
    expect(page.locator("#trouble")).to_contain_text("broken.jpg could not be read")
    page.get_by_role("button", name="koala.jpg").click()
    expect(headline(page)).to_have_text("Koala")
    expect(page.locator("#trouble")).to_be_hidden()
    page.close()


def test_what_the_browser_cannot_show_is_shown(page: Page, photos: Path) -> None:
    tiff = io.BytesIO()
    Image.open(photos / "cat.png").convert("RGB").save(tiff, "TIFF")
    file = {"name": "cat.tif", "mimeType": "image/tiff", "buffer": tiff.getvalue()}
    page.set_input_files("#files", [file])
    expect(headline(page)).to_have_text("Cat")
    page.wait_for_timeout(100)
    expect(page.locator("#picture")).to_have_js_property("complete", True)
    assert page.locator("#picture").evaluate("(one) => one.naturalWidth") > 100


def test_two_packages_stand_side_by_side(page: Page, photos: Path) -> None:
    expect(page.locator("#package-list li")).to_have_count(2)
    page.set_input_files("#files", str(photos / "cat.png"))
    expect(headline(page, 0)).to_have_text("Cat")
    names = page.locator("#columns .package").all_inner_texts()
    assert names[1] == "mobilenetv2-openimages (strict-cats.zip) · float32"
    expect(headline(page, 1)).to_have_text("Carnivore")
    compared = page.locator(".compared").nth(1)
    expect(compared).to_have_text(
        "Differs from the first. Largest difference of a raw output: 0.0, within the tolerance of"
        " 0.0001."
    )
    expect(page.locator(".answer").nth(1)).to_have_class(re.compile("differs"))
    assert axe(page) == []
    page.locator("#package-list input").nth(1).uncheck()
    expect(page.locator(HEADLINE)).to_have_count(1)


def test_the_keyboard_reaches_everything(page: Page) -> None:
    """From the top by Tab alone: the skip link, photos, the camera, holding, packages, classes."""
    expect(page.locator("#package-list li")).to_have_count(2)

    def focused() -> str:
        return str(
            page.evaluate(
                "() => (document.activeElement.id || document.activeElement.textContent).trim()"
            )
        )

    page.keyboard.press("Tab")
    assert focused() == "Skip to the answer"
    page.keyboard.press("Tab")
    assert focused() == "choose"
    page.evaluate(
        """() => document.getElementById("files").addEventListener("click", (event) => {
          event.preventDefault(); // no dialogue: it is enough that it would open
          document.title = "opens";
        })"""
    )
    page.keyboard.press("Enter")
    expect(page).to_have_title("opens")
    page.keyboard.press("Tab")
    assert focused() == "camera"
    page.keyboard.press("Enter")
    expect(headline(page)).to_have_text("Cat")
    page.keyboard.press("Tab")
    assert focused() == "hold"
    page.keyboard.press("Space")
    expect(page.locator("#hold")).to_have_text("Go on")
    seen = []
    for _ in range(24):
        page.keyboard.press("Tab")
        seen.append(focused())
    for wanted in ("mirror", "own-name", "Add photos", "Take a picture", "add-class", "make-it"):
        assert wanted in seen, seen


@pytest.mark.parametrize(
    ("width", "scheme"), [(1200, "light"), (1200, "dark"), (360, "light"), (360, "dark")]
)
def test_nothing_is_wrong_in_any_look(
    browser: Browser, server: Served, photos: Path, width: int, scheme: Any
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(server.url)
    page.set_input_files("#files", str(photos / "cat.png"))
    expect(headline(page)).to_have_text("Cat")
    assert axe(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", paper)[:3])) > 384) == (scheme == "light")
    page.close()


def test_a_package_of_ones_own(lone_page: Page, lone_server: Served, tmp_path: Path) -> None:
    """Two classes, photos and one from the camera; steps, figures, report, zip, and it answers."""
    page, server = lone_page, lone_server
    folders = class_folders(tmp_path / "tints", 8)
    names = ("red", "green / ../ things")
    for at, tint in enumerate(("red", "green")):
        box = page.locator(".class").nth(at)
        box.locator(".name").fill(names[at])
        box.locator("input[type=file]").set_input_files(sorted((folders / tint).iterdir()))
        expect(box.locator(".count")).to_have_text("8 photos")
    page.click("#camera")
    expect(page.locator(".take").first).to_be_enabled()
    expect(headline(page)).to_have_text("Cat")
    page.locator(".take").first.click()
    expect(page.locator(".count").first).to_have_text("9 photos")
    page.click("#camera")
    page.fill("#own-name", "Tints & more")
    page.click("#make-it")
    expect(page.locator("#make-status")).to_have_text("The package is ready.", timeout=180_000)
    steps = page.locator("#steps li").all_inner_texts()
    said = [re.fullmatch(r"(.*?) +[\d.]+ s", step) for step in steps]
    assert [step and step.group(1) for step in said] == [
        "photos", "features package", "features", "head", "head on all photos", "package", "report"
    ]  # fmt: skip
    expect(page.locator("#outcome")).to_contain_text("right on")
    assert axe(page) == []
    packages = server.get("/api/packages")["packages"]
    assert [one["name"] for one in packages][1:] == ["tints-more"]
    picture = (folders / "green" / "000.png").read_bytes()
    (answer,) = server.post("/api/photo?packages=1", picture)["answers"]
    assert answer["labels"][0]["name"] == names[1]
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Report").click()
    expect(opened.value.locator("h1")).to_have_text("Report: MobileNetV2 1.0/224, 2 own labels")
    sealed = "() => fetch('/api/packages').then(() => 'read', () => 'refused')"
    assert opened.value.evaluate(sealed) == "refused"
    assert json.dumps(server.get("/api/making")["outcome"]).count("report.html") == 0
