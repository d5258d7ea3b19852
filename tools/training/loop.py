"""The training loop: steps, log lines, checkpoints, resuming."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mindspore as ms
import numpy as np
import numpy.typing as npt
from mindspore import nn, ops

from tools.data.loader import ALONE, Batch, Share
from tools.errors import EXIT_INTERRUPTED, PocketlensError
from tools.network import checkpoints
from tools.training.config import Config
from tools.training.log import Log
from tools.training.losses import WithLoss
from tools.training.schedule import learning_rates

Arrays = Mapping[str, npt.NDArray[Any]]
RESUME = "resume.ckpt"
BEST = "best.ckpt"
RATES = "learning_rate"  # the optimizer's parameter that holds the rate of every step
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
    def best(self) -> Path:
        """The checkpoint of the epoch that did best on the validation photos."""
        return self.checkpoints / BEST

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
        self.best = -1.0  # the highest value of `evaluate`, and the epoch after which it was
        self.best_epoch = 0

    # --- state

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        """Network and optimizer: all that changes during a training."""
        cells = (self.network, self.optimizer)
        return {p.name: p.asnumpy() for cell in cells for p in cell.get_parameters()}

    def _save_state(self, epoch: int) -> None:
        notes: dict[str, int | float | str] = {"epoch": epoch, "key": self.place.key}
        notes |= {"best": repr(self.best), "best_epoch": self.best_epoch}  # exact as text
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
                if parameter.name == RATES:  # those of this run, which may be longer
                    continue
                value = stored.get(parameter.name)
                if value is None or value.shape != tuple(parameter.shape):
                    raise PocketlensError("bad_checkpoint", f"{path} lacks {parameter.name}.")
                parameter.set_data(ms.Tensor(value))
        self.best = float(stored.get("pocketlens_best", self.best))
        self.best_epoch = int(stored.get("pocketlens_best_epoch", 0))
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
        saved = [e for e in range(1, epoch + 1) if self.checkpoint_path(e).is_file()]
        for old in saved[: -self.config.keep_checkpoint_max]:
            self.checkpoint_path(old).unlink(missing_ok=True)

    # --- running

    def run(
        self,
        batches: Callable[[int], Iterator[Batch]],
        *,
        resume: bool = False,
        evaluate: Callable[[], float] | None = None,
        patience: int | None = None,
    ) -> Path:
        """Trains all epochs; the last checkpoint. `batches(epoch)` gives an epoch's batches.

        `evaluate` gives a figure after each epoch; the checkpoint of the highest is kept as BEST,
        and the training ends when it has not risen for `patience` epochs. Raises
        `training_diverged` when the loss is no number; earlier checkpoints stay.
        """
        done = self.resume() if resume else 0
        self.log.frame("Starting")
        if done >= self.config.epochs:
            self.log.say(f"All of {done} epochs were done before; more of them with --epochs.")
        while done < self.config.epochs:
            self._epoch(done, batches(done))
            done += 1
            self.log.end_epoch(done - 1, self._judge(done, evaluate) if evaluate else "")
            stop = patience is not None and done - self.best_epoch >= patience
            if stop or done % self.config.save_checkpoint_epochs == 0 or done == self.config.epochs:
                self._save(done)
            if stop:
                self.log.say(f"Stopped: no better for {patience} epochs.")
                break
        self.log.end()
        return self.checkpoint_path(done)

    def _judge(self, epoch: int, evaluate: Callable[[], float]) -> str:
        """Keeps the best checkpoint; what is appended to the epoch's line."""
        value = evaluate()
        if self.mean:  # every process must decide alike
            value = float(self.mean(ms.Tensor(value, ms.float32)).asnumpy())
        if value > self.best:
            self.best, self.best_epoch = value, epoch
            notes: dict[str, int | float | str] = {"epoch": epoch, "eval_acc": value}
            checkpoints.save_checkpoint(self.whole(), self.place.best, notes)
        return f", eval_acc: {value:.6f}, best_acc: {self.best:.6f}"

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
        with leaving_at_once():
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


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """An interruption within the block ends the process with one line.

    Raised inside MindSpore it would come out as pages of its compiler's stack. Nothing is being
    written meanwhile, so nothing is lost. (MindSpore's own handler of Ctrl-C sends a SIGTERM.)
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, _leave) for each in signals]
    try:
        yield
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)


def _leave(*_: object) -> None:
    print("Interrupted.", file=sys.stderr, flush=True)
    clean_up()
    os._exit(EXIT_INTERRUPTED)


def clean_up() -> None:
    """Removes the empty folders that MindSpore leaves in the working directory."""
    folder = Path("rank_0")
    for place in [*sorted(folder.rglob("*"), reverse=True), folder]:
        try:
            os.rmdir(place)
        except OSError:
            continue
