"""All Kotlin and Java that the READMEs show is compiled and run by a test that holds it as it is.

Such a test has it between two comments `// README`.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

ANDROID = Path(__file__).resolve().parents[2] / "android"
READMES = sorted(ANDROID.glob("**/README.md"))


def shown(readme: Path) -> list[str]:
    """The fences of Kotlin and Java."""
    return re.findall(r"^```(?:kotlin|java)\n(.*?)\n```", readme.read_text(), re.M | re.S)


def compiled() -> set[str]:
    """What stands between the marks in tests, without what only a test needs."""
    sources = [
        path.read_text()
        for kind in ("kt", "java")
        for path in ANDROID.glob(f"*/src/test/**/*.{kind}")
    ]
    blocks = [
        block for text in sources for block in re.split(r"^ *// README\n", text, flags=re.M)[1::2]
    ]
    return {
        re.sub(r"^(private|internal) class", "class", textwrap.dedent(block).strip())
        for block in blocks
    }


@pytest.mark.parametrize("readme", READMES, ids=lambda one: str(one.relative_to(ANDROID)))
def test_what_a_readme_shows_is_compiled(readme: Path) -> None:
    missing = [code for code in shown(readme) if code not in compiled()]
    assert not missing, "no test has:\n" + "\n\n".join(missing)


def test_what_is_marked_is_shown() -> None:
    everywhere = {code for readme in READMES for code in shown(readme)}
    assert len(everywhere) > 5
    assert compiled() <= everywhere
