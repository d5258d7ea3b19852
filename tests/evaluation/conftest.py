"""A small world of labels, and a demo package where the native core has been built."""

from __future__ import annotations

import pytest

from tools.evaluation.truth import Labels
from tools.package.label_table import Label


@pytest.fixture
def labels() -> Labels:
    """Animal > (Cat, Dog), Vehicle > Car, and Toy with Car below it too."""
    names = ("Animal", "Cat", "Dog", "Vehicle", "Car", "Toy", "Bat (Animal)")
    rows = [Label(f"/m/{index:02d}", name) for index, name in enumerate(names)]
    edges = [(0, 1), (0, 2), (3, 4), (5, 4), (0, 6)]
    return Labels(rows, [(rows[a].mid, rows[b].mid) for a, b in edges])
