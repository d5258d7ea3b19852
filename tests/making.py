"""Models that tests convert: recipes, checkpoints with random heads, a tiny MindIR.

The functions that need MindSpore are called in a child process (tools.native.worker), because the
tests of the core cannot run beside it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from tools.places import ROOT

DEMO = ROOT / "models" / "mobilenetv2-openimages"
INPUT = (1, 3, 224, 224)


def write_recipe(
    folder: Path,
    table: Path,
    count: int,
    activation: str = "sigmoid",
    name: str = "test-model",
    thresholds: Path | None = None,
    tolerance: str = "{ float32 = 1e-4, float16 = 2e-2 }",
) -> Path:
    """A model folder with a dense head; everything else is the demo's."""
    text = (DEMO / "model.toml").read_text()
    start, end = text.index("[input]"), text.index("[labels]")
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'table = "{table}"', f"count = {count}"]
    lines += [f'thresholds = "{thresholds}"'] if thresholds else []
    (folder / "model.toml").write_text(
        f'[model]\nname = "{name}"\ntitle = "A test model"\nversion = "1.0.0"\n'
        'kind = "classifier"\n'
        f'[network]\narchitecture = "mobilenetv2"\nwidth = 1.0\nnum_classes = {count}\n'
        f'[network.head]\ntype = "dense"\nactivation = "{activation}"\n'
        f"{text[start:end]}[labels]\n" + "\n".join(lines) + "\n"
        f'[weights]\nvariant = "float32"\ntolerance = {tolerance}\n'
        '[versions]\nconverter = "2.0.0"\nruntime = "2.0.0"\n'
    )
    return folder


def random_head_checkpoint(path: Path, classes: int, seed: int = 1) -> None:
    """The real ImageNet backbone with a random dense head. Needs MindSpore."""
    from tools.network import checkpoints
    from tools.network.assemble import backbone_arrays

    random = np.random.default_rng(seed)
    weight = random.normal(0, 0.05, (classes, 1280)).astype(np.float32)
    bias = random.normal(0, 0.5, classes).astype(np.float32)
    arrays = {**backbone_arrays(), "dense.weight": weight, "dense.bias": bias}
    checkpoints.save_checkpoint(arrays, path)


def tiny_mindir(folder: Path, classes: int = 5) -> None:
    """`v3.mindir`, as this MindSpore writes it, and `v1.mindir`, marked with the older version.

    One convolution over the whole picture and a sigmoid: a network so simple that both versions of
    the format write it alike, down to the version's number. Needs MindSpore.
    """
    import mindspore
    from mindspore import nn, ops

    class Tiny(nn.Cell):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, classes, 224, stride=224, pad_mode="valid", has_bias=False)
            self.sigmoid = nn.Sigmoid()
            self.reshape = ops.Reshape()

        def construct(self, image: object) -> object:
            return self.reshape(self.sigmoid(self.conv(image)), (1, classes))

    os.chdir(folder)
    random = np.random.default_rng(7)
    network = Tiny()
    weight = random.normal(0, 0.01, (classes, 3, 224, 224)).astype(np.float32)
    network.conv.weight.set_data(mindspore.Tensor(weight))
    picture = mindspore.Tensor(np.zeros(INPUT, np.float32))
    mindspore.export(network, picture, file_name="v3", file_format="MINDIR")
    np.save("weight.npy", weight)
    newer = (folder / "v3.mindir").read_bytes()
    assert newer.endswith(b"\x68\x03")  # field 13 (mind_ir_version) = 3
    (folder / "v1.mindir").write_bytes(newer[:-1] + b"\x01")


def tiny_mindir_outputs(weight: Path, tensor: np.ndarray) -> np.ndarray:
    """What that network answers, in numpy: tensor (224, 224, 3), result (classes,)."""
    planar = tensor.transpose(2, 0, 1).astype(np.float64)
    sums = (np.load(weight).astype(np.float64) * planar).sum(axis=(1, 2, 3))
    out: np.ndarray = 1 / (1 + np.exp(-sums))
    return out


def without_embedding(package: Path) -> Path:
    """Make a package folder that of a model with probabilities alone, as older ones have it."""
    manifest = json.loads((package / "model.json").read_text())
    manifest.pop("embedding", None)
    for name in ("embedding.bin", "known.bin", "reference.embedding.bin"):
        manifest["files"].pop(name, None)
        (package / name).unlink(missing_ok=True)
    (package / "model.json").write_text(json.dumps(manifest))
    return package
