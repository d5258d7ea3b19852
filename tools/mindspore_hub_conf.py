"""What MindSpore Hub calls to build the network: `create_network(name, **options)`.

The hub copies this folder alone (a card's repo-link ends in `tools`), puts it on the path and runs
this file; the folder above then makes `tools.network` importable. It fills the network by name
with the card's checkpoint and says nothing about names that it cannot place, so a checkpoint of
the model zoo before r1.5, whose head is called `head.1`, needs `naming="r1.0"` here.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

DEFAULT_CLASSES = 10  # the model zoo's
NAMINGS = ("r1.5", "r1.0")


def _activation(value: object) -> str:
    """Our name of a head's end; the model zoo writes "Softmax", "Sigmoid", "None" or True."""
    if value is None or isinstance(value, bool):
        return "none"
    name = str(value).lower()
    if name not in ("none", "softmax", "sigmoid"):
        raise ValueError(f"activation is {value!r}; it can be 'Softmax', 'Sigmoid' or 'None'.")
    return name


def create_network(name: str, *args: Any, **kwargs: Any) -> Any:
    """MobileNetV2 for MindSpore Hub.

    Options: include_top (True; False gives the backbone, feature maps without pooling), num_classes
    (10), activation ("Softmax", "Sigmoid" or none), width (1.0), naming ("r1.5", or "r1.0" for
    checkpoints whose head is called `head.1`). Raises NotImplementedError for another name.
    """
    if name.lower() != "mobilenetv2":
        raise NotImplementedError(f"{name} is not implemented; this folder has mobilenetv2.")
    naming = kwargs.get("naming", "r1.5")
    if naming not in NAMINGS:
        raise ValueError(f"naming is {naming!r}; it can be {' or '.join(NAMINGS)}.")
    from tools.network.mobilenetv2 import mobilenet_v2

    include_top = kwargs.get("include_top", True)
    network = mobilenet_v2(
        int(kwargs.get("num_classes", args[0] if args else DEFAULT_CLASSES)),
        width=float(kwargs.get("width", 1.0)),
        include_top=include_top is None or bool(include_top),
        activation=_activation(kwargs.get("activation")),
    )
    if naming == "r1.0" and hasattr(network, "dense"):
        network.dense.weight.name = "head.1.weight"
        network.dense.bias.name = "head.1.bias"
    return network
