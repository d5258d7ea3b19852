"""What MobileNetV2's parameters are called, and which of a file's values are its parameters.

A file may hold the network under a prefix (`module.`, `network.`), inside a wrapper
(`state_dict`), and beside it what a training run stores: an optimizer's values, averages of the
weights, counters. All that is found by rules, for nobody can list the names of all optimizers; what
was found and what was left out is told.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.network import layers

_TORCH_PARTS = ("running_mean", "running_var", "weight", "bias")
# Copies of a network that training keeps beside it. Asked only where a file holds several whole
# networks, to tell which is the trained one.
_COPY = re.compile(
    r"(^|[._/])(ema|swa|avg|averaged?|shadow|teacher|target|momentum)([._/]|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Naming:
    """One way of naming the parameters: its title for people, and its names for ours."""

    title: str
    names: Mapping[str, str]  # theirs -> ours
    head: bool = False  # whether the title is chosen by the head's name

    @functools.cached_property
    def roots(self) -> frozenset[str]:
        """The first parts of its names, such as `features`."""
        return frozenset(name.split(".", 1)[0] for name in self.names)


def _renames(attribute: str, parts: tuple[str, ...], heads: Iterable[str]) -> dict[str, str]:
    """Their name -> our name, for one column of the layer table."""
    names = {}
    for layer in layers.backbone_layers():
        convolution, norm = getattr(layer, attribute)
        names[f"{convolution}.weight"] = f"{layer.zoo[0]}.weight"
        for theirs, ours in zip(parts, layers.BATCH_NORM_PARTS, strict=True):
            names[f"{norm}.{theirs}"] = f"{layer.zoo[1]}.{ours}"
    for head in heads:
        for part in ("weight", "bias"):
            names[f"{head}.{part}"] = f"dense.{part}"
    return names


@functools.cache
def namings() -> Mapping[str, Naming]:
    """All namings this loader knows, by a short name."""
    own, torch = layers.BATCH_NORM_PARTS, _TORCH_PARTS
    return {
        "modelzoo-r1.5": Naming(
            "MindSpore model zoo, r1.5 and later", _renames("zoo", own, ("dense",)), True
        ),
        "modelzoo-r1.0": Naming(
            "MindSpore model zoo, r1.0 to r1.4", _renames("zoo", own, ("head.1", "head.2")), True
        ),
        "mindcv": Naming("mindcv", _renames("mindcv", own, ("classifier.1", "classifier"))),
        "torch": Naming(
            "PyTorch, flat blocks", _renames("torch", torch, ("classifier.1", "classifier"))
        ),
        "torchvision": Naming(
            "PyTorch, torchvision", _renames("torchvision", torch, ("classifier.1",))
        ),
        "timm": Naming("PyTorch, timm", _renames("timm", torch, ("classifier",))),
    }


@dataclass(frozen=True)
class Found:
    """A network in a file: where it lies and how much of a naming it explains."""

    wrapper: str  # keys of dictionaries around it, "" for none
    prefix: str  # before each of its names, "" for none
    key: str  # of namings()
    count: int

    @property
    def naming(self) -> Naming:
        """Its naming."""
        return namings()[self.key]

    @property
    def place(self) -> str:
        """Where it lies, as one text."""
        return f"{self.wrapper}/{self.prefix}" if self.wrapper else self.prefix


def find_networks(groups: Mapping[str, Iterable[str]]) -> list[Found]:
    """The networks that explain most of a file's names; more than one where it is not clear which.

    `groups`: names of values by the wrapper around them. Of several whole networks, one whose place
    merely extends another's is a copy of it (`moments.network.` beside `network.`), and so is one
    that is called an average or a teacher. Empty where less than half a backbone is found.
    """
    candidates = [
        found for wrapper, names in groups.items() for found in _candidates(wrapper, names)
    ]
    most = max((found.count for found in candidates), default=0)
    if most < len(layers.backbone_shapes()) // 2:
        return []
    best: dict[str, Found] = {}
    for found in candidates:
        if found.count == most:
            best.setdefault(found.place, found)
    originals = [
        found
        for place, found in best.items()
        if not any(place != other and place.endswith(other) for other in best)
    ]
    trained = [found for found in originals if not _COPY.search(found.place)]
    return trained or originals[:1]


def _candidates(wrapper: str, names: Iterable[str]) -> Iterator[Found]:
    """For each naming and each prefix, how many of its names there are."""
    split = [pair for name in names for pair in _splits(name)]
    for key, naming in namings().items():
        prefixes = Counter(prefix for prefix, rest in split if rest in naming.names)
        yield from (Found(wrapper, prefix, key, count) for prefix, count in prefixes.items())


def _splits(name: str, marks: str = ".") -> Iterator[tuple[str, str]]:
    """The name in two parts, at its beginning and after each mark."""
    yield "", name
    yield from ((name[: i + 1], name[i + 1 :]) for i, sign in enumerate(name) if sign in marks)


def is_beside(name: str, value: Any, found: Found) -> bool:
    """Whether a value that is none of the network's parameters belongs to training.

    That is what has no array or a single number (a counter, a rate), what belongs to no layer (its
    name has no dots), and what is called like a parameter with something before it, as an optimizer
    names its values (`moments.NAME`, `exp_avg_sq_row_NAME`) and an average its copies (`ema.NAME`).
    """
    if getattr(value, "size", 1) <= 1 or "." not in name:
        return True
    names, roots = found.naming.names, found.naming.roots
    inner = name.removeprefix(found.prefix)
    return any(
        rest in names and before and before.split(".", 1)[0] not in roots
        for before, rest in _splits(inner, "._/")
    )


def summary(names: Iterable[str], found: Found, most: int = 4) -> str:
    """What was left out, in a few words: `158 moments.*, 158 moment2.*, beta1_power`."""
    groups = Counter(_shortened(name, found) for name in names)
    told = [f"{n} {group}" if "*" in group else group for group, n in groups.most_common()]
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + more


def _shortened(name: str, found: Found) -> str:
    """`moments.*` for `moments.features.0…`; `*.total_ops` for a counter of each layer."""
    for before, rest in _splits(name, "._/"):
        if before and rest in found.naming.names:
            return f"{before}*"
    return f"*.{name.rsplit('.', 1)[1]}" if "." in name else name
