"""What commands have in common on a terminal: the type of a path, and the progress of steps."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

PATH = click.Path(path_type=Path)


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
