"""What each of a package's labels is a kind of."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from tools.package.label_table import Label, reach


class Kinds:
    """The labels above each label, by number.

    A label is told by its MID and its index, so that one that was taught and corrects the
    package's own stands where that stands; a thing of one's own stands alone.
    """

    def __init__(self, labels: Sequence[Label], hierarchy: Iterable[tuple[str, str]]) -> None:
        """labels: in the model's order; hierarchy: (parent MID, child MID)."""
        self._labels = labels
        self._places = {label.mid: place for place, label in enumerate(labels)}
        self._parents: dict[int, list[int]] = {}
        for parent, child in hierarchy:
            self._parents.setdefault(self._places[child], []).append(self._places[parent])

    def place(self, mid: str, index: int) -> int:
        """The number of the package's label with this MID; without one, `index`."""
        return self._places.get(mid, index)

    def with_ancestors(self, places: Iterable[int]) -> set[int]:
        """Labels and everything that they are kinds of."""
        return reach(places, self._parents)

    def path_to(self, place: int) -> list[str]:
        """The names above a label: its shortest way from a root, as the app shows it."""
        open_paths = deque([[place]])
        while True:
            path = open_paths.popleft()
            above = [parent for parent in self._parents.get(path[0], ()) if parent not in path]
            if not above:
                return [self._labels[label].name for label in path[:-1]]
            open_paths.extend([parent, *path] for parent in above)
