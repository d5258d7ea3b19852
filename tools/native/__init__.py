"""The native core, the same code that runs on the phone, called from Python.

`Classifier` opens a package and names pictures. MindSpore and the core cannot live in one process
(their libraries have the same names): a process that imports mindspore uses `tools.native.worker`.
"""

from tools.native.answers import Backend, Choice, Label, LoadTimings, Result, Scored, Timings
from tools.native.classifier import Classifier, Settings
from tools.native.core import (
    check_package,
    describe_model,
    instruction_set,
    runtime_version,
    sha256,
    version,
)
from tools.native.frames import (
    Frame,
    Interpolation,
    Matrix,
    PixelFormat,
    Plane,
    Range,
    Region,
    RegionUnit,
)
from tools.native.preprocessing import FAST, REFERENCE, Plan, Recipe, preprocess
from tools.native.teaching import TaughtLabel, TaughtLabels, TaughtPicture

__all__ = [
    "FAST",
    "REFERENCE",
    "Backend",
    "Choice",
    "Classifier",
    "Frame",
    "Interpolation",
    "Label",
    "LoadTimings",
    "Matrix",
    "PixelFormat",
    "Plan",
    "Plane",
    "Range",
    "Recipe",
    "Region",
    "RegionUnit",
    "Result",
    "Scored",
    "Settings",
    "TaughtLabel",
    "TaughtLabels",
    "TaughtPicture",
    "Timings",
    "check_package",
    "describe_model",
    "instruction_set",
    "preprocess",
    "runtime_version",
    "sha256",
    "version",
]
