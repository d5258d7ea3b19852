"""One training from its options to its checkpoint: the modes of the model zoo.

| pretrain_ckpt | freeze_layer | filter_head | what is trained, from where                         |
| ------------- | ------------ | ----------- | --------------------------------------------------- |
| none          | none         | –           | everything, from random weights                     |
| given         | none         | no          | everything, from the file's weights, its head too   |
| given         | none         | yes         | everything, from the file's backbone, a random head |
| any           | backbone     | –           | the head, on features of the frozen backbone        |

Without a checkpoint, `freeze_layer backbone` takes the ImageNet backbone that the demo uses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import mindspore as ms
import numpy as np

from tools.data.augment import evaluation_tensor, training_tensor
from tools.data.cluster import LOCAL, Engine
from tools.data.loader import Batch, Loader, Share, batch_indices, shuffled
from tools.data.samples import Samples
from tools.errors import PocketlensError
from tools.network import checkpoints, mobilenetv2
from tools.network.assemble import backbone_arrays
from tools.package.recipe import Recipe
from tools.places import sha256_of
from tools.training.config import Config
from tools.training.head import FeatureSet, head_trainer, loss_of
from tools.training.loop import Place, Trainer, clean_up
from tools.training.parallel import join

# What a resumed training may have otherwise: how long it is, and how it is done.
FREE = ("epochs", "workers", "save_checkpoint_epochs", "keep_checkpoint_max")


@dataclass(frozen=True)
class Job:
    """What is to be trained, on what, and how."""

    platform: str
    config: Config
    recipe: Recipe  # preprocessing, input size and width; labels of the classes
    train: Samples
    validation: Samples | None
    out: Path
    seed: int
    pretrained: Path | None = None
    freeze_backbone: bool = False
    filter_head: bool = False
    resume: bool = False
    features: Path | None = None  # the features package, with freeze_backbone
    feature_cache: Path | None = None
    engine: Engine = LOCAL  # where features are computed
    patience: int | None = None  # epochs without a better figure after which it stops


@dataclass(frozen=True)
class Trained:
    """What a training leaves."""

    last: Path
    best: Path | None  # by the validation photos, where there are any
    note: str  # the best's epoch and figure


def run(job: Job) -> Trained:
    """Trains. Raises the errors of data, checkpoints and training."""
    share = join(job.platform)
    cv2.setNumThreads(1)
    ms.set_seed(job.seed)
    np.random.seed(job.seed)
    check_batches(len(job.train), job.config.batch_size * share.size)
    try:
        if job.freeze_backbone:
            return _train_head(job, share)
        return _train_whole(job, share)
    finally:
        clean_up()


def _run(
    trainer: Trainer,
    job: Job,
    batches: Callable[[int], Iterator[Batch]],
    evaluate: Callable[[], float] | None,
) -> Trained:
    last = trainer.run(batches, resume=job.resume, evaluate=evaluate, patience=job.patience)
    if not trainer.place.best.is_file() or not trainer.best_epoch:
        return Trained(last, None, "")
    note = f"after epoch {trainer.best_epoch}, eval_acc {trainer.best:.6f}"
    return Trained(last, trainer.place.best, note)


def check_batches(photos: int, batch: int) -> None:
    """Incomplete batches are left out, so there must be one whole batch at least."""
    if photos < batch:
        raise PocketlensError(
            "bad_settings",
            f"{photos} photos make no whole batch of {batch}.",
            do="Give a smaller --batch_size.",
        )


def _key(job: Job) -> str:
    """A hash of what a resumed training must have in common with the interrupted one."""
    settings = {k: v for k, v in asdict(job.config).items() if k not in FREE}
    told = [settings, job.seed, len(job.train), job.freeze_backbone, job.filter_head]
    told += [[label.mid for label in job.train.labels], job.recipe.to_manifest()]
    if job.pretrained:
        told.append(sha256_of(job.pretrained))
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for index in range(0, len(job.train), max(1, len(job.train) // 1000)):
        digest.update(job.train.photo(index).name.encode())
    return digest.hexdigest()


# --- the whole network


def _pretrained(path: Path, rank: int) -> checkpoints.Checkpoint:
    """The weights to begin with; what was found in the file is told once."""
    read = checkpoints.read_checkpoint(path)
    if rank == 0:
        print(f"{path.name}: {read.told}", flush=True)
    return read


def _network(job: Job, rank: int = 0) -> Any:
    """The network to be trained, its weights as the mode says; its output are logits."""
    network = mobilenetv2.MobileNetV2(len(job.train.labels), width=job.recipe.network.width)
    if job.pretrained is not None and not job.resume:
        read = _pretrained(job.pretrained, rank)
        if not job.filter_head:
            check_head_fits(read, len(job.train.labels))
        checkpoints.load_into(network, read, head=not job.filter_head)
    return network


def check_head_fits(read: checkpoints.Checkpoint, classes: int) -> None:
    """Refuses a file whose head is not one of these classes (`class_count_mismatch`)."""
    if read.outputs == classes:
        return
    found = "no head" if read.outputs is None else f"a head with {read.outputs} outputs"
    raise PocketlensError(
        "class_count_mismatch",
        f"{read.path} has {found}, the data set {classes} classes.",
        do="Add --filter_head to take its backbone alone and train a new head. If the classes are"
        " those of the file, give their list with --labels.",
    )


def _known(samples: Samples) -> float:
    """Mean number of known pairs a photo, from at most 2,000 photos."""
    if not samples.multi:
        return 1.0
    step = max(1, len(samples) // 2000)
    _, mask = samples.targets(list(range(0, len(samples), step)))
    return float(mask.sum()) / max(len(mask), 1)


def _train_whole(job: Job, share: Share) -> Trained:
    config, recipe = job.config, job.recipe
    network = _network(job, share.rank)
    trained = _mixed(network) if config.mixed_precision else network
    side = recipe.input.width
    loader = Loader(
        job.train,
        lambda pixels, rng: training_tensor(pixels, recipe.preprocess, side, rng),
        config.workers,
        job.seed,
    )
    loss = loss_of(len(job.train.labels), job.train.multi, config.label_smooth, _known(job.train))
    steps = len(job.train) // (config.batch_size * share.size)
    place = Place(job.out, _key(job), share.rank)
    trainer = Trainer(trained, loss, config, steps, place, share)

    def batches(epoch: int) -> Iterator[Batch]:
        order = shuffled(len(job.train), job.seed, epoch)
        return loader.batches(batch_indices(order, config.batch_size, share), epoch)

    done = _run(trainer, job, batches, _evaluation(job, trained))
    _tell_unreadable(loader, trainer)
    return done


def _mixed(network: Any) -> Any:
    """The network in float16 but for the dense layer, as the model zoo trains it on Ascend."""
    network.to_float(ms.float16)
    network.dense.to_float(ms.float32)
    return network


def _tell_unreadable(loader: Loader, trainer: Trainer) -> None:
    for message in loader.unreadable.photos[:20]:
        trainer.log.say(f"left out: {message}")


# --- evaluation while training


def _evaluation(job: Job, network: Any) -> Callable[[], float] | None:
    """The accuracy on the validation photos, to be measured after each epoch."""
    if job.validation is None:
        return None
    validation = job.validation
    loader = Loader(
        validation,
        lambda pixels, _: evaluation_tensor(pixels, job.recipe.preprocess),
        job.config.workers,
        job.seed,
    )

    def measure() -> float:
        network.set_train(False)
        size = min(job.config.batch_size, len(validation))
        parts = np.array_split(np.arange(len(validation)), -(-len(validation) // size))
        scored = [
            (network(ms.Tensor(batch.pictures)).asnumpy(), batch)
            for batch in loader.batches(iter(parts), 0)
        ]
        return accuracy(scored, validation.multi)

    return measure


def accuracy(scored: list[tuple[Any, Batch]], multi: bool) -> float:
    """Share of right classes; multi-label: micro F1 at probability 0.5 over known pairs."""
    if not multi:
        right = sum(int((out.argmax(1) == batch.truth).sum()) for out, batch in scored)
        return right / sum(len(out) for out, _ in scored)
    hits = misses = 0.0
    for out, batch in scored:
        said, truth = (out > 0) * batch.mask, batch.truth * batch.mask
        hits += float((said * truth).sum())
        misses += float(abs(said - truth).sum())
    return 2 * hits / max(2 * hits + misses, 1.0)


# --- the head alone


def _feature_set(job: Job, samples: Samples, label: str) -> FeatureSet:
    """Vectors and targets of the readable photos."""
    from tools.data.features import extract_apart

    assert job.features is not None
    photos = [samples.photo(index) for index in range(len(samples))]
    found = extract_apart(
        job.features, photos, cache=job.feature_cache, label=label, engine=job.engine
    )
    check_readable(found.errors, len(photos))
    good = found.good
    truth, mask = samples.targets(good)
    return FeatureSet(found.vectors[good], truth, mask)


def check_readable(errors: dict[int, str], photos: int) -> None:
    """Tells of unreadable photos; raises `bad_dataset` when they are more than a tenth."""
    for message in list(errors.values())[:20]:
        print(f"left out: {message}", flush=True)
    if len(errors) * 10 > photos:
        raise PocketlensError(
            "bad_dataset",
            f"{len(errors)} of {photos} photos could not be read; the first:"
            f" {next(iter(errors.values()))}",
            do="Check the folder. A few bad photos are left out; this is too many.",
        )


def _train_head(job: Job, share: Share) -> Trained:
    data = _feature_set(job, job.train, "features")
    check_batches(len(data.vectors), job.config.batch_size * share.size)
    start = None
    backbone = backbone_arrays()
    if job.pretrained is not None:
        read = _pretrained(job.pretrained, share.rank)
        backbone = {k: v for k, v in read.arrays.items() if not k.startswith("dense.")}
        if not job.filter_head and read.outputs == len(job.train.labels):
            start = read.arrays
        elif share.rank == 0:
            print(f"The head of {job.pretrained.name} is left out; a new one begins at random.")
    place = Place(job.out, _key(job), share.rank)
    classes, multi = len(job.train.labels), job.train.multi
    trainer = head_trainer(data, classes, multi, job.config, place, backbone, share, start)
    batches = partial(_head_batches, data, job, share)
    measure = None
    if job.validation is not None:
        measure = _head_evaluation(job, trainer.network)
    return _run(trainer, job, batches, measure)


def _head_batches(data: FeatureSet, job: Job, share: Share, epoch: int) -> Iterator[Batch]:
    return data.batches(job.config.batch_size, job.seed, epoch, share)


def _head_evaluation(job: Job, cell: Any) -> Callable[[], float]:
    assert job.validation is not None
    data = _feature_set(job, job.validation, "validation")
    multi = job.validation.multi

    def measure() -> float:
        out = cell(ms.Tensor(data.vectors)).asnumpy()
        return accuracy([(out, Batch(data.vectors, data.truth, data.mask))], multi)

    return measure
