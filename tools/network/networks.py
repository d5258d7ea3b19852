"""From a recipe to a network: what export, verify and training build."""

from pathlib import Path
from typing import Any

from tools.errors import PocketlensError
from tools.lists.class_list import read_class_list
from tools.network import checkpoints
from tools.network.class_map import load_class_map
from tools.network.layers import ARCHITECTURE
from tools.package.recipe import Recipe


def build(recipe: Recipe) -> Any:
    """The recipe's network with random weights: pictures (N, 3, H, W) to (N, recipe.outputs).

    A features recipe gives the backbone with mean pooling. Raises `bad_recipe` for an architecture
    that is not known, `bad_class_map` and `class_count_mismatch` for tables that do not fit.
    """
    from tools.network import mobilenetv2

    network = recipe.network
    if network.architecture != ARCHITECTURE:
        raise PocketlensError(
            "bad_recipe",
            f"{recipe.path}: network.architecture is not known.",
            found=network.architecture,
            expected=ARCHITECTURE,
        )
    if network.head is None:
        return mobilenetv2.Features(network.width)
    return mobilenetv2.MobileNetV2(
        recipe.outputs,
        width=network.width,
        activation=network.head.activation,
        class_map=class_map(recipe),
    )


def class_map(recipe: Recipe) -> Any:
    """The matrix of a mapped head (classes, outputs), None for a dense one.

    Errors: `bad_class_map`, and `class_count_mismatch` where it does not fit the recipe.
    """
    head, labels = recipe.network.head, recipe.labels
    if head is None or head.class_map is None or labels is None:
        return None
    mids = [label.mid for label in read_class_list(labels.table)]
    matrix = load_class_map(head.class_map, mids, labels.hierarchy)
    if matrix.shape != (head.dense_outputs, recipe.outputs):
        raise PocketlensError(
            "class_count_mismatch",
            f"{recipe.path}: the class map does not fit the recipe.",
            found=f"{matrix.shape[0]} classes mapped to {matrix.shape[1]} labels",
            expected=f"{head.dense_outputs} classes and {recipe.outputs} labels",
        )
    return matrix


def load(recipe: Recipe, checkpoint: Path) -> tuple[Any, checkpoints.Checkpoint]:
    """The recipe's network with a checkpoint's weights, ready to predict; and what was read."""
    read = checkpoints.read_checkpoint(checkpoint)
    _refuse_dense_for_mapped(recipe, read)
    network = build(recipe)
    checkpoints.load_into(network, read)
    network.set_train(False)
    return network, read


def _refuse_dense_for_mapped(recipe: Recipe, read: checkpoints.Checkpoint) -> None:
    """A head with one output a label is no mapped head; say which recipe such a file needs."""
    head = recipe.network.head
    if head is None or head.type != "mapped" or read.outputs in (None, head.dense_outputs):
        return
    raise PocketlensError(
        "class_count_mismatch",
        f"{read.path} does not fit {recipe.path}, whose head maps {head.dense_outputs} classes of"
        f" another list to its {recipe.outputs} labels.",
        found=f"a head with {read.outputs} outputs ({read.title})",
        expected=f"{head.dense_outputs} outputs",
        do="A checkpoint with one output for each label needs a recipe with a dense head:"
        " --model models/mobilenetv2-openimages-official for Open Images' classes, or one that"
        " `recipe new` writes for your own.",
    )


def outputs_of(checkpoint: Path) -> int:
    """How many outputs a checkpoint's dense layer has. Raises missing_parameter without one."""
    found = checkpoints.read_checkpoint(checkpoint)
    if found.outputs is None:
        raise PocketlensError(
            "missing_parameter",
            f"{checkpoint}: it is a backbone without a head ({found.title}).",
            do="Give a whole checkpoint, or train a head with `train --freeze_layer backbone`.",
        )
    return found.outputs
