"""What MindSpore Hub calls to build the network: `create_network(name, **options)`.

The hub copies this folder alone (a card's repo-link ends in `tools`), puts it on the path and runs
this file; the folder above then makes `tools.network` importable. The hub then fills the network by
name with the card's checkpoint and says nothing about names that it cannot place; so the network
takes its head's weights under both names that the model zoo has had (tools/network/hub.py).
"""

import difflib
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

# The arguments in the card mobilenetv2_v1.0_openimage since its checkpoint was exchanged.
CARD: dict[str, Any] = {"num_classes": 500, "include_top": True, "activation": "Sigmoid"}
OPTIONS = (*CARD, "width_mult", "width")


def _activation(value: object) -> str:
    """Our name of a head's end; the model zoo writes "Softmax", "Sigmoid", "None" or True."""
    if value is None or isinstance(value, bool):
        return "none"
    name = str(value).lower()
    if name not in ("none", "softmax", "sigmoid"):
        raise ValueError(f"activation is {value!r}; it can be 'Softmax', 'Sigmoid' or 'None'.")
    return name


def _options(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """All options, the card's where none is given; a keyword that is not known is a TypeError."""
    for key in kwargs:
        if key not in OPTIONS:
            near = difflib.get_close_matches(key, OPTIONS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise TypeError(
                f"create_network does not know {key!r}; it knows {', '.join(OPTIONS)}.{hint}"
            )
    if len(args) > 1 or (args and "num_classes" in kwargs):
        raise TypeError("create_network takes the name, num_classes and then keywords.")
    if "width" in kwargs and "width_mult" in kwargs:
        raise TypeError("width and width_mult are one option; give one of them.")
    given = {"num_classes": args[0]} if args else {}
    return {**CARD, **given, **kwargs}


def create_network(name: str, *args: Any, **kwargs: Any) -> Any:
    """MobileNetV2 for MindSpore Hub.

    Options: num_classes (500), include_top (True; False gives the backbone, feature maps without
    pooling), activation ("Sigmoid"; or "Softmax", "None") and width_mult (1.0), also called width.
    Raises NotImplementedError for another name, TypeError for an option that is not known and
    ValueError for an activation that is not.
    """
    if name.lower() != "mobilenetv2":
        raise NotImplementedError(f"{name} is not implemented; this folder has mobilenetv2.")
    options = _options(args, kwargs)
    from tools.network.hub import HubMobileNetV2
    from tools.network.mobilenetv2 import Backbone

    width = float(options.get("width_mult", options.get("width", 1.0)))
    if options["include_top"] is not None and not options["include_top"]:
        return Backbone(width)
    activation = _activation(options["activation"])
    return HubMobileNetV2(int(options["num_classes"]), width=width, activation=activation)
