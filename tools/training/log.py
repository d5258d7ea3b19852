"""What a training prints: the model zoo's lines, and a bar where a person is watching."""

from __future__ import annotations

import sys
import time

import numpy as np

from tools.data.loader import Share
from tools.training.config import Config
from tools.training.schedule import learning_rates


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
