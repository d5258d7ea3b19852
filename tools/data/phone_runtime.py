"""What an Android archive of MindSpore Lite holds, looked at before anything is built with it.

Three things decide whether a phone can load its libraries: the alignment of their loadable
segments (16 KB pages: Android 15 on new devices, and Google Play's rule), the libraries that they
need in turn (DT_NEEDED), and the functions that they offer. All of it stands in the ELF files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from tools.errors import PocketlensError

PAGE = 16384
RUNTIME = "libmindspore-lite.so"
# The NDK's stable system libraries (Android's list of public libraries for API 26), and the C++
# library that an APK carries because the NDK's CMake asks for it (ANDROID_STL=c++_shared).
_NAMES = """
EGL GLESv1_CM GLESv2 GLESv3 OpenMAXAL OpenSLES android c camera2ndk dl jnigraphics log m mediandk
stdc++ sync vulkan z c++_shared
"""
SYSTEM = frozenset(f"lib{name}.so" for name in _NAMES.split())


@dataclass(frozen=True)
class Library:
    """One shared library: what the loader will ask of it."""

    path: Path
    machine: str  # "AArch64", "ARM", "x64"
    alignment: int  # the smallest of its loadable segments', in bytes
    needed: tuple[str, ...]
    exported: frozenset[str]  # mangled names of the dynamic symbols that it defines
    missing: frozenset[str]  # and of those that it wants from others

    @property
    def fits_large_pages(self) -> bool:
        """Whether a system with pages of 16 KB can map it."""
        return self.alignment % PAGE == 0


def read_library(path: Path) -> Library:
    """The facts of an ELF file. `unreadable_file` when it is none."""
    try:
        with open(path, "rb") as stream:
            elf = ELFFile(stream)
            loads = [s["p_align"] for s in elf.iter_segments() if s["p_type"] == "PT_LOAD"]
            dynamic = elf.get_section_by_name(".dynamic")
            tags = dynamic.iter_tags() if dynamic else ()
            needed = tuple(tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED")
            table = elf.get_section_by_name(".dynsym")
            symbols = list(table.iter_symbols()) if table else []
            return Library(
                path,
                elf.get_machine_arch(),
                min(loads, default=0),
                needed,
                frozenset(s.name for s in symbols if s["st_shndx"] != "SHN_UNDEF"),
                frozenset(s.name for s in symbols if s["st_shndx"] == "SHN_UNDEF"),
            )
    except (ELFError, OSError, UnicodeDecodeError) as error:
        raise PocketlensError(
            "unreadable_file", f"{path} could not be read as an ELF library: {error}."
        ) from error


def function_of(symbol: str) -> str | None:
    """The function of `mindspore::` that a mangled name stands for, without its arguments.

    `mindspore::Model::Build` of `_ZN9mindspore5Model5BuildE…`: the arguments are left out because
    two C++ standard libraries spell them differently, and constructors' and destructors' variants
    (C1, C2, D1, D2) count as one. None for anything else. The form is the Itanium C++ ABI's.
    """
    found = re.match(r"_ZNK?(?=9mindspore)", symbol)
    rest, names = symbol[found.end() :] if found else "", []
    while digits := re.match(r"\d+", rest):
        end = digits.end() + int(digits[0])
        names.append(rest[digits.end() : end])
        rest = rest[end:]
    special = re.match(r"[CD](?=[0-9])|[a-z]{2}", rest)
    return "::".join([*names, *([special[0]] if special else [])]) if names else None


def functions(symbols: frozenset[str]) -> set[str]:
    """The functions of `mindspore::` among mangled names."""
    return {name for name in map(function_of, symbols) if name is not None}


def _complaints(library: Library, shipped: set[str]) -> list[str]:
    said, name = [], library.path.name
    if not library.fits_large_pages:
        said.append(
            f"{name} is aligned to {library.alignment} bytes, not to {PAGE}: an APK with it is not"
            " ready for Google Play and does not load on a phone with 16 KB pages"
        )
    for other in library.needed:
        if other in SYSTEM or other in shipped:
            continue
        said.append(
            f"{name} needs {other}, which neither Android nor the archive has: the phone must"
            " bring it"
        )
    return said


def examine(folder: Path, ours: Path | None = None) -> list[str]:
    """What is to be known of an unpacked archive, a sentence each; empty when nothing is amiss.

    `folder` is the archive's, with `runtime/lib` inside. `ours`: the built libpocketlens.so of any
    machine, whose calls into the runtime are looked up in it. `unreadable_file` for a library that
    is none.
    """
    runtime = next((path for path in sorted(folder.rglob(RUNTIME)) if path.is_file()), None)
    if runtime is None:
        return [f"{folder} holds no {RUNTIME}, so nothing can be built with it"]
    shipped = {path.name for path in folder.rglob("*.so")}
    said = []
    libraries = [read_library(runtime)]
    for path in sorted(folder.rglob("libhiai*.so")):
        libraries.append(read_library(path))
    for library in libraries:
        said += _complaints(library, shipped)
    if ours is not None:
        lost = functions(read_library(ours).missing) - functions(libraries[0].exported)
        said += [f"{RUNTIME} has no {name}, which libpocketlens.so calls" for name in sorted(lost)]
    return said
