"""Download official files: the hub card's checkpoint, MindIR and .ms, and Android's runtime.

Every file is known by its SHA-256, which stands in a model's `model.toml` (`[assets]`) or in
`android/runtimes.csv`. An interrupted download goes on where it stopped; a file with another hash
is never used, and nothing that was there before is touched.
"""

from __future__ import annotations

from pathlib import Path

import click

from tools.data.assets import FETCHED, find, items, unpack
from tools.places import BUILD
from tools.terminal import PATH, fetch_item, run

OURS = BUILD / "native" / "libpocketlens.so"  # what it calls is the same on every machine


def report(folder: Path) -> None:
    """Says what an unpacked runtime lacks: page size, libraries, functions that the core calls."""
    from tools.data.phone_runtime import examine

    said = examine(folder, OURS if OURS.is_file() else None)
    for sentence in said:
        click.echo(f"note: {sentence}.")
    if not said:
        click.echo("Its libraries fit pages of 16 KB, need nothing else and offer what is called.")


@click.command()
@click.argument("names", nargs=-1)
@click.option("--list", "list_", is_flag=True, help="Show what can be fetched.")
@click.option("--out", type=PATH, default=FETCHED, help="Folder to put it in.")
@click.option(
    "--replace", is_flag=True, help="Replace a file of the same name that is another one."
)
@click.option("--unpack", "unpack_", is_flag=True, help="Unpack a runtime beside its archive.")
def main(names: tuple[str, ...], list_: bool, out: Path, replace: bool, unpack_: bool) -> None:
    """Download official files by NAME, checked by SHA-256."""
    known = items()
    if list_ or not names:
        width = max(len(name) for name in known)
        for item in known.values():
            click.echo(f"{item.name:<{width}}  {item.what}")
        return
    for item in [find(name, known) for name in names]:
        path = fetch_item(item, out, replace=replace)
        if unpack_ and path.name.endswith(".tar.gz"):
            folder = unpack(path, out)
            click.echo(f"{folder}  unpacked")
            report(folder)


if __name__ == "__main__":
    run(main)
