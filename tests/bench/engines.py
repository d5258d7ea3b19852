"""The same job by four engines: an RGBA frame in, the five best labels out.

Runs in a child process, ours or one in the peers' environment; an engine imports what it needs.
The peers get cv2's fastest exact preprocessing: resize on four channels, crop, drop alpha, then one
table look-up that normalises and writes straight into the engine's input.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tools.native import Settings
from tools.native.sessions import held_to, own_cores, side_by_side

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

RESIZE, CROP = (256, 256), (16, 16, 224, 224)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
TOP = 5


class Engine(Protocol):
    """One session of an engine."""

    def frame(self, rgba: Bytes) -> Any:
        """Preprocess, infer and rank one frame (height, width, 4)."""

    def outputs(self, rgba: Bytes) -> Floats:
        """The raw outputs for a frame, to see that every engine runs the same network."""


class Core:
    """This project's core."""

    def __init__(self, model: Path, threads: int) -> None:
        from tools.native import Classifier, Frame, Settings

        self._frame = Frame.rgb
        self._classifier = Classifier(model, Settings(threads=threads))

    def frame(self, rgba: Bytes) -> Any:
        """As Engine.frame; scores and headline are more than the peers do."""
        return self._classifier.classify(self._frame(rgba), TOP)

    def outputs(self, rgba: Bytes) -> Floats:
        """As Engine.outputs."""
        return self._classifier.classify(self._frame(rgba), TOP).probabilities


class _Cv2:
    """cv2's preprocessing of RGBA (or a decoded photo's BGR) into a ready buffer, NHWC or NCHW."""

    def __init__(self) -> None:
        import cv2

        cv2.setNumThreads(1)
        self._cv2 = cv2
        levels = (np.arange(256) * (1 / 255)).astype(np.float32)[:, None]
        table = (levels - np.float32(MEAN)) / np.float32(STD)
        self._table = np.ascontiguousarray(table[None])  # (1, 256, 3)
        self._planes = [np.ascontiguousarray(table[None, :, i]) for i in range(3)]
        self._small = {n: np.empty((RESIZE[1], RESIZE[0], n), np.uint8) for n in (3, 4)}
        self._rgb = np.empty((CROP[3], CROP[2], 3), np.uint8)

    def _cropped(self, frame: Bytes) -> Bytes:
        cv2, (x, y, width, height) = self._cv2, CROP
        small = self._small[frame.shape[2]]
        cv2.resize(frame, RESIZE, dst=small, interpolation=cv2.INTER_LINEAR)
        turn = cv2.COLOR_RGBA2RGB if frame.shape[2] == 4 else cv2.COLOR_BGR2RGB
        cv2.cvtColor(small[y : y + height, x : x + width], turn, dst=self._rgb)
        return self._rgb

    def interleaved(self, rgba: Bytes, out: Floats) -> None:
        """Into (224, 224, 3)."""
        self._cv2.LUT(self._cropped(rgba), self._table, dst=out)

    def planar(self, rgba: Bytes, out: Floats) -> None:
        """Into (3, 224, 224)."""
        for i, plane in enumerate(self._cv2.split(self._cropped(rgba))):
            self._cv2.LUT(plane, self._planes[i], dst=out[i])


def best(outputs: Floats) -> npt.NDArray[np.intp]:
    """The five best, without thresholds or hierarchy: less than the core does."""
    chosen = np.argpartition(outputs, -TOP)[-TOP:]
    return chosen[np.argsort(-outputs[chosen])]


class LiteRT:
    """LiteRT's interpreter with XNNPACK, its default on a CPU."""

    def __init__(self, model: Path, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._cv2 = _Cv2()
        self._interpreter = Interpreter(str(model), num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.tensor(self._interpreter.get_input_details()[0]["index"])
        self._output = self._interpreter.tensor(self._interpreter.get_output_details()[0]["index"])

    def frame(self, rgba: Bytes) -> Any:
        """As Engine.frame."""
        self._cv2.interleaved(rgba, self._input()[0])
        self._interpreter.invoke()
        return best(self._output()[0])

    def outputs(self, rgba: Bytes) -> Floats:
        """As Engine.outputs."""
        self.frame(rgba)
        return self._output()[0].copy()


class OnnxRuntime:
    """ONNX Runtime's CPU provider with bound buffers."""

    def __init__(self, model: Path, threads: int) -> None:
        import onnxruntime as ort

        self._cv2 = _Cv2()
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        self._session = ort.InferenceSession(str(model), options, ["CPUExecutionProvider"])
        self._image = np.empty((1, 3, CROP[3], CROP[2]), np.float32)
        count = self._session.get_outputs()[0].shape[1]
        self._result = np.empty((1, count), np.float32)
        self._binding = self._session.io_binding()
        for bind, name, array in (
            (self._binding.bind_input, self._session.get_inputs()[0].name, self._image),
            (self._binding.bind_output, self._session.get_outputs()[0].name, self._result),
        ):
            bind(name, "cpu", 0, np.float32, array.shape, array.ctypes.data)

    def frame(self, rgba: Bytes) -> Any:
        """As Engine.frame."""
        self._cv2.planar(rgba, self._image[0])
        self._session.run_with_iobinding(self._binding)
        return best(self._result[0])

    def outputs(self, rgba: Bytes) -> Floats:
        """As Engine.outputs."""
        self.frame(rgba)
        return self._result[0].copy()


class OpenVino:
    """OpenVINO's CPU plugin in float32; its own layout conversion for the interleaved input."""

    def __init__(self, model: Path, threads: int) -> None:
        import openvino as ov

        self._cv2 = _Cv2()
        core = ov.Core()
        steps = ov.preprocess.PrePostProcessor(core.read_model(str(model)))
        steps.input().tensor().set_layout(ov.Layout("NHWC"))
        steps.input().model().set_layout(ov.Layout("NCHW"))
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": "f32",
            "ENABLE_CPU_PINNING": False,
        }
        compiled = core.compile_model(steps.build(), "CPU", settings)
        self._request = compiled.create_infer_request()
        self._image = np.empty((1, CROP[3], CROP[2], 3), np.float32)
        self._request.set_input_tensor(ov.Tensor(self._image, shared_memory=True))
        self._result = self._request.get_output_tensor().data

    def frame(self, rgba: Bytes) -> Any:
        """As Engine.frame."""
        self._cv2.interleaved(rgba, self._image[0])
        self._request.infer()
        return best(self._result[0])

    def outputs(self, rgba: Bytes) -> Floats:
        """As Engine.outputs."""
        self.frame(rgba)
        return self._result[0].copy()


ENGINES: dict[str, type[Core] | type[LiteRT] | type[OnnxRuntime] | type[OpenVino]] = {
    "pocketlens": Core,
    "litert": LiteRT,
    "onnxruntime": OnnxRuntime,
    "openvino": OpenVino,
}
SETTINGS = {
    "pocketlens": "MindSpore Lite 2.0.0, fused preprocessing, scores and headline",
    "litert": "XNNPACK, cv2 writes into the input tensor",
    "onnxruntime": "all graph optimisations, bound buffers, planar input",
    "openvino": "float32, one stream, latency hint, no pinning, interleaved input",
}

_open: list[Engine] = []
_cores: list[set[int]] = []  # of each session
_frames: list[Bytes] = []


def prepare(
    name: str, model: Path, sessions: int, threads: int, frames: Sequence[Bytes], cores: set[int]
) -> Floats:
    """In the child: open the sessions and keep the frames; raw outputs of the first frame.

    Every engine's sessions get their cores as ours do: no engine is slower for it.
    """
    os.sched_setaffinity(0, cores)
    _cores[:] = own_cores(sessions, Settings(threads=threads))
    _open.clear()
    for own in _cores:
        with held_to(own):
            _open.append(ENGINES[name](model, threads))
    _frames[:] = list(frames)
    for engine in _open:
        for frame in _frames * 2:
            engine.frame(frame)
    return _open[0].outputs(_frames[0])


def lap(count: int) -> tuple[list[float], float]:
    """In the child: `count` frames a session, sessions side by side.

    Seconds of each frame, and frames a second over all sessions.
    """
    times: list[list[float]] = [[] for _ in _open]
    seconds = side_by_side(
        [
            partial(_loop, engine, own, count, kept)
            for engine, own, kept in zip(_open, _cores, times, strict=True)
        ]
    )
    return [one for kept in times for one in kept], count * len(_open) / seconds


def _loop(engine: Engine, cores: set[int], count: int, kept: list[float]) -> None:
    os.sched_setaffinity(0, cores)
    for number in range(count):
        frame = _frames[number % len(_frames)]
        begun = time.perf_counter()
        engine.frame(frame)
        kept.append(time.perf_counter() - begun)


def folder_lap(paths: Sequence[Path]) -> float:
    """In the child: read, decode and classify photos one after the other by a peer; seconds."""
    import cv2

    engine = _open[0]
    begun = time.perf_counter()
    for path in paths:
        engine.frame(cv2.imread(str(path), cv2.IMREAD_COLOR))
    return time.perf_counter() - begun
