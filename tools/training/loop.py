"""The training loop: steps, log lines, checkpoints, resuming."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mindspore as ms
import numpy as np
import numpy.typing as npt
from mindspore import nn, ops

from tools.data.loader import ALONE, Batch, Share
from tools.errors import PocketlensError
from tools.network import checkpoints
from tools.training.config import Config
from tools.training.losses import WithLoss
from tools.training.schedule import learning_rates

Arrays = Mapping[str, npt.NDArray[Any]]
RESUME = "resume.ckpt"
PREFIX = "mobilenetv2"


@dataclass(frozen=True)
class Place:
    """Where a training keeps its files, and what it is a training of."""

    folder: Path  # ckpt_<rank> is made in it
    key: str  # a hash of data, settings and start: a resumed run must have the same
    rank: int = 0

    @property
    def checkpoints(self) -> Path:
        """The folder of this process's checkpoints."""
        return self.folder / f"ckpt_{self.rank}"

    @property
    def resume(self) -> Path:
        """The state from which an interrupted training goes on."""
        return self.checkpoints / RESUME


def momentum(network: Any, config: Config, steps_per_epoch: int) -> Any:
    """The optimizer of the model zoo: Momentum with the configured rates, decay and loss scale.

    MindSpore's Momentum leaves beta and gamma out of the decay by itself when it is given one
    group, as the model zoo gives it on CPU and GPU; on Ascend the zoo leaves biases out, too.
    """
    parameters = network.trainable_params()
    if not config.decay_bias:
        kept = [p for p in parameters if not p.name.endswith((".beta", ".gamma", ".bias"))]
        rest = [p for p in parameters if p.name.endswith((".beta", ".gamma", ".bias"))]
        parameters = [
            {"params": kept, "weight_decay": config.weight_decay},
            {"params": rest, "weight_decay": 0.0},
        ]
    rates = ms.Tensor(learning_rates(config, steps_per_epoch))
    return nn.Momentum(
        parameters, rates, config.momentum, config.weight_decay, float(config.loss_scale)
    )


class Log:
    """The model zoo's log lines on standard output; a bar on standard error if it is a terminal."""

    def __init__(self, config: Config, steps: int, share: Share, head: bool) -> None:
        self.config, self.steps, self.head = config, steps, head
        self.quiet = share.rank != 0
        self.bar = sys.stderr.isatty() and not self.quiet
        self.lines = not sys.stdout.isatty() or not self.bar
        self.rates = learning_rates(config, steps)
        self.losses: list[float] = []
        self.begun = self.epoch_begun = self.step_begun = time.perf_counter()

    def frame(self, what: str) -> None:
        """The line at the start and at the end."""
        self.say(f"============== {what} Training ==============")

    def say(self, text: str) -> None:
        """A line, of the first process only."""
        if not self.quiet:
            print(text, flush=True)

    def start_epoch(self) -> None:
        """Begins to count an epoch."""
        self.losses.clear()
        self.epoch_begun = self.step_begun = time.perf_counter()

    def step(self, epoch: int, step: int, loss: float) -> None:
        """One step is done."""
        self.losses.append(loss)
        now = time.perf_counter()
        if self.lines and not self.head:
            rate = float(self.rates[epoch * self.steps + step])
            self.say(
                f"epoch: [{epoch:3d}/{self.config.epochs:3d}], step:[{step:5d}/{self.steps:5d}],"
                f" loss:[{loss:5.3f}/{np.mean(self.losses):5.3f}],"
                f" time:[{(now - self.step_begun) * 1000:5.3f}], lr:[{rate:5.3f}]"
            )
        if self.bar:
            self._draw(epoch, step + 1)
        self.step_begun = now

    def _draw(self, epoch: int, done: int) -> None:
        filled = 30 * done // self.steps
        bar = "#" * filled + "-" * (30 - filled)
        end = "\n" if done == self.steps else ""
        text = f"\repoch {epoch + 1}/{self.config.epochs} [{bar}] loss {np.mean(self.losses):.3f}"
        print(text, end=end, file=sys.stderr, flush=True)

    def end_epoch(self, epoch: int, figures: str = "") -> None:
        """An epoch is done; `figures` are appended (`, eval_acc: …`)."""
        cost = (time.perf_counter() - self.epoch_begun) * 1000
        mean = float(np.mean(self.losses))
        each = cost / max(len(self.losses), 1)
        if self.head:
            self.say(
                f"epoch[{epoch + 1}/{self.config.epochs}], iter[{len(self.losses)}]"
                f" cost: {cost:5.3f}, per step time: {each:5.3f}, avg loss: {mean:5.3f}{figures}"
            )
        else:
            self.say(
                f"epoch time: {cost:5.3f}, per step time: {each:5.3f},"
                f" avg loss: {mean:5.3f}{figures}"
            )

    def end(self) -> None:
        """All is done."""
        if self.head:
            self.say(f"total cost {time.perf_counter() - self.begun:5.4f} s")
        self.frame("End")


class Trainer:
    """Trains a cell that takes (inputs, truth, mask) batches to a loss."""

    def __init__(
        self,
        network: Any,
        loss: Any,
        config: Config,
        steps_per_epoch: int,
        place: Place,
        share: Share = ALONE,
        *,
        head: bool = False,
        whole: Callable[[], Arrays] | None = None,
    ) -> None:
        """`whole` gives the arrays of a checkpoint; without it they are the network's own."""
        self.network, self.config, self.place = network, config, place
        self.steps, self.share, self.head = steps_per_epoch, share, head
        self.whole = whole or (lambda: checkpoints.arrays_of(network))
        self.optimizer = momentum(network, config, steps_per_epoch)
        self.step = nn.TrainOneStepCell(
            WithLoss(network, loss), self.optimizer, sens=float(config.loss_scale)
        )
        self.log = Log(config, steps_per_epoch, share, head)
        self.mean = _MeanOverProcesses(share.size) if share.size > 1 else None
        self.losses: list[float] = []  # mean loss of every epoch of this run

    # --- state

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        """Network and optimizer: all that changes during a training."""
        cells = (self.network, self.optimizer)
        return {p.name: p.asnumpy() for cell in cells for p in cell.get_parameters()}

    def _save_state(self, epoch: int) -> None:
        notes: dict[str, int | float | str] = {"epoch": epoch, "key": self.place.key}
        checkpoints.save_checkpoint(self._state(), self.place.resume, notes)

    def resume(self) -> int:
        """Takes up the saved state; the number of epochs that are done.

        Raises `missing_file`, `bad_checkpoint` and `bad_settings` (a state of another training).
        """
        path = self.place.resume
        if not path.is_file():
            raise PocketlensError(
                "missing_file", f"There is no {path} to go on from.", do="Train without --resume."
            )
        stored = read_state(path)
        if stored.get("pocketlens_key") != self.place.key:
            raise PocketlensError(
                "bad_settings",
                f"{path} belongs to a training with other data, settings or start.",
                do="Use the same options as then, or train without --resume in another folder.",
            )
        for cell in (self.network, self.optimizer):
            for parameter in cell.get_parameters():
                value = stored.get(parameter.name)
                if value is None or value.shape != tuple(parameter.shape):
                    raise PocketlensError("bad_checkpoint", f"{path} lacks {parameter.name}.")
                parameter.set_data(ms.Tensor(value))
        return int(stored["pocketlens_epoch"])

    # --- checkpoints

    def checkpoint_path(self, epoch: int) -> Path:
        """The file of an epoch (counted from 1), named as the model zoo names it."""
        name = f"{PREFIX}_{epoch}" if self.head else f"{PREFIX}-{epoch}_{self.steps}"
        return self.place.checkpoints / f"{name}.ckpt"

    def _save(self, epoch: int) -> None:
        """The checkpoint of an epoch, the state to resume from; removes what is too many."""
        checkpoints.save_checkpoint(self.whole(), self.checkpoint_path(epoch), {"epoch": epoch})
        self._save_state(epoch)
        every = self.config.save_checkpoint_epochs
        saved = [e for e in range(1, epoch + 1) if e % every == 0 or e == self.config.epochs]
        for old in saved[: -self.config.keep_checkpoint_max]:
            self.checkpoint_path(old).unlink(missing_ok=True)

    # --- running

    def run(
        self,
        batches: Callable[[int], Iterator[Batch]],
        *,
        resume: bool = False,
        evaluate: Callable[[], str] | None = None,
    ) -> Path:
        """Trains all epochs; the last checkpoint. `batches(epoch)` gives an epoch's batches.

        Raises `training_diverged` when the loss is no number; earlier checkpoints stay.
        """
        first = self.resume() if resume else 0
        self.log.frame("Starting")
        for epoch in range(first, self.config.epochs):
            self._epoch(epoch, batches(epoch))
            self.log.end_epoch(epoch, evaluate() if evaluate else "")
            done = epoch + 1
            if done % self.config.save_checkpoint_epochs == 0 or done == self.config.epochs:
                self._save(done)
        self.log.end()
        return self.checkpoint_path(self.config.epochs)

    def _epoch(self, epoch: int, batches: Iterator[Batch]) -> None:
        self.step.set_train(True)
        self.log.start_epoch()
        for number, batch in enumerate(batches):
            loss = self._loss(batch)
            if not math.isfinite(loss):
                raise PocketlensError(
                    "training_diverged",
                    f"The loss became {loss} in epoch {epoch}, step {number}.",
                    do="Lower the rate (--lr_max); checkpoints of earlier epochs are kept.",
                )
            self.log.step(epoch, number, loss)
        self.losses.append(float(np.mean(self.log.losses)))

    def _loss(self, batch: Batch) -> float:
        """One step; the loss before it, over all processes."""
        inputs = (ms.Tensor(part) for part in (batch.pictures, batch.truth, batch.mask))
        loss = self.step(*inputs)
        return float((self.mean(loss) if self.mean else loss).asnumpy())


class _MeanOverProcesses(nn.Cell):  # type: ignore[misc]
    """The mean of a number over all processes of a data-parallel training."""

    def __init__(self, processes: int) -> None:
        super().__init__()
        self.sum, self.processes = ops.AllReduce(), processes

    def construct(self, number: Any) -> Any:
        """A number -> its mean."""
        return self.sum(number.reshape(1))[0] / self.processes


def read_state(path: Path) -> dict[str, Any]:
    """All entries of a state file; `bad_checkpoint` if it is damaged."""
    try:
        loaded = ms.load_checkpoint(str(path), format="ckpt")
    except Exception as error:  # the type depends on the damage
        raise PocketlensError(
            "bad_checkpoint", f"{path} is damaged.", do="Start again without --resume."
        ) from error
    return {k: v.asnumpy() if hasattr(v, "asnumpy") else v for k, v in loaded.items()}


def clean_up() -> None:
    """Removes the empty folders that MindSpore leaves in the working directory."""
    folder = Path("rank_0")
    for place in [*sorted(folder.rglob("*"), reverse=True), folder]:
        try:
            os.rmdir(place)
        except OSError:
            continue
