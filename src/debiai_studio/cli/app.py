"""Joins the commands."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from debiai_studio import __version__
from debiai_studio.cli.lists import spread
from debiai_studio.errors import StudioError

# By the name of each command, where it is: a function, or an app of commands of its own.
COMMANDS = {
    "start": "start:start",
    "demo": "demo:demo",
    "export": "export:export",
    "import-debiai": "import_debiai:import_debiai",
    "config": "config:app",
}


class _WhenCalled(TyperGroup):
    """Loads a command when it is called: the libraries of the server take seconds."""

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return [*COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(_loaded(f"debiai_studio.cli.{module}"), name)
        if not isinstance(found, typer.Typer):
            function, found = (
                found,
                typer.Typer(add_completion=False, pretty_exceptions_enable=False),
            )
            found.command()(function)
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command


def _loaded(module: str) -> Any:
    """A module, whose libraries the garbage collector never looks through: they stay to the end."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


app = typer.Typer(
    name="debiai",
    cls=_WhenCalled,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="See where your data or your models are weak, select samples, and send them on.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # typer's callback
    if wanted:
        print(f"DebiAI Studio {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "-v", "--version", callback=_show_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run a command; what goes wrong ends in one sentence and exit status 1."""
    try:
        app(args=spread(sys.argv[1:]))
    except StudioError as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)
