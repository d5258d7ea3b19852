"""The binding's structs and prototypes are those of the C header, as the compiler sees them."""

from __future__ import annotations

import ctypes as c
import json
import re
import subprocess
from pathlib import Path

import pytest

from tools.native import library

HEADER = "jni/host/pocketlens.h"

# How the header writes a type and what the binding must use for it.
SCALARS = {
    "int32_t": c.c_int32,
    "uint64_t": c.c_uint64,
    "float": c.c_float,
    "double": c.c_double,
    "const char*": c.c_char_p,
    "char*": c.c_char_p,
    "const uint8_t*": c.c_void_p,
    "int8_t*": c.c_void_p,
    "const float*": c.c_void_p,
    "float*": c.c_void_p,
    "int32_t*": c.POINTER(c.c_int32),
    "double*": c.POINTER(c.c_double),
    "uint64_t*": c.POINTER(c.c_uint64),
    "const char**": c.POINTER(c.c_char_p),
    "void": None,
}
HANDLES = ("pl_classifier", "pl_plan", "pl_taught")


def header(root: Path) -> str:
    """The header without comments."""
    return re.sub(r"/\*.*?\*/", "", (root / HEADER).read_text(), flags=re.DOTALL)


def struct_fields(text: str) -> dict[str, list[str]]:
    """Struct name -> field names, in order."""
    found = {}
    for body, name in re.findall(r"typedef struct \{(.*?)\}\s*(\w+);", text, flags=re.DOTALL):
        declared = [part.strip() for part in body.split(";") if part.strip()]
        names = [re.sub(r"\[.*?\]", "", one) for line in declared for one in line.split(",")]
        found[name] = [one.split()[-1] for one in names]
    return found


def layout_by_compiler(
    root: Path, folder: Path, fields: dict[str, list[str]]
) -> dict[str, list[int]]:
    """Struct name -> size, then offset and size of every field."""
    rows = []
    for name, members in fields.items():
        parts = [f"sizeof({name})"]
        for member in members:
            parts += [f"offsetof({name}, {member})", f"sizeof((({name}*)0)->{member})"]
        numbers = ", ".join(f"(int)({part})" for part in parts)
        pattern = ",".join(["%d"] * len(parts))
        rows.append(f'printf("\\"{name}\\":[{pattern}],", {numbers});')
    source = folder / "layout.c"
    source.write_text(
        f"#include <stdio.h>\n#include \"{root / HEADER}\"\nint main(void) {{ putchar('{{');\n"
        + "\n".join(rows)
        + '\nputs("\\"end\\":[]}"); return 0; }\n'
    )
    program = folder / "layout"
    subprocess.run(
        ["gcc", "-std=c11", "-Wall", "-Werror", str(source), "-o", str(program)], check=True
    )
    found: dict[str, list[int]] = json.loads(subprocess.check_output([str(program)]))
    found.pop("end")
    return found


def layout_of(struct: type[c.Structure]) -> list[int]:
    """The same of a ctypes struct."""
    numbers = [c.sizeof(struct)]
    for field in struct._fields_:
        descriptor = getattr(struct, field[0])
        numbers += [descriptor.offset, descriptor.size]
    return numbers


def test_structs_have_the_fields_and_layout_of_the_header(root: Path, tmp_path: Path) -> None:
    fields = struct_fields(header(root))
    assert len(fields) >= 8
    assert {name: [f[0] for f in s._fields_] for name, s in library.STRUCTS.items()} == fields
    expected = layout_by_compiler(root, tmp_path, fields)
    assert {name: layout_of(struct) for name, struct in library.STRUCTS.items()} == expected


def expected_type(text: str) -> object:
    """The ctypes type for a parameter or result as the header writes it."""
    text = re.sub(r"\s*\*", "*", " ".join(text.split()))
    if text.startswith("char ") and "[" in text:
        return c.c_char_p
    if text in SCALARS:
        return SCALARS[text]
    base = text.removeprefix("const ")
    stars = len(base) - len(base.rstrip("*"))
    name = base.rstrip("*")
    if name in HANDLES:
        return c.c_void_p if stars == 1 else c.POINTER(c.c_void_p)
    return c.POINTER(library.STRUCTS[name])


def prototypes(text: str) -> dict[str, tuple[object, list[object]]]:
    """Function name -> result and parameter types of the header."""
    found = {}
    for result, name, inside in re.findall(
        r"PL_API\s+([\w\s\*]+?)\s*(pl_\w+)\((.*?)\);", text, re.DOTALL
    ):
        parameters = [] if inside.strip() == "void" else inside.split(",")
        types = []
        for parameter in parameters:
            parameter = " ".join(parameter.split())
            types.append(parameter if "[" in parameter else re.sub(r"\w+$", "", parameter).strip())
        found[name] = (expected_type(result), [expected_type(one) for one in types])
    return found


def test_prototypes_are_those_of_the_header(root: Path) -> None:
    expected = prototypes(header(root))
    assert len(expected) >= 20
    assert list(library.PROTOTYPES) == list(expected)
    for name, declared in expected.items():
        assert library.PROTOTYPES[name] == declared, name


@pytest.mark.parametrize("needle", ["row_stride;", "float probability;", "uint64_t size;"])
def test_a_changed_header_would_be_noticed(root: Path, tmp_path: Path, needle: str) -> None:
    text = header(root)
    assert needle in text
    changed = text.replace(needle, f"{needle} int32_t added;", 1)
    assert struct_fields(changed) != {
        name: [f[0] for f in s._fields_] for name, s in library.STRUCTS.items()
    }
