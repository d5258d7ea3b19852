"""Every naming goes in and comes out the same; everything that does not fit has its named error."""

from __future__ import annotations

import csv
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import mindspore as ms
import numpy as np
import pytest

from tests.network import torch_writer
from tools.errors import PocketlensError
from tools.network import checkpoints, layers, mobilenetv2
from tools.network.assemble import backbone_file

pytestmark = pytest.mark.mindspore

TABLE = Path(__file__).parents[1] / "data" / "network" / "parameters.csv"
WIDTH = 0.35  # small files; names do not depend on it
Arrays = dict[str, np.ndarray]


def arrays_of(outputs: int | None = 5, width: float = WIDTH, seed: int = 3) -> Arrays:
    """Random weights under our names; variances positive."""
    rng = np.random.default_rng(seed)
    shapes = layers.backbone_shapes(width)
    if outputs is not None:
        shapes |= layers.head_shapes(outputs, width)
    return {k: np.abs(rng.normal(size=s)).astype(np.float32) for k, s in shapes.items()}


def write(path: Path, arrays: Mapping[str, np.ndarray]) -> Path:
    """A checkpoint as MindSpore itself saves it, without our mark."""
    entries = [{"name": name, "data": ms.Tensor(value)} for name, value in arrays.items()]
    ms.save_checkpoint(entries, str(path))
    return path


def column(name: str) -> dict[str, str]:
    """Our name -> the name in a column of the published table."""
    with open(TABLE, newline="") as stream:
        return {row["modelzoo_r1.5"]: row[name] for row in csv.DictReader(stream)}


def torch_names(arrays: Mapping[str, np.ndarray]) -> Arrays:
    """The first PyTorch port's names, taken from the real file's order: conv, then its norm."""
    from tools.network.torchfile import read_torch_file

    real = [
        name
        for name in read_torch_file(backbone_file().read_bytes())
        if not name.endswith("num_batches_tracked")
    ]
    part = {"gamma": "weight", "beta": "bias"}
    ours = [name for name in arrays if not name.startswith("dense.")]
    order = {"weight": 0, "gamma": 1, "beta": 2, "moving_mean": 3, "moving_variance": 4}
    groups = [ours[i : i + 5] for i in range(0, len(ours), 5)]
    sequence = [n for g in groups for n in sorted(g, key=lambda n: order[n.rsplit(".", 1)[1]])]
    assert part and len(sequence) == len(real)
    renamed = {theirs: arrays[name] for theirs, name in zip(real, sequence, strict=True)}
    for name in ("weight", "bias"):
        if f"dense.{name}" in arrays:
            renamed[f"classifier.1.{name}"] = arrays[f"dense.{name}"]
    return renamed


def as_torch(path: Path, arrays: Arrays) -> Path:
    path.write_bytes(torch_writer.legacy_layout(torch_names(arrays)))
    return path


def as_torchvision(path: Path, arrays: Arrays) -> Path:
    """torchvision's names: 'conv.N.0'/'conv.N.1' for a convolution with norm and activation."""
    parts = {"moving_mean": "running_mean", "moving_variance": "running_var"}
    parts |= {"gamma": "weight", "beta": "bias", "weight": "weight"}
    renamed = {}
    for name, value in arrays.items():
        stem, part = name.rsplit(".", 1)
        stem = stem.replace("dense", "classifier.1")
        if stem.startswith(("features.0.", "features.18.")):
            stem = stem.replace(".features.", ".")[len("features.") :]
            stem = "features." + stem
        else:
            stem = stem.replace(".features.0", ".0").replace(".features.1", ".1")
        renamed[f"{stem}.{parts.get(part, part)}"] = value
    path.write_bytes(torch_writer.zip_layout(renamed, wrap="state_dict"))
    return path


def as_column(name: str) -> Callable[[Path, Arrays], Path]:
    names = column(name)
    return lambda path, arrays: write(path, {names[k]: v for k, v in arrays.items()})


def as_own(path: Path, arrays: Arrays) -> Path:
    checkpoints.save_checkpoint(arrays, path, {"epoch": 3})
    return path


WRITERS: dict[str, Callable[[Path, Arrays], Path]] = {
    "pocketlens": as_own,
    "modelzoo-r1.5": as_column("modelzoo_r1.5"),
    "modelzoo-r1.0": as_column("modelzoo_r1.0"),
    "mindcv": as_column("mindcv"),
    "torch": as_torch,
    "torchvision": as_torchvision,
}


@pytest.mark.parametrize("outputs", [5, None])
@pytest.mark.parametrize("naming", WRITERS)
def test_round_trip_of_every_naming(tmp_path: Path, naming: str, outputs: int | None) -> None:
    arrays = arrays_of(outputs)
    read = checkpoints.read_checkpoint(WRITERS[naming](tmp_path / "a.ckpt", arrays))
    known_by_head = naming.startswith("modelzoo") and outputs is None
    assert read.naming == naming or known_by_head
    assert read.outputs == outputs
    assert read.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(read.arrays[name], array, err_msg=name)


def test_a_backbone_without_head_is_called_so(tmp_path: Path) -> None:
    read = checkpoints.read_checkpoint(
        as_column("modelzoo_r1.5")(tmp_path / "a.ckpt", arrays_of(None))
    )
    assert read.title == "MindSpore model zoo, backbone only"


def test_the_zoo_s_dropout_head(tmp_path: Path) -> None:
    arrays = arrays_of()
    names = {k: k.replace("dense", "head.2") for k in arrays}
    read = checkpoints.read_checkpoint(
        write(tmp_path / "a.ckpt", {names[k]: v for k, v in arrays.items()})
    )
    assert (read.naming, read.outputs) == ("modelzoo-r1.0", 5)


def test_training_state_is_kept_apart(tmp_path: Path) -> None:
    """A checkpoint of a training run also holds Momentum's state and counters."""
    arrays = arrays_of()
    state = {f"moments.{name}": value for name, value in arrays.items()}
    state |= {"learning_rate": np.float32(0.1).reshape(1), "global_step": np.int32(7).reshape(1)}
    read = checkpoints.read_checkpoint(write(tmp_path / "a.ckpt", arrays | state))
    assert read.arrays.keys() == arrays.keys()
    assert read.extra.keys() == state.keys()


def test_float16_weights_become_float32(tmp_path: Path) -> None:
    arrays = {name: value.astype(np.float16) for name, value in arrays_of().items()}
    read = checkpoints.read_checkpoint(write(tmp_path / "a.ckpt", arrays))
    assert all(value.dtype == np.float32 for value in read.arrays.values())
    np.testing.assert_array_equal(read.arrays["dense.bias"], arrays["dense.bias"])


def network(outputs: int = 5, width: float = WIDTH) -> mobilenetv2.MobileNetV2:
    return mobilenetv2.MobileNetV2(outputs, width=width)


@pytest.mark.parametrize("naming", WRITERS)
def test_load_into_a_network(tmp_path: Path, naming: str) -> None:
    arrays = arrays_of()
    read = checkpoints.read_checkpoint(WRITERS[naming](tmp_path / "a.ckpt", arrays))
    target = network()
    checkpoints.load_into(target, read)
    for name, value in checkpoints.arrays_of(target).items():
        np.testing.assert_array_equal(value, arrays[name], err_msg=name)


def test_load_only_the_backbone(tmp_path: Path) -> None:
    """Any head in the file is left out, and the network's own stays."""
    arrays = arrays_of(9)
    read = checkpoints.read_checkpoint(as_own(tmp_path / "a.ckpt", arrays))
    target = network(5)
    before = target.dense.weight.asnumpy().copy()
    checkpoints.load_into(target, read, head=False)
    np.testing.assert_array_equal(target.dense.weight.asnumpy(), before)
    np.testing.assert_array_equal(
        target.features[0].features[0].weight.asnumpy(), arrays["features.0.features.0.weight"]
    )


def refusal(action: Callable[[], object]) -> PocketlensError:
    with pytest.raises(PocketlensError) as caught:
        action()
    return caught.value


def fit(path: Path, target: mobilenetv2.MobileNetV2) -> PocketlensError:
    """The refusal to load; the network must not have changed."""
    before = checkpoints.arrays_of(target)
    before = {name: value.copy() for name, value in before.items()}
    error = refusal(lambda: checkpoints.load_into(target, checkpoints.read_checkpoint(path)))
    for name, value in checkpoints.arrays_of(target).items():
        np.testing.assert_array_equal(value, before[name])
    return error


def test_class_count(tmp_path: Path) -> None:
    error = fit(as_own(tmp_path / "a.ckpt", arrays_of(500)), network(601))
    assert error.name == "class_count_mismatch"
    assert "500" in error.message and "601" in error.message and "--exclude" in error.message


def test_missing_head(tmp_path: Path) -> None:
    error = fit(as_own(tmp_path / "a.ckpt", arrays_of(None)), network())
    assert error.name == "missing_parameter"
    assert "backbone without a head" in error.message and "train" in error.message


@pytest.mark.parametrize("name", ["features.7.conv.3.gamma", "dense.weight"])
def test_missing_parameter(tmp_path: Path, name: str) -> None:
    arrays = arrays_of()
    del arrays[name]
    error = fit(as_own(tmp_path / "a.ckpt", arrays), network())
    assert error.name == "missing_parameter"
    assert name in error.message


def test_leftover_parameter(tmp_path: Path) -> None:
    arrays = arrays_of() | {"features.19.features.0.weight": np.ones(3, np.float32)}
    error = refusal(lambda: checkpoints.read_checkpoint(write(tmp_path / "a.ckpt", arrays)))
    assert error.name == "unexpected_parameter"
    assert "features.19.features.0.weight" in error.message


def test_wrong_width_says_which_width_it_is(tmp_path: Path) -> None:
    error = fit(as_own(tmp_path / "a.ckpt", arrays_of(width=0.5)), network())
    assert error.name == "wrong_shape"
    assert "width 0.5" in error.message


def test_wrong_shape_of_the_head(tmp_path: Path) -> None:
    arrays = arrays_of()
    arrays["dense.weight"] = np.ascontiguousarray(arrays["dense.weight"].T)
    error = fit(as_own(tmp_path / "a.ckpt", arrays), network())
    assert error.name == "wrong_shape"
    assert "(1280, 5)" in error.message and "(5, 1280)" in error.message


def test_wrong_shape_of_one_layer(tmp_path: Path) -> None:
    arrays = arrays_of()
    arrays["features.1.conv.1.weight"] = np.zeros((3, 3, 1, 1), np.float32)
    error = fit(as_own(tmp_path / "a.ckpt", arrays), network())
    assert error.name == "wrong_shape"
    assert "features.1.conv.1.weight" in error.message


def test_foreign_parameters(tmp_path: Path) -> None:
    arrays = {f"conv{i}.weight": np.ones(2, np.float32) for i in range(300)}
    error = refusal(lambda: checkpoints.read_checkpoint(write(tmp_path / "a.ckpt", arrays)))
    assert error.name == "unknown_naming"
    assert "300" in error.message and "conv0.weight" in error.message and "mindcv" in error.message


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("dense.weight", np.nan, "NaN"),
        ("features.3.conv.3.beta", np.inf, "NaN or infinite"),
        ("features.3.conv.3.moving_variance", -1.0, "negative variance"),
    ],
)
def test_values_that_cannot_be_weights(tmp_path: Path, name: str, value: float, text: str) -> None:
    arrays = arrays_of()
    arrays[name].flat[0] = value
    error = refusal(lambda: checkpoints.read_checkpoint(write(tmp_path / "a.ckpt", arrays)))
    assert error.name == "bad_checkpoint"
    assert name in error.message and text in error.message


def test_integers_are_no_weights(tmp_path: Path) -> None:
    arrays = arrays_of() | {"dense.bias": np.ones(5, np.int32)}
    error = refusal(lambda: checkpoints.read_checkpoint(write(tmp_path / "a.ckpt", arrays)))
    assert error.name == "bad_checkpoint" and "int32" in error.message


FOREIGN = {
    "empty": (b"", "bad_checkpoint", "empty"),
    "noise": (bytes(range(7, 256)) * 40, "bad_checkpoint", "form is not known here"),
    "ms": (b"\x28\0\0\0MSL2" + bytes(100), "bad_checkpoint", "--ms"),
    "page": (b"<!DOCTYPE html><html>404</html>", "bad_checkpoint", "web page"),
    "pointer": (b"version https://git-lfs.github.com/spec/v1\n", "bad_checkpoint", "pointer"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "bad_checkpoint", "HDF5"),
    "zip": (b"PK\x03\x04" + bytes(60), "bad_checkpoint", "zip"),
    "pickle": (b"\x80\x02\x8a\x0al\xfc\x9c", "bad_checkpoint", "PyTorch"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_files_that_are_no_checkpoints(tmp_path: Path, case: str) -> None:
    content, name, text = FOREIGN[case]
    path = tmp_path / "a.ckpt"
    path.write_bytes(content)
    error = refusal(lambda: checkpoints.read_checkpoint(path))
    assert error.name == name
    assert text in error.message and str(path) in error.message


@pytest.mark.parametrize("part", [0.0001, 0.5, 0.999])
def test_cut_off_checkpoints(tmp_path: Path, part: float) -> None:
    path = as_own(tmp_path / "a.ckpt", arrays_of())
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    error = refusal(lambda: checkpoints.load_into(network(), checkpoints.read_checkpoint(path)))
    assert error.name in ("bad_checkpoint", "missing_parameter", "unknown_naming")


def test_paths(tmp_path: Path) -> None:
    assert refusal(lambda: checkpoints.read_checkpoint(tmp_path / "no.ckpt")).name == "missing_file"
    assert refusal(lambda: checkpoints.read_checkpoint(tmp_path)).name == "missing_file"


def test_saved_files_can_be_read_by_everybody_and_by_mindspore(tmp_path: Path) -> None:
    arrays = arrays_of()
    path = as_own(tmp_path / "new" / "a.ckpt", arrays)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert os.listdir(path.parent) == ["a.ckpt"]
    loaded = ms.load_checkpoint(str(path))
    target = network()
    missing, leftover = ms.load_param_into_net(target, loaded, strict_load=True)
    assert missing == []
    assert set(leftover) <= {checkpoints.OWN_MARK, "pocketlens_epoch"}


SAVE_WITH_LITTLE_SPACE = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from tools.errors import PocketlensError
from tools.network import checkpoints
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    checkpoints.save_checkpoint({"a": np.ones(1_000_000, np.float32)}, Path(sys.argv[1]))
except PocketlensError as error:
    print(error.name)
"""


@pytest.mark.slow
def test_a_save_that_runs_out_of_space_keeps_what_was_there(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk: writing fails half way."""
    path = as_own(tmp_path / "a.ckpt", arrays_of())
    before = path.read_bytes()
    command = [sys.executable, "-c", SAVE_WITH_LITTLE_SPACE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["cannot_write"], done.stderr
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.ckpt"]


def test_the_real_backbone() -> None:
    """The ImageNet backbone fits exactly; its statistics are those of a trained network."""
    read = checkpoints.read_checkpoint(backbone_file())
    assert (read.naming, read.outputs) == ("torch", None)
    checkpoints.check_fit(read, layers.backbone_shapes())
    variances = np.concatenate([v for k, v in read.arrays.items() if k.endswith("variance")])
    assert (variances < 1e-5).sum() == 639
