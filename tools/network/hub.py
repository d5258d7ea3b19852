"""MobileNetV2 as MindSpore Hub fills it: the head's weights are found under either of its names."""

import inspect
from collections.abc import Iterator
from typing import Any

from tools.network.mobilenetv2 import MobileNetV2

HEADS = ("dense", "head.1")  # of the model zoo since r1.5, and before


class HubMobileNetV2(MobileNetV2):
    """The network with a head that is renamed to what the file calls it while it is filled.

    The hub calls `load_param_into_net`, which asks the network for its parameters and looks each
    name up in the file; names it cannot place are only a warning, and the head stays random.
    MindSpore shows the network the file in no other way than as an argument of that function.
    """

    def parameters_and_names(
        self, name_prefix: str = "", expand: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """As every cell's; called by `load_param_into_net` it first renames the head."""
        frame = inspect.currentframe()
        caller = frame.f_back if frame else None
        if caller is not None and caller.f_code.co_name == "load_param_into_net":
            self.name_head(caller.f_locals.get("parameter_dict", {}))
        found: Iterator[tuple[str, Any]] = super().parameters_and_names(name_prefix, expand)
        return found

    def name_head(self, names: Any) -> None:
        """Call the head's parameters as `names` has them; without a head there, as they are."""
        for head in HEADS:
            if f"{head}.weight" in names:
                self.dense.weight.name = f"{head}.weight"
                self.dense.bias.name = f"{head}.bias"
