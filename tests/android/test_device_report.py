"""Reading what a phone says of its tests."""

from __future__ import annotations

import device

STARTED = """INSTRUMENTATION_STATUS: class=io.pocketlens.device.{name}
INSTRUMENTATION_STATUS: current=1
INSTRUMENTATION_STATUS: id=AndroidJUnitRunner
INSTRUMENTATION_STATUS: numtests=3
INSTRUMENTATION_STATUS: test={test}
INSTRUMENTATION_STATUS_CODE: 1
"""
ENDED = """INSTRUMENTATION_STATUS: class=io.pocketlens.device.{name}
{more}INSTRUMENTATION_STATUS: test={test}
INSTRUMENTATION_STATUS_CODE: {code}
"""


def told(name: str, test: str, code: int, more: str = "") -> str:
    """What Android prints of one test."""
    ended = ENDED.format(name=name, test=test, code=code, more=more)
    return STARTED.format(name=name, test=test) + ended


END = """INSTRUMENTATION_RESULT: stream=
OK (2 tests)

INSTRUMENTATION_CODE: {code}
"""


def test_all_passed() -> None:
    text = told("GoldenTest", "a", 0) + told("LatencyTest", "b", 0) + END.format(code=-1)
    outcome = device.parse(text)
    names = ["io.pocketlens.device.GoldenTest.a", "io.pocketlens.device.LatencyTest.b"]
    assert outcome.passed == names
    assert outcome.good


def test_a_failure_comes_with_its_stack() -> None:
    stack = "INSTRUMENTATION_STATUS: stack=java.lang.AssertionError: differs\n\tat Golden.kt:3\n"
    text = told("GoldenTest", "a", -2, stack) + told("GoldenTest", "b", 0) + END.format(code=0)
    outcome = device.parse(text)
    assert not outcome.good
    assert outcome.failed == {
        "io.pocketlens.device.GoldenTest.a": "java.lang.AssertionError: differs\n\tat Golden.kt:3"
    }


def test_skipped_tests_are_not_good() -> None:
    text = told("GoldenTest", "a", 0) + told("GoldenTest", "b", -3) + END.format(code=-1)
    outcome = device.parse(text)
    assert outcome.skipped == ["io.pocketlens.device.GoldenTest.b"]
    assert not outcome.good


def test_a_crash_is_not_good() -> None:
    cut = told("GoldenTest", "a", 0) + STARTED.format(name="GoldenTest", test="b")
    crash = "INSTRUMENTATION_RESULT: shortMsg=Process crashed.\nINSTRUMENTATION_CODE: 0\n"
    assert not device.parse(cut).good
    assert not device.parse(cut + crash).good


def test_nothing_at_all_is_not_good() -> None:
    assert not device.parse("").good
    assert not device.parse(END.format(code=-1)).good
    assert not device.parse("INSTRUMENTATION_STATUS: Error=Unable to find instrumentation\n").good


def test_one_class_or_one_method_can_be_chosen() -> None:
    assert device.chosen(None) == []
    assert device.chosen("CameraTest#aFrameArrives") == [
        "-e",
        "class",
        "io.pocketlens.device.CameraTest#aFrameArrives",
    ]
    assert device.chosen("org.example.OneTest")[2] == "org.example.OneTest"
