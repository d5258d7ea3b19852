"""The report in a real browser: it draws, sorts, filters, reaches for nothing outside itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tools.reports import charts
from tools.reports.page import Content, Photo, page

pytestmark = pytest.mark.slow

F1_BLUE, PRECISION, RECALL = (29, 78, 216), (180, 83, 9), (15, 118, 110)


def jpeg(colour: tuple[int, int, int]) -> bytes:
    done, encoded = cv2.imencode(".jpg", np.full((90, 120, 3), colour, np.uint8))
    assert done
    return bytes(encoded)


def row(name: str, support: int, f1: float | None, status: str = "calibrated") -> dict[str, object]:
    return {
        "mid": f"/m/{name.lower()}",
        "name": name,
        "support": support,
        "threshold": 0.25,
        "status": status,
        "precision": 0.5,
        "recall": None,
        "f1": f1,
        "ap": 0.75,
    }


@pytest.fixture(scope="module")
def content() -> Content:
    """Three labels, one with a name that tries to be a script."""
    xs = [step / 20 for step in range(21)]
    curve = {"precision": xs, "recall": xs[::-1], "f1": [0.4] * 21}
    labels = [row("Cat", 9, 0.9), row("Dog", 4, None, "pooled"), row("<script>x</script>", 6, 0.3)]
    photos = [
        Photo(jpeg((40, 200, 40)), "a.jpg", "Cat", "Cat", "right"),
        Photo(jpeg((40, 40, 200)), "b.jpg", "Dog", "Cat", "wrong"),
    ]
    return Content(
        title="Report: <b>Tom & Co</b>",
        subtitle="two photos",
        tiles=[("0.912", "headline right")],
        facts=[("data", "two photos")],
        xs=xs,
        reach=7.0,
        curves={"": curve, "/m/cat": {**curve, "f1": [0.9] * 21}},
        reliability=[
            {"probability": 0.2, "present": 0.3, "pairs": 40},
            {"probability": 0.8, "present": 0.7, "pairs": 4},
        ],
        labels=labels,
        confusions=[{"named": "Dog", "shown": "Cat", "times": 1}],
        best=photos[:1],
        worst=photos[1:],
        speeds=[("inference, median", "6.10 ms")],
        notes=["A note."],
    )


@pytest.fixture(scope="module")
def browser() -> str:
    """Debian's Chromium, which `make setup` installs."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "Chromium is not installed: apt-get install chromium"
    return found


def run(browser: str, folder: Path, text: str, *options: str) -> str:
    """Open a page in a fresh browser without network and return what it prints."""
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}"]
    command += [
        "--window-size=1200,1500",
        "--force-color-profile=srgb",
        "--virtual-time-budget=2000",
    ]
    done = subprocess.run(
        [*command, *options, file.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


def near(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:  # type: ignore[type-arg]
    """Where a picture (RGB) has about this colour."""
    return np.asarray(np.abs(picture.astype(int) - colour).max(axis=2) < 40)


def test_it_looks_like_a_report(browser: str, content: Content, tmp_path: Path) -> None:
    shot = tmp_path / "shot.png"
    run(browser, tmp_path, page(content), f"--screenshot={shot}")
    picture = cv2.imread(str(shot))[:, :, ::-1]
    assert picture.shape == (1500, 1200, 3)
    assert near(picture, (255, 255, 255)).mean() > 0.5
    chart = picture[230:560, :590]
    for colour in (F1_BLUE, PRECISION, RECALL):
        assert near(chart, colour).sum() > 300
    rising = np.argwhere(near(chart[100:], PRECISION))  # precision equals the place: it rises
    assert np.corrcoef(rising[:, 0], rising[:, 1])[0, 1] < -0.9
    assert near(picture, (200, 40, 40)).sum() > 5000  # the worst photo itself


def dom(browser: str, content: Content, folder: Path, action: str = "") -> str:
    """The page after its script, and after an action of ours, has run."""
    policy_free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page(content))
    text = policy_free.replace("</body>", f"<script>{action}</script></body>")
    return run(browser, folder, text, "--dump-dom")


def test_the_table_sorts_and_unknown_figures_come_last(
    browser: str, content: Content, tmp_path: Path
) -> None:
    click = "document.querySelectorAll('#labels th button')[6].click();"
    for action, order in ((click, "cat <script> dog"), (click * 2, "<script> cat dog")):
        text = dom(browser, content, tmp_path, action)
        found = re.findall(r'<tr data-mid="/m/([^"]*)"', text)
        names = [name.replace("&lt;", "<").replace("&gt;", ">") for name in found]
        assert [name[:8].strip() for name in names] == order.split()


def test_the_table_filters(browser: str, content: Content, tmp_path: Path) -> None:
    action = "const box=document.getElementById('find'); box.value='DO';"
    action += "box.dispatchEvent(new Event('input'));"
    text = dom(browser, content, tmp_path, action)
    assert "1 of 3 labels" in text
    assert len(re.findall(r"<tr data-mid=[^>]*hidden", text)) == 2


def test_choosing_a_label_draws_its_curves(browser: str, content: Content, tmp_path: Path) -> None:
    before = dom(browser, content, tmp_path)
    after = dom(browser, content, tmp_path, "document.querySelector('#labels tbody tr').click();")
    line = r'id="curve-f1"[^>]*points="([^"]*)"'
    heights = [re.search(line, text).group(1).split()[0].split(",")[1] for text in (before, after)]  # type: ignore[union-attr]
    assert float(heights[0]) > float(heights[1])  # 0.4 lies below 0.9
    assert '<h2 id="curve-title">Cat</h2>' in after


def test_what_few_pictures_teach_is_shown_where_it_was_measured(content: Content) -> None:
    assert "Taught with a few pictures" not in page(content)
    share = [0.75, 0.5, 0.875]
    rows = [
        {"way": way, "pictures": count, **dict.fromkeys(("right", "recall"), share)}
        | {key: [0.0, 0.0, 0.125] for key in ("strangers", "plain", "empty")}
        for way, counts in (("<places>", (1, 5)), ("one place", (1, 5)), ("mixed", (5,)))
        for count in counts
    ]
    text = page(replace(content, teaching=rows))
    assert text.count("75.0% (50.0% to 87.5%)") == 10 and "&lt;places&gt;" in text
    chart = text[text.index("Taught objects that are recognised") :]
    lines = re.findall(r'<polyline class="line (\w+)" points="([^"]*)"', chart)
    assert [kind for kind, _ in lines] == ["recall", "f1"] * 2
    assert {line for _, line in lines} == {f"{charts.place(0, 0.75)} {charts.place(1, 0.75)}"}


def test_it_needs_nothing_from_outside_and_escapes_names(content: Content) -> None:
    text = page(content)
    assert "http://" not in text.replace("http-equiv", "")
    assert "https://" not in text
    assert "default-src 'none'" in text
    assert "<b>Tom" not in text
    assert "<script>x" not in text
