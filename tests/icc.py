"""ICC profiles of well-known colour spaces, and what their pixels are in sRGB, by NumPy alone."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]

D50 = (0.9642, 1.0, 0.8249)  # the profile connection space's white (ICC.1, 7.2.16)
D65 = (0.3127, 0.3290)
# Bradford's cone responses (ICC.1, annex E)
_CONES = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # IEC 61966-2-1


@dataclass(frozen=True)
class Space:
    """A colour space: chromaticities of red, green, blue and white, and its curve.

    curve: one number is a plain power, five are g, a, b, c and d of ICC's parametric type 3.
    """

    primaries: tuple[tuple[float, float], ...]
    white: tuple[float, float]
    curve: tuple[float, ...]

    def linear(self, values: Doubles) -> Doubles:
        """Values from 0 to 1 as light."""
        if len(self.curve) == 1:
            return np.asarray(values ** self.curve[0])
        power, a, b, c, d = self.curve
        return np.asarray(np.where(values >= d, (a * values + b) ** power, c * values))

    def to_d50(self) -> Doubles:
        """The matrix from light to the connection space's XYZ."""
        rows = np.array([[x / y, 1, (1 - x - y) / y] for x, y in self.primaries]).T
        x, y = self.white
        white = np.array([x / y, 1, (1 - x - y) / y])
        scaled = rows * np.linalg.solve(rows, white)
        gains = (_CONES @ np.array(D50)) / (_CONES @ white)
        return np.asarray(np.linalg.inv(_CONES) @ np.diag(gains) @ _CONES @ scaled)


SRGB = Space(((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), D65, SRGB_CURVE)
DISPLAY_P3 = Space(((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), D65, SRGB_CURVE)
ADOBE_RGB = Space(((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), D65, (563 / 256,))
PROPHOTO = Space(((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), (0.3457, 0.3585), (1.8,))


def in_srgb(pixels: Pixels, space: Space) -> Doubles:
    """(…, 3) values of a space as sRGB, from 0 to 255, what lies outside of it clipped."""
    light = space.linear(pixels / 255) @ space.to_d50().T @ np.linalg.inv(SRGB.to_d50()).T
    light = light.clip(0, 1)
    low = light * 12.92
    return np.asarray(np.where(low <= 0.04045, low, 1.055 * light ** (1 / 2.4) - 0.055) * 255)


def profile(space: Space) -> bytes:
    """The ICC profile, version 4, of a space."""
    matrix = space.to_d50()
    curve = _curve(space.curve)
    tags = {b"wtpt": _xyz(D50), b"desc": _text("a test's profile"), b"cprt": _text("none")}
    for index, name in enumerate(b"rgb"):
        tags[bytes([name]) + b"XYZ"] = _xyz(matrix[:, index])
        tags[bytes([name]) + b"TRC"] = curve
    return _file(b"RGB ", tags)


def grey_profile(gamma: float) -> bytes:
    """The ICC profile of grey with a plain power."""
    tags = {b"wtpt": _xyz(D50), b"desc": _text("grey"), b"cprt": _text("none")}
    return _file(b"GRAY", tags | {b"kTRC": _curve((gamma,))})


def _fixed(value: Any) -> bytes:
    return struct.pack(">i", round(float(value) * 65536))


def _xyz(values: Any) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, values))


def _curve(curve: tuple[float, ...]) -> bytes:
    kind = 0 if len(curve) == 1 else 3
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + b"".join(map(_fixed, curve))


def _text(text: str) -> bytes:
    raw = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(raw), 28) + raw


def _file(colours: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    whole = struct.pack(">I", len(tags)) + table + body
    head = struct.pack(">I4sI4s4s4s", 128 + len(whole), b"", 0x04300000, b"mntr", colours, b"XYZ ")
    head += struct.pack(">6H4s", 2024, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    return head + b"".join(map(_fixed, D50)) + bytes(48) + whole
