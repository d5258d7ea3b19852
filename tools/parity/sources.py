"""What a package was made from: finding it again, and refusing anything else in its place."""

from dataclasses import dataclass
from pathlib import Path

from tools.errors import PocketlensError
from tools.native.kept import mindspore_worker
from tools.package.manifest import Manifest
from tools.package.recipe import Recipe, load_recipe
from tools.places import MODELS, sha256_of


@dataclass(frozen=True)
class Sources:
    """Checkpoint and ONNX of a package where they are at hand; the notes say why they are not."""

    checkpoint: Path | None
    onnx: Path | None
    checkpoint_note: str = ""
    onnx_note: str = ""


def find_recipe(manifest: Manifest, model: Path | None) -> Recipe | None:
    """The model folder's recipe: the one given, else models/NAME of the package's name, if any."""
    if model is not None:
        return load_recipe(model)
    folder = MODELS / manifest.name
    return load_recipe(folder) if (folder / "model.toml").is_file() else None


def find_sources(
    manifest: Manifest, recipe: Recipe | None, checkpoint: Path | None, onnx: Path | None
) -> Sources:
    """The files that the lower rungs run.

    A file that is given must be the one that the package was made from (wrong_hash otherwise). A
    package made from a checkpoint needs a recipe to rebuild its network. Without a given checkpoint
    the one that the recipe names is used, if it is that one.
    """
    source = manifest.raw.get("source", {})
    kind, sha256 = source.get("kind"), source.get("sha256")
    if kind == "checkpoint":
        return _of_checkpoint(sha256, recipe, checkpoint, onnx)
    if checkpoint is not None:
        raise _no_part("checkpoint", kind)
    note = f"the package was made from a file of kind {kind}, without a checkpoint"
    if kind == "onnx":
        if onnx is None:
            return Sources(None, None, note, "give the ONNX file with --onnx")
        check_hash(onnx, sha256, "ONNX file")
        for name, expected in source.get("external", {}).items():
            check_hash(onnx.parent / name, expected, "weights in")
        return Sources(None, onnx, note)
    if onnx is not None:
        raise _no_part("ONNX file", kind)
    return Sources(None, None, note, f"the package was made from a file of kind {kind}")


def _no_part(what: str, kind: object) -> PocketlensError:
    return PocketlensError(
        "wrong_hash", f"This package was not made from a {what}.", found=f"a source of kind {kind}"
    )


def _of_checkpoint(
    sha256: str, recipe: Recipe | None, checkpoint: Path | None, onnx: Path | None
) -> Sources:
    if recipe is None:
        note = "no model folder is at hand to rebuild its network; give one with --model"
        return Sources(None, onnx, note, "" if onnx else note)
    if checkpoint is not None:
        check_hash(checkpoint, sha256, "checkpoint")
        return Sources(checkpoint, onnx)
    try:
        own = own_checkpoint(recipe)
        check_hash(own, sha256, "checkpoint")
    except PocketlensError as error:
        note = f"its checkpoint is not at hand ({error.name}); give it with --checkpoint"
        return Sources(None, onnx, note, "" if onnx else note)
    return Sources(own, onnx)


def own_checkpoint(recipe: Recipe) -> Path:
    """The checkpoint that a recipe names, put together in a process that may import MindSpore."""
    from tools.conversion.export import default_checkpoint

    with mindspore_worker() as worker:
        return worker.call(default_checkpoint, recipe)


def check_hash(path: Path, expected: str, what: str) -> None:
    """Refuse a file that is not the one the package was made from."""
    try:
        found = sha256_of(path)
    except OSError as error:
        raise PocketlensError("unreadable_file", f"{path} cannot be read: {error}.") from error
    if found != expected:
        raise PocketlensError(
            "wrong_hash",
            f"This package was not made from the {what} {path}.",
            found=f"SHA-256 {found}",
            expected=expected,
        )
