"""Models that the tests of the packaging command share, each made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import making, official
from tests.converting import DEMO
from tools.conversion import bridge
from tools.conversion.export import default_checkpoint, export_checkpoint
from tools.native.kept import mindspore_worker
from tools.native.worker import Worker
from tools.package.recipe import load_recipe


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what several tests use."""
    return tmp_path_factory.mktemp("convert")


@pytest.fixture(scope="session")
def demo_onnx(work: Path) -> Path:
    """The demo's checkpoint as ONNX."""
    recipe = load_recipe(DEMO)
    with mindspore_worker() as worker:
        checkpoint = worker.call(default_checkpoint, recipe)
    return export_checkpoint(recipe, checkpoint, work / "demo.onnx").path


@pytest.fixture(scope="session")
def demo_ms(demo_onnx: Path, work: Path) -> Path:
    """The demo as .ms."""
    bridge.convert_model(demo_onnx, "onnx", work / "demo.ms")
    return work / "demo.ms"


@pytest.fixture(scope="session")
def five(work: Path) -> Path:
    """A model folder with five classes of one's own, from a folder of class folders."""
    for name in ("daisy", "dandelion", "roses", "sunflowers", "tulips"):
        (work / "flowers" / name).mkdir(parents=True)
    return making.write_recipe(work / "five", work / "flowers", 5)


@pytest.fixture(scope="session")
def mindir(work: Path) -> Path:
    """The folder of the tiny MindIR models."""
    (work / "mindir").mkdir()
    with Worker() as worker:
        worker.call(making.tiny_mindir, work / "mindir")
    return work / "mindir"


@pytest.fixture(scope="session")
def head(demo_onnx: Path) -> dict[str, official.Floats]:
    """The stand-ins' dense layer over 601 classes."""
    return official.dense_head(*official.demo_answers(demo_onnx, official.sample_tensors()))


@pytest.fixture(scope="session")
def old_601(work: Path, head: dict[str, official.Floats]) -> Path:
    """The card's first checkpoint: 601 outputs, names of r1.0."""
    path = work / "mobilenetv2-601.ckpt"
    with mindspore_worker() as worker:
        worker.call(official.write_checkpoint, path, head, list(range(601)), "head.1")
    return path
