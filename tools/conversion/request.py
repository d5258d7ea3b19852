"""What is to be packed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tools.conversion.parity import Parity
from tools.errors import PocketlensError
from tools.package.recipe import Recipe
from tools.package.writer import Contents

Step = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Request:
    """What is to be packed, and where to."""

    recipe: Recipe
    out: Path
    photos: Path
    kind: str = "checkpoint"  # of the source: checkpoint, onnx, mindir, ms
    source: Path | None = None  # None: the checkpoint that the recipe names
    weights: str = "float32"
    labels: Path | None = None  # a class list in place of the recipe's
    excluded: tuple[str, ...] = ()
    thresholds: Path | None = None
    calibration: Path | None = None  # photos for int8

    @property
    def tolerance(self) -> float | None:
        """The largest allowed difference of an output; None: int8 is measured, not judged.

        Raises bad_recipe where the recipe gives none.
        """
        told = self.recipe.tolerance
        if self.weights == "int8" and "int8" not in told:
            return None
        if self.weights not in told:
            raise PocketlensError(
                "bad_recipe",
                f"{self.recipe.path}: [weights] tolerance has no value for {self.weights}.",
                found=", ".join(sorted(told)),
                do=f"Add {self.weights} = … to it, from what you measured.",
            )
        return told[self.weights]


@dataclass(frozen=True)
class Packed:
    """What came of it; `notes` are sentences that its maker should read."""

    out: Path
    contents: Contents
    parity: Parity
    notes: tuple[str, ...] = ()

    @property
    def told(self) -> list[str]:
        """What is worth knowing of its source: a checkpoint's naming, changes to an ONNX."""
        source = self.contents.head["source"]
        naming = [f"checkpoint: {source['naming']}"] if "naming" in source else []
        return naming + [f"changed: {words}" for words in source.get("changes", [])]

    @property
    def checked(self) -> str:
        """How it was compared with its source, in words."""
        parity = self.parity
        if parity.against is None:
            return f"run on {parity.photos} photos; {parity.note}"
        return (
            f"at most {parity.max_difference:.2g} from its {parity.against} on {parity.photos}"
            f" photos (allowed: {self.contents.head['weights']['tolerance']:g}), the best label"
            f" the same on {parity.top1_agreement:.0%}"
        )
