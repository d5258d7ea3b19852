"""model.json, the manifest: read strictly, written so that the same package has the same bytes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.errors import PocketlensError
from tools.package.fields import Fields
from tools.package.recipe import KINDS, NAME, TravellingRecipe, read_travelling_recipe
from tools.package.recipe_tables import LANGUAGE, SHA256, VARIANTS

FILE = "model.json"
FORMAT = "pocketlens-package"
FORMAT_VERSION = 1
MODEL = "model.ms"
LABELS = "labels.csv"
THRESHOLDS = "thresholds.csv"
HIERARCHY = "hierarchy.csv"
REFERENCE = "reference.bin"
REFERENCE_EMBEDDING = "reference.embedding.bin"
EMBEDDING = "embedding.bin"
MOST_FILES = 64  # with the manifest
LARGEST_MANIFEST = 1 << 20
LARGEST_MODEL = 1 << 30
LARGEST_FILE = 1 << 24
LARGEST_EMBEDDING = 614_400
KNOWN = "known.bin"
DEEPEST = 32
LARGEST_SIZE = 2**53
LARGEST_REFERENCE = 256  # pixels along a side of the reference picture
EMBEDDING_OUTPUT = "embedding"  # what the second output is called by those who make models
SHORTEST_EMBEDDING, LONGEST_EMBEDDING = 8, 4096
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PATH = re.compile(r"[/\\:\x00]")


@dataclass(frozen=True)
class FileEntry:
    """What the manifest says of one file."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Reference:
    """The reference picture, to check accelerators with: its size and its input tensor's hash."""

    width: int
    height: int
    tensor_sha256: str


@dataclass(frozen=True)
class EmbeddingOutput:
    """The model's second output: the vector of a picture before the head."""

    output: str  # the tensor's name
    length: int
    sha256: str  # of the backbone's weights and of how pictures are prepared


@dataclass(frozen=True)
class Manifest:
    """A checked model.json. `raw` is all of it, for those who show more."""

    name: str
    title: str
    version: str
    kind: str
    variant: str
    tolerance: float
    runtime: str
    files: dict[str, FileEntry]
    recipe: TravellingRecipe
    reference: Reference | None
    embedding: EmbeddingOutput | None
    raw: dict[str, Any]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the package has names in."""
        return tuple(sorted(language_of(name) for name in self.files if is_names_file(name)))


def largest_size(name: str) -> int:
    """How long a file of a package may be, in bytes."""
    limits = {FILE: LARGEST_MANIFEST, MODEL: LARGEST_MODEL, EMBEDDING: LARGEST_EMBEDDING}
    return limits.get(name, LARGEST_FILE)


def is_names_file(name: str) -> bool:
    """Whether a file is a table of translated names."""
    return name.startswith("names.") and name.endswith(".csv") and len(name) >= len("names..csv")


def language_of(name: str) -> str:
    """`zh` for `names.zh.csv`."""
    return name[len("names.") : -len(".csv")]


def check_name(name: str, where: object = FILE, do: str | None = None) -> None:
    """Refuse a file name that could lead out of the package. `where`: in which file it stands."""
    if name in ("", ".", "..") or _PATH.search(name):
        raise PocketlensError(
            "path_outside_package",
            f"{where} names a file by a path.",
            found=repr(name),
            expected="a plain file name without folders",
            do=do,
        )


def parse_manifest(data: bytes) -> Manifest:
    """Check model.json and read it. Raises the errors of README.md, steps 3 to 6."""
    raw = parse_json(data)
    fields = Fields(raw, FILE, error="bad_manifest")
    _check_format(fields)
    name = fields.string("name", 100)
    if not NAME.fullmatch(name):
        raise fields.mistake("name", "lower-case letters, digits, '.', '_' and '-'")
    title = fields.string("title", 400)
    version = fields.string("version", 50)
    kind = fields.choice("kind", KINDS)
    weights = fields.table("weights")
    variant = weights.choice("variant", VARIANTS)
    tolerance = weights.number("tolerance", 0, 1)
    runtime = fields.table("versions").string("runtime", 50)
    files = _files(fields.table("files"), kind)
    recipe = read_travelling_recipe(fields.table("recipe", "bad_recipe"), kind)
    reference = _reference(fields, files, recipe.outputs)
    embedding = _embedding(fields, files, kind)
    return Manifest(
        name=name,
        title=title,
        version=version,
        kind=kind,
        variant=variant,
        tolerance=tolerance,
        runtime=runtime,
        files=files,
        recipe=recipe,
        reference=reference,
        embedding=embedding,
        raw=raw,
    )


def _check_format(fields: Fields) -> None:
    fields.choice("format", [FORMAT])
    if fields.integer("format_version", -LARGEST_SIZE, LARGEST_SIZE) != FORMAT_VERSION:
        raise fields.mistake(
            "format_version",
            f"{FORMAT_VERSION}; a newer Pocketlens may know more",
            error="unknown_format_version",
        )


def _files(fields: Fields, kind: str) -> dict[str, FileEntry]:
    if len(fields.data) > MOST_FILES - 1:
        raise PocketlensError(
            "too_large",
            f"{FILE} names too many files.",
            found=len(fields.data),
            expected=f"at most {MOST_FILES - 1}",
        )
    files = {name: _file(fields, name, kind) for name in sorted(fields.data, key=str.encode)}
    needed = [MODEL] if kind == "features" else [MODEL, LABELS, THRESHOLDS]
    for name in needed:
        if name not in files:
            raise PocketlensError(
                "missing_file",
                f"{FILE} does not name {name}, which a {kind} package needs.",
                found=", ".join(files) or "no files",
            )
    return files


def _reference(fields: Fields, files: dict[str, FileEntry], outputs: int) -> Reference | None:
    """The optional reference picture, whose file must hold its pixels and a float an output."""
    if "reference" not in fields.data:
        return None
    table = fields.table("reference")
    width = table.integer("width", 1, LARGEST_REFERENCE)
    height = table.integer("height", 1, LARGEST_REFERENCE)
    reference = Reference(width, height, _sha256(table, "tensor_sha256"))
    if REFERENCE not in files:
        raise PocketlensError(
            "missing_file", f"{FILE} does not name {REFERENCE}, which a reference picture needs."
        )
    expected = 3 * width * height + 4 * outputs
    if files[REFERENCE].size != expected:
        raise PocketlensError(
            "bad_reference",
            f"{REFERENCE} does not fit its picture of {width}x{height} with {outputs} outputs.",
            found=f"{files[REFERENCE].size} bytes",
            expected=f"{expected}",
        )
    return reference


def _embedding(fields: Fields, files: dict[str, FileEntry], kind: str) -> EmbeddingOutput | None:
    """The optional second output of the model."""
    if "embedding" not in fields.data:
        for name in (EMBEDDING, KNOWN, REFERENCE_EMBEDDING):
            if name in files:
                raise _alone(name, "embedding")
        return None
    table = fields.table("embedding")
    output = table.string("output", 100)
    length = table.integer("length", SHORTEST_EMBEDDING, LONGEST_EMBEDDING)
    told = EmbeddingOutput(output, length, _sha256(table, "sha256"))
    if KNOWN in files and EMBEDDING not in files:
        raise _alone(KNOWN, EMBEDDING)
    _check_reference_embedding(fields, files, length)
    if kind == "features":
        raise fields.mistake("embedding", "no embedding in a features package, whose output is one")
    return told


def _check_reference_embedding(fields: Fields, files: dict[str, FileEntry], length: int) -> None:
    """The optional embedding of the reference picture must go with one and be as long."""
    if REFERENCE_EMBEDDING not in files:
        return
    if "reference" not in fields.data:
        raise _alone(REFERENCE_EMBEDDING, "reference")
    if files[REFERENCE_EMBEDDING].size != 4 * length:
        raise PocketlensError(
            "bad_reference",
            f"{REFERENCE_EMBEDDING} does not fit an embedding of {length} numbers.",
            found=f"{files[REFERENCE_EMBEDDING].size} bytes",
            expected=f"{4 * length}",
        )


def _alone(name: str, needed: str) -> PocketlensError:
    return PocketlensError(
        "bad_manifest", f"{FILE} names {name}, but no {needed} that it could belong to."
    )


def _sha256(fields: Fields, key: str) -> str:
    found = fields.any(key, "64 hexadecimal digits in lower case")
    if not isinstance(found, str) or not SHA256.fullmatch(found):
        raise fields.mistake(key, "64 hexadecimal digits in lower case")
    return found


def _file(fields: Fields, name: str, kind: str) -> FileEntry:
    check_name(name)
    if not _PLAIN.fullmatch(name) or name == FILE:
        raise fields.mistake(name, "letters, digits, '.', '_' and '-' in a file's name", name)
    entry = fields.table(name)
    size = entry.integer("size", 0, LARGEST_SIZE)
    sha256 = _sha256(entry, "sha256")
    if size > largest_size(name):
        raise entry.mistake("size", f"at most {largest_size(name)} bytes", error="too_large")
    if is_names_file(name) and not LANGUAGE.fullmatch(language_of(name)):
        raise fields.mistake(name, "names.LANGUAGE.csv with a language such as zh or pt-BR", name)
    if kind == "features" and (name in (LABELS, THRESHOLDS, HIERARCHY) or is_names_file(name)):
        raise fields.mistake(name, "no tables of labels in a features package", name)
    return FileEntry(size, sha256)


def parse_json(data: bytes) -> dict[str, Any]:
    """Strict JSON, one object, by the rules of README.md. Raises bad_manifest."""
    try:
        if data[:1] != b"{":
            raise ValueError("it does not begin with '{'")
        out = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        _check_tree(out, 1)
    except (ValueError, RecursionError) as error:
        # UnicodeError and JSONDecodeError are ValueErrors.
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise PocketlensError("bad_manifest", f"{FILE} is not valid: {reason}.") from None
    return dict(out)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"the key {twice[0]!r} stands twice in one object")
    return out


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:40]} is too large")
    return value


def _whole(text: str) -> int:
    _finite(text)
    return int(text)


def _check_tree(value: Any, depth: int) -> None:
    if depth > DEEPEST and isinstance(value, (dict, list)):
        raise ValueError(f"nested more than {DEEPEST} deep")
    if isinstance(value, str):
        value.encode("utf-8")  # refuses lone surrogates
    elif isinstance(value, list):
        for item in value:
            _check_tree(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            key.encode("utf-8")
            _check_tree(item, depth + 1)


def format_manifest(manifest: Mapping[str, Any]) -> bytes:
    """The bytes of model.json: keys in the mapping's order, two spaces, LF at the end."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False)
    return (_one_line_lists(text) + "\n").encode("utf-8")


def _one_line_lists(text: str) -> str:
    """Lists of numbers on one line; no text can match, as texts hold no line ends."""
    return re.sub(
        r"\[\n\s+((?:[0-9.eE+-]+,\n\s+)*[0-9.eE+-]+)\n\s+\]",
        lambda match: "[" + re.sub(r"\s+", " ", match.group(1)) + "]",
        text,
    )
