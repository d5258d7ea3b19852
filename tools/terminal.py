"""What commands have in common on a terminal: how they end, paths, progress of steps, downloads."""

import errno
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from tools.data.assets import Item
from tools.data.download import Download, Progress, fetch
from tools.errors import EXIT_ERROR, EXIT_INTERRUPTED, EXIT_OK, PocketlensError
from tools.native.frames import Region, RegionUnit

PATH = click.Path(path_type=Path)
SHARE = click.FloatRange(0, 1)


class RegionType(click.ParamType[Region]):
    """Four numbers: left, top, width and height of a part of the upright photo."""

    name = "X,Y,W,H"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Region:
        """Pixels, or shares where each number has a percent sign."""
        if isinstance(value, Region):
            return value
        parts = [part.strip() for part in str(value).split(",")]
        percent = all(part.endswith("%") for part in parts)
        try:
            x, y, width, height = (
                float(part.removesuffix("%")) / 100 if percent else int(part) for part in parts
            )
        except ValueError:
            raise click.BadParameter(
                f"{value!r} is no region. Say left, top, width and height: in pixels, such as"
                " 100,40,640,480, or all four in percent, such as 10%,20%,50%,50%."
            ) from None
        unit = RegionUnit.SHARES if percent else RegionUnit.PIXELS
        return Region(x, y, width, height, unit)


REGION = RegionType()
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


def run(command: click.Command, prog_name: str | None = None) -> NoReturn:
    """Run a command line; the process's exit code says how it went.

    Whatever ends it early says so in one line: an error by its name, an interruption as such.
    """
    # MindSpore's own handler of Ctrl-C ends the process by SIGTERM while a graph is running.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = command.main(prog_name=prog_name, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except OSError as error:
        if error.errno not in FULL:
            raise
        full = f"{error.filename or 'A file'} could not be written: {error.strerror}."
        PocketlensError("cannot_write", full, do="Make room or choose another place.").show()
        sys.exit(EXIT_ERROR)
    sys.exit(code if isinstance(code, int) else EXIT_OK)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Show that a step has begun, and how long it took."""
    begun = time.perf_counter()
    click.echo(f"  {name:<24}", nl=False)
    try:
        yield
    except BaseException:
        click.echo("failed")
        raise
    click.echo(f"{time.perf_counter() - begun:6.1f} s")


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
