"""tests/run: what fails is counted, shown and in the exit code."""

from __future__ import annotations

import importlib.util
import os
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

REPORT = """<testsuites><testsuite name="x" tests="4">
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no"/></testcase>
<testcase name="d"><skipped message="later"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, in a folder of its own, with parts for this test."""
    loader = SourceFileLoader("tests_run", str(Path(__file__).with_name("run")))
    spec = importlib.util.spec_from_loader("tests_run", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "tests_run", module)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "LOGS", tmp_path / "logs")
    parts = {
        "good": module.Part(("echo fine",)),
        "first": module.Part(("sleep 0.5; echo made > first.txt",), after=""),
        "second": module.Part(("cat first.txt",), after="first"),
        "bad": module.Part(("echo the reason; exit 3", "echo and on")),
        "counted": module.Part((f"echo '{REPORT}' > report.xml; exit 1",), ("*.xml",)),
        "skipping": module.Part((f"echo '{REPORT}' > report.xml; exit 1",), ("*.xml",), True),
    }
    monkeypatch.setattr(module, "PARTS", parts)
    monkeypatch.setattr(module, "FULL", ("good", "bad", "counted"))
    return module


def result(
    runner: ModuleType, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, list[str]]:
    """Exit code and lines of a run."""
    sys.argv = ["tests/run", *words]
    return runner.main(), capsys.readouterr().out.splitlines()


@pytest.fixture(autouse=True)
def _keep_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [*sys.argv])


def test_all_is_well(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = result(runner, capsys, "good")
    assert (code, lines[-1]) == (0, "1 passed, 0 failed")


def test_all_parts_run_to_their_ends_and_show_what_failed(
    runner: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = result(runner, capsys)
    assert (code, lines[-1]) == (1, "3 passed, 3 failed")
    assert "the reason" in lines and "and on" in lines
    assert any(line.startswith("failed: ") and "bad" in line for line in lines)


def test_a_part_waits_for_the_one_that_it_needs(
    runner: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "FULL", ("second", "first", "good"))
    code, lines = result(runner, capsys)
    assert (code, lines[-1]) == (0, "3 passed, 0 failed")
    begun = [line for line in lines if line.endswith("begins")]
    assert begun == [f"== {name} begins" for name in ("first", "good", "second")]


def test_alone_it_does_not_wait(
    runner: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "first.txt").write_text("of another run")
    assert result(runner, capsys, "second")[0] == 0


@pytest.mark.parametrize(
    ("part", "last"),
    [("counted", "2 passed, 2 failed"), ("skipping", "2 passed, 1 failed")],
)
def test_a_skip_fails_but_where_pytest_rules(
    runner: ModuleType, capsys: pytest.CaptureFixture[str], part: str, last: str
) -> None:
    assert result(runner, capsys, part)[1][-1] == last


def test_a_report_of_another_run_does_not_count(
    runner: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "old.xml").write_text(REPORT)
    os.utime(tmp_path / "old.xml", (0, 0))
    assert result(runner, capsys, "skipping")[1][-1] == "2 passed, 1 failed"


def test_an_unknown_part_is_wrong_usage(
    runner: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        result(runner, capsys, "nope")
    assert left.value.code == 2
    assert "there is no part nope; there are good, first, second, bad" in capsys.readouterr().err
