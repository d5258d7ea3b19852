"""Training a head alone, on feature vectors that were computed once.

Without augmentation the backbone gives the same vector for a photo in every epoch, so it is run
once (by the native core: MindSpore's depthwise convolution is about a hundred times slower on a
CPU) and the dense layer is trained on the vectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import mindspore as ms
import numpy as np
import numpy.typing as npt

from tools.data.loader import ALONE, Batch, Share, batch_indices, shuffled
from tools.data.samples import Array
from tools.network.mobilenetv2 import dense_head
from tools.training.config import Config
from tools.training.loop import Arrays, Place, Trainer
from tools.training.losses import SigmoidLoss, SoftmaxLoss

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FeatureSet:
    """Vectors (n, length) and what is known of their photos (see Samples.targets)."""

    vectors: Floats
    truth: Array
    mask: Array

    def batches(
        self, batch_size: int, seed: int, epoch: int, share: Share = ALONE
    ) -> Iterator[Batch]:
        """The batches of an epoch, shuffled; the last incomplete one is left out."""
        order = shuffled(len(self.vectors), seed, epoch)
        for part in batch_indices(order, batch_size, share):
            yield Batch(self.vectors[part], self.truth[part], self.mask[part])

    def take(self, indices: npt.NDArray[np.int64]) -> FeatureSet:
        """Some of the photos."""
        return FeatureSet(self.vectors[indices], self.truth[indices], self.mask[indices])


def loss_of(classes: int, multi: bool, smooth: float, known: float) -> Any:
    """The loss of a softmax or a sigmoid head; `known`: mean number of known pairs a photo."""
    return SigmoidLoss(known) if multi else SoftmaxLoss(classes, smooth)


def head_arrays(cell: Any, backbone: Arrays) -> dict[str, Any]:
    """A whole checkpoint: the backbone as it was, and the head as it is."""
    return {
        **backbone,
        "dense.weight": cell.weight.asnumpy(),
        "dense.bias": cell.bias.asnumpy(),
    }


def head_trainer(
    data: FeatureSet,
    classes: int,
    multi: bool,
    config: Config,
    place: Place,
    backbone: Arrays,
    share: Share = ALONE,
    start: Arrays | None = None,
) -> Trainer:
    """A trainer of the dense layer; its checkpoints hold the whole network.

    `start`: `dense.weight` and `dense.bias` to begin from instead of a random head.
    """
    cell = dense_head(data.vectors.shape[1], classes)
    cell.update_parameters_name("dense.")
    if start is not None:
        cell.weight.set_data(ms.Tensor(start["dense.weight"]))
        cell.bias.set_data(ms.Tensor(start["dense.bias"]))
    known = float(data.mask.sum()) / max(len(data.mask), 1)
    return Trainer(
        cell,
        loss_of(classes, multi, config.label_smooth, known),
        config,
        len(data.vectors) // (config.batch_size * share.size),
        place,
        share,
        head=True,
        whole=lambda: head_arrays(cell, backbone),
    )
