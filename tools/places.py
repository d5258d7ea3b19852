"""Where things lie in the repository. No module above says it again."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"

MODELS = ROOT / "models"
DEMO_MODEL = MODELS / "mobilenetv2-openimages"
FEATURES_MODEL = MODELS / "mobilenetv2-imagenet-features"

PACKAGES = BUILD / "packages"
DEMO_PACKAGE = PACKAGES / DEMO_MODEL.name

LABELS = ROOT / "labels"
SAMPLES = ROOT / "tests" / "data" / "photos"


def shown(path: Path) -> Path:
    """A path as a person would type it in the current folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
