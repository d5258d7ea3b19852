"""Make a plain package zip of a zip or folder from elsewhere: Finder, Windows, `zip -r`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from tools.errors import PocketlensError
from tools.terminal import PATH, run


@click.command()
@click.argument("source", type=PATH)
@click.option("--out", type=PATH, help="The zip [default: FOLDER.zip, or NAME-plain.zip].")
def main(source: Path, out: Path | None) -> None:
    """Write the package in SOURCE, a zip or a folder, as a zip that phone and desk open.

    SOURCE may be compressed and may hold the package in a folder. The package is checked, with its
    hashes, before anything is written.
    """
    from tools.package.reader import open_package, require_package
    from tools.package.writer import rewrite

    require_package(source)
    target = out or _target(source)
    if target.suffix != ".zip":
        raise click.UsageError(f"--out {target} must end in .zip.")
    with tempfile.TemporaryDirectory() as scratch:
        rewrite(_folder(source, Path(scratch)), target, {})
    manifest = open_package(target).manifest
    click.echo(f"wrote {target}: {manifest.title} ({len(manifest.files) + 1} files)")


def _target(source: Path) -> Path:
    name = f"{source.resolve().name}.zip" if source.is_dir() else f"{source.stem}-plain.zip"
    return source.resolve().parent / name


def _folder(source: Path, scratch: Path) -> Path:
    """The package as a folder; tells what else the source holds."""
    from tools.package.manifest import FILE
    from tools.package.unpacking import unpack

    if not source.is_dir():
        others = unpack(source, scratch)
        if others:
            click.echo(f"Left out, outside of the package: {', '.join(others[:8])}.", err=True)
        return scratch
    inside = [path.parent for path in (source / FILE, *source.glob(f"*/{FILE}")) if path.is_file()]
    if not inside:
        raise PocketlensError("missing_file", f"{source} holds no {FILE}: it is no package.")
    return inside[0]


if __name__ == "__main__":
    run(main)
