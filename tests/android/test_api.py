"""A change of the library's public API is named."""

from __future__ import annotations

import api


def test_the_same_api_is_no_difference() -> None:
    text = api.baseline("classifier").read_text()
    assert "public abstract interface class io/pocketlens/classifier/Classifier " in text
    assert api.differences("classifier", text, text) == []


def test_what_came_and_what_went_is_named() -> None:
    text = api.baseline("classifier").read_text()
    line, other = "\tpublic abstract fun close ()V", "\tpublic abstract fun shut ()V"
    (said,) = api.differences("classifier", text, text.replace(line, other, 1))
    assert f"-{line}" in said and f"+{other}" in said
    assert "build.sh api" in said
