"""From the trained checkpoint to named photos, in front of your eyes."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from tools.data.photo_classifier import PhotoClassifier, PhotoResult, best_settings
from tools.data.photo_files import find_photos
from tools.data.photos import read_photo
from tools.errors import PocketlensError
from tools.package.kinds import Kinds
from tools.package.reader import open_package
from tools.places import BUILD, DEMO_MODEL, DEMO_PACKAGE, ROOT, SAMPLES
from tools.reports.alternatives import RANKED
from tools.reports.photos import photo_table
from tools.terminal import run, step

MODEL, PACKAGE, PHOTOS, PICTURE = (
    path.relative_to(ROOT) for path in (DEMO_MODEL, DEMO_PACKAGE, SAMPLES, BUILD / "demo.png")
)
ON_PICTURE = 12

# What the package is made from; a change of any of these makes it anew.
INPUTS = [
    "models/mobilenetv2-openimages/*",
    "models/mobilenetv2-imagenet-features/*",
    "labels/*.csv",
    "tests/data/photos/*",
    "tools/network/*.py",
    "tools/lists/*.py",
    "tools/package/*.py",
    "tools/conversion/*.py",
    "jni/host/convert.cc",
    "mindspore-lite.lock",
]


@click.command()
@click.option(
    "--package-only", is_flag=True, help="Make the package where it is not current; stop."
)
def main(package_only: bool) -> None:
    """Make the demo package from its checkpoint and name the sample photos with it.

    The package is made only when it is not there, is damaged, or something it is made from has
    changed. The photos go through the same native core that runs on the phone.
    """
    made = ensure_package()
    if package_only:
        return
    results = classify_samples()
    kinds = open_package(ROOT / PACKAGE, check_hashes=False).kinds
    click.echo(f"\n{photo_table(results, kinds, 5)}\n")
    draw(results[:ON_PICTURE], kinds)
    click.echo(ending(made))


def ensure_package() -> bool:
    """Make the demo package unless the one that is there is current; whether it was made."""
    key = inputs_hash()
    if is_current(key):
        click.echo(f"The demo package is current: {PACKAGE}")
        return False
    from tools.conversion.packer import pack
    from tools.conversion.request import Request
    from tools.package.recipe import load_recipe

    begun = time.perf_counter()
    click.echo(f"Making the demo package from {MODEL} (export, convert, check, pack)")
    recipe = load_recipe(ROOT / MODEL)
    packed = pack(Request(recipe, ROOT / PACKAGE, ROOT / PHOTOS, weights=recipe.weights), step)
    stamp().write_text(key)
    click.echo(f"Made {PACKAGE} in {time.perf_counter() - begun:.1f} s: {packed.checked}")
    return True


def is_current(key: str) -> bool:
    """Whether the package was made from these very inputs and is whole."""
    if not (stamp().is_file() and stamp().read_text() == key):
        return False
    from tools.native import check_package

    try:
        check_package(ROOT / PACKAGE)
    except PocketlensError as error:
        click.echo(f"The demo package is not whole ({error.name}).")
        return False
    return True


def stamp() -> Path:
    """The file beside the package that says what it was made from."""
    return ROOT / PACKAGE.with_name(f".{PACKAGE.name}.inputs")


def inputs_hash() -> str:
    """SHA-256 over the names and contents of INPUTS."""
    value = hashlib.sha256()
    for path in sorted(set(_inputs())):
        value.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        value.update(path.read_bytes())
    return value.hexdigest()


def _inputs() -> Iterator[Path]:
    for pattern in INPUTS:
        yield from (path for path in ROOT.glob(pattern) if path.is_file())


def classify_samples() -> list[PhotoResult]:
    """The sample photos' results; the first error is raised, for every sample can be read."""
    photos = find_photos([ROOT / PHOTOS])
    with PhotoClassifier(ROOT / PACKAGE, *best_settings(len(photos))) as classifier:
        results = list(classifier.classify(photos, top=RANKED))
    for result in results:
        if result.error:
            raise result.error
    return results


def draw(results: Sequence[PhotoResult], kinds: Kinds) -> None:
    """One picture of photos with what they show."""
    from tools.reports.drawing import Card, contact_sheet, save_picture

    cards = [
        Card(read_photo(one.photo), one.result, kinds, one.photo.name)
        for one in results
        if one.result
    ]
    save_picture(contact_sheet(cards), ROOT / PICTURE)


def ending(made: bool) -> str:
    """Where things are and what to try next."""
    again = "" if made else " (it was current; `rm -r` it to see it made again)"
    return "\n".join(
        [
            f"package  {PACKAGE}{again}",
            f"picture  {PICTURE}",
            "",
            "A score of 0.5 is exactly as sure as the label's threshold asks for; the headline is",
            "the most specific label that is sure. Times are of one photo on one core.",
            "",
            "Try next:",
            "  .venv/bin/python -m tools classify YOUR-PHOTO.jpg --draw build/yours.jpg",
            f"  .venv/bin/python -m tools describe {PACKAGE}",
            f"  .venv/bin/python -m tools verify {PACKAGE}",
            "  .venv/bin/python -m tools --help",
        ]
    )


if __name__ == "__main__":
    run(main)
