"""Runs every attack and writes the table of README.md: `python -m tests.attacks [IDEA…]`."""

from __future__ import annotations

import importlib
import platform
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.attacks.common import DEMO, Arena, Outcome
from tests.readers import native_outcome, python_outcome
from tools.native.core import runtime_version
from tools.native.worker import Worker

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
NO_IDEAS = {"__init__", "__main__", "common", "test_attacks"}
IDEAS = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NO_IDEAS)


def attack(idea: str, folder: Path, whole: bool = True) -> list[Outcome]:
    """Run one idea in a folder of its own; not whole: with fewer repetitions."""
    with Worker() as python, Worker() as native:
        for worker in (python, native):  # the library's own memory is not the attack's
            worker.call(native_outcome if worker is native else python_outcome, DEMO)
        arena = Arena(folder, python, native, whole)
        importlib.import_module(f"tests.attacks.{idea}").run(arena)
    return arena.outcomes


def summary(idea: str) -> str:
    """The first sentence of an idea's docstring."""
    text = importlib.import_module(f"tests.attacks.{idea}").__doc__ or ""
    return " ".join(text.split("\n\n")[0].split()).rstrip(".")


def table(found: dict[str, list[Outcome]]) -> str:
    """One line for each kind of attempt and defender, with the number of variants."""
    lines = ["| attempt | against | variants | outcome |", "|---|---|---|---|"]
    for idea, outcomes in found.items():
        lines.append(f"| **{summary(idea)}** (`{idea}.py`) | | {len(outcomes)} | |")
        groups: dict[tuple[str, str], list[Outcome]] = {}
        for one in outcomes:
            groups.setdefault((one.attempt, one.against), []).append(one)
        for (attempt, against), group in groups.items():
            results = sorted({one.result for one in group})
            failed = sum(not one.good for one in group)
            lines.append(
                f"| {attempt} | {against} | {len(group)} | {', '.join(results)}"
                f"{f' — {failed} NOT SURVIVED' if failed else ''} |"
            )
    return "\n".join(lines) + "\n"


def figures(found: dict[str, list[Outcome]]) -> str:
    """A sentence on the whole run and the machine."""
    outcomes = [one for several in found.values() for one in several]
    bad = sum(not one.good for one in outcomes)
    with Worker() as worker:
        runtime = worker.call(runtime_version)
    return (
        f"{len(found)} ideas, {len(outcomes)} attempts, {bad} not survived; {date.today()},"
        f" {platform.system()} {platform.machine()}, Python {platform.python_version()},"
        f" {runtime}.\n\n"
    )


def main() -> int:
    """Run the ideas named on the command line, all without one; only all are written down."""
    found: dict[str, list[Outcome]] = {}
    for idea in sys.argv[1:] or IDEAS:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            found[idea] = attack(idea, Path(folder).resolve())
        bad = [one for one in found[idea] if not one.good]
        print(
            f"{idea:<16} {len(found[idea]):>4} variants, {len(bad)} not survived,"
            f" {time.monotonic() - begun:.0f} s",
            flush=True,
        )
        for one in bad:
            print(f"    {one.attempt} | {one.against} | {one.result} | {one.detail[:300]}")
    if len(sys.argv) == 1:
        text = README.read_text()
        start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
        README.write_text(text[:start] + figures(found) + table(found) + text[end:])
    return int(any(not one.good for outcomes in found.values() for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
