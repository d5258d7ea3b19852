"""Every form of photo that desk and phone share: what the desk makes of it, against the oracle.

The same cases go through the phone's decoder in PhotoCasesTest.kt.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.photo_cases import Case, all_cases
from tools.data.photos import decode_photo

CASES = {case.name: case for case in all_cases()}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_desk_makes_the_oracles_pixels(case: Case) -> None:
    made = decode_photo(case.data, case.name)
    assert made.shape == case.expected.shape
    assert np.abs(made - np.rint(case.expected)).max() <= case.desk
