"""``debiai config``: write a configuration file, show what holds and where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import SecretStr

from debiai_studio.configuration.catalogue import SETTINGS
from debiai_studio.configuration.errors import ConfigurationInvalid
from debiai_studio.configuration.process import process_environment
from debiai_studio.configuration.template import template
from debiai_studio.exports.definitions import shown
from debiai_studio.exports.secrets import DOTS
from debiai_studio.settings import Settings, load_settings

app = typer.Typer(help="Write or show the configuration.", no_args_is_help=True)


@app.command("init")
def init(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path(
        "debiai_data/config.ini"
    ),
) -> None:
    """Write a commented configuration file; an existing one is never overwritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        _fail(f"{path} exists and was left as it is; name another path.")
    except OSError as error:
        _fail(f"{path} cannot be written: {error.strerror}.")
    print(f"Wrote {path}. Take the ; away from the lines that are to hold.")


@app.command("show")
def show(
    config: Annotated[str | None, typer.Option("--config", help="The configuration file.")] = None,
    data_folder: Annotated[
        str | None, typer.Option("--data-folder", "-d", help="Where everything is kept.")
    ] = None,
) -> None:
    """Print each value and where it was given; secrets are dots."""
    given = {"config": config, "data_folder": data_folder}
    try:
        settings = load_settings(given, process_environment(), Path.cwd())
    except ConfigurationInvalid as error:
        _fail(str(error))
    for line in lines(settings):
        print(line)


def lines(settings: Settings) -> list[str]:
    """What ``show`` prints."""
    printed = [
        f"{setting.name} = {_shown(getattr(settings, setting.name))}"
        f"  ({settings.origins[setting.name]})"
        for setting in SETTINGS
    ]
    printed += [
        f"export method {definition.name} = {shown(definition.text)}  ({definition.place})"
        for definition in settings.export_methods
    ]
    printed += [
        f"data provider {provider.name} = {provider.shown_url}  ({provider.place})"
        for provider in settings.data_providers
    ]
    printed += [
        f"algo-provider {provider.name} = {provider.url}  ({provider.place})"
        for provider in settings.algo_providers
    ]
    return [*printed, *(f"{note.level}: {note.text}" for note in settings.notes)]


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return DOTS
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
