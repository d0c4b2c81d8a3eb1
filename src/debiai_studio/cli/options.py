"""The options that every command which serves takes, and the settings made from them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from debiai_studio.settings import Settings, load_settings

Port = Annotated[
    int | None,
    typer.Option(
        "-p",
        "--port",
        min=0,
        max=65535,
        help="Port (3000; the next free one if not given; 0: the system chooses).",
    ),
]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on (127.0.0.1).")]
DataFolder = Annotated[
    Path | None,
    typer.Option("-d", "--data-folder", help="Where everything is kept (./debiai_data)."),
]
Config = Annotated[Path | None, typer.Option("--config", help="config.ini to read.")]
NoBrowser = Annotated[bool, typer.Option("-nb", "--no-browser", help="Do not open the browser.")]
AllowedHost = Annotated[
    list[str] | None,
    typer.Option("--allowed-host", help="Another host name to answer to; may be repeated."),
]
Insecure = Annotated[
    bool,
    typer.Option("--insecure", help="No token, also on an address that others can reach."),
]


def settings_of(
    *,
    port: int | None,
    host: str | None,
    data_folder: Path | None,
    config: Path | None,
    no_browser: bool,
    allowed_hosts: list[str] | None,
    insecure: bool,
    more: dict[str, Any] | None = None,
) -> Settings:
    """The settings: command line > environment > config.ini > default."""
    given: dict[str, Any] = {
        "port": port,
        "host": host,
        "data_folder": data_folder,
        "config": config,
        "browser": False if no_browser else None,
        "allowed_hosts": ",".join(allowed_hosts) if allowed_hosts else None,
        "insecure": insecure or None,
        **(more or {}),
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    return load_settings(chosen, os.environ, Path.cwd())
