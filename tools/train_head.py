"""Make the demo's head again from what other packages ship. Writes head.npz beside the recipe.

Fetches pinned packages (sources.toml), runs backbone and teacher over the listed pictures
(training.csv), solves for the head in closed form and writes it as float16.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tools.places import BUILD, DEMO_MODEL
from tools.terminal import PATH, run

if TYPE_CHECKING:
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
    """Train the head of the demo model. About 6 minutes on two cores, 450 MB of downloads."""
    if validation is not None:
        from tools.distillation.validation import unpack

        click.echo(f"{unpack(model, validation)} photos in {validation}")
        return
    if calibration is not None:
        click.echo(f"{copied(model, calibration)} photos in {calibration}")
        return
    from tools.distillation.collect import teacher_file
    from tools.distillation.head import build, read_levels, write
    from tools.distillation.sources import read_sources

    collected = collected_for(model, "random" if random_backbone else "backbone")
    sources = read_sources(model / "sources.toml")
    levels = read_levels(model / "taught.csv")
    head = build(collected, teacher_file(sources), levels)
    target = out or model / "head.npz"
    write(target, head)
    click.echo(f"wrote {target}: {len(head.bias)} outputs, {target.stat().st_size:,} bytes")
    click.echo(
        "The recipe's thresholds were chosen for the old head: `convert`, then `thresholds"
        " --calibrate`, and put the new source's SHA-256 into thresholds_source of model.toml."
    )


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


def collected_for(model: Path, student: str) -> dict[str, Collected]:
    """Features of all training pictures, kept under build/ until their list or code changes."""
    from tools.distillation import collect, pictures
    from tools.distillation.sources import read_sources
    from tools.package.recipe import load_recipe

    code = [pictures.__file__, collect.__file__, str(model / "training.csv")]
    key = hashlib.sha256(b"".join(Path(file).read_bytes() for file in code)).hexdigest()[:16]
    kept = WORK / f"{student}-{key}.pickle"
    if not kept.is_file():
        sources = read_sources(model / "sources.toml")
        files = collect.files_of(pictures.read_entries(model / "training.csv"), sources)
        backbone, teacher = collect.inputs(sources)
        nets = collect.network(student, backbone, WORK), collect.network("teacher", teacher, WORK)
        found = collect.collect(files, load_recipe(model / "model.toml").preprocess, *nets)
        draft = kept.with_suffix(".draft")
        draft.write_bytes(pickle.dumps(found))
        draft.replace(kept)
    result: dict[str, Collected] = pickle.loads(kept.read_bytes())
    return result


if __name__ == "__main__":
    run(main)
