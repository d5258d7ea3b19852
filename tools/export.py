"""Checkpoint to ONNX or MindIR."""

from __future__ import annotations

from pathlib import Path

import click

from tools.conversion.export import FORMATS, default_checkpoint, export_checkpoint
from tools.package.recipe import load_recipe
from tools.places import BUILD
from tools.terminal import PATH, run


@click.command()
@click.option("--model", required=True, type=PATH, help="A folder of models/.")
@click.option(
    "--checkpoint",
    type=PATH,
    help="The trained weights; without it, the ones that the model's recipe names.",
)
@click.option("--out", type=PATH, help="The file to write.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="onnx", show_default=True)
def main(model: Path, checkpoint: Path | None, out: Path | None, format_: str) -> None:
    """Export a checkpoint to ONNX or MindIR."""
    recipe = load_recipe(model)
    target = out or BUILD / "export" / f"{recipe.name}.{format_}"
    made = export_checkpoint(recipe, checkpoint or default_checkpoint(recipe), target, format_)
    click.echo(f"{made.path}  {made.path.stat().st_size:,} bytes, from {made.naming}")


if __name__ == "__main__":
    run(main)
