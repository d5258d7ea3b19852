"""Train MobileNetV2: from scratch, from a checkpoint, or a head on a frozen backbone.

The options carry the names of the model zoo's scripts. The data set is a folder of class folders
(with `train` and `validation_preprocess`, `validation` or `val` inside, or without), a CSV with the
columns `photo` and `labels`, or a folder of Open Images photos with --annotations. The result is
one folder: checkpoints in `ckpt_0`, and `model`, which `convert --model` makes a package of.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tools.data.cluster import Engine, engine_options
from tools.errors import PocketlensError
from tools.package.publish import check_writable
from tools.places import BUILD, DEMO_MODEL
from tools.terminal import PATH, run

if TYPE_CHECKING:
    from tools.data.datasets import DataOptions
    from tools.data.samples import Samples
    from tools.package.label_table import Label
    from tools.package.recipe import Recipe
    from tools.training.config import Config
    from tools.training.job import Trained

ROOM = 64 << 20  # bytes: the last, the best and the resumable state of the largest network
ARGUMENTS = "tools.train.arguments"
HEADS = {"softmax": False, "sigmoid": True}  # whether a photo can have several labels


def settle_recipe(
    options: dict[str, Any], name: str, labels: tuple[Label, ...], head: str, out: Path
) -> Recipe:
    """The recipe of the network to be trained, written to `out`/model at the end."""
    from tools.package.recipe import load_recipe
    from tools.training.recipes import dense_recipe, with_side, with_width

    side, width = options["image_size"], options["width"]
    base = load_recipe(options["model"])
    title = f"MobileNetV2 {width:g}/{side}, {len(labels)} own labels"
    edges = options["hierarchy"]
    recipe = dense_recipe(base, name, title, labels, head, out / "model", edges)
    return with_side(with_width(recipe, width), side)


def name_of(path: Path) -> str:
    """A model's name from a path's."""
    return re.sub(r"[^a-z0-9._-]+", "-", path.name.lower()).strip("-._") or "model"


class Remembering(click.Command):
    """A command that keeps its arguments as they were typed, however it was called."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keeps them under ARGUMENTS."""
        ctx.meta[ARGUMENTS] = list(args)
        return super().parse_args(ctx, args)


def launch_devices(devices: int, port: int | None) -> int:
    """Runs this same command in several processes."""
    from tools.training.parallel import launch

    arguments = click.get_current_context().meta[ARGUMENTS]
    return launch(Path(__file__), arguments, devices, port)


@click.command(cls=Remembering, context_settings={"show_default": True})
@click.option("--platform", type=click.Choice(["CPU", "GPU", "Ascend"]), default="CPU")
@click.option("--dataset_path", "--dataset-path", type=PATH, required=True, help="Folder or CSV.")
@click.option("--pretrain_ckpt", "--pretrain-ckpt", type=PATH, help="A checkpoint to start from.")
@click.option(
    "--freeze_layer",
    "--freeze-layer",
    type=click.Choice(["none", "backbone"]),
    default="none",
    help="backbone: train the head alone, on features of the frozen backbone.",
)
@click.option("--filter_head", "--filter-head", is_flag=True, help="Leave the file's head out.")
@click.option("--head", type=click.Choice(list(HEADS)), help="[default: as the data set is]")
@click.option(
    "--config_path", "--config-path", type=PATH, help="Numbers [default: the platform's]."
)
@click.option("--epochs", type=int)
@click.option("--batch_size", "--batch-size", type=int, help="Of one device.")
@click.option("--lr_init", "--lr-init", type=float)
@click.option("--lr_max", "--lr-max", type=float)
@click.option("--lr_end", "--lr-end", type=float)
@click.option("--warmup_epochs", "--warmup-epochs", type=int)
@click.option("--momentum", type=float)
@click.option("--weight_decay", "--weight-decay", type=float)
@click.option("--label_smooth", "--label-smooth", type=float)
@click.option("--save_checkpoint_epochs", "--save-checkpoint-epochs", type=int)
@click.option("--keep_checkpoint_max", "--keep-checkpoint-max", type=int)
@click.option("--workers", type=int, help="Threads that prepare photos.")
@click.option("--labels", type=PATH, help="A class list [default: the data set's own classes].")
@click.option("--annotations", type=PATH, multiple=True, help="Open Images' label and box files.")
@click.option("--hierarchy", type=PATH, help="Their hierarchy (parent,child).")
@click.option("--skip-unknown-labels", is_flag=True, help="Pass over rows of other classes.")
@click.option("--photos", type=PATH, help="What a CSV's paths are relative to.")
@click.option("--model", type=PATH, default=DEMO_MODEL)
@click.option("--width", type=float, default=1.0, help="Width multiplier.")
@click.option("--image_size", "--image-size", type=int, default=224, help="Side of the input.")
@click.option("--out", type=PATH, help="Folder of the result [default: build/train/NAME].")
@click.option("--seed", type=int, default=1)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on where a training stopped; with more --epochs also after its end.",
)
@click.option(
    "--patience",
    type=click.IntRange(1),
    help="Stop when the validation photos have done no better for so many epochs.",
)
@click.option("--devices", type=click.IntRange(1), default=1, help="Data-parallel processes.")
@click.option(
    "--visible_devices",
    "--visible-devices",
    metavar="0,1,…",
    help="Which GPUs or Ascends to use [default: all].",
)
@click.option("--port", type=int, help="For processes to find each other [default: a free one].")
@click.option("--feature_cache", "--feature-cache", type=PATH, help="Where features are kept.")
@engine_options
def main(**options: Any) -> None:
    """Train MobileNetV2 on photos of one's own, ImageNet's kind of folder, or Open Images."""
    from tools.training.parallel import end_with_parent, is_worker

    end_with_parent()
    os.environ.setdefault("GLOG_v", "3")  # MindSpore's errors alone
    choose_devices(options["platform"], options["visible_devices"])
    check_engine(options)
    if options["devices"] > 1 and not is_worker():
        check_writable(out_folder(options), ROOM)
        prepare(options)
        raise SystemExit(launch_devices(options["devices"], options["port"]))
    check_writable(out_folder(options), ROOM)
    done, recipe = train(options)
    if is_first():
        from tools.training.recipes import write_model

        folder = write_model(recipe, done.best or done.last)
        click.echo(done.last)
        if done.best is not None:
            click.echo(f"{done.best}  the best by the validation photos, {done.note}")
        click.echo(f"{folder}  make a package of it: convert --model {folder}")


def choose_devices(platform: str, visible: str | None) -> None:
    """Hides the other devices from this process and those that it starts."""
    if visible is None:
        return
    if platform == "CPU" or not re.fullmatch(r"\d+(,\d+)*", visible):
        raise click.UsageError("--visible_devices takes numbers of GPUs or Ascends, such as 0,1.")
    name = {"GPU": "CUDA_VISIBLE_DEVICES", "Ascend": "ASCEND_RT_VISIBLE_DEVICES"}[platform]
    os.environ[name] = visible


def check_engine(options: dict[str, Any]) -> None:
    """Ray computes the features of a frozen backbone, for one training process."""
    if options["engine"] == "ray" and options["freeze_layer"] != "backbone":
        raise click.UsageError("--engine ray computes features: use --freeze_layer backbone.")
    if options["engine"] == "ray" and options["devices"] > 1:
        raise click.UsageError("--engine ray is for one training process, without --devices.")


CHANGES = [
    "epochs",
    "batch_size",
    "lr_init",
    "lr_max",
    "lr_end",
    "warmup_epochs",
    "momentum",
    "weight_decay",
    "label_smooth",
    "save_checkpoint_epochs",
    "keep_checkpoint_max",
    "workers",
]


def prepare(options: dict[str, Any]) -> None:
    """What must be done once before several processes start: labels and the features package."""
    from tools.data.datasets import open_data

    samples, _ = open_data(data_options(options))
    if options["freeze_layer"] == "backbone":
        features_of(options)
    check_head(options["head"], samples)


def data_options(options: dict[str, Any]) -> DataOptions:
    """The options that say what the data set is."""
    from tools.data.datasets import DataOptions

    return DataOptions(
        options["dataset_path"],
        options["annotations"],
        options["labels"],
        options["hierarchy"],
        options["photos"],
        options["skip_unknown_labels"],
        out_folder(options),
    )


def out_folder(options: dict[str, Any]) -> Path:
    """The folder of the result."""
    chosen: Path | None = options["out"]
    return chosen or BUILD / "train" / name_of(options["dataset_path"])


def check_head(head: str | None, samples: Samples) -> str:
    """The head's kind; it must be able to say what the data set knows."""
    chosen = head or ("sigmoid" if samples.multi else "softmax")
    if samples.multi and not HEADS[chosen]:
        raise PocketlensError(
            "bad_settings",
            "A softmax head gives one label a photo; this data set has several.",
            do="Use --head sigmoid.",
        )
    return chosen


def features_of(options: dict[str, Any]) -> Path:
    """The features package of the backbone that is to be frozen."""
    from tools.training.recipes import features_package

    return features_package(options["pretrain_ckpt"], options["width"], options["image_size"])


def train(options: dict[str, Any]) -> tuple[Trained, Recipe]:
    """Reads everything, trains; the checkpoints and their recipe."""
    from tools.data.datasets import open_data
    from tools.data.samples import as_multi
    from tools.training.config import platform_config, read_config

    config_path = options["config_path"] or platform_config(options["platform"])
    config = read_config(config_path, {name: options[name] for name in CHANGES})
    samples, validation = open_data(data_options(options))
    check_patience(options["patience"], validation)
    config = fitting(config, options, len(samples))
    head = check_head(options["head"], samples)
    if HEADS[head] and not samples.multi:
        samples, validation = as_multi(samples), validation and as_multi(validation)
    out = out_folder(options)
    recipe = settle_recipe(options, name_of(out), samples.labels, head, out)
    frozen = options["freeze_layer"] == "backbone"
    features = features_of(options) if frozen else None
    from tools.training.job import Job, run

    job = Job(
        platform=options["platform"],
        config=config,
        recipe=recipe,
        train=samples,
        validation=validation,
        out=out,
        seed=options["seed"],
        pretrained=options["pretrain_ckpt"],
        freeze_backbone=frozen,
        filter_head=options["filter_head"],
        resume=options["resume"],
        features=features,
        feature_cache=options["feature_cache"],
        engine=Engine(options["engine"], options["ray_address"]),
        patience=options["patience"],
    )
    return run(job), recipe


def check_patience(patience: int | None, validation: Samples | None) -> None:
    """Stopping early needs photos to judge by."""
    if patience is not None and validation is None:
        raise PocketlensError(
            "bad_settings",
            "--patience stops by how validation photos do, and there are none.",
            do="Put them into a folder val beside train, or leave --patience out.",
        )


def fitting(config: Config, options: dict[str, Any], photos: int) -> Config:
    """The platform's numbers, where no others were asked for, brought to data set and mode."""
    from tools.training.config import fine_tuning, fitted_batch

    devices, changed = options["devices"], config
    if options["batch_size"] is None and options["config_path"] is None:
        changed = fitted_batch(config, photos, devices)
    tuning = options["pretrain_ckpt"] is not None and options["freeze_layer"] == "none"
    if tuning and options["lr_max"] is None and options["config_path"] is None:
        changed = fine_tuning(changed, devices)
    if is_first():
        if changed.batch_size != config.batch_size:
            click.echo(f"{photos} photos: batches of {changed.batch_size}, not {config.batch_size}")
        if changed.lr_max != config.lr_max:
            click.echo(
                f"fine-tuning: the rate begins at {changed.lr_max:.4g} and falls to 0, not"
                f" {config.lr_max:g} (--lr_max)"
            )
    return changed


def is_first() -> bool:
    """Whether this is the only process of a training, or the one that speaks for all."""
    return os.environ.get("RANK_ID", "0") == "0"


if __name__ == "__main__":
    run(main)
