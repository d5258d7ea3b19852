"""The C API of jni/host/pocketlens.h as ctypes sees it: struct layouts, prototypes, loading.

Nothing but this file knows the layouts; tests/native/test_library.py compares them with the header.
"""

import ctypes as c
import functools
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.errors import PocketlensError
from tools.places import BUILD, ROOT, sha256_of

LIBRARY = BUILD / "native" / "libpocketlens_host.so"
HEADER = ROOT / "jni" / "host" / "pocketlens.h"


class PlError(c.Structure):
    """pl_error."""

    _fields_ = [("code", c.c_int32), ("message", c.c_char * 1020)]


class PlSettings(c.Structure):
    """pl_settings."""

    _fields_ = [
        ("threads", c.c_int32),
        ("affinity", c.c_int32),
        ("enable_fp16", c.c_int32),
        ("check_hashes", c.c_int32),
        ("device", c.c_int32),
        ("warm_up", c.c_int32),
        ("trial_file", c.c_char_p),
    ]


class PlPlane(c.Structure):
    """pl_plane."""

    _fields_ = [
        ("data", c.c_void_p),
        ("size", c.c_uint64),
        ("row_stride", c.c_int32),
        ("pixel_stride", c.c_int32),
    ]


class PlFrame(c.Structure):
    """pl_frame."""

    _fields_ = [
        ("format", c.c_int32),
        ("width", c.c_int32),
        ("height", c.c_int32),
        ("rotation", c.c_int32),
        ("mirror", c.c_int32),
        ("matrix", c.c_int32),
        ("range", c.c_int32),
        ("siting", c.c_int32),
        ("region_unit", c.c_int32),
        ("region", c.c_double * 4),
        ("planes", PlPlane * 3),
    ]


class PlRecipe(c.Structure):
    """pl_recipe."""

    _fields_ = [
        ("resize_width", c.c_int32),
        ("resize_height", c.c_int32),
        ("crop_x", c.c_int32),
        ("crop_y", c.c_int32),
        ("crop_width", c.c_int32),
        ("crop_height", c.c_int32),
        ("scale", c.c_double),
        ("mean", c.c_float * 3),
        ("stddev", c.c_float * 3),
        ("order", c.c_int32),
        ("interpolation", c.c_int32),
    ]


class PlLabel(c.Structure):
    """pl_label."""

    _fields_ = [("index", c.c_int32), ("score", c.c_float), ("probability", c.c_float)]


class PlOptions(c.Structure):
    """pl_options."""

    _fields_ = [
        ("k", c.c_int32),
        ("least_score", c.c_float),
        ("allow", c.POINTER(c.c_char_p)),
        ("allow_count", c.c_int32),
        ("deny", c.POINTER(c.c_char_p)),
        ("deny_count", c.c_int32),
    ]


class PlTimings(c.Structure):
    """pl_timings."""

    _fields_ = [
        ("preprocess_ms", c.c_double),
        ("inference_ms", c.c_double),
        ("scores_ms", c.c_double),
    ]


class PlLoadTimings(c.Structure):
    """pl_load_timings."""

    _fields_ = [
        ("read_ms", c.c_double),
        ("hash_ms", c.c_double),
        ("build_ms", c.c_double),
        ("total_ms", c.c_double),
    ]


class PlTaughtPicture(c.Structure):
    """pl_taught_picture."""

    _fields_ = [
        ("label", c.c_int32),
        ("pictures", c.c_int32),
        ("likeness", c.c_float),
        ("agreement", c.c_float),
    ]


STRUCTS: dict[str, type[c.Structure]] = {
    "pl_error": PlError,
    "pl_settings": PlSettings,
    "pl_plane": PlPlane,
    "pl_frame": PlFrame,
    "pl_recipe": PlRecipe,
    "pl_label": PlLabel,
    "pl_options": PlOptions,
    "pl_timings": PlTimings,
    "pl_load_timings": PlLoadTimings,
    "pl_taught_picture": PlTaughtPicture,
}

_P = c.POINTER
_FLOATS = c.c_void_p  # the address of an array's floats, which the caller holds meanwhile
_HANDLE = c.c_void_p

# name -> (result, arguments), in the header's order.
PROTOTYPES: dict[str, tuple[Any, list[Any]]] = {
    "pl_version": (c.c_char_p, []),
    "pl_header_sha256": (c.c_char_p, []),
    "pl_runtime_version": (c.c_char_p, []),
    "pl_error_name": (c.c_char_p, [c.c_int32]),
    "pl_error_sentence": (c.c_char_p, [c.c_int32]),
    "pl_instruction_set": (c.c_char_p, []),
    "pl_check_package": (c.c_int32, [c.c_char_p, c.c_int32, _P(PlError)]),
    "pl_open": (
        c.c_int32,
        [c.c_char_p, _P(PlSettings), _P(_HANDLE), _P(PlLoadTimings), _P(PlError)],
    ),
    "pl_close": (None, [_HANDLE]),
    "pl_backend_of": (
        c.c_int32,
        [
            _HANDLE,
            _P(c.c_char_p),
            _P(c.c_char_p),
            _P(c.c_char_p),
            _P(c.c_double),
            _P(c.c_double),
            _P(PlError),
        ],
    ),
    "pl_output_count": (c.c_int32, [_HANDLE]),
    "pl_input_count": (c.c_int32, [_HANDLE]),
    "pl_recipe_of": (c.c_int32, [_HANDLE, _P(PlRecipe)]),
    "pl_label_of": (
        c.c_int32,
        [_HANDLE, c.c_int32, _P(c.c_char_p), _P(c.c_char_p), _FLOATS, _P(PlError)],
    ),
    "pl_classify": (
        c.c_int32,
        [
            _HANDLE,
            _P(PlFrame),
            _P(PlOptions),
            _P(PlLabel),
            _P(c.c_int32),
            _P(PlLabel),
            _FLOATS,
            _FLOATS,
            _P(PlTimings),
            _P(PlError),
        ],
    ),
    "pl_run": (
        c.c_int32,
        [_HANDLE, _FLOATS, c.c_uint64, _FLOATS, c.c_uint64, _P(PlError)],
    ),
    "pl_features": (
        c.c_int32,
        [_HANDLE, _P(PlFrame), _FLOATS, c.c_uint64, _P(PlError)],
    ),
    "pl_preprocess": (
        c.c_int32,
        [_P(PlRecipe), _P(PlFrame), c.c_int32, _FLOATS, c.c_uint64, _P(PlError)],
    ),
    "pl_plan_open": (c.c_int32, [_P(PlRecipe), _P(PlFrame), _P(_HANDLE), _P(PlError)]),
    "pl_plan_run": (c.c_int32, [_HANDLE, _P(PlFrame), _FLOATS, c.c_uint64, _P(PlError)]),
    "pl_plan_close": (None, [_HANDLE]),
    "pl_score": (
        c.c_int32,
        [
            _HANDLE,
            _FLOATS,
            c.c_uint64,
            _P(PlOptions),
            _P(PlLabel),
            _P(c.c_int32),
            _P(PlLabel),
            _P(PlError),
        ],
    ),
    "pl_guess": (
        c.c_int32,
        [_HANDLE, _FLOATS, c.c_uint64, _P(PlOptions), c.c_int32, _P(PlLabel), _P(PlError)],
    ),
    "pl_taught_new": (c.c_int32, [_HANDLE, _P(_HANDLE), _P(PlError)]),
    "pl_taught_open": (c.c_int32, [_HANDLE, c.c_char_p, _P(_HANDLE), _P(PlError)]),
    "pl_taught_read": (
        c.c_int32,
        [_HANDLE, c.c_void_p, c.c_uint64, _P(_HANDLE), _P(PlError)],
    ),
    "pl_taught_save": (c.c_int32, [_HANDLE, c.c_char_p, _P(PlError)]),
    "pl_taught_close": (None, [_HANDLE]),
    "pl_teach": (
        c.c_int32,
        [_HANDLE, _HANDLE, c.c_char_p, _P(PlFrame), _P(PlTaughtPicture), _P(PlError)],
    ),
    "pl_taught_add": (
        c.c_int32,
        [
            _HANDLE,
            c.c_char_p,
            c.c_char_p,
            _FLOATS,
            c.c_int32,
            c.c_uint64,
            _P(PlTaughtPicture),
            _P(PlError),
        ],
    ),
    "pl_taught_remove": (c.c_int32, [_HANDLE, c.c_char_p, _P(PlError)]),
    "pl_taught_remove_picture": (c.c_int32, [_HANDLE, c.c_char_p, c.c_int32, _P(PlError)]),
    "pl_taught_rename": (c.c_int32, [_HANDLE, c.c_char_p, c.c_char_p, _P(PlError)]),
    "pl_taught_list": (
        c.c_int32,
        [_HANDLE, c.c_char_p, c.c_uint64, _P(c.c_uint64), _P(PlError)],
    ),
    "pl_use_taught": (c.c_int32, [_HANDLE, _HANDLE, _P(PlError)]),
    "pl_embedding_length": (c.c_int32, [_HANDLE]),
    "pl_embed": (c.c_int32, [_HANDLE, _P(PlFrame), _FLOATS, c.c_uint64, _P(PlError)]),
    "pl_vector_length": (c.c_int32, [_HANDLE]),
    "pl_taught_match": (
        c.c_int32,
        [
            _HANDLE,
            _FLOATS,
            c.c_uint64,
            c.c_void_p,
            c.c_uint64,
            _FLOATS,
            _FLOATS,
            c.c_uint64,
            _P(PlError),
        ],
    ),
    "pl_describe_model": (
        c.c_int32,
        [c.c_char_p, c.c_char_p, c.c_uint64, _P(c.c_uint64), _P(PlError)],
    ),
    "pl_sha256": (None, [c.c_void_p, c.c_uint64, c.c_char_p]),
}


class _NoMindSpore(importlib.abc.MetaPathFinder):
    """Turns an import of mindspore after the core has been loaded into a sentence."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Refuse mindspore, leave everything else to the others."""
        if fullname.split(".")[0] == "mindspore":
            raise ImportError(
                "This process has loaded the native core with MindSpore Lite, so it cannot import"
                " mindspore too: their libraries have the same names. Call the core through"
                " tools.native.worker instead, before or after importing mindspore."
            )
        return None


def library_path() -> Path:
    """The core's library: POCKETLENS_LIBRARY where it is set, else the one in build/native."""
    return Path(os.environ.get("POCKETLENS_LIBRARY") or LIBRARY)


def _refuse_mindspore() -> None:
    if "mindspore" in sys.modules:
        raise PocketlensError(
            "mindspore_loaded",
            "This process has imported mindspore, so it cannot load the native core: their"
            " libraries have the same names. Call the core through tools.native.worker.",
        )


@functools.cache
def load() -> c.CDLL:
    """Load the core once and give every function its prototype.

    Errors: mindspore_loaded, core_missing.
    """
    _refuse_mindspore()
    path = library_path()
    if not path.is_file():
        raise PocketlensError(
            "core_missing",
            f"The native core is not there: {path}. Type `make setup` to build it.",
        )
    os.environ.setdefault("GLOG_v", "3")  # the runtime's own log, warnings included
    try:
        library = c.CDLL(str(path))
        for name, (result, arguments) in PROTOTYPES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise PocketlensError(
            "core_missing",
            f"The native core {path} cannot be used: {error}. Type `make setup` to build it anew.",
        ) from error
    if library.pl_header_sha256().decode() != sha256_of(HEADER):
        raise PocketlensError(
            "core_missing",
            f"The native core {path} was built from another {HEADER.name} than is here. Type"
            " `make setup` to build it anew.",
        )
    sys.meta_path.insert(0, _NoMindSpore())
    return library


def check(code: int, error: PlError) -> None:
    """Raise the core's error as a PocketlensError with the core's name; code 0 is no error."""
    if code == 0:
        return
    name = load().pl_error_name(code).decode()
    message = error.message.decode("utf-8", "replace") or load().pl_error_sentence(code).decode()
    raise PocketlensError(name, message)
