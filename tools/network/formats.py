"""What a file is, seen from its first bytes: models, checkpoints and what is mistaken for them.

A file of a form that is not known is never called damaged here: nobody can tell. Sources of the
marks: MindSpore's checkpoint.proto, mind_ir.proto and its ciphers (crypto.cc), onnx.proto, the
schemas of MindSpore Lite and TensorFlow Lite (flat buffers with a mark at byte 4), TensorFlow's
graph.proto and saved_model.proto, Core ML's Model.proto, the formats of zip, HDF5 and safetensors.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

HEAD = 128  # bytes that are looked at
_TO_ONNX = "Bring it to ONNX on a machine with TensorFlow: `python -m tf2onnx.convert"
_KERAS = (
    'Load it in Keras 3, write `model.export("model.onnx", format="onnx")` and give that file with'
    " --onnx."
)


@dataclass(frozen=True)
class Format:
    """A format: a short name, what it is called, and the way from it to a package."""

    kind: str
    title: str
    advice: str = ""


CHECKPOINT = Format("checkpoint", "a MindSpore checkpoint", "Give it with --checkpoint.")
TORCH = Format("torch", "a PyTorch weight file", "Give it with --checkpoint.")
SAFETENSORS = Format("safetensors", "a safetensors file", "Give it with --checkpoint.")
ONNX = Format("onnx", "an ONNX model", "Give it with --onnx.")
MINDIR = Format("mindir", "a MindIR model", "Give it with --mindir.")
MS = Format("ms", "a MindSpore Lite model (.ms)", "Give it with --ms.")
TFLITE = Format(
    "tflite",
    "a TensorFlow Lite model (.tflite)",
    f"{_TO_ONNX} --tflite model.tflite --output model.onnx` and give that file with --onnx.",
)
HDF5 = Format("hdf5", "an HDF5 file, as Keras writes it (.h5)", _KERAS)
KERAS = Format("keras", "a Keras model (.keras)", _KERAS)
SAVED_MODEL = Format(
    "saved-model",
    "a TensorFlow SavedModel",
    f"{_TO_ONNX} --saved-model FOLDER --output model.onnx` and give that file with --onnx.",
)
GRAPH_DEF = Format(
    "graph-def",
    "a frozen TensorFlow graph (.pb)",
    f"{_TO_ONNX} --graphdef model.pb --inputs NAME:0 --outputs NAME:0 --output model.onnx` and give"
    " that file with --onnx.",
)
TORCHSCRIPT = Format(
    "torchscript",
    "a TorchScript archive",
    "Export the model with torch.onnx.export and give that file with --onnx.",
)
ENCRYPTED = Format(
    "encrypted",
    "an encrypted MindSpore file",
    "Decrypt it where its key is known: ms.load_checkpoint(path, dec_key=…, dec_mode=…), then"
    " ms.save_checkpoint.",
)
ENCRYPTED_ZIP = Format("encrypted", "an encrypted zip archive", "Unpack it with its password.")
NUMPY = Format("npz", "a NumPy archive (.npz)", "Save its arrays as safetensors.")
ZIP = Format("zip", "a zip archive, but not one that PyTorch wrote", "Unpack it first.")
PICKLE = Format(
    "pickle",
    "a Python pickle, which could run code and is not opened",
    "Save the weights as safetensors, or with torch.save(model.state_dict()).",
)
TEXT = Format(
    "text",
    "text, not numbers: perhaps a web page or a pointer was saved instead of the file",
    "Download the file itself.",
)
OPENVINO = Format("openvino", "an OpenVINO model", "Give the ONNX model that it was made from.")
COREML = Format(
    "coreml", "a Core ML model", "Export the model that it was made from to ONNX instead."
)
_MARKS = (
    (0, b"\x89HDF", HDF5),
    (4, b"MSL2", MS),
    (4, b"TFL3", TFLITE),
    (0, b"\x89PNG", Format("picture", "a PNG picture")),
    (0, b"\xff\xd8\xff", Format("picture", "a JPEG picture")),
    (0, b"\x1f\x8b", Format("archive", "a gzip archive", "Unpack it first.")),
    (0, b"7z\xbc\xaf", Format("archive", "a 7-Zip archive", "Unpack it first.")),
    (0, b"Rar!", Format("archive", "a RAR archive", "Unpack it first.")),
    (0, b"BZh", Format("archive", "a bzip2 archive", "Unpack it first.")),
    (0, b"\xfd7zXZ", Format("archive", "an xz archive", "Unpack it first.")),
    (0, b"%PDF", Format("text", "a PDF document")),
    (0, b"\x7fELF", Format("program", "a program or library")),
    (0, b"7767517\n", Format("ncnn", "an ncnn model", "Give the ONNX that it was made from.")),
    *((0, bytes([mode]) + b"\x5e\x3a\x7f", ENCRYPTED) for mode in (0xD8, 0xD9, 0xDA)),
)
_TEXT = re.compile(rb"\s*(<!|<html|<\?|\{|version https://git-lfs)", re.IGNORECASE)
_MINDIR = re.compile(rb"\n[\x01-\x20][\d.]+[\x12\x1a\x22\x2a\x3a]")
_ENTRY = re.compile(rb"\n[\x80-\xff]*[\x00-\x7f]\n(?P<length>[\x01-\x7f])\w", re.DOTALL)


def recognise(path: Path) -> Format | None:
    """The format of a file that can be read; None where it is none of those known here."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path)
    return of_head(head)


def of_head(head: bytes) -> Format | None:
    """The format of a file that begins with these bytes (HEAD of them) and is no zip archive."""
    for place, mark, found in _MARKS:
        if head[place:].startswith(mark):
            return found
    if head[8:10] in (b'{"', b"{}", b"{ ", b"{\n") and int.from_bytes(head[:8], "little") < 1 << 27:
        return SAFETENSORS
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05":
        return TORCH if head[2:5] == b"\x8a\x0a\x6c" else PICKLE
    if _TEXT.match(head):
        return OPENVINO if b"<net" in head else TEXT
    return _protocol_buffer(head)


def _protocol_buffer(head: bytes) -> Format | None:
    """Which of five protocols wrote a file; they differ in their first fields."""
    if head.startswith(b"\x08\x01\x12"):
        return SAVED_MODEL
    if re.match(rb"\x08[\x01-\x1f]\x12[\x80-\xff]*[\x00-\x7f]\n", head, re.DOTALL):
        return COREML  # field 2 is a description that begins with an input, not a name
    if re.match(rb"\x08[\x02-\x1f]", head):  # field 1 is a small number: the IR version
        return ONNX
    if _MINDIR.match(head):
        return MINDIR
    entry = _ENTRY.match(head)
    if entry is None:
        return None
    # A name, then field 2: of a checkpoint a message (a shape or the type's name), of a TensorFlow
    # node its operator's name.
    after = head[entry.end("length") + entry.group("length")[0] :]
    return GRAPH_DEF if re.match(rb"\x12[\x01-\x40][A-Z][A-Za-z]+", after) else CHECKPOINT


def _kind_of_zip(path: Path) -> Format:
    """What a zip archive holds. One that cannot be opened is left to its reader to complain of."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return TORCH
    if any(entry.flag_bits & 1 for entry in entries):
        return ENCRYPTED_ZIP
    names = [entry.filename for entry in entries]
    if any("/code/" in name or name.endswith("/constants.pkl") for name in names):
        return TORCHSCRIPT
    if any(name.endswith("/data.pkl") for name in names):
        return TORCH
    if "config.json" in names and any(name.endswith(".weights.h5") for name in names):
        return KERAS
    if names and all(name.endswith(".npy") for name in names):
        return NUMPY
    return ZIP
