"""Joins the commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from debiai_studio import __version__
from debiai_studio.cli import config, demo, export, import_debiai, start
from debiai_studio.cli.lists import spread
from debiai_studio.errors import StudioError

app = typer.Typer(
    name="debiai",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="See where your data or your models are weak, select samples, and send them on.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("start")(start.start)
app.command("demo")(demo.demo)
app.command("export")(export.export)
app.command("import-debiai")(import_debiai.import_debiai)
app.add_typer(config.app, name="config")


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
