"""Losses, and the cell that joins a network with one."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import nn, ops


class SoftmaxLoss(nn.Cell):  # type: ignore[misc]
    """Cross entropy of one class a photo, with label smoothing; the mean over the batch.

    The true class has the target 1 - s, each of the others s / (classes - 1), as in the model zoo.
    """

    def __init__(self, classes: int, smooth: float) -> None:
        super().__init__()
        off = smooth / (classes - 1) if classes > 1 else 0.0
        self.on, self.off = ms.Tensor(1.0 - smooth, ms.float32), ms.Tensor(off, ms.float32)
        self.classes = classes

    def construct(self, logits: Any, truth: Any, mask: Any) -> Any:
        """(N, classes), (N,) int32, (N,) -> a number."""
        target = ops.one_hot(truth, self.classes, self.on, self.off)
        losses = -(target * ops.log_softmax(logits, -1)).sum(axis=-1)
        return (losses * mask).mean()


class SigmoidLoss(nn.Cell):  # type: ignore[misc]
    """Binary cross entropy over the known pairs of photo and class.

    The sum over the batch is divided by its photos and by `known`, the mean number of known pairs a
    photo in the whole data set: a constant, so that the loss of a batch is the mean of the losses
    of its parts, however they are distributed over processes.
    """

    def __init__(self, known: float) -> None:
        super().__init__()
        self.scale = 1.0 / max(known, 1.0)

    def construct(self, logits: Any, truth: Any, mask: Any) -> Any:
        """(N, classes) three times -> a number."""
        # log(1 + exp(-|x|)) + max(x, 0) - x * t, which cannot overflow
        losses = ops.relu(logits) - logits * truth + ops.log1p(ops.exp(-ops.abs(logits)))
        return (losses * mask).sum(axis=-1).mean() * self.scale


class WithLoss(nn.Cell):  # type: ignore[misc]
    """Network and loss: what is differentiated."""

    def __init__(self, network: Any, loss: Any) -> None:
        super().__init__(auto_prefix=False)
        self.network, self.loss = network, loss

    def construct(self, inputs: Any, truth: Any, mask: Any) -> Any:
        """A batch -> its loss."""
        return self.loss(self.network(inputs), truth, mask)
