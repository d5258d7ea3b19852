"""How classes are told apart by name: one spelling, one slug, one way to find a label again.

The same name may arrive composed ("é" as one character, NFC) or decomposed ("e" and an accent, NFD,
as some file systems write it), so names are compared, kept and written in NFC.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

from tools.errors import PocketlensError
from tools.package.label_table import Label

LONGEST_SLUG = 100
DIGITS = 8  # of a hash that tells two names with one slug apart


def plain(name: str) -> str:
    """A name as it is compared: composed (NFC), without blanks at the ends."""
    return unicodedata.normalize("NFC", name).strip()


def slug(name: str) -> str:
    """A name in `[0-9a-z_-]`: accents dropped, other scripts by code point, the rest as `-`.

    A name of signs alone is spelt by code points, so only a blank name has an empty slug.

    >>> slug("Crème brûlée"), slug("猫"), slug("Kitchen & dining"), slug("👍")
    ('creme-brulee', 'u732b', 'kitchen-dining', 'u1f44d')
    """
    text = unicodedata.normalize("NFKD", name.casefold())
    parts = "".join(_slug_part(character) for character in text)
    made = re.sub(r"-+", "-", parts).strip("-")
    made = made or "".join(f"u{ord(each):x}" for each in plain(name) if not each.isspace())
    return made[:LONGEST_SLUG].rstrip("-")


def _slug_part(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    if character.isascii():
        return character if character.isalnum() or character == "_" else "-"
    return f"u{ord(character):x}" if character.isalnum() else "-"


def own_labels(names: Iterable[str]) -> tuple[Label, ...]:
    """Labels of classes that have names and no MIDs, with the ids `own/slug`.

    Names with one slug (C, C++ and C#; Schön and Schon) get a part of their hash behind it, all of
    them, so that an id depends on no order and never comes to mean another class.
    """
    names = [plain(name) for name in names]
    slugs = [slug(name) for name in names]
    times = Counter(slugs)
    ids = [
        made if times[made] == 1 else _told_apart(made, name)
        for made, name in zip(slugs, names, strict=True)
    ]
    return tuple(Label(f"own/{id_}", name) for id_, name in zip(ids, names, strict=True))


def _told_apart(made: str, name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    return f"{made[: LONGEST_SLUG - DIGITS - 1]}-{digest}"


class LabelIndex:
    """Labels found by what people call them: MID, id without `own/`, name, or slug of a name."""

    def __init__(self, labels: Sequence[Label]) -> None:
        self.labels = tuple(labels)
        names = [plain(label.name) for label in labels]
        self._forms: tuple[Mapping[str, list[int]], ...] = (
            _places(label.mid for label in labels),
            _places(label.mid.removeprefix("own/") for label in labels),
            _places(names),
            _places(map(_loosely, names)),
        )

    def __len__(self) -> int:
        return len(self.labels)

    def find(self, text: str, where: str = "") -> int | None:
        """The index of a label; None when there is no such label.

        Raises unknown_label, which begins with `where`, for a name that several labels share.
        """
        exact = plain(text)
        for form, key in zip(self._forms, (exact, exact, exact, _loosely(exact)), strict=True):
            places = form.get(key, [])
            if len(places) == 1:
                return places[0]
            if places:
                raise self._ambiguous(text, places, where)
        return None

    def _ambiguous(self, text: str, places: Sequence[int], where: str) -> PocketlensError:
        labels = [self.labels[place] for place in places]
        meant = ", ".join(f"{label.mid} ({label.name})" for label in labels[:5])
        return PocketlensError(
            "unknown_label",
            f"{where + ': ' if where else ''}{text!r} can mean {len(places)} labels: {meant}.",
            do=f"Say which by its id, e.g. {labels[0].mid}.",
        )


def _loosely(name: str) -> str:
    """What folders' names are compared by: the slug, with underscores as dashes."""
    return re.sub(r"-+", "-", slug(name).replace("_", "-")).strip("-") or slug(name)


def _places(keys: Iterable[Hashable]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(str(key), []).append(place)
    return found
