"""Download official files: the hub card's checkpoint, MindIR and .ms, and Android's runtime.

Every file is known by its SHA-256, which stands in a model's `model.toml` (`[assets]`) or in
`android/runtimes.csv`. An interrupted download goes on where it stopped; a file with another hash
is never used, and nothing that was there before is touched.
"""

from __future__ import annotations

import csv
import difflib
import re
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from tools.data.download import Download, Progress, fetch
from tools.errors import PocketlensError
from tools.package.recipe import load_recipe

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
RUNTIMES = ROOT / "android" / "runtimes.csv"
FOLDER = ROOT / "build" / "fetched"
OURS = ROOT / "build" / "native" / "libpocketlens.so"  # what it calls is the same on every machine


@dataclass(frozen=True)
class Item:
    """A downloadable file: the name to ask for it, and what it is."""

    name: str
    what: str
    url: str
    sha256: str
    size: int | None = None

    @property
    def file(self) -> str:
        """Its file name, the last part of its address."""
        return Path(urlsplit(self.url).path).name


def model_items(models: Path = MODELS) -> Iterator[Item]:
    """The assets of every recipe in `models/`, by the names in their recipes."""
    for path in sorted(models.glob("*/model.toml")):
        recipe = load_recipe(path)
        for asset in recipe.assets:
            what = f"{asset.kind} for {recipe.name}"
            yield Item(asset.name, what, asset.url, asset.sha256, asset.size)


def runtime_items(table: Path = RUNTIMES) -> Iterator[Item]:
    """MindSpore Lite's Android runtimes, e.g. `android-2.0.0-aarch64`."""
    with open(table, encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            part = re.search(r"-(aarch\d\d|inference|train)\b", row["file"])
            name = f"android-{row['version']}-{part[1] if part else 'all'}"
            what = f"MindSpore Lite {row['version']} for Android"
            yield Item(name, what, row["url"], row["sha256"])


def items() -> dict[str, Item]:
    """Everything that can be fetched, by name."""
    return {item.name: item for item in [*model_items(), *runtime_items()]}


def find(name: str, known: dict[str, Item]) -> Item:
    """The item of a name; `unknown_asset` names the nearest ones."""
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    raise PocketlensError(
        "unknown_asset",
        f"There is no file named {name!r}."
        + (f" Did you mean {' or '.join(near)}?" if near else ""),
        do="`fetch --list` shows all names.",
    )


@contextmanager
def progress_bar(item: Item) -> Iterator[Progress]:
    """A bar on a terminal; a line every 10 % elsewhere."""
    if sys.stderr.isatty():
        with click.progressbar(length=item.size or 1, label=item.file, file=sys.stderr) as bar:

            def show(done: int, total: int | None) -> None:
                bar.length = total or max(done, 1)
                bar.update(done - bar.pos)

            yield show
        return
    tenths = [0]

    def line(done: int, total: int | None) -> None:
        if total and done * 10 // total > tenths[0]:
            tenths[0] = done * 10 // total
            click.echo(f"{item.file}: {tenths[0] * 10} %, {done:,} bytes", err=True)

    yield line


def unpack(archive: Path, folder: Path) -> Path:
    """Unpacks a .tar.gz into `folder` under its own name, whole or not at all."""
    target = folder / archive.name.removesuffix(".tar.gz")
    if target.exists():
        return target
    with tempfile.TemporaryDirectory(dir=folder, prefix=f".{target.name}.") as name:
        draft = Path(name) / target.name
        try:
            with tarfile.open(archive) as opened:
                opened.extractall(draft, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise PocketlensError(
                "unreadable_file", f"{archive} could not be unpacked: {error}."
            ) from error
        inside = list(draft.iterdir())
        alone = len(inside) == 1 and inside[0].is_dir()
        (inside[0] if alone else draft).rename(target)
    return target


def fetch_item(item: Item, folder: Path, *, replace: bool = False) -> Path:
    """The file of an item in `folder`, downloaded when it is not there."""
    download = Download(item.url, folder / item.file, item.sha256, item.size)
    with progress_bar(item) as progress:
        fetched = fetch(
            download,
            replace=replace,
            progress=progress,
            say=lambda text: click.echo(f"{item.file}: {text}", err=True),
        )
    state = "fetched" if fetched else "already there"
    click.echo(f"{download.path}  {download.path.stat().st_size:,} bytes, {state}, SHA-256 right")
    return download.path


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
@click.option("--out", type=click.Path(path_type=Path), default=FOLDER, help="Folder to put it in.")
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
    main()
