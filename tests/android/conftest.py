"""The Android build's own programs, which lie beside what they build."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "android" / "headless" / "packaging"))
