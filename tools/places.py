"""Where things lie in the repository, and what every module asks of files."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"

MODELS = ROOT / "models"
DEMO_MODEL = MODELS / "mobilenetv2-openimages"
OFFICIAL_MODEL = MODELS / "mobilenetv2-openimages-official"
FEATURES_MODEL = MODELS / "mobilenetv2-imagenet-features"

CHECKPOINTS = BUILD / "checkpoints"  # those that a recipe assembles
PACKAGES = BUILD / "packages"
DEMO_PACKAGE = PACKAGES / DEMO_MODEL.name

LABELS = ROOT / "labels"
SAMPLES = ROOT / "tests" / "data" / "photos"


def shown(path: Path) -> Path:
    """A path as a person would type it in the current folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def sha256_of(path: Path) -> str:
    """A file's SHA-256 in hexadecimal digits, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def python_path() -> str:
    """The PYTHONPATH with which a child process finds this repository, from any folder."""
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
