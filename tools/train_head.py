"""Make the demo's head again from what other packages ship. Writes head.npz beside the recipe.

Fetches pinned packages (sources.toml), runs backbone and teachers over the listed pictures
(training.csv), computes the head from what they say, without any random step, and writes it as
float16.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tools.places import BUILD, DEMO_MODEL
from tools.terminal import PATH, run

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from tools.distillation.collect import Collected

WORK = BUILD / "distillation"


@click.command()
@click.option("--model", type=PATH, default=DEMO_MODEL, help="Recipe's folder.")
@click.option("--out", type=PATH, help="Write here, not to head.npz.")
@click.option("--random-backbone", is_flag=True, help="Untrained backbone, for comparison.")
@click.option("--validation", type=PATH, help="Only unpack validation photos here.")
@click.option(
    "--calibration",
    type=PATH,
    help="Only copy training photos here, for `convert --quantize`.",
)
def main(
    model: Path,
    out: Path | None,
    random_backbone: bool,
    validation: Path | None,
    calibration: Path | None,
) -> None:
    """Train the head of the demo model. About 8 minutes of one core, 510 MB of downloads."""
    if validation is not None:
        from tools.distillation.validation import unpack

        click.echo(f"{unpack(model, validation)} photos in {validation}")
        return
    if calibration is not None:
        click.echo(f"{copied(model, calibration)} photos in {calibration}")
        return
    from tools.distillation.head import build, read_levels, write
    from tools.distillation.pictures import read_entries

    collected = collected_for(model, "random" if random_backbone else "backbone")
    entries, levels = read_entries(model / "training.csv"), read_levels(model / "taught.csv")
    head = build(collected, entries, levels, classes_of(model))
    target = out or model / "head.npz"
    write(target, head)
    click.echo(f"wrote {target}: {len(head.bias)} outputs, {target.stat().st_size:,} bytes")
    click.echo(
        "The recipe's thresholds were chosen for the old head: `convert`, then `thresholds"
        " --calibrate`, and put the new source's SHA-256 into thresholds_source of model.toml."
    )


def classes_of(model: Path) -> dict[str, npt.NDArray[np.bool_]]:
    """For each label's name which of ImageNet's classes count for it, by the recipe's class map."""
    from tools.distillation.ridge import CLASSES
    from tools.lists.class_list import read_class_list
    from tools.network.networks import class_map
    from tools.package.recipe import load_recipe

    recipe = load_recipe(model / "model.toml")
    assert recipe.labels is not None
    labels = read_class_list(recipe.labels.table)
    columns = class_map(recipe)[:CLASSES].T > 0
    return {label.name: column for label, column in zip(labels, columns, strict=True)}


def copied(model: Path, folder: Path) -> int:
    """Copy the whole photos of training.csv, none of which is for validation; returns how many."""
    from tools.distillation import collect, pictures
    from tools.distillation.sources import read_sources

    entries = pictures.read_entries(model / "training.csv")
    photos = [entry for entry in entries if entry.kind in ("photo", "subject")]
    files = collect.files_of(photos, read_sources(model / "sources.toml"))
    folder.mkdir(parents=True, exist_ok=True)
    for entry, file in files.items():
        shutil.copyfile(file, folder / f"{entry.sha256[:12]}{Path(entry.path).suffix}")
    return len(files)


def collected_for(model: Path, student: str) -> Collected:
    """What all training pictures show, kept under build/ until the pictures or the code change."""
    from tools.distillation import collect, pictures, teacher
    from tools.distillation.sources import read_sources
    from tools.network.assemble import backbone_file
    from tools.package.recipe import load_recipe

    entries = pictures.read_entries(model / "training.csv")
    code = [Path(str(module.__file__)).read_bytes() for module in (pictures, collect, teacher)]
    shown = [f"{entry.kind} {entry.sha256}".encode() for entry in entries]
    kept = WORK / f"{student}-{hashlib.sha256(b' '.join(code + shown)).hexdigest()[:16]}.npz"
    if not kept.is_file():
        sources = read_sources(model / "sources.toml")
        files = collect.files_of(entries, sources)
        masters = collect.teachers(sources, WORK)
        net = collect.network(student, backbone_file(), WORK)
        chain = load_recipe(model / "model.toml").preprocess
        collect.collect(files, chain, net, masters).save(kept)
    return collect.Collected.load(kept)


if __name__ == "__main__":
    run(main)
