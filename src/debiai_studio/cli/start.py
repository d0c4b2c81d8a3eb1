"""``debiai start``: serve, and import what is named."""

from __future__ import annotations

from typing import Annotated

import typer

from debiai_studio.bootstrap import Application
from debiai_studio.cli.importing import import_file, require_there
from debiai_studio.cli.options import (
    AllowedHost,
    Config,
    DataFolder,
    Host,
    Insecure,
    NoBrowser,
    Port,
    settings_of,
)
from debiai_studio.cli.serving import Address, serve
from debiai_studio.errors import StudioError


def start(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|FOLDER|URL]...", help="Data to open as projects."),
    ] = None,
    *,
    port: Port = None,
    host: Host = None,
    data_folder: DataFolder = None,
    config: Config = None,
    no_browser: NoBrowser = False,
    allowed_host: AllowedHost = None,
    insecure: Insecure = False,
) -> None:
    """Start the server, import what is named, and open the browser."""
    for named in files or []:
        require_there(named)
    settings = settings_of(
        port=port,
        host=host,
        data_folder=data_folder,
        config=config,
        no_browser=no_browser,
        allowed_hosts=allowed_host,
        insecure=insecure,
    )

    def open_files(application: Application, _address: Address) -> str:
        paths = [_import(application, path) for path in files or []]
        return paths[0] if len(paths) == 1 and paths[0] else "/"

    serve(settings, open_files)


def _import(application: Application, path: str) -> str | None:
    """Import what a path names; the page of the last project, or None with the reason printed."""
    sources = application.services.sources
    page = None
    try:
        for file_id in sources.open_path(path):
            page = import_file(sources, file_id)
    except StudioError as error:
        print(f"{path}: {error}", flush=True)
    return page
