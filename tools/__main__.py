"""The front door: `python -m tools NAME`. A command's module is imported when it is run."""

import difflib
import importlib
from pathlib import Path

import click

MAKE = ["convert", "official", "recipe", "export", "fetch", "labels", "thresholds"]
MAKE += ["bank", "repack"]
# What a command is for decides where `--help` lists it; a module not there is not listed.
SECTIONS = {
    "Start here": ["demo", "live"],
    "Use a package": ["classify", "teach", "describe", "bench"],
    "Make a package": MAKE,
    "Check a package": ["verify", "evaluate", "compare", "report"],
    "Train": ["own", "train", "train_head"],
}
HERE = Path(__file__).parent


def available(name: str) -> bool:
    """Whether a listed command's module is there."""
    return any(name in names for names in SECTIONS.values()) and (HERE / f"{name}.py").is_file()


def summary(name: str) -> str:
    """The first sentence of a command module's docstring, read without importing the module."""
    with open(HERE / f"{name}.py", encoding="utf-8") as stream:
        line = stream.readline().strip().strip('"')
    return line.split(". ")[0].rstrip(".") + "."


class Commands(click.Group):
    """A group that imports a command when it is asked for and lists the commands by section."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command that is there, in the order of the sections."""
        return [name for names in SECTIONS.values() for name in names if available(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import tools/NAME.py and return its `main`; None for a name that is no command."""
        if not available(cmd_name):
            return None
        command = importlib.import_module(f"tools.{cmd_name}").main
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first argument, or fail with the nearest names."""
        name = args[0]
        if name.startswith("-") or available(name):
            return super().resolve_command(ctx, args)
        near = difflib.get_close_matches(name, self.list_commands(ctx), n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        ctx.fail(f"There is no command {name!r}.{hint}")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections."""
        for section, names in SECTIONS.items():
            rows = [(name, summary(name)) for name in names if available(name)]
            if rows:
                with formatter.section(section):
                    formatter.write_dl(rows, col_max=12)


@click.command(
    cls=Commands,
    epilog="Exit codes: 0 done, 1 a named error, 2 wrong usage, 3 some inputs failed and others did"
    " not, 4 a check was not passed, 130 interrupted.",
)
@click.version_option(package_name=None, version=importlib.import_module("tools").__version__)
def main() -> None:
    """Pocketlens: from a trained MindSpore checkpoint to a model package that a phone can trust."""


def run() -> None:
    """Run the command line; a process's exit code says how it went (130: interrupted)."""
    importlib.import_module("tools.terminal").run(main, "python -m tools")


if __name__ == "__main__":
    run()
