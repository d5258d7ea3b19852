"""Say what a package or a bare .ms model is: recipe, hashes, inputs, outputs, versions, figures."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import click

from tools.errors import PocketlensError
from tools.places import sha256_of
from tools.terminal import PATH, run

Facts = dict[str, Any]


@click.command()
@click.argument("path", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def main(path: Path, as_json: bool) -> None:
    """Describe PATH: a package (folder or .zip) or a .ms file.

    A package is read and checked whole, hashes included; a damaged one is an error that says what
    is wrong with it. Inputs and outputs are what MindSpore Lite says of the model.
    """
    facts = describe(path)
    click.echo(json.dumps(facts, ensure_ascii=False, indent=1) if as_json else text(facts))


def describe(path: Path) -> Facts:
    """Everything that is told of a package or model, as JSON values."""
    if is_ms(path):
        return ms_facts(path)
    return package_facts(path)


def is_ms(path: Path) -> bool:
    """Whether a file is a bare model: by its mark, or by its name where it is damaged."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise PocketlensError("unreadable_file", f"{path}: {error.strerror}.") from None
    return start[4:] == b"MSL2" or path.suffix == ".ms"


def ms_facts(path: Path) -> Facts:
    """What a bare model says of itself."""
    from tools.conversion.bridge import describe_ms
    from tools.conversion.model_files import ms_version

    info = describe_ms(path)
    return {
        "what": "model",
        "path": str(path),
        "size": path.stat().st_size,
        "sha256": sha256_of(path),
        "converter": ms_version(path),
        "inputs": [vars(tensor) for tensor in info.inputs],
        "outputs": [vars(tensor) for tensor in info.results],
    }


def package_facts(path: Path) -> Facts:
    """What a package says of itself, and the runtime of its model."""
    from tools.package.reader import open_package

    package = open_package(path)
    own = sum(label.mid.startswith("own/") for label in package.labels)
    thresholds = [row.threshold for row in package.thresholds]
    return {
        "what": "package",
        "path": str(path),
        "manifest": package.manifest.raw,
        "labels": {"count": len(package.labels), "own": own},
        "thresholds": {
            "status": dict(Counter(row.status for row in package.thresholds)),
            "lowest": min(thresholds, default=None),
            "highest": max(thresholds, default=None),
        },
        "hierarchy": len(package.hierarchy),
        "languages": list(package.manifest.languages),
        "model": model_facts(package.read("model.ms")),
    }


def model_facts(data: bytes) -> Facts:
    """Inputs and outputs of a packed model, which is put where the runtime can open it."""
    with tempfile.TemporaryDirectory() as folder:
        ms = Path(folder) / "model.ms"
        ms.write_bytes(data)
        facts = ms_facts(ms)
    return {key: facts[key] for key in ("converter", "inputs", "outputs")}


def text(facts: Facts) -> str:
    """The facts for people."""
    lines = package_lines(facts) if facts["what"] == "package" else model_lines(facts)
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:<{width}}  {value}".rstrip() for name, value in lines)


def model_lines(facts: Facts) -> list[tuple[str, str]]:
    """A bare model, a line a fact."""
    return [
        ("model", facts["path"]),
        ("size", f"{facts['size']:,} bytes"),
        ("sha256", facts["sha256"]),
        ("converter", facts["converter"] or "not said"),
        *tensor_lines(facts),
    ]


def tensor_lines(facts: Facts) -> list[tuple[str, str]]:
    """Inputs and outputs."""
    return [
        (kind[:-1], f"{tensor['name']} {list(tensor['shape'])} {tensor['dtype']}")
        for kind in ("inputs", "outputs")
        for tensor in facts[kind]
    ]


def package_lines(facts: Facts) -> list[tuple[str, str]]:
    """A package, a line a fact."""
    manifest = facts["manifest"]
    weights = manifest["weights"]
    return [
        ("package", f"{manifest['name']} {manifest['version']} ({manifest['kind']})"),
        ("title", manifest["title"]),
        ("path", facts["path"]),
        *recipe_lines(manifest["recipe"]),
        *label_lines(facts),
        ("weights", f"{weights['variant']}, tolerance {weights['tolerance']:g}"),
        ("source", source_line(manifest.get("source"))),
        ("versions", pairs_line(manifest["versions"])),
        ("parity", pairs_line(manifest.get("parity"))),
        ("accuracy", pairs_line(manifest.get("accuracy"))),
        *tensor_lines(facts["model"]),
        *file_lines(manifest["files"]),
    ]


def recipe_lines(recipe: Facts) -> list[tuple[str, str]]:
    """Network and preprocessing."""
    steps = recipe["preprocess"]
    crop = steps["crop"]
    size = f"{steps['resize'][0]}x{steps['resize'][1]}"
    if steps["interpolation"].startswith("pillow-"):
        size = f"{steps['resize'][0]} on its shorter side"
    return [
        ("network", network_line(recipe["network"])),
        (
            "preprocess",
            f"{steps['channel_order']} resized to {size}"
            f" ({steps['interpolation']}), crop {crop[2]}x{crop[3]} at {crop[0]},{crop[1]},"
            f" times {steps['scale'][0]}/{steps['scale'][1]},"
            f" mean {steps['mean']}, std {steps['std']}",
        ),
    ]


def network_line(network: Facts) -> str:
    """What is known of the network, and of its head."""
    head = network.get("head")
    kind = f", head {head.get('type')} {head.get('activation')}" if isinstance(head, dict) else ""
    return f"{network.get('architecture')} {network.get('width', '')}".strip() + kind


def label_lines(facts: Facts) -> list[tuple[str, str]]:
    """Labels, thresholds, hierarchy and languages of a classifier."""
    count = facts["labels"]["count"]
    if not count:
        return [("outputs", f"{facts['manifest']['recipe']['outputs']} features")]
    thresholds = facts["thresholds"]
    status = ", ".join(f"{number} {name}" for name, number in thresholds["status"].items())
    return [
        ("labels", f"{count} ({facts['labels']['own']} own)"),
        (
            "thresholds",
            f"{status}; from {thresholds['lowest']:.4g} to {thresholds['highest']:.4g}",
        ),
        ("hierarchy", f"{facts['hierarchy']} pairs" if facts["hierarchy"] else "none"),
        ("languages", ", ".join(["en", *facts["languages"]])),
    ]


def source_line(source: object) -> str:
    """What the package was made from."""
    if not isinstance(source, dict):
        return "not said"
    changes = "".join(f"; changed: {words}" for words in source.get("changes", []))
    naming = f" ({source['naming']})" if source.get("naming") else ""
    what = f"{source.get('kind')} {source.get('file')}{naming}"
    return f"{what}, SHA-256 {source.get('sha256')}{changes}"


def pairs_line(table: object) -> str:
    """A small table on one line; what is nested is left to --json."""
    if not isinstance(table, dict) or not table:
        return "not said"
    plain = {key: value for key, value in table.items() if not isinstance(value, (dict, list))}
    return ", ".join(f"{key} {value}" for key, value in plain.items())


def file_lines(files: Facts) -> list[tuple[str, str]]:
    """The files with their sizes and hashes."""
    width = max(len(name) for name in files)
    return [
        ("file", f"{name:<{width}} {entry['size']:>12,}  {entry['sha256']}")
        for name, entry in files.items()
    ]


if __name__ == "__main__":
    run(main)
