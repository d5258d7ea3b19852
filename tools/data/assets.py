"""The official files that can be downloaded, by name, as recipes and android/runtimes.csv say."""

from __future__ import annotations

import csv
import difflib
import re
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tools.errors import PocketlensError
from tools.package.recipe import load_recipe
from tools.places import BUILD, MODELS, ROOT

RUNTIMES = ROOT / "android" / "runtimes.csv"
FETCHED = BUILD / "fetched"


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
