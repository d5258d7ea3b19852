"""Weights as people have them: prefixes, wrappers, copies, number types, files of other kinds."""

from __future__ import annotations

import argparse
import io
import pickle
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.fuzz_models import damaged
from tests.network import torch_writer
from tools.errors import PocketlensError
from tools.network import checkpoints, formats, layers

WIDTH = 0.35
Arrays = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def arrays() -> Arrays:
    """Random weights under our names; variances positive."""
    random = np.random.default_rng(3)
    shapes = layers.backbone_shapes(WIDTH) | layers.head_shapes(5, WIDTH)
    return {name: random.random(shape).astype(np.float32) for name, shape in shapes.items()}


def prefixed(prefix: str, arrays: Arrays) -> Arrays:
    return {prefix + name: value for name, value in arrays.items()}


def tensors(path: Path, arrays: Arrays) -> Path:
    save_file(arrays, path)
    return path


def check(path: Path, arrays: Arrays) -> checkpoints.Checkpoint:
    """The file must give these arrays."""
    read = checkpoints.read_checkpoint(path)
    assert read.arrays.keys() == arrays.keys()
    assert all((read.arrays[name] == value).all() for name, value in arrays.items())
    return read


def refusal(path: Path) -> PocketlensError:
    with pytest.raises(PocketlensError) as caught:
        checkpoints.read_checkpoint(path)
    assert str(path) in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    "prefix",
    ["module.", "network.", "model.", "backbone.", "_orig_mod.", "module._orig_mod.", "a.b.c."],
)
def test_a_common_prefix_is_found_and_told(tmp_path: Path, arrays: Arrays, prefix: str) -> None:
    read = check(tensors(tmp_path / "a.safetensors", prefixed(prefix, arrays)), arrays)
    assert read.naming == "modelzoo-r1.5"
    assert read.told == f"MindSpore model zoo, r1.5 and later, in `{prefix}`"


@pytest.mark.parametrize(
    "wrapper", ["state_dict", "model_state_dict", "net", "model_ema", "params", "model/state_dict"]
)
def test_a_wrapper_is_found_and_told(tmp_path: Path, arrays: Arrays, wrapper: str) -> None:
    value: Any = prefixed("module.", arrays)
    for key in reversed(wrapper.split("/")):
        value = {
            key: value,
            "epoch": 3,
            "optimizer": {"state": {0: {"exp_avg": arrays["dense.bias"]}}},
        }
    (tmp_path / "a.pt").write_bytes(torch_writer.nested(value))
    read = check(tmp_path / "a.pt", arrays)
    assert f"in `{wrapper}/module.`" in read.told


@pytest.mark.parametrize(
    ("places", "chosen"),
    [
        (["", "ema."], ""),
        (["network.", "moments.network.", "ema.network."], "network."),
        (["model.", "ema_model."], "model."),
        (["student.", "teacher."], "student."),
        (["module.net.", "averaged.net."], "module.net."),
    ],
)
def test_of_several_copies_the_trained_one_is_taken(
    tmp_path: Path, arrays: Arrays, places: list[str], chosen: str
) -> None:
    found: Arrays = {}
    for number, place in enumerate(places):
        copy = {name: value + number for name, value in arrays.items()}
        found |= prefixed(place, copy)
    own = {name: value + places.index(chosen) for name, value in arrays.items()}
    read = check(tensors(tmp_path / "a.safetensors", found), own)
    assert "left out: 262 " in read.told
    assert len(read.extra) == len(arrays) * (len(places) - 1)


def test_an_average_in_a_wrapper_of_its_own_is_told(tmp_path: Path, arrays: Arrays) -> None:
    other = {name: value + 1 for name, value in arrays.items()}
    value = {"state_dict_ema": other, "state_dict": arrays}
    (tmp_path / "a.pt").write_bytes(torch_writer.nested(value))
    assert "beside it: state_dict_ema" in check(tmp_path / "a.pt", arrays).told


def test_two_networks_that_nobody_can_tell_apart(tmp_path: Path, arrays: Arrays) -> None:
    both = prefixed("left.", arrays) | prefixed("right.", arrays)
    error = refusal(tensors(tmp_path / "a.safetensors", both))
    assert error.name == "unknown_naming"
    assert "`left.` and `right.`" in error.message


def test_counters_of_a_profiler_are_left_out(tmp_path: Path, arrays: Arrays) -> None:
    one = np.ones(1, np.float64)
    counters = {
        f"features.{i}.conv.{k}": one for i in range(9) for k in ("total_ops", "total_params")
    }
    read = check(tensors(tmp_path / "a.safetensors", arrays | counters), arrays)
    assert "left out: 9 *.total_ops, 9 *.total_params" in read.told


def test_a_deeper_network_is_not_taken_for_copies(tmp_path: Path, arrays: Arrays) -> None:
    """timm's short names (`bn1.weight`) end the names of blocks that MobileNetV2 does not have."""
    deeper = as_timm(arrays) | {"blocks.7.0.bn1.weight": np.ones(8, np.float32)}
    error = refusal(tensors(tmp_path / "a.safetensors", deeper))
    assert error.name == "unexpected_parameter" and "blocks.7.0.bn1.weight" in error.message


def as_timm(arrays: Arrays) -> Arrays:
    """timm's names in the order of its state dictionary, made from its own description of the net.

    `ds` is a depthwise-separable block, `ir` an inverted residual, with their number of repeats.
    """
    stages = [("ds", 1), ("ir", 2), ("ir", 3), ("ir", 4), ("ir", 3), ("ir", 3), ("ir", 1)]
    parts = {"ds": ("conv_dw", "conv_pw"), "ir": ("conv_pw", "conv_dw", "conv_pwl")}
    pairs = [("conv_stem", "bn1")]
    for stage, (kind, repeats) in enumerate(stages):
        for block in range(repeats):
            place = f"blocks.{stage}.{block}"
            pairs += [
                (f"{place}.{name}", f"{place}.bn{number}")
                for number, name in enumerate(parts[kind], start=1)
            ]
    pairs.append(("conv_head", "bn2"))
    theirs = [
        name
        for convolution, norm in pairs
        for name in (
            f"{convolution}.weight",
            *(f"{norm}.{part}" for part in ("running_mean", "running_var", "weight", "bias")),
        )
    ]
    renamed = dict(zip([*theirs, "classifier.weight", "classifier.bias"], arrays, strict=True))
    return {name: arrays[ours] for name, ours in renamed.items()}


def test_timm(tmp_path: Path, arrays: Arrays) -> None:
    counted = {"bn1.num_batches_tracked": np.array(7, np.int64)}
    read = check(tensors(tmp_path / "a.safetensors", as_timm(arrays) | counted), arrays)
    assert (read.naming, read.outputs) == ("timm", 5)
    (tmp_path / "a.pth").write_bytes(torch_writer.zip_layout(prefixed("module.", as_timm(arrays))))
    assert check(tmp_path / "a.pth", arrays).told == "PyTorch, timm, in `module.`"


@pytest.mark.parametrize("kind", [np.float16, ml_dtypes.bfloat16, np.float64])
@pytest.mark.parametrize("form", ["safetensors", "pt"])
def test_other_floats_become_float32(tmp_path: Path, arrays: Arrays, kind: type, form: str) -> None:
    given = {name: value.astype(kind) for name, value in arrays.items()}
    if form == "pt":
        (tmp_path / "a.pt").write_bytes(torch_writer.zip_layout(given))
    else:
        tensors(tmp_path / "a.safetensors", given)
    read = check(
        tmp_path / f"a.{form}",
        {name: value.astype(np.float32) for name, value in given.items()},
    )
    assert all(value.dtype == np.float32 for value in read.arrays.values())


def test_what_a_training_script_stores_beside_is_passed_over(
    tmp_path: Path, arrays: Arrays
) -> None:
    value = {"model": arrays, "args": argparse.Namespace(lr=0.1, tags={"a"}), "loss": np.float64(2)}
    (tmp_path / "a.pt").write_bytes(torch_writer.nested(value))
    check(tmp_path / "a.pt", arrays)


class Whole:
    """Stands for a network that was pickled with its class."""


def test_a_whole_model_with_its_code_is_told_apart(tmp_path: Path) -> None:
    Whole.__module__, Whole.__qualname__ = "__main__", "Whole"
    import __main__

    __main__.Whole = Whole  # type: ignore[attr-defined]
    (tmp_path / "a.pt").write_bytes(torch_writer.nested(Whole()))
    error = refusal(tmp_path / "a.pt")
    assert "torch.save(model.state_dict())" in error.message and "damaged" not in error.message


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), data)
    return stream.getvalue()


def locked() -> bytes:
    """A zip whose entry says that it is encrypted."""
    data = bytearray(zipped(a=b"secret"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


GRAPH_DEF = b"\n\x1e\n\x05image\x12\x0bPlaceholder*\x08\n\x05dtype"
NOT_WEIGHTS: Mapping[str, tuple[bytes, str]] = {
    "tflite": (b"\x1c\0\0\0TFL3" + bytes(100), "tf2onnx.convert --tflite"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(100), 'model.export("model.onnx", format="onnx")'),
    "keras": (zipped(config_DOT_json=b"{}", model_DOT_weights_DOT_h5=b"x"), "Keras 3"),
    "saved-model": (b"\x08\x01\x12\x99\x01" + bytes(100), "tf2onnx.convert --saved-model"),
    "graph-def": (GRAPH_DEF + bytes(60), "tf2onnx.convert --graphdef"),
    "coreml": (b"\x08\x04\x12\x85\x01\n\x10\n\x05image" + bytes(100), "a Core ML model"),
    "torchscript": (zipped(a__data_DOT_pkl=b"", a__code__m_DOT_py=b""), "torch.onnx.export"),
    "onnx": (b"\x08\x08\x12\x07pytorch\x3a" + bytes(60), "--onnx"),
    "mindir": (b"\n\x050.1.0\x12\x09MindSpore" + bytes(60), "--mindir"),
    "ms": (b"\x28\0\0\0MSL2" + bytes(100), "--ms"),
    "zip": (zipped(readme=b"hello"), "Unpack it"),
    "npz": (zipped(a_DOT_npy=b"x"), "NumPy archive"),
    "encrypted zip": (locked(), "an encrypted zip archive"),
    "pickle": (pickle.dumps({"a": 1}), "pickle"),
    "page": (b"<!DOCTYPE html><html>404</html>", "web page"),
    "pointer": (b"version https://git-lfs.github.com/spec/v1\n", "pointer"),
    "noise": (bytes(range(7, 256)) * 40, "form is not known here"),
    "zeros": (bytes(5000), "form is not known here"),
    "letter": (b"Dear Sir or Madam, please find enclosed\n", "form is not known here"),
}


@pytest.mark.parametrize("case", NOT_WEIGHTS)
def test_a_file_of_another_form_is_called_what_it_is(tmp_path: Path, case: str) -> None:
    content, words = NOT_WEIGHTS[case]
    (tmp_path / "a.ckpt").write_bytes(content)
    error = refusal(tmp_path / "a.ckpt")
    assert error.name == "bad_checkpoint" and words in error.message
    assert "damage" not in error.message and "cut off" not in error.message


@pytest.mark.parametrize("length", [0, 1, 2, 3, 5, 9, 20, 40])
def test_the_beginning_of_any_file_is_recognised_or_not(tmp_path: Path, length: int) -> None:
    """No file is too short to be looked at."""
    for content, _ in NOT_WEIGHTS.values():
        (tmp_path / "a").write_bytes(content[:length])
        formats.recognise(tmp_path / "a")


@pytest.mark.parametrize("write", [tensors, None])
@pytest.mark.parametrize("share", [0.4, 0.99])
def test_a_cut_file_is_called_damaged(
    tmp_path: Path, arrays: Arrays, write: Callable[[Path, Arrays], Path] | None, share: float
) -> None:
    path = tmp_path / "a"
    if write:
        write(path, arrays)
    else:
        path.write_bytes(torch_writer.zip_layout(arrays))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    error = refusal(path)
    assert error.name == "bad_checkpoint" and "damaged" in error.message


def test_damaged_safetensors_give_a_named_error_or_weights(tmp_path: Path) -> None:
    ones = {
        name: np.ones((1,) * len(shape), np.float32)
        for name, shape in layers.backbone_shapes().items()
    }
    data = tensors(tmp_path / "a", ones).read_bytes()
    outcomes = set()
    for number in range(60):
        (tmp_path / "a").write_bytes(damaged(data, number))
        try:
            checkpoints.read_checkpoint(tmp_path / "a")
            outcomes.add("ok")
        except PocketlensError as error:
            outcomes.add(error.name)
    assert {"ok", "bad_checkpoint"} <= outcomes
