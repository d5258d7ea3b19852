"""The screens of a commit beside those of now."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
import screens
from PIL import Image


def picture(colour: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (200, 400), colour).save(data, "png")
    return data.getvalue()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One commit with three goldens; since then one has changed, one has gone, one has come."""
    folder = tmp_path / screens.GOLDENS
    folder.mkdir(parents=True)
    for name, colour in {"same": "black", "main": "red", "old": "yellow"}.items():
        (folder / f"{name}.png").write_bytes(picture(colour))
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "screens"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    (folder / "main.png").write_bytes(picture("blue"))
    (folder / "old.png").unlink()
    (folder / "new.png").write_bytes(picture("lime"))
    return tmp_path


def colours(sheet: Image.Image) -> set[tuple[int, ...]]:
    return {colour for _, colour in sheet.getcolors(1 << 20) or []}


def test_what_changed_stands_side_by_side(repository: Path) -> None:
    before = screens.at(repository, "HEAD")
    now = {"main": picture("blue"), "new": picture("lime"), "same": picture("black")}
    assert [(title, len(two)) for title, two in screens.changed(before, now)] == [
        ("main: before, after", 2), ("new: new", 1), ("old: gone", 1),
    ]  # fmt: skip
    sheet = screens.beside(repository, "HEAD")
    assert sheet is not None
    red, blue, lime, yellow = (255, 0, 0), (0, 0, 255), (0, 255, 0), (255, 255, 0)
    assert {red, blue, lime, yellow} <= colours(sheet)


def test_nothing_is_drawn_where_nothing_changed(repository: Path) -> None:
    subprocess.run(["git", "-C", str(repository), "checkout", "-q", "."], check=True)
    (repository / screens.GOLDENS / "new.png").unlink()
    assert screens.beside(repository, "HEAD") is None


def test_an_unknown_commit_is_an_error(repository: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        screens.beside(repository, "nowhere")
