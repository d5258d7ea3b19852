"""What all tests share: paths, the demo package, and the rule that a skip must be allowed by name."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ALLOWED_SKIPS = Path(__file__).with_name("allowed_skips.txt")


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
        pytest.fail("There is no demo package. Make it with: .venv/bin/python -m tools demo --package-only")
    return package


def allowed_skips() -> set[str]:
    """Names of tests that may skip; each line is `test id  # reason`."""
    lines = ALLOWED_SKIPS.read_text().splitlines()
    entries = [line.split("#", 1) for line in lines if line.strip() and not line.startswith("#")]
    without_reason = [entry[0].strip() for entry in entries if len(entry) < 2 or not entry[1].strip()]
    if without_reason:
        raise pytest.UsageError(f"{ALLOWED_SKIPS.name} gives no reason for {', '.join(without_reason)}")
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
            reporter.write_line(f"SKIPPED AND NOT ALLOWED: {nodeid} (see {ALLOWED_SKIPS.name})", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
