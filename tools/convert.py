"""Make a verified package from a checkpoint, an ONNX, a MindIR or a ready .ms model.

The steps: labels and thresholds, export to ONNX, conversion to .ms by MindSpore Lite's converter,
a check of inputs and outputs, a comparison with the source on photos, and the package itself. A
step that fails ends the command with a named error and leaves what was there before.
"""

from __future__ import annotations

from pathlib import Path

import click

from tools.places import DEMO_MODEL, PACKAGES, SAMPLES, shown
from tools.terminal import PATH, run, step


@click.command()
@click.option(
    "--model", type=PATH, default=DEMO_MODEL, help="A folder of models/ with a model.toml."
)
@click.option("--checkpoint", type=PATH, help="Trained weights in place of the recipe's own.")
@click.option("--onnx", type=PATH, help="Start from an ONNX model (opset 11 and the like).")
@click.option("--mindir", type=PATH, help="Start from a MindIR of version 1.")
@click.option("--ms", type=PATH, help="Start from a .ms model that is ready.")
@click.option("--out", type=PATH, help="The package [default: build/packages/NAME].")
@click.option("--zip", "zipped", is_flag=True, help="Write one file (.zip) instead of a folder.")
@click.option("--photos", type=PATH, default=SAMPLES, help="A photo or folder to check with.")
@click.option(
    "--weights",
    type=click.Choice(["float32", "float16"]),
    help="How weights are stored [default: as the recipe says].",
)
@click.option(
    "--quantize",
    type=click.Choice(["int8"]),
    help="Store weights and compute in 8 bits; needs --calibration.",
)
@click.option("--calibration", type=PATH, help="Photos (about 100) that int8 is fitted to.")
@click.option("--labels", type=PATH, help="A class list in place of the recipe's.")
@click.option("--exclude", multiple=True, metavar="MID", help="Leave a class out; repeatable.")
@click.option("--thresholds", type=PATH, help="A threshold table in place of the recipe's.")
def main(
    model: Path,
    checkpoint: Path | None,
    onnx: Path | None,
    mindir: Path | None,
    ms: Path | None,
    out: Path | None,
    zipped: bool,
    photos: Path,
    weights: str | None,
    quantize: str | None,
    calibration: Path | None,
    labels: Path | None,
    exclude: tuple[str, ...],
    thresholds: Path | None,
) -> None:
    """Make a verified package of a model.

    Without --checkpoint, --onnx, --mindir or --ms the model is the one that the recipe names. The
    package is written whole or not at all.
    """
    from tools.conversion.packer import pack
    from tools.conversion.request import Request
    from tools.package.recipe import load_recipe

    check_options(weights, quantize, calibration, ms)
    kind, source = chosen(checkpoint=checkpoint, onnx=onnx, mindir=mindir, ms=ms)
    recipe = load_recipe(model)
    request = Request(
        recipe=recipe,
        out=target(out or PACKAGES / recipe.name, zipped),
        photos=photos,
        kind=kind,
        source=source,
        weights=quantize or weights or recipe.weights,
        calibration=calibration,
        labels=labels,
        excluded=exclude,
        thresholds=thresholds,
    )
    packed = pack(request, step)
    for line in packed.told:
        click.echo(f"  {line}")
    click.echo("\n".join([f"{shown(packed.out)}: {packed.checked}", *packed.notes]))


def check_options(
    weights: str | None, quantize: str | None, calibration: Path | None, ms: Path | None
) -> None:
    """Refuse options that say nothing together."""
    if (quantize is None) != (calibration is None):
        raise click.UsageError("--quantize and --calibration go together.")
    if quantize and weights:
        raise click.UsageError("Give --weights or --quantize.")
    if ms and (quantize or weights):
        raise click.UsageError("A .ms is ready: its weights cannot be stored in another way.")


def chosen(**sources: Path | None) -> tuple[str, Path | None]:
    """The kind and path of the one source that is given."""
    given = [(kind, path) for kind, path in sources.items() if path is not None]
    if len(given) > 1:
        raise click.UsageError("Give one of " + ", ".join(f"--{kind}" for kind, _ in given) + ".")
    return given[0] if given else ("checkpoint", None)


def target(out: Path, zipped: bool) -> Path:
    """Where the package goes: a name ending in .zip is a file."""
    return out.with_name(out.name + ".zip") if zipped and out.suffix != ".zip" else out


if __name__ == "__main__":
    run(main)
