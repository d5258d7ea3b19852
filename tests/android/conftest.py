"""The Android build's own programs, which lie beside what they build."""

from __future__ import annotations

import sys

from tools.places import ROOT

sys.path.insert(0, str(ROOT / "android" / "headless" / "packaging"))
