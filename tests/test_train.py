"""`train` as a user runs it: every mode on small pictures, two processes, resuming, refusals."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from tests.processes import left_running
from tests.small_photos import TINTS, class_folders
from tools import train as command
from tools.network import checkpoints
from tools.package.recipe import load_recipe
from tools.places import ROOT
from tools.training.config import platform_config, read_config
from tools.training.recipes import features_package

pytestmark = [pytest.mark.mindspore, pytest.mark.slow]
SMALL = ["--image_size", "32", "--width", "0.35", "--batch_size", "12", "--label_smooth", "0"]
EPOCH = re.compile(r"avg loss:\s*([\d.]+)(?:, eval_acc: ([\d.]+))?")


@pytest.fixture(scope="module")
def tinted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 pictures of 3 classes to train on, 45 others to measure with, in the zoo's folders."""
    root = tmp_path_factory.mktemp("tinted")
    class_folders(root / "train", 40, seed=0)
    class_folders(root / "validation_preprocess", 15, seed=9)
    return root


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options of head training: the features package is there, vectors go to one place."""
    features_package(None)
    cache = tmp_path_factory.mktemp("features")
    return ["--freeze_layer", "backbone", "--feature_cache", str(cache), "--batch_size", "12"]


def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "tools.train", *map(str, arguments)]
    environment = {**os.environ, "GLOG_v": "3", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def epochs(output: str) -> list[tuple[float, float | None]]:
    """Mean loss and accuracy of every epoch that was printed."""
    return [(float(a), float(b) if b else None) for a, b in EPOCH.findall(output)]


@pytest.fixture(scope="module")
def scratch(tinted: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A training from random weights: its folder and what it printed."""
    out = tmp_path_factory.mktemp("scratch") / "out"
    done = run(
        *("--dataset_path", tinted, "--out", out, *SMALL, "--epochs", "8"),
        *("--lr_max", "0.005", "--lr_end", "0", "--keep_checkpoint_max", "3"),
    )
    assert done.returncode == 0, done.stderr
    return out, done.stdout


def test_from_scratch_learns(scratch: tuple[Path, str]) -> None:
    out, printed = scratch
    found = epochs(printed)
    assert len(found) == 8
    assert found[-1][0] < 0.6 * found[0][0]
    assert (found[-1][1] or 0) >= 0.7  # chance is 0.33
    assert sorted(os.listdir(out / "ckpt_0")) == [
        "best.ckpt",
        "mobilenetv2-6_10.ckpt",
        "mobilenetv2-7_10.ckpt",
        "mobilenetv2-8_10.ckpt",
        "resume.ckpt",
    ]


def test_the_result_is_a_model_folder(scratch: tuple[Path, str]) -> None:
    recipe = load_recipe(scratch[0] / "model")
    assert (recipe.outputs, recipe.network.width, recipe.input.width) == (3, 0.35, 32)
    assert recipe.preprocess.resize == (37, 37) and recipe.preprocess.crop == (2, 2, 32, 32)
    assert recipe.network.head is not None and recipe.network.head.activation == "softmax"
    assert recipe.checkpoint.file is not None
    read = checkpoints.read_checkpoint(recipe.checkpoint.file)
    assert (read.naming, read.outputs) == ("pocketlens", 3)


def test_fine_tuning_the_whole_network(
    scratch: tuple[Path, str], tinted: Path, tmp_path: Path
) -> None:
    """With the head of the file the first epoch is already good; it gets no worse."""
    last = scratch[0] / "ckpt_0" / "mobilenetv2-8_10.ckpt"
    done = run(
        *("--dataset_path", tinted, "--out", tmp_path, *SMALL, "--epochs", "2"),
        *("--pretrain_ckpt", last),  # at the default rate for it, which is not a fresh start's
    )
    assert done.returncode == 0, done.stderr
    assert "fine-tuning: the rate begins at 0.002165" in done.stdout
    assert "mobilenetv2-8_10.ckpt: Pocketlens\n" in done.stdout
    found = epochs(done.stdout)
    assert found[0][0] < 0.7 * epochs(scratch[1])[0][0]
    assert (found[-1][1] or 0) >= 0.7


def test_what_each_mode_starts_from(tinted: Path, tmp_path: Path) -> None:
    """The whole file, its backbone alone, or nothing of it."""
    import mindspore as ms

    from tools.data.samples import read_class_folders
    from tools.network import layers
    from tools.training import job
    from tools.training.recipes import with_width

    rng = np.random.default_rng(0)
    shapes = {**layers.backbone_shapes(0.35), **layers.head_shapes(3, 0.35)}
    given = {k: np.abs(rng.normal(size=s)).astype(np.float32) for k, s in shapes.items()}
    checkpoints.save_checkpoint(given, tmp_path / "given.ckpt")
    recipe = with_width(load_recipe(ROOT / "models" / "mobilenetv2-openimages"), 0.35)
    samples = read_class_folders(tinted / "train")
    starts = {}
    for name, pretrained, filtered in [("whole", 1, 0), ("backbone", 1, 1), ("nothing", 0, 0)]:
        ms.set_seed(1)
        settings = job.Job(
            *("CPU", read_config(platform_config("CPU")), recipe, samples, None, tmp_path, 1),
            pretrained=tmp_path / "given.ckpt" if pretrained else None,
            filter_head=bool(filtered),
        )
        starts[name] = checkpoints.arrays_of(job._network(settings))

    def equal(name: str, part: str) -> bool:
        return all(np.array_equal(starts[name][k], given[k]) for k in given if k.startswith(part))

    assert equal("whole", "features.") and equal("whole", "dense.")
    assert equal("backbone", "features.") and not equal("backbone", "dense.")
    assert not equal("nothing", "features.")


def test_head_on_a_frozen_backbone(tinted: Path, features: list[str], tmp_path: Path) -> None:
    done = run(
        *("--dataset_path", tinted, "--out", tmp_path, *features),
        *("--epochs", "4", "--lr_max", "0.01", "--lr_end", "0"),
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"epoch\[4/4\], iter\[10\] cost: .*eval_acc: (1\.0|0\.9)", done.stdout)
    assert re.search(r"total cost \d+\.\d{4} s", done.stdout)
    read = checkpoints.read_checkpoint(tmp_path / "ckpt_0" / "mobilenetv2_4.ckpt")
    from tools.network.assemble import backbone_arrays

    for name, value in backbone_arrays().items():
        np.testing.assert_array_equal(read.arrays[name], value)


def test_features_from_a_cluster_train_the_same_head(tinted: Path, tmp_path: Path) -> None:
    """A local Ray cluster and one process, each with an empty cache: equal bits."""
    common = ["--dataset_path", tinted / "validation_preprocess", "--freeze_layer", "backbone"]
    common += ["--batch_size", "12", "--epochs", "2"]
    heads = []
    for engine in ("local", "ray"):
        where = tmp_path / engine
        more = ["--out", where, "--feature_cache", where / "cache", "--engine", engine]
        done = run(*common, *more)
        assert done.returncode == 0, done.stderr
        heads.append(checkpoints.read_checkpoint(where / "ckpt_0" / "mobilenetv2_2.ckpt").arrays)
    np.testing.assert_array_equal(heads[0]["dense.weight"], heads[1]["dense.weight"])


@pytest.mark.parametrize("options", [["--engine", "ray"], ["--engine", "ray", "--devices", "2"]])
def test_what_a_cluster_cannot_do(tinted: Path, options: list[str]) -> None:
    frozen = ["--freeze_layer", "backbone"] if "--devices" in options else []
    done = CliRunner().invoke(command.main, ["--dataset_path", str(tinted), *options, *frozen])
    assert done.exit_code == 2 and "--engine ray" in done.output


def test_two_processes_are_one_with_the_double_batch(
    tinted: Path, features: list[str], tmp_path: Path
) -> None:
    """Losses equal to the last printed digit, weights equal on both ranks and nearly to one's."""
    common = ["--dataset_path", tinted, *features, "--epochs", "3", "--lr_max", "0.01"]
    one = run(*common, "--out", tmp_path / "one")
    # Through the front door, whose own name must not reach the processes, with a relative path.
    line = [sys.executable, "-m", "tools", "train", *map(str, common), "--out"]
    line += [os.path.relpath(tmp_path / "two", ROOT), "--batch_size", "6", "--devices", "2"]
    two = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert one.returncode == 0 and two.returncode == 0, two.stderr
    assert epochs(one.stdout) == epochs(two.stdout) and len(epochs(two.stdout)) == 3
    paths = [tmp_path / "one" / "ckpt_0", *(tmp_path / "two" / f"ckpt_{r}" for r in (0, 1))]
    heads = [
        checkpoints.read_checkpoint(path / "mobilenetv2_3.ckpt").arrays["dense.weight"]
        for path in paths
    ]
    np.testing.assert_array_equal(heads[1], heads[2])
    np.testing.assert_allclose(heads[0], heads[1], atol=1e-6)
    assert (tmp_path / "two" / "model" / "model.toml").is_file()


def test_a_failing_process_fails_the_training(
    tinted: Path, features: list[str], tmp_path: Path
) -> None:
    arguments = ["--dataset_path", tinted, *features, "--out", tmp_path, "--batch_size", "100"]
    done = run(*arguments, "--devices", "2")
    assert done.returncode != 0
    assert "bad_settings" in done.stdout + done.stderr
    assert "whole batch of 200" in done.stdout + done.stderr
    assert left_running(str(tmp_path)) == []


def test_killed_and_resumed(tinted: Path, features: list[str], tmp_path: Path) -> None:
    """SIGKILL in the middle; the resumed run ends with the weights of an uninterrupted one."""
    common = ["--dataset_path", tinted, *features, "--epochs", "12", "--lr_max", "0.01"]
    whole = run(*common, "--out", tmp_path / "whole")
    assert whole.returncode == 0, whole.stderr
    parts = tmp_path / "parts"
    line = [sys.executable, "-m", "tools.train", *map(str, common), "--out", str(parts)]
    environment = {**os.environ, "GLOG_v": "3", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    while not (parts / "ckpt_0" / "mobilenetv2_2.ckpt").exists() and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (parts / "ckpt_0" / "mobilenetv2_12.ckpt").exists()
    resumed = run(*common, "--out", parts, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "epoch[1/12]" not in resumed.stdout and "epoch[12/12]" in resumed.stdout
    ends = [
        checkpoints.read_checkpoint(folder / "ckpt_0" / "mobilenetv2_12.ckpt").arrays
        for folder in (tmp_path / "whole", parts)
    ]
    for name, value in ends[0].items():
        np.testing.assert_array_equal(ends[1][name], value)


def test_photos_that_vanish_half_way(tinted: Path, tmp_path: Path) -> None:
    """A named error; checkpoints stay; once the photos are back the training goes on."""
    data, away, out = tmp_path / "data", tmp_path / "away", tmp_path / "out"
    shutil.copytree(tinted / "validation_preprocess", data)
    common = ["--dataset_path", data, "--out", out, *SMALL, "--epochs", "6"]
    line = [sys.executable, "-m", "tools.train", *map(str, common)]
    environment = {**os.environ, "GLOG_v": "3", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        line,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (out / "ckpt_0" / "resume.ckpt").exists() and process.poll() is None:
        time.sleep(0.005)
    data.rename(away)
    said = process.communicate()[1]
    assert process.returncode == 1 and "error [bad_dataset]" in said, said
    kept = set(os.listdir(out / "ckpt_0"))
    assert {"resume.ckpt"} < kept and not [name for name in kept if "tmp" in name]
    away.rename(data)
    resumed = run(*common, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "epoch: [  0/" not in resumed.stdout and "epoch: [  5/" in resumed.stdout


def test_several_labels_a_photo(tinted: Path, features: list[str], tmp_path: Path) -> None:
    """A CSV with two labels a photo trains a sigmoid head."""
    rows = [
        f"{path.relative_to(tinted)},{path.parent.name};{'even' if i % 2 else 'odd'}"
        for i, path in enumerate(sorted((tinted / "train").rglob("*.png")))
    ]
    table = tinted / "photos.csv"
    table.write_text("\n".join(["photo,labels", *rows]) + "\n")
    done = run("--dataset_path", table, "--out", tmp_path, *features, "--epochs", "3")
    assert done.returncode == 0, done.stderr
    losses = [loss for loss, _ in epochs(done.stdout)]
    assert losses[-1] < losses[0]
    recipe = load_recipe(tmp_path / "model")
    assert recipe.network.head is not None and recipe.network.head.activation == "sigmoid"
    assert recipe.outputs == 5


def test_open_images(tinted: Path, features: list[str], tmp_path: Path) -> None:
    """Photos by image id and official label files: 601 outputs, unknown pairs masked."""
    mids = {"red": "/m/01yrx", "green": "/m/0bt9lr", "blue": "/m/0199g"}
    lines = ["ImageID,Source,LabelName,Confidence"]
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, path in enumerate(sorted((tinted / "train").rglob("*.png"))):
        image = f"{number:016x}"
        shutil.copy(path, folder / f"{image}.jpg")
        for tint, mid in mids.items():
            lines.append(f"{image},verification,{mid},{int(tint == path.parent.name)}")
    labels = tmp_path / "labels.csv"
    labels.write_text("\n".join(lines) + "\n")
    out = tmp_path / "out"
    done = run(
        *("--dataset_path", folder, "--annotations", labels, "--out", out, *features),
        *("--epochs", "3", "--lr_max", "0.5"),
    )
    assert done.returncode == 0, done.stderr
    assert "360 label rows read" in done.stdout
    losses = [loss for loss, _ in epochs(done.stdout)]
    assert losses[-1] < losses[0]
    recipe = load_recipe(out / "model")
    assert recipe.outputs == 601 and recipe.labels is not None
    assert recipe.labels.hierarchy is not None and sorted(recipe.labels.names)[0] == "de"


# --- refusals


def refused(*arguments: str | Path) -> str:
    """The error that a run in this process prints; it must be a named one."""
    done = CliRunner().invoke(command.main, [str(argument) for argument in arguments])
    assert done.exit_code == 1, (done.output, done.exception)
    return done.output


def test_bad_data(tinted: Path, tmp_path: Path) -> None:
    assert "missing_file" in refused("--dataset_path", tmp_path / "no")
    few = tmp_path / "few"
    shutil.copytree(tinted / "train", few)
    for path in sorted((few / "red").iterdir())[1:]:
        path.unlink()
    said = refused("--dataset_path", few)
    assert "bad_dataset" in said and "red (1)" in said
    (few / "red" / "000.png").unlink()
    assert "red (0)" in refused("--dataset_path", few)
    table = tmp_path / "t.csv"
    table.write_text("image,tags\n")
    assert "photo and labels" in refused("--dataset_path", table)


@pytest.mark.parametrize("folder", ["file/out", "file", "/proc/pocketlens"])
def test_an_output_that_cannot_be_written(tinted: Path, tmp_path: Path, folder: str) -> None:
    """Said before any photo is looked at, though the data set is not there either."""
    (tmp_path / "file").write_text("")
    said = refused("--dataset_path", tmp_path / "no", "--out", tmp_path / folder)
    assert "error [cannot_write]" in said


def test_a_full_disk_is_found_before_the_work(tinted: Path, tmp_path: Path) -> None:
    """A limit on the size of a file stands in for the disk's."""
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20));"
        "sys.argv[0] = 'train'; from tools.terminal import run; from tools.train import main;"
        "run(main)"
    )
    line = [sys.executable, "-c", code, "--dataset_path", str(tinted), "--out", str(tmp_path)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "error [cannot_write]" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and done.stdout == ""


def test_what_is_fitted_to_data_set_and_mode(capsys: pytest.CaptureFixture[str]) -> None:
    """Only numbers that nobody gave: 40 photos make no batch of 150; 0.03 is for a fresh start."""
    config = read_config(platform_config("CPU"))
    options = {
        **{"devices": 1, "batch_size": None, "config_path": None, "lr_max": None},
        **{"pretrain_ckpt": Path("x.ckpt"), "freeze_layer": "none"},
    }
    changed = command.fitting(config, options, 40)
    assert changed.batch_size == 10 and changed.lr_max < 0.003
    said = capsys.readouterr().out
    assert "40 photos: batches of 10, not 150" in said and "--lr_max" in said
    for given in ({"config_path": Path("x.toml")}, {"batch_size": 150, "lr_max": 0.03}):
        assert command.fitting(config, options | given, 40) == config
    assert command.fitting(config, options | {"freeze_layer": "backbone"}, 40).lr_max == 0.03


def test_patience_needs_validation_photos(tinted: Path, tmp_path: Path) -> None:
    said = refused("--dataset_path", tinted / "train", "--out", tmp_path, "--patience", "3")
    assert "bad_settings" in said and "val" in said


def test_too_many_unreadable_photos(tinted: Path, features: list[str], tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    shutil.copytree(tinted / "train", bad)
    for path in sorted(bad.rglob("*.png"))[:20]:
        path.write_bytes(b"no photo")
    said = refused("--dataset_path", bad, "--out", tmp_path / "out", *features)
    assert "bad_dataset" in said and "20 of 120" in said


def test_a_few_unreadable_photos_are_left_out(
    tinted: Path, features: list[str], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(tinted / "train", data)
    (data / "red" / "007.png").write_bytes(b"no photo")
    out = tmp_path / "out"
    done = run("--dataset_path", data, "--out", out, *features, "--epochs", "1")
    assert done.returncode == 0, done.stderr
    assert "left out" in done.stdout and "007.png" in done.stdout
    assert "iter[9]" in done.stdout  # 119 photos in batches of 12


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--batch_size", "121"], "whole batch of 121"),
        (["--epochs", "0"], "epochs"),
        (["--platform", "Ascend"], "Ascend"),
        (["--resume"], "without --resume"),
        (["--pretrain_ckpt", "no.ckpt"], "no such file"),
    ],
)
def test_bad_settings(tinted: Path, tmp_path: Path, options: list[str], words: str) -> None:
    said = refused("--dataset_path", tinted, "--out", tmp_path, *SMALL, *options)
    assert words in said and "error [" in said


def test_visible_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASCEND_RT_VISIBLE_DEVICES", "7")
    command.choose_devices("Ascend", None)
    assert os.environ["ASCEND_RT_VISIBLE_DEVICES"] == "7"
    command.choose_devices("Ascend", "0,3")
    assert os.environ["ASCEND_RT_VISIBLE_DEVICES"] == "0,3"
    for platform, text in (("CPU", "0"), ("GPU", "all")):
        with pytest.raises(click.UsageError):
            command.choose_devices(platform, text)


def test_softmax_cannot_have_several_labels(tinted: Path, tmp_path: Path) -> None:
    table = tmp_path / "photos.csv"
    table.write_text(f"photo,labels\n{tinted}/train/red/000.png,a;b\n")
    said = refused("--dataset_path", table, "--head", "softmax", "--out", tmp_path / "o")
    assert "--head sigmoid" in said


def test_a_checkpoint_of_other_classes(tinted: Path, tmp_path: Path) -> None:
    """Whole-net loading says what to do; TINTS has three classes."""
    from tools.network import layers

    shapes = {**layers.backbone_shapes(0.35), **layers.head_shapes(7, 0.35)}
    arrays = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    checkpoints.save_checkpoint(arrays, tmp_path / "seven.ckpt")
    options = ["--pretrain_ckpt", tmp_path / "seven.ckpt", "--out", tmp_path / "out"]
    said = refused("--dataset_path", tinted, *SMALL, *options)
    assert "class_count_mismatch" in said and "7 outputs" in said
    assert f"{len(TINTS)} classes" in said and "--filter_head" in said
