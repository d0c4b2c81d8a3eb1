"""The options that every command which serves takes, and the settings made from them."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from debiai_studio.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What was given on the command line; None: not given."""

    port: Annotated[
        int | None,
        typer.Option(
            "-p",
            "--port",
            min=0,
            max=65535,
            help="Port (3000; the next free one if not given; 0: the system chooses).",
        ),
    ] = None
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on (127.0.0.1).")
    ] = None
    data_folder: Annotated[
        Path | None,
        typer.Option("-d", "--data-folder", help="Where everything is kept (./debiai_data)."),
    ] = None
    config: Annotated[Path | None, typer.Option("--config", help="config.ini to read.")] = None
    no_browser: Annotated[
        bool | None, typer.Option("-nb", "--no-browser", help="Do not open the browser.")
    ] = None
    allowed_host: Annotated[
        list[str] | None,
        typer.Option("--allowed-host", help="Another host name to answer to; may be repeated."),
    ] = None
    algo_provider: Annotated[
        list[str] | None,
        typer.Option(
            "-ap",
            "--algo-provider",
            help="Addresses of algo-providers, one or several; may be repeated.",
        ),
    ] = None
    insecure: Annotated[
        bool | None,
        typer.Option("--insecure", help="No token, also on an address that others can reach."),
    ] = None
    behind_proxy: Annotated[
        bool | None,
        typer.Option(
            "--behind-proxy",
            help="Others reach the server through a reverse proxy: demand a token, and keep "
            "methods made in the page from private addresses.",
        ),
    ] = None

    data_provider: Annotated[
        list[str] | None,
        typer.Option("-dp", "--data-provider", help="Address of a data provider; one or several."),
    ] = None

    def settings(self, **more: Any) -> Settings:
        """The settings: command line (``more`` too) > environment > config.ini > default."""
        given = {**asdict(self), **more}
        given["browser"] = False if given.pop("no_browser") else None
        given["data_providers"] = given.pop("data_provider")
        hosts = given.pop("allowed_host")
        given["algo_providers"] = given.pop("algo_provider")
        given["allowed_hosts"] = ",".join(hosts) if hosts else None
        return load_settings(given, os.environ, Path.cwd())


def takes_server_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with all these options beside its own; it gets them as ``options``."""
    shared = inspect.signature(ServerOptions, eval_str=True).parameters.values()
    own = inspect.signature(command, eval_str=True)

    @functools.wraps(command)
    def run(**given: Any) -> None:
        options = ServerOptions(**{option.name: given.pop(option.name) for option in shared})
        command(**given, options=options)

    # What Typer makes the options from.
    run.__signature__ = own.replace(  # type: ignore[attr-defined]
        parameters=[
            *(parameter for name, parameter in own.parameters.items() if name != "options"),
            *(option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in shared),
        ]
    )
    return run
