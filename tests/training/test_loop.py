"""The loop on a small network: checkpoints, exact resuming, log lines, divergence, a full disk."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn

from tools.data.loader import Batch, shuffled
from tools.errors import PocketlensError
from tools.network import checkpoints
from tools.training.config import Config, platform_config, read_config
from tools.training.loop import Place, Trainer
from tools.training.losses import SoftmaxLoss

pytestmark = [pytest.mark.mindspore, pytest.mark.slow]
RNG = np.random.default_rng(0)
CLASSES = RNG.integers(0, 3, 24).astype(np.int32)
PICTURES = (RNG.normal(size=(24, 3, 8, 8)) + CLASSES[:, None, None, None]).astype(np.float32)


def config(**changes: object) -> Config:
    base = {"batch_size": 8, "epochs": 4, "lr_max": 0.05, "lr_end": 0.0, "warmup_epochs": 1}
    return read_config(platform_config("CPU"), base | changes)


def batches(epoch: int) -> Iterator[Batch]:
    order = shuffled(24, 7, epoch)
    for part in np.split(order, 3):
        yield Batch(PICTURES[part], CLASSES[part], np.ones(8, np.float32))


def trainer(folder: Path, head: bool = False, key: str = "k", **changes: object) -> Trainer:
    """A convolution with batch norm and a dense layer, always from the same start."""
    ms.set_seed(3)
    network = nn.SequentialCell(
        [nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dense(256, 3)]
    )
    return Trainer(
        network, SoftmaxLoss(3, 0.0), config(**changes), 3, Place(folder, key), head=head
    )


def weights(made: Trainer) -> dict[str, np.ndarray]:
    return {k: v.copy() for k, v in checkpoints.arrays_of(made.network).items()}


def test_the_loss_falls_and_files_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = trainer(tmp_path, keep_checkpoint_max=2)
    last = made.run(batches)
    assert made.losses[-1] < made.losses[0] * 0.7
    assert last == tmp_path / "ckpt_0" / "mobilenetv2-4_3.ckpt"
    assert sorted(os.listdir(tmp_path / "ckpt_0")) == [
        "mobilenetv2-3_3.ckpt",
        "mobilenetv2-4_3.ckpt",
        "resume.ckpt",
    ]
    stored = ms.load_checkpoint(str(last))
    for name, value in weights(made).items():
        np.testing.assert_array_equal(stored[name].asnumpy(), value)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "============== Starting Training =============="
    assert lines[-1] == "============== End Training =============="
    number = r"\s*-?\d+\.\d{3}"
    step = rf"epoch: \[\s*\d+/\s*4\], step:\[\s*\d+/\s*3\], loss:\[{number}/{number}\],"
    step += rf" time:\[{number}\], lr:\[{number}\]"
    epoch = rf"epoch time: {number}, per step time: {number}, avg loss: {number}"
    assert sum(bool(re.fullmatch(step, line)) for line in lines) == 12
    assert sum(bool(re.fullmatch(epoch, line)) for line in lines) == 4
    assert lines[1].startswith("epoch: [  0/  4], step:[    0/    3], loss:[")
    assert lines[1].endswith("lr:[0.000]") and lines[5].endswith("lr:[0.050]")


def test_head_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = trainer(tmp_path, head=True, epochs=2)
    last = made.run(batches, evaluate=lambda: 0.5)
    assert last.name == "mobilenetv2_2.ckpt"
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(
        r"epoch\[1/2\], iter\[3\] cost: [\d.]+, per step time: [\d.]+, avg loss: [\d.]+"
        r", eval_acc: 0\.500000, best_acc: 0\.500000",
        lines[1],
    )
    assert re.fullmatch(r"total cost \d+\.\d{4} s", lines[-2])


def test_saved_every_few_epochs(tmp_path: Path) -> None:
    trainer(tmp_path, save_checkpoint_epochs=3).run(batches)
    names = {"mobilenetv2-3_3.ckpt", "mobilenetv2-4_3.ckpt", "resume.ckpt"}
    assert set(os.listdir(tmp_path / "ckpt_0")) == names


def test_the_best_is_kept_beside_the_last_and_patience_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Best after the second epoch; two worse ones later it stops, and says so."""
    figures = iter([0.5, 0.8, 0.7, 0.8, 0.9])
    made = trainer(tmp_path, epochs=5)
    kept = []

    def evaluate() -> float:
        kept.append(weights(made))
        return next(figures)

    last = made.run(batches, evaluate=evaluate, patience=2)
    assert last.name == "mobilenetv2-4_3.ckpt" and last.is_file() and len(kept) == 4
    assert (made.best, made.best_epoch) == (0.8, 2)
    stored = ms.load_checkpoint(str(tmp_path / "ckpt_0" / "best.ckpt"))
    for name, value in kept[1].items():
        np.testing.assert_array_equal(stored[name].asnumpy(), value)
    assert "Stopped: no better for 2 epochs." in capsys.readouterr().out


def test_a_finished_training_can_be_made_longer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it goes on is what a training of that length would have had from there on."""
    trainer(tmp_path, epochs=2).run(batches, evaluate=lambda: 0.7)
    made = trainer(tmp_path, epochs=4)
    made.run(batches, resume=True, evaluate=lambda: 0.6)
    assert len(made.losses) == 2 and (made.best, made.best_epoch) == (0.7, 1)
    assert (tmp_path / "ckpt_0" / "mobilenetv2-4_3.ckpt").is_file()
    printed = capsys.readouterr().out
    assert f"lr:[{made.log.rates[6]:5.3f}]" in printed and made.log.rates[6] > 0
    again = trainer(tmp_path, epochs=3)
    assert again.run(batches, resume=True).name == "mobilenetv2-4_3.ckpt"
    assert again.losses == [] and "were done before" in capsys.readouterr().out


class Interrupted(Exception):
    """Stands in for whatever stops a training."""


def interrupted(epoch: int) -> Iterator[Batch]:
    """Stops in the middle of the third epoch."""
    for number, batch in enumerate(batches(epoch)):
        if epoch == 2 and number == 1:
            raise Interrupted
        yield batch


def test_a_resumed_training_ends_with_the_same_weights(tmp_path: Path) -> None:
    """Weights, batch norm statistics, momentum and learning rate all go on where they were."""
    whole = trainer(tmp_path / "whole")
    whole.run(batches)
    first = trainer(tmp_path / "parts")
    with pytest.raises(Interrupted):
        first.run(interrupted)
    second = trainer(tmp_path / "parts")
    second.run(batches, resume=True)
    assert len(second.losses) == 2
    for name, value in weights(whole).items():
        np.testing.assert_array_equal(weights(second)[name], value, err_msg=name)


def test_resuming_needs_a_state_of_the_same_training(tmp_path: Path) -> None:
    with pytest.raises(PocketlensError, match="without --resume") as caught:
        trainer(tmp_path).run(batches, resume=True)
    assert caught.value.name == "missing_file"
    trainer(tmp_path, epochs=1, warmup_epochs=0).run(batches)
    with pytest.raises(PocketlensError, match="other data") as other:
        trainer(tmp_path, key="another").run(batches, resume=True)
    assert other.value.name == "bad_settings"
    state = tmp_path / "ckpt_0" / "resume.ckpt"
    state.write_bytes(state.read_bytes()[:500])
    with pytest.raises(PocketlensError) as damaged:
        trainer(tmp_path).run(batches, resume=True)
    assert damaged.value.name == "bad_checkpoint"


def test_divergence_is_an_error_and_earlier_checkpoints_stay(tmp_path: Path) -> None:
    def batches_with_a_bad_one(epoch: int) -> Iterator[Batch]:
        for batch in batches(epoch):
            weight = np.float32(np.nan if epoch == 1 else 1)
            yield Batch(batch.pictures, batch.truth, batch.mask * weight)

    with pytest.raises(PocketlensError, match="--lr_max") as caught:
        trainer(tmp_path).run(batches_with_a_bad_one)
    assert caught.value.name == "training_diverged"
    assert (tmp_path / "ckpt_0" / "mobilenetv2-1_3.ckpt").is_file()


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from tests.training import test_loop as t
from tools.errors import PocketlensError
made = t.trainer(Path(sys.argv[1]))

def batches(epoch):
    if epoch == 2:  # from here on no file can be longer than this
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
    return t.batches(epoch)

try:
    made.run(batches)
except PocketlensError as error:
    sys.stderr.write("NAME " + error.name)
"""


def test_a_full_disk_stops_the_training_and_it_can_be_resumed(tmp_path: Path, root: Path) -> None:
    whole = trainer(tmp_path / "whole")
    whole.run(batches)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "parts")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "NAME cannot_write" in done.stderr, done.stderr
    assert set(os.listdir(tmp_path / "parts" / "ckpt_0")) == {
        "mobilenetv2-1_3.ckpt",
        "mobilenetv2-2_3.ckpt",
        "resume.ckpt",
    }
    resumed = trainer(tmp_path / "parts")
    resumed.run(batches, resume=True)
    for name, value in weights(whole).items():
        np.testing.assert_array_equal(weights(resumed)[name], value, err_msg=name)


def test_what_decays(tmp_path: Path) -> None:
    """With a loss that is constant, only decay moves parameters."""
    moved = {}
    for decay_bias in (True, False):
        folder = tmp_path / str(decay_bias)
        made = trainer(folder, decay_bias=decay_bias, weight_decay=0.5, epochs=1, warmup_epochs=0)
        for parameter in made.network.trainable_params():
            parameter.set_data(ms.Tensor(np.ones(parameter.shape, np.float32)))
        before = weights(made)
        zeros = Batch(np.zeros((8, 3, 8, 8), np.float32), CLASSES[:8], np.zeros(8, np.float32))
        made.run(lambda _: iter([zeros]))  # noqa: B023
        moved[decay_bias] = {k for k, v in weights(made).items() if (v != before[k]).any()}
    running = {"1.moving_mean", "1.moving_variance"}
    assert moved[True] - running == {"0.weight", "4.weight", "4.bias"}
    assert moved[False] - running == {"0.weight", "4.weight"}
