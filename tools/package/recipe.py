"""The recipe: everything that training, conversion, the desk and the phone must agree on.

It is written once, in `models/NAME/model.toml`, and travels in every package as `recipe` of
model.json. `load_recipe` reads the first form, `read_travelling_recipe` the second. Paths in
model.toml are relative to its own folder. The tables it consists of are in recipe_tables.py.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.errors import PocketlensError
from tools.package.fields import Fields
from tools.package.recipe_tables import (
    MOST_LABELS,
    NO_RULES,
    AnswerRules,
    Asset,
    Checkpoint,
    Input,
    Labels,
    Network,
    Preprocess,
    matching,
    read_answers,
    read_assets,
    read_checkpoint,
    read_input,
    read_labels,
    read_network,
    read_preprocess,
    read_weights,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KINDS = ("classifier", "features")
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True)
class TravellingRecipe:
    """The part of a recipe that a package carries and a reader needs."""

    input: Input
    preprocess: Preprocess
    network: dict[str, Any]  # for people and tools; no reader needs it
    outputs: int
    answers: AnswerRules = NO_RULES


@dataclass(frozen=True)
class Recipe:
    """A whole model.toml."""

    path: Path
    name: str
    title: str
    version: str
    kind: str
    network: Network
    input: Input
    preprocess: Preprocess
    outputs: int  # length of the model's output vector
    labels: Labels | None  # None for a features model
    weights: str  # the default variant
    tolerance: dict[str, float]  # variant -> largest allowed difference of an output
    converter: str
    runtime: str
    checkpoint: Checkpoint
    assets: tuple[Asset, ...] = ()
    answers: AnswerRules = NO_RULES

    def to_manifest(self) -> dict[str, Any]:
        """The value of `recipe` in model.json."""
        out = {
            "input": {
                "width": self.input.width,
                "height": self.input.height,
                "channels": self.input.channels,
                "layout": self.input.layout,
                "dtype": self.input.dtype,
            },
            "preprocess": {
                "interpolation": self.preprocess.interpolation,
                "resize": list(self.preprocess.resize),
                "crop": list(self.preprocess.crop),
                "scale": list(self.preprocess.scale),
                "mean": list(self.preprocess.mean),
                "std": list(self.preprocess.std),
                "channel_order": self.preprocess.channel_order,
            },
            "network": _network_to_manifest(self.network),
            "outputs": self.outputs,
        }
        if self.answers != NO_RULES:
            out["answers"] = {"guess_share": self.answers.guess_share}
        return out


def _network_to_manifest(network: Network) -> dict[str, Any]:
    out: dict[str, Any] = {"architecture": network.architecture, "width": network.width}
    if network.num_classes is not None:
        out["num_classes"] = network.num_classes
    if network.head is not None:
        out["head"] = {"type": network.head.type, "activation": network.head.activation}
        if network.head.dense_outputs is not None:
            out["head"]["dense_outputs"] = network.head.dense_outputs
    return out


def load_recipe(model: Path | str) -> Recipe:
    """Read `models/NAME` (a folder with model.toml, or the file itself).

    Raises `missing_file`, `unreadable_file` or `bad_recipe`; the message names file and key.
    """
    path = Path(model)
    path = path / "model.toml" if path.is_dir() else path
    fields = Fields(_parse(path), str(path))
    model_table = fields.table("model")
    kind = model_table.choice("kind", KINDS)
    network_table = fields.table("network")
    network, outputs = read_network(network_table, kind, path.parent)
    network_table.finish()
    weights, tolerance = read_weights(fields.table("weights"))
    versions = fields.table("versions")
    input_ = read_input(fields.table("input"))
    recipe = Recipe(
        path=path,
        name=matching(model_table, "name", NAME, "lower-case letters, digits, '.', '_' and '-'"),
        title=model_table.string("title", 200),
        version=model_table.string("version", 50),
        kind=kind,
        network=network,
        input=input_,
        preprocess=read_preprocess(fields.table("preprocess"), input_),
        outputs=outputs,
        labels=read_labels(fields, kind, network, path.parent),
        weights=weights,
        tolerance=tolerance,
        converter=versions.string("converter", 50),
        runtime=versions.string("runtime", 50),
        checkpoint=read_checkpoint(fields, path.parent),
        assets=read_assets(fields),
        answers=read_answers(fields, strict=True),
    )
    for table in (model_table, versions, fields):
        table.finish()
    return recipe


def read_travelling_recipe(fields: Fields, kind: str) -> TravellingRecipe:
    """The `recipe` of a manifest; keys that are not known are passed over."""
    input_ = read_input(fields.table("input"), strict=False)
    preprocess = read_preprocess(fields.table("preprocess"), input_, strict=False)
    outputs = fields.integer("outputs", 1, MOST_LABELS)
    table = fields.table("network")
    if kind == "classifier" and table.integer("num_classes", 1, MOST_LABELS) != outputs:
        raise table.mistake("num_classes", f"{outputs}, as recipe.outputs says")
    return TravellingRecipe(input_, preprocess, table.data, outputs, read_answers(fields))


def _parse(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise PocketlensError(
            "missing_file",
            f"{path} is not there.",
            expected="a folder with a model.toml",
            do="Name one of the folders in models/ with --model.",
        ) from None
    except OSError as error:
        raise PocketlensError("unreadable_file", f"{path}: {error.strerror}.") from None
    try:
        parsed: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
        return parsed
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PocketlensError("bad_recipe", f"{path} is not valid TOML: {error}.") from None
