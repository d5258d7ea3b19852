"""Writes a recipe back as a model.toml: for recipes that are made from others."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.package.recipe import Recipe

Table = Mapping[str, Any]


def write_recipe(recipe: Recipe, folder: Path) -> Path:
    """Write `folder`/model.toml so that `load_recipe` reads the same recipe; its path.

    Files are named relative to the folder, so that it can move with what lies beside it. Assets
    are left out.
    """
    path = folder / "model.toml"
    tables = (_table(name, table, folder) for name, table in _tables(recipe))
    path.write_text("\n".join(tables), encoding="utf-8")
    return path


def _tables(recipe: Recipe) -> list[tuple[str, Table]]:
    told = recipe.to_manifest()
    network = {key: value for key, value in told["network"].items() if key != "head"}
    if recipe.kind == "features":
        network["outputs"] = recipe.outputs
    tables: list[tuple[str, Table]] = [
        (
            "model",
            {
                "name": recipe.name,
                "title": recipe.title,
                "version": recipe.version,
                "kind": recipe.kind,
            },
        ),
        ("network", network),
        ("network.head", _head(recipe)),
        ("input", told["input"]),
        ("preprocess", told["preprocess"]),
        ("answers", told.get("answers", {})),
        ("labels", _labels(recipe)),
        ("labels.names", recipe.labels.names if recipe.labels else {}),
        ("weights", {"variant": recipe.weights}),
        ("weights.tolerance", recipe.tolerance),
        ("versions", {"converter": recipe.converter, "runtime": recipe.runtime}),
        ("checkpoint", _checkpoint(recipe)),
    ]
    return [(name, table) for name, table in tables if table]


def _head(recipe: Recipe) -> Table:
    head = recipe.network.head
    if head is None:
        return {}
    optional = {"dense_outputs": head.dense_outputs, "class_map": head.class_map}
    return {"type": head.type, "activation": head.activation, **_present(optional)}


def _labels(recipe: Recipe) -> Table:
    labels = recipe.labels
    if labels is None:
        return {}
    optional = {
        "hierarchy": labels.hierarchy,
        "thresholds": labels.thresholds,
        "thresholds_source": labels.thresholds_source,
        "alternatives": list(labels.alternatives) or None,
    }
    return {"table": labels.table, "count": labels.count, **_present(optional)}


def _checkpoint(recipe: Recipe) -> Table:
    return _present({"file": recipe.checkpoint.file, "assemble": recipe.checkpoint.assemble})


def _present(table: Table) -> Table:
    return {key: value for key, value in table.items() if value is not None}


def _table(name: str, table: Table, folder: Path) -> str:
    lines = [f"{key} = {_value(value, folder)}" for key, value in table.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _value(value: Any, folder: Path) -> str:
    if isinstance(value, Path):
        return json.dumps(os.path.relpath(value.resolve(), folder.resolve()))
    if isinstance(value, list):
        return f"[{', '.join(_value(one, folder) for one in value)}]"
    return json.dumps(value)  # texts, numbers and lists of numbers are written as in JSON
