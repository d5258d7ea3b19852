"""A change of the library's public API is named."""

from __future__ import annotations

import api


def test_the_same_api_is_no_difference() -> None:
    text = api.BASELINE.read_text()
    assert "public final class io/pocketlens/classifier/Classifier " in text
    assert api.differences(text, text) == []


def test_what_came_and_what_went_is_named() -> None:
    text = api.BASELINE.read_text()
    line = "\tpublic fun close ()V\n"
    (said,) = api.differences(text, text.replace(line, "\tpublic fun shut ()V\n", 1))
    assert "-\tpublic fun close ()V" in said and "+\tpublic fun shut ()V" in said
    assert "build.sh api" in said
