"""The front door: lazy commands, sections, the nearest name, exit codes."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tools import __main__ as front
from tools.places import ROOT

NAMES = front.Commands(name="x").list_commands(None)  # type: ignore[arg-type]


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_every_module_with_a_command_is_listed_in_a_section() -> None:
    with_command = {
        path.stem
        for path in (ROOT / "tools").glob("*.py")
        if "\ndef main(" in path.read_text() and not path.stem.startswith("__")
    }
    assert with_command - {"bootstrap"} == set(NAMES)


def test_help_shows_sections_and_one_sentence_a_command() -> None:
    shown = CliRunner().invoke(front.main, ["--help"])
    assert shown.exit_code == 0
    assert [s for s in front.SECTIONS if f"{s}:" in shown.output]
    for name in NAMES:
        assert f"  {name} " in shown.output
        assert front.summary(name).endswith(".")


def test_help_imports_nothing_but_click() -> None:
    """What keeps `--help` quick; `bench` has the seconds."""
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from tools.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "names = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "assert names - sys.stdlib_module_names == {'click', 'tools'}, names"
    )
    done = python("-c", code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "wrong, right", [("clasify", "classify"), ("verfy", "verify"), ("demp", "demo")]
)
def test_a_misspelt_command_names_the_nearest(wrong: str, right: str) -> None:
    shown = CliRunner().invoke(front.main, [wrong])
    assert shown.exit_code == 2
    assert "Did you mean" in shown.output
    assert right in shown.output


def test_a_wrong_option_is_a_usage_error() -> None:
    assert CliRunner().invoke(front.main, ["--nonsense"]).exit_code == 2


def test_interruption_is_exit_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: object, ctx: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(front.Commands, "invoke", interrupted)
    monkeypatch.setattr(sys, "argv", ["tools", "demo"])
    with pytest.raises(SystemExit) as left:
        front.run()
    assert left.value.code == 130


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_command_runs_both_ways(name: str) -> None:
    """As `python -m tools NAME` and as `python tools/NAME.py`."""
    through_module = CliRunner().invoke(front.main, [name, "--help"], terminal_width=78)
    as_file = python(f"tools/{name}.py", "--help")
    assert (through_module.exit_code, as_file.returncode) == (0, 0), as_file.stderr
    assert through_module.output.splitlines()[1:] == as_file.stdout.splitlines()[1:]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_command_ends_alike(name: str) -> None:
    """Through the one function that knows exit codes and interruptions."""
    text = (ROOT / "tools" / f"{name}.py").read_text("utf-8")
    assert text.endswith('if __name__ == "__main__":\n    run(main)\n')


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("os.kill(os.getpid(), signal.SIGINT)", 130, "Interrupted.\n"),
        ("os.kill(os.getpid(), signal.SIGTERM)", 130, "Interrupted.\n"),
        ("raise OSError(errno.ENOSPC, 'No space left on device', 'x.bin')", 1, "x.bin"),
        ("raise PocketlensError('too_large', 'It is.', exit_code=1)", 1, "error [too_large]: It"),
        ("raise click.UsageError('No.')", 2, "No."),
        ("raise SystemExit(4)", 4, ""),
        ("return 3", 3, ""),
    ],
)
def test_how_a_command_ends(what: str, code: int, said: str) -> None:
    program = f"""
import click, errno, os, signal, time
from tools.errors import PocketlensError
from tools.terminal import run
@click.command()
def main():
    {what}
    time.sleep(20)
run(main)
"""
    done = python("-c", program)
    assert done.returncode == code, done.stderr
    assert said in done.stderr.lstrip() and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= (5 if code == 2 else 1)


def test_no_command_imports_mindspore_before_it_runs() -> None:
    """All in one process: the first that does is named."""
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(f'tools.{name}')\n"
        "    assert 'mindspore' not in sys.modules, name\n"
    )
    done = python("-c", code, *NAMES)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_command_says_what_it_is_for(name: str) -> None:
    assert importlib.import_module(f"tools.{name}").__doc__


@pytest.mark.parametrize(
    "line",
    [
        "describe {}",
        "bench {}",
        "verify {}",
        "thresholds {}",
        "compare {} {}",
        "classify --package {} photo.jpg",
        "evaluate {} photos",
        "report {} photos --out page.html",
    ],
)
def test_a_missing_package_is_named_and_the_way_to_one(line: str, tmp_path: Path) -> None:
    package = tmp_path / "none"
    shown = CliRunner().invoke(front.main, line.format(package, package).split())
    assert shown.exit_code == 1, shown.output
    assert f"error [missing_file]: {package} is not there." in shown.output
    assert "`convert`" in shown.output and "`make demo`" in shown.output
