"""What all tests share: paths, the demo package, and that a skip must be allowed by name."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from tests import make_damaged_packages
from tools.places import ROOT

ALLOWED_SKIPS = Path(__file__).with_name("allowed_skips.txt")

# A run tells about the change under test, so each tries the same examples; new ones are looked for
# with `pytest --hypothesis-profile=search`.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile("same")


# MindSpore and MindSpore Lite cannot be loaded into one process, so tests run in two: files that
# load MindSpore say `pytestmark = pytest.mark.mindspore`, all others may load the native core.
SIDES = ("core", "mindspore")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --side."""
    parser.addoption("--side", choices=SIDES, help="only the files that load this library")


def side_of(path: Path) -> str:
    """Which library a test file may load."""
    return "mindspore" if "pytest.mark.mindspore" in path.read_text("utf-8") else "core"


def pytest_configure(config: pytest.Config) -> None:
    """Make what tests read and git does not hold, before they are collected."""
    if hasattr(config, "workerinput"):  # one of xdist's processes: the first has done it
        return
    if config.getoption("numprocesses", None) and not config.getoption("--side"):
        raise pytest.UsageError("With -n say which side: --side core or --side mindspore.")
    make_damaged_packages.ensure()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the other side's files out before they are imported."""
    side = config.getoption("--side")
    if side is None or not collection_path.name.startswith("test_"):
        return None
    return True if collection_path.is_file() and side_of(collection_path) != side else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse to run both sides in one process."""
    if len({side_of(item.path) for item in session.items}) > 1:
        raise pytest.UsageError(
            "These tests need MindSpore and MindSpore Lite, which cannot share a process:"
            " run pytest twice, with --side core and with --side mindspore."
        )


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def photos() -> Path:
    """The folder of sample photos."""
    return ROOT / "tests" / "data" / "photos"


@pytest.fixture(scope="session")
def demo_package() -> Path:
    """The demo package, which `tests/run` makes before the Python tests."""
    package = ROOT / "build" / "packages" / "mobilenetv2-openimages"
    if not (package / "model.json").is_file():
        pytest.fail(
            "There is no demo package. Make it with: .venv/bin/python -m tools demo --package-only"
        )
    return package


def allowed_skips() -> set[str]:
    """Names of tests that may skip; each line is `test id  # reason`."""
    lines = ALLOWED_SKIPS.read_text().splitlines()
    entries = [line.split("#", 1) for line in lines if line.strip() and not line.startswith("#")]
    without_reason = [
        entry[0].strip() for entry in entries if len(entry) < 2 or not entry[1].strip()
    ]
    if without_reason:
        raise pytest.UsageError(
            f"{ALLOWED_SKIPS.name} gives no reason for {', '.join(without_reason)}"
        )
    return {entry[0].strip() for entry in entries}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when a test skipped that allowed_skips.txt does not name."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = {report.nodeid for report in reporter.stats.get("skipped", [])}
    surprising = sorted(skipped - allowed_skips())
    if surprising:
        reporter.write_line("")
        for nodeid in surprising:
            reporter.write_line(
                f"SKIPPED AND NOT ALLOWED: {nodeid} (see {ALLOWED_SKIPS.name})", red=True
            )
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
