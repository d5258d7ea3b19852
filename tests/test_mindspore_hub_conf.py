"""create_network the way MindSpore Hub calls it: from a lone copy of the folder, loaded by path."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import mindspore as ms
import numpy as np
import pytest

from tools.mindspore_hub_conf import create_network
from tools.network import layers
from tools.places import ROOT

pytestmark = [pytest.mark.mindspore, pytest.mark.slow]


# What mindspore_hub.load does with a folder that it has downloaded, then with the checkpoint.
AS_THE_HUB = """
import importlib.util, json, os, sys
path, checkpoint, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
sys.path.insert(0, path)
file = os.path.join(os.path.abspath(path), "mindspore_hub_conf.py")
spec = importlib.util.spec_from_file_location("mindspore_hub_conf.py", file)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
os.chdir(path)
network = module.create_network("mobilenetV2".lower(), **options)
import mindspore as ms, numpy as np, tools.network
assert os.path.dirname(tools.network.__file__) == os.path.join(os.path.abspath(path), "network")
missing, leftover = ms.load_param_into_net(network, ms.load_checkpoint(checkpoint))
network.set_train(False)
out = network(ms.Tensor(np.zeros((1, 3, 64, 64), np.float32))).asnumpy()
answer = {"missing": missing, "leftover": leftover, "shape": out.shape, "sum": float(out.sum())}
print(json.dumps(answer))
"""


def as_the_hub(folder: Path, head: str, options: dict[str, object]) -> dict[str, object]:
    """A copy of tools/ alone, and a checkpoint with a head of this name."""
    copy = folder / "tools"
    shutil.copytree(ROOT / "tools", copy, ignore=shutil.ignore_patterns("__pycache__"))
    shapes = {**layers.backbone_shapes(0.35), **layers.head_shapes(6, 0.35)}
    entries = [
        {"name": name.replace("dense", head), "data": ms.Tensor(np.full(shape, 0.1, np.float32))}
        for name, shape in shapes.items()
    ]
    ms.save_checkpoint(entries, str(folder / "card.ckpt"))
    command = [sys.executable, "-c", AS_THE_HUB, str(copy), str(folder / "card.ckpt")]
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [*command, json.dumps(options)],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.parametrize(("head", "width"), [("dense", "width"), ("head.1", "width_mult")])
def test_from_a_lone_folder(tmp_path: Path, head: str, width: str) -> None:
    """Both names of the head are found without being told, in a file as the hub loads it."""
    options = {"include_top": True, "num_classes": 6, "activation": "Softmax", width: 0.35}
    found = as_the_hub(tmp_path, head, options)
    assert found["missing"] == [] and found["leftover"] == []
    assert found["shape"] == [1, 6]
    assert found["sum"] == pytest.approx(1, abs=1e-5)


def test_defaults_are_the_cards() -> None:
    network = create_network("mobilenetv2", width_mult=0.35)
    assert network.dense.weight.shape == (500, 1280)
    assert network.activation == "sigmoid"
    assert [p.name for p in network.get_parameters()][-2:] == ["dense.weight", "dense.bias"]
    kept = create_network("mobilenetv2", 10, include_top=None, width=0.35)
    assert kept.dense.bias.shape == (10,)


def test_a_head_of_neither_name_stays_as_it_is() -> None:
    network = create_network("mobilenetv2", 6, width=0.35)
    other = ms.Parameter(ms.Tensor(np.zeros(6, np.float32)), name="fc.bias")
    missing, leftover = ms.load_param_into_net(network, {"fc.bias": other})
    assert leftover == ["fc.bias"] and "dense.bias" in missing


def test_without_top() -> None:
    network = create_network("mobilenetv2", include_top=False, width=0.35)
    assert [p.name for p in network.get_parameters()] == list(layers.backbone_shapes(0.35))
    assert network(ms.Tensor(np.zeros((1, 3, 64, 64), np.float32))).shape == (1, 1280, 2, 2)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Sigmoid", "sigmoid"),
        ("Softmax", "softmax"),
        ("None", "none"),
        (True, "none"),
        (None, "none"),
    ],
)
def test_activations(given: object, kept: str) -> None:
    assert create_network("mobilenetv2", width=0.35, activation=given).activation == kept


def test_refusals() -> None:
    with pytest.raises(NotImplementedError, match="resnet50"):
        create_network("resnet50")
    with pytest.raises(ValueError, match="activation"):
        create_network("mobilenetv2", activation="relu")
    with pytest.raises(TypeError, match="Did you mean width_mult"):
        create_network("mobilenetv2", width_mul=0.5)
    with pytest.raises(TypeError, match="num_classes"):
        create_network("mobilenetv2", 10, num_classes=10)
    with pytest.raises(TypeError, match="one option"):
        create_network("mobilenetv2", width=1.0, width_mult=1.0)
