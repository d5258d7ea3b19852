"""Every attack is refused or survived; what is repeated many times is repeated less here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.__main__ import IDEAS, README, attack, summary

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("idea", IDEAS)
def test_attack(idea: str, tmp_path: Path, demo_package: Path) -> None:
    assert demo_package.is_dir()
    outcomes = attack(idea, tmp_path, whole=False)
    assert outcomes
    assert [one for one in outcomes if not one.good] == []


@pytest.mark.parametrize("idea", IDEAS)
def test_the_readme_lists_it(idea: str) -> None:
    assert f"**{summary(idea)}** (`{idea}.py`)" in README.read_text()
