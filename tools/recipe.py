"""Write the recipe (model.toml) of a model of your own, from its file and its class list."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from tools.places import MODELS, shown
from tools.terminal import PATH, run

if TYPE_CHECKING:
    from tools.conversion.new_recipe import Seen
    from tools.package.recipe import Recipe


@click.group()
def main() -> None:
    """Recipes: models/NAME/model.toml. models/README.md explains every key."""


@main.command()
@click.option(
    "--from", "source", type=PATH, required=True, help="The model: .onnx, .ms, .mindir, checkpoint."
)
@click.option(
    "--labels", type=PATH, required=True, help="Its class list, in any form `labels` reads."
)
@click.option("--name", help="What it is called [default: the model file's name].")
@click.option("--out", type=PATH, help="The folder [default: models/NAME].")
@click.option(
    "--activation",
    type=click.Choice(["none", "softmax", "sigmoid"]),
    help="What makes probabilities of its outputs [default: as the file says, else softmax].",
)
def new(
    source: Path, labels: Path, name: str | None, out: Path | None, activation: str | None
) -> None:
    """Write a model.toml with comments, and the class list beside it.

    Number of outputs, input size and last activation come from the model file where it says them;
    what it cannot say is marked CHECK.
    """
    from tools.conversion.new_recipe import new_recipe, recipe_name

    folder = out or MODELS / recipe_name(name or source.stem)
    recipe, seen = new_recipe(source, labels, folder, name, activation)
    click.echo(text(recipe, seen, source))


def text(recipe: Recipe, seen: Seen, source: Path) -> str:
    """What was written, what to look at, and what to type next."""
    folder = shown(recipe.path.parent)
    checks = [
        line.strip() for line in recipe.path.read_text("utf-8").splitlines() if "CHECK" in line
    ]
    return "\n".join(
        [
            f"{shown(recipe.path)}: {recipe.outputs} classes,"
            f" input {recipe.input.width}x{recipe.input.height}",
            *(f"  look at: {line}" for line in checks),
            f"Next: .venv/bin/python -m tools convert --model {quote(str(folder))}"
            f" --{seen.kind} {quote(str(source))} --out build/packages/{recipe.name}",
        ]
    )


if __name__ == "__main__":
    run(main)
