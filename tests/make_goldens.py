"""Write tests/data/golden: what preprocessing and network must give, from the oracle alone.

    .venv/bin/python tests/make_goldens.py            writes
    .venv/bin/python tests/make_goldens.py --check    compares with what is there (exit code 1)

tests/data/golden/README.md says what the files are. Nothing here calls the native core.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.conversion.export import default_checkpoint  # noqa: E402
from tools.data.photos import read_photo  # noqa: E402
from tools.network import oracle  # noqa: E402
from tools.network.assemble import head_file  # noqa: E402
from tools.package.recipe import Recipe, load_recipe  # noqa: E402

GOLDEN = ROOT / "tests" / "data" / "golden"
PHOTOS = ROOT / "tests" / "data" / "photos"
MODEL = ROOT / "models" / "mobilenetv2-openimages"
SAMPLES = 24

# Frame name -> photo, width, height: wide, tall, odd, small, larger than 256, square.
FRAMES = {
    "cat": ("cat.png", 225, 150),
    "panda": ("panda.jpg", 192, 144),
    "koala": ("koala.jpg", 121, 163),
    "coffee": ("coffee.jpg", 96, 64),
    "temple": ("temple.jpg", 301, 201),
    "motorcycle": ("motorcycle.jpg", 160, 160),
}


@dataclass(frozen=True)
class Case:
    """A stored frame and how it is to be read; with_outputs: the network's outputs are kept too."""

    name: str
    frame: str
    rotation: int = 0
    mirror: bool = False
    with_outputs: bool = False


CASES = [
    *[Case(name, f"{name}.ppm", with_outputs=True) for name in FRAMES],
    *[Case(f"koala-turned-{r}", "koala.ppm", r) for r in (90, 180, 270)],
    Case("koala-turned-90-mirrored", "koala.ppm", 90, True),
    Case("cat-mirrored", "cat.ppm", 0, True),
    Case("panda-nv21", "panda.nv21", with_outputs=True),
    Case("panda-nv21-turned-270", "panda.nv21", 270),
]


def to_nv21(pixels: npt.NDArray[np.uint8]) -> bytes:
    """An RGB picture of even size as NV21 bytes, full range (the forward matrix of JFIF 1.02)."""
    red, green, blue = (pixels[..., i].astype(np.float64) for i in range(3))
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    u, v = 128 + (blue - luma) * 0.564, 128 + (red - luma) * 0.713
    halves = [p.reshape(p.shape[0] // 2, 2, -1, 2).mean(axis=(1, 3)) for p in (v, u)]
    chroma = np.stack(halves, axis=-1)
    parts = [np.rint(plane).clip(0, 255).astype(np.uint8).tobytes() for plane in (luma, chroma)]
    return b"".join(parts)


def write_frames(folder: Path) -> None:
    """The raw frames: photos shrunk to odd sizes."""
    for name, (photo, width, height) in FRAMES.items():
        pixels = cv2.resize(
            read_photo(PHOTOS / photo), (width, height), interpolation=cv2.INTER_AREA
        )
        head = f"P6\n{width} {height}\n255\n".encode()
        (folder / f"{name}.ppm").write_bytes(head + pixels.tobytes())
        if name == "panda":
            (folder / f"{name}.nv21").write_bytes(to_nv21(pixels))


def read_ppm(path: Path) -> npt.NDArray[np.uint8]:
    """A .ppm as (height, width, 3)."""
    _, size, _, pixels = path.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)


def stored_pixels(folder: Path, frame: str) -> npt.NDArray[np.uint8]:
    """A frame's RGB pixels as they are stored, before rotation."""
    if frame.endswith(".ppm"):
        return read_ppm(folder / frame)
    _, width, height = FRAMES[Path(frame).stem]
    data = np.frombuffer((folder / frame).read_bytes(), np.uint8)
    return oracle.nv21_to_rgb(data, width, height)


def entry(
    case: Case, recipe: Recipe, folder: Path
) -> tuple[dict[str, Any], npt.NDArray[np.float32]]:
    """A case's JSON (outputs aside) and its input tensor."""
    stored = stored_pixels(folder, case.frame)
    tensor = oracle.preprocess(
        oracle.upright(stored, case.rotation, case.mirror), recipe.preprocess
    )
    flat = tensor.ravel()
    places = np.linspace(0, flat.size - 1, SAMPLES).astype(int)
    found = {
        "name": case.name,
        "frame": case.frame,
        "format": "rgb888" if case.frame.endswith(".ppm") else "nv21",
        "width": stored.shape[1],
        "height": stored.shape[0],
        "rotation": case.rotation,
        "mirror": case.mirror,
        "tensor_sha256": hashlib.sha256(flat.astype("<f4").tobytes()).hexdigest(),
        "samples": [[int(i), float(flat[i])] for i in places],
    }
    return found, tensor


def label_rows(recipe: Recipe) -> list[list[str]]:
    """MID and name of every label, in the class list's order."""
    import csv

    assert recipe.labels is not None
    with open(recipe.labels.table, encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def make(folder: Path) -> None:
    """Write everything into an empty folder."""
    recipe = load_recipe(MODEL)
    write_frames(folder)
    made = [entry(case, recipe, folder) for case in CASES]
    asked = [i for i, case in enumerate(CASES) if case.with_outputs]
    checkpoint = default_checkpoint(recipe)
    outputs = oracle.checkpoint_outputs(recipe.path, checkpoint, [made[i][1] for i in asked])
    labels = label_rows(recipe)
    for i, row in zip(asked, outputs, strict=True):
        name = f"{CASES[i].name}.f32"
        (folder / name).write_bytes(row.astype("<f4").tobytes())
        made[i][0]["outputs"] = name
        made[i][0]["top"] = [
            {"index": k, "mid": labels[k][0], "name": labels[k][1], "probability": float(row[k])}
            for k in oracle.top(row)
        ]
    document = {
        "recipe": recipe.to_manifest()["preprocess"],
        "head_sha256": hashlib.sha256(head_file(recipe).read_bytes()).hexdigest(),
        "tolerance": recipe.tolerance["float32"],
        "cases": [one for one, _ in made],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (folder / "golden.json").write_text(text + "\n", encoding="utf-8")


def differences(made: Path, there: Path) -> list[str]:
    """Names of files that are missing, left over or different (outputs: beyond 1e-5)."""
    names = {path.name for folder in (made, there) for path in folder.iterdir()} - {"README.md"}
    return sorted(name for name in names if not _same(made / name, there / name))


def _same(one: Path, other: Path) -> bool:
    if not (one.is_file() and other.is_file()):
        return False
    if one.suffix == ".f32":
        first, second = (np.frombuffer(path.read_bytes(), "<f4") for path in (one, other))
        return first.shape == second.shape and bool(np.abs(first - second).max() <= 1e-5)
    if one.suffix == ".json":
        return _comparable(one) == _comparable(other)
    return one.read_bytes() == other.read_bytes()


def _comparable(path: Path) -> Any:
    """golden.json without the probabilities, which MindSpore gives to six digits or so."""
    document = json.loads(path.read_text(encoding="utf-8"))
    for case in document["cases"]:
        for label in case.get("top", []):
            del label["probability"]
    return document


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        make(made)
        if check:
            wrong = differences(made, GOLDEN)
            print("golden files differ: " + ", ".join(wrong) if wrong else "golden files are equal")
            return 1 if wrong else 0
        GOLDEN.mkdir(parents=True, exist_ok=True)
        for old in GOLDEN.iterdir():
            if old.name != "README.md":
                old.unlink()
        for path in made.iterdir():
            (GOLDEN / path.name).write_bytes(path.read_bytes())
    print(f"wrote {GOLDEN.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
