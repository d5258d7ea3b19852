"""What a picture is said to show, and what else it may show: one rule for pictures and the page."""

from __future__ import annotations

from tools.native.answers import Result, Scored
from tools.package.kinds import Kinds

RANKED = 64  # so many labels are looked through for alternatives


def answer(result: Result, score: bool = False) -> str:
    """The answer in words: the headline, with what it probably is where the model has a guess.

    score: the headline's stands behind its name.
    """
    if result.headline is None:
        return "not sure"
    rated = f" {result.headline.score:.2f}" if score else ""
    probably = f", probably {result.guess.label.name}" if result.guess else ""
    return result.headline.label.name + rated + probably


def above(result: Result, kinds: Kinds) -> list[str]:
    """The names above the headline, from a root; none where nothing is sure."""
    return kinds.path_to(_place(result.headline, kinds)) if result.headline else []


def alternatives(result: Result, kinds: Kinds) -> list[Scored]:
    """The labels that say something else than headline and guess and what these are kinds of.

    Best first; without a headline, all that were ranked.
    """
    answers = [one for one in (result.headline, result.guess) if one and result.headline]
    said = kinds.with_ancestors(_place(one, kinds) for one in answers)
    said |= {one.label.index for one in answers}
    return [scored for scored in result.labels if scored.label.index not in said]


def _place(scored: Scored, kinds: Kinds) -> int:
    return kinds.place(scored.label.mid, scored.label.index)
