"""Try packages in a browser: photos, a camera, packages side by side, a package of your own."""

from __future__ import annotations

import importlib.util
import os
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tools.errors import PocketlensError
from tools.places import BUILD, DEMO_PACKAGE, shown
from tools.terminal import PATH, run

if TYPE_CHECKING:
    from tools.web.app import App
    from tools.web.lenses import Lenses
    from tools.web.share import Share

LOOPBACK = "127.0.0.1"
USUAL_PORT = 8642  # the same each time, so that the browser remembers that the camera is allowed


@click.command(epilog="Exit codes: 0 ended by Ctrl-C; 1 a named error; 2 wrong usage.")
@click.argument("packages", type=PATH, nargs=-1)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Where the page is served [default: {USUAL_PORT}, or a free one]; 0: a free one.",
)
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
@click.option(
    "--work",
    type=PATH,
    default=shown(BUILD / "own"),
    show_default=True,
    help="Where packages that are made on the page are kept.",
)
@click.option(
    "--share", is_flag=True, help="Let phones in this network fetch packages (only that)."
)
@click.option("--share-address", help="With --share: this machine's address in that network.")
def main(
    packages: tuple[Path, ...],
    port: int | None,
    browser: bool,
    work: Path,
    share: bool,
    share_address: str | None,
) -> None:
    """Show what PACKAGES (folders or .zip; else the demo package) say about photos and a camera.

    The page is for this machine alone: it is served on 127.0.0.1, asks nothing of other machines
    and keeps no picture. The answers come from the same core that runs on the phone. Several
    packages are shown side by side, compared with the first.

    With --share, a second server on this machine's address in its network offers the packages as
    .zip files under a link that cannot be guessed, with a QR code for the phone. It can only be
    read; the page itself stays on 127.0.0.1. Ctrl-C ends everything.
    """
    if share_address and not share:
        raise click.UsageError("--share-address goes with --share.")
    check_installed()
    from tools.package.reader import require_package
    from tools.web.app import App
    from tools.web.lenses import Lenses
    from tools.web.making import Making

    paths = packages or (shown(DEMO_PACKAGE),)
    for path in paths:
        require_package(path)
    with Lenses(paths) as lenses, Making(work.absolute(), lenses.add) as making:
        app = App(lenses, making, sharing(lenses, share, share_address))
        serve(app, port, browser)


def check_installed() -> None:
    """The optional packages are there. Errors: missing_extra."""
    wanted = ("segno", "waitress", "werkzeug")
    missing = [name for name in wanted if importlib.util.find_spec(name) is None]
    if missing:
        raise PocketlensError(
            "missing_extra",
            f"The page needs Python packages that are not installed: {', '.join(missing)}.",
            do="Type: make try (or python3 tools/bootstrap.py --live).",
        )


def sharing(lenses: Lenses, share: bool, address: str | None) -> Share | None:
    """What --share opens, if it was given. Errors: bad_settings."""
    if not share:
        return None
    from tools.web.app import zip_response
    from tools.web.share import Share, address_in_network

    return Share(address or address_in_network(), lambda number: zip_response(lenses, number))


def serve(app: App, port: int | None, browser: bool) -> None:
    """Serve until Ctrl-C."""
    server = page_server(app, port)
    shared = app.share.serve() if app.share else None
    url = f"http://{LOOPBACK}:{server.effective_port}"
    tell(url, app.share)
    if browser and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(url)
    server.run()  # until Ctrl-C
    server.close()
    if shared:
        shared.close()
    click.echo("\nStopped.")


def page_server(app: App, port: int | None) -> Any:
    """The page's server, at the usual port or, where that is taken, another. Errors: busy."""
    from tools.web.guard import own_page_only
    from tools.web.serving import open_server

    names: set[str] = set()
    tried = USUAL_PORT if port is None else port
    try:
        server = open_server(app, LOOPBACK, tried, own_page_only(names))
    except PocketlensError:
        if port is not None:
            raise
        server = open_server(app, LOOPBACK, 0, own_page_only(names))
    names |= {f"{name}:{server.effective_port}" for name in (LOOPBACK, "localhost")}
    return server


def tell(url: str, share: Share | None) -> None:
    """Where the page is, and what is open to others."""
    click.echo(f"The page: {url}")
    if share:
        click.echo(
            f"Shared in your network: the packages, to whoever has the link"
            f" http://{share.address}:{share.port}/{share.token}/…; nothing else, read-only."
        )
    click.echo("Ctrl-C ends it.")


if __name__ == "__main__":
    run(main)
