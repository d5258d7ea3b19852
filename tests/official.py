"""Stand-ins for the official model: its shapes and names, the demo's knowledge.

The official files cannot be had here. What they consist of is known: MobileNetV2 1.0/224, a dense
head (called `head.1` before r1.5 of the model zoo, `dense` since) and a sigmoid over 601, 600 or
500 classes. A stand-in is the real ImageNet backbone with such a head, solved for so that it gives
the demo's probabilities on the sample photos; onnxruntime, not the core, says what those are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.data.photos import read_photo
from tools.lists.class_list import read_class_list
from tools.network import oracle
from tools.package.recipe import load_recipe
from tools.places import DEMO_MODEL, LABELS, SAMPLES

Floats = npt.NDArray[np.float32]
BOXABLE = LABELS / "openimages-boxable.csv"
CHALLENGE = LABELS / "openimages-challenge.csv"
SURE = 0.998  # as near to 0 and 1 as the sigmoid is asked to come


def rows_of(table: Path) -> list[int]:
    """Where the rows of a class list stand among the 601."""
    place = {label.mid: row for row, label in enumerate(read_class_list(BOXABLE))}
    return [place[label.mid] for label in read_class_list(table)]


def sample_photos() -> list[Path]:
    """The sample photos, by name."""
    return sorted(path for path in SAMPLES.iterdir() if path.suffix in (".jpg", ".png"))


def sample_tensors() -> list[Floats]:
    """The sample photos as input tensors, by cv2 and numpy."""
    chain = load_recipe(DEMO_MODEL).preprocess
    return [oracle.preprocess(read_photo(photo), chain) for photo in sample_photos()]


def demo_answers(model: Path, tensors: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Pooled features (photos, 1280) and probabilities (photos, 601) of the demo's ONNX."""
    import onnx
    import onnxruntime

    graph = onnx.load(str(model))
    pooled = next(node.input[0] for node in graph.graph.node if node.op_type == "Gemm")
    graph.graph.output.append(onnx.ValueInfoProto(name=pooled))
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    feed = session.get_inputs()[0].name
    rows = [session.run(None, {feed: one.transpose(2, 0, 1)[None]}) for one in tensors]
    return np.concatenate([row[1] for row in rows]), np.concatenate([row[0] for row in rows])


def dense_head(features: Floats, probabilities: Floats) -> dict[str, Floats]:
    """A dense layer whose sigmoid gives these probabilities for these features: least squares with
    the smallest weights, which has a solution as there are far fewer photos than features."""
    wanted = np.clip(probabilities.astype(np.float64), 1 - SURE, SURE)
    logits = np.log(wanted / (1 - wanted))
    bias = logits.mean(axis=0)
    centre = features.mean(axis=0, dtype=np.float64)
    weight = np.linalg.pinv(features - centre) @ (logits - bias)
    return {
        "weight": np.ascontiguousarray(weight.T, np.float32),
        "bias": (bias - centre @ weight).astype(np.float32),
    }


def write_checkpoint(
    path: Path, head: Mapping[str, Floats], rows: Sequence[int], name: str
) -> None:
    """A checkpoint as MindSpore writes it, with these rows of the head, called `name`.

    Needs MindSpore, so it is called in a worker.
    """
    import mindspore

    from tools.network.assemble import backbone_arrays

    arrays = {
        **backbone_arrays(),
        f"{name}.weight": head["weight"][list(rows)],
        f"{name}.bias": head["bias"][list(rows)],
    }
    entries = [{"name": key, "data": mindspore.Tensor(value)} for key, value in arrays.items()]
    mindspore.save_checkpoint(entries, str(path))


def write_mindir(path: Path, head: Mapping[str, Floats], rows: Sequence[int]) -> None:
    """The same network as a MindIR of version 1, as the card's is. Needs MindSpore, in a worker.

    MindSpore 2.10 writes version 3, which the converter does not take. Convolutions without bias,
    additions, ReLU6, sigmoid and reshape are written alike in both, down to the version's number;
    so batch norm is folded into weights and an addition, and pooling and the dense layer are
    convolutions.
    """
    import mindspore
    from mindspore import nn, ops

    from tools.network import checkpoints
    from tools.network.assemble import backbone_file
    from tools.network.mobilenetv2 import Backbone

    class Plus(nn.Cell):  # type: ignore[misc]
        def __init__(self, bias: Floats) -> None:
            super().__init__()
            self.bias = mindspore.Parameter(mindspore.Tensor(bias.reshape(1, -1, 1, 1)))

        def construct(self, x: object) -> object:
            return x + self.bias

    def fold(cells: nn.SequentialCell, place: int) -> None:
        """Make an addition of the batch norm at `place`, its factor part of the convolution."""
        weight, norm = cells[place - 1].weight, cells[place]
        mean, variance = norm.moving_mean.asnumpy(), norm.moving_variance.asnumpy()
        scale = norm.gamma.asnumpy() / np.sqrt(variance + norm.eps)
        weight.set_data(mindspore.Tensor(weight.asnumpy() * scale.reshape(-1, 1, 1, 1)))
        cells[place] = Plus(norm.beta.asnumpy() - mean * scale)

    def folded_backbone() -> Backbone:
        backbone = Backbone(1.0)
        checkpoints.load_into(backbone, checkpoints.read_checkpoint(backbone_file()))
        for cell in backbone.features:
            in_block = hasattr(cell, "conv")
            for one in cell.conv[:-2] if in_block else [cell]:
                fold(one.features, 1)
            if in_block:
                fold(cell.conv, len(cell.conv) - 1)
        return backbone

    def convolution(weight: Floats, group: int = 1) -> nn.Conv2d:
        outputs, inputs, side, _ = weight.shape
        cell = nn.Conv2d(inputs * group, outputs, side, pad_mode="valid", group=group)
        cell.weight.set_data(mindspore.Tensor(weight))
        return cell

    class Network(nn.Cell):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.backbone = folded_backbone()
            self.pool = convolution(np.full((1280, 1, 7, 7), 1 / 49, np.float32), 1280)
            weight = np.ascontiguousarray(head["weight"][list(rows)][..., None, None])
            self.dense, self.plus = convolution(weight), Plus(head["bias"][list(rows)])
            self.sigmoid, self.reshape = nn.Sigmoid(), ops.Reshape()

        def construct(self, image: object) -> object:
            logits = self.plus(self.dense(self.pool(self.backbone(image))))
            return self.reshape(self.sigmoid(logits), (1, len(rows)))

    os.chdir(path.parent)
    picture = mindspore.Tensor(np.zeros((1, 3, 224, 224), np.float32))
    mindspore.export(Network(), picture, file_name=path.stem, file_format="MINDIR")
    newer = path.read_bytes()
    assert newer.endswith(b"\x68\x03")  # field 13 (mind_ir_version) = 3
    path.unlink()
    path.write_bytes(newer[:-1] + b"\x01")


def cut(model: Path, rows: Sequence[int], out: Path) -> Path:
    """An ONNX model with only these of its outputs, in this order, by a product with 0 and 1."""
    import onnx

    changed = onnx.load(str(model))
    graph = changed.graph
    whole = graph.output[0]
    choice = np.zeros((whole.type.tensor_type.shape.dim[1].dim_value, len(rows)), np.float32)
    choice[list(rows), np.arange(len(rows))] = 1
    graph.initializer.append(onnx.numpy_helper.from_array(choice, "rows"))
    graph.node.append(onnx.helper.make_node("MatMul", [whole.name, "rows"], ["cut"]))
    shape = [1, len(rows)]
    del graph.output[:]
    graph.output.append(onnx.helper.make_tensor_value_info("cut", onnx.TensorProto.FLOAT, shape))
    onnx.save(changed, str(out))
    return out
