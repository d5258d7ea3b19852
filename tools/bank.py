"""Make a package teachable: the bank of ordinary pictures that taught labels are held against.

A package whose backbone is the one that this project ships has its embedding.bin from `convert`;
this command makes one for any other backbone.
"""

from __future__ import annotations

from pathlib import Path

import click

from tools.places import DEMO_MODEL
from tools.terminal import PATH, run


@click.command()
@click.argument("package", type=PATH)
@click.argument("photos", type=PATH, nargs=-1)
@click.option("--to", type=PATH, help="Write embedding.bin here and leave the package as it is.")
def main(package: Path, photos: tuple[Path, ...], to: Path | None) -> None:
    """Make embedding.bin for PACKAGE, of PHOTOS (files or folders) or of the demo's pictures.

    Some hundreds of photos of many kinds are needed. Without PHOTOS the demo head's training
    pictures are taken: 450 MB of downloads, once, and some minutes of one core.
    """
    from tools.package import manifest as manifests
    from tools.package.publish import write_file
    from tools.package.reader import open_package, require_package
    from tools.package.writer import rewrite
    from tools.teaching.bank import of_photos, of_training_pictures

    require_package(package)
    told = open_package(package).manifest.embedding
    made = (
        of_photos(package, told, photos)
        if photos
        else of_training_pictures(package, told, DEMO_MODEL)
    )
    data = made.to_bytes()
    if to is not None:
        write_file(to, data)
    else:
        rewrite(package, package, {manifests.EMBEDDING: data})
    rows, length = made.weights.shape
    click.echo(
        f"{to or package}: {length} numbers to {rows}, a bank of {len(made.bank)} pictures,"
        f" {len(data):,} bytes"
    )


if __name__ == "__main__":
    run(main)
