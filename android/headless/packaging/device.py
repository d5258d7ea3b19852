"""The instrumented tests on a phone: install, run, read Android's protocol, fetch the report."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from project import OUT, fail, run, say

RUNNER = "io.pocketlens.device/androidx.test.runner.AndroidJUnitRunner"
APP = "io.pocketlens.app"
LATENCY = OUT / "latency.json"
_MINUTES = 20


@dataclass
class Outcome:
    """What an instrumentation run told: names of tests by how they ended."""

    passed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # with the stack trace
    skipped: list[str] = field(default_factory=list)
    finished: bool = False  # the runner reached its end and was content

    @property
    def good(self) -> bool:
        """Whether something ran, everything passed and nothing was cut off."""
        return self.finished and bool(self.passed) and not self.failed and not self.skipped


def parse(text: str) -> Outcome:
    """Read what `am instrument -r` prints: groups of status lines, each ended by a code."""
    outcome = Outcome()
    status: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if found := re.match(r"INSTRUMENTATION_STATUS: (\w+)=(.*)", line):
            key, status[found.group(1)] = found.group(1), found.group(2)
        elif found := re.match(r"INSTRUMENTATION_STATUS_CODE: (-?\d+)", line):
            _count(outcome, int(found.group(1)), status)
            status, key = {}, ""
        elif found := re.match(r"INSTRUMENTATION_CODE: (-?\d+)", line):
            outcome.finished = found.group(1) == "-1"
        elif key:
            status[key] += "\n" + line
    return outcome


def _count(outcome: Outcome, code: int, status: dict[str, str]) -> None:
    name = f"{status.get('class', '?')}.{status.get('test', '?')}"
    if code == 0:
        outcome.passed.append(name)
    elif code in (-1, -2):
        outcome.failed[name] = status.get("stack", "no stack trace")
    elif code in (-3, -4):
        outcome.skipped.append(name)


def run_tests(only: str | None = None) -> None:
    """Run the tests on the one phone that adb sees; end with an error unless all passed.

    only: a class, or CLASS#METHOD, of io.pocketlens.device; everything where it is None.
    """
    serial = _phone()
    debug, tests = _apk("debug"), _apk("device-test")
    say(f"installing on {serial}")
    for apk in (debug, tests):
        run(["adb", "-s", serial, "install", "-r", "-g", apk])
    command = ["adb", "-s", serial, "shell", "am", "instrument", "-w", "-r", *chosen(only), RUNNER]
    say("running the instrumented tests")
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=_MINUTES * 60)
    outcome = parse(done.stdout)
    _fetch_report(serial)
    _tell(outcome, done.stdout)


def chosen(only: str | None) -> list[str]:
    """The runner's arguments for a class or a method; its package may be left out."""
    if only is None:
        return []
    return ["-e", "class", only if "." in only else f"io.pocketlens.device.{only}"]


def _phone() -> str:
    if shutil.which("adb") is None:
        fail("adb is not installed. Type: apt-get install adb, then connect a phone by USB.")
    lines = run(["adb", "devices"]).splitlines()[1:]
    ready = [line.split("\t")[0] for line in lines if line.endswith("\tdevice")]
    if len(ready) != 1:
        found = ", ".join(line for line in lines if line) or "none"
        fail(f"adb sees these phones: {found}. Connect exactly one with USB debugging allowed.")
    return ready[0]


def _apk(kind: str) -> Path:
    found = sorted(OUT.glob(f"pocketlens-{kind}-*.apk"))
    if not found:
        fail(f"there is no {kind} APK in build/apk. Type: make apk")
    if "WITHOUT-NATIVE-LIBRARY" in found[0].name:
        fail(
            f"{found[0].name} has no native library, so no phone can run it."
            " Set ANDROID_NDK_HOME and MINDSPORE_LITE_HOME and type: make apk"
        )
    return found[0]


def _fetch_report(serial: str) -> None:
    command = ["adb", "-s", serial, "exec-out", "run-as", APP, "cat", "files/latency.json"]
    done = subprocess.run(command, capture_output=True)
    if done.returncode == 0 and done.stdout.startswith(b"{"):
        LATENCY.write_bytes(done.stdout)
        say(f"the latency report is in {LATENCY}")


def _tell(outcome: Outcome, text: str) -> None:
    passed, failed, skipped = len(outcome.passed), len(outcome.failed), len(outcome.skipped)
    say(f"{passed} passed, {failed} failed, {skipped} skipped")
    for name, stack in outcome.failed.items():
        say(f"FAILED {name}\n{stack}")
    for name in outcome.skipped:
        say(f"SKIPPED {name}")
    if not outcome.finished:
        fail(
            "the run did not reach its end; its last lines are:\n"
            + "\n".join(text.splitlines()[-30:])
        )
    if not outcome.good:
        fail("the instrumented tests did not all pass")
