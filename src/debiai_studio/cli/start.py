"""``debiai start``: serve, and import what is named."""

from __future__ import annotations

from typing import Annotated

import typer

from debiai_studio.bootstrap import Application
from debiai_studio.cli.importing import import_file, require_there
from debiai_studio.cli.options import ServerOptions, takes_server_options
from debiai_studio.cli.serving import Address, serve
from debiai_studio.errors import StudioError


@takes_server_options
def start(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|FOLDER|URL]...", help="Data to open as projects."),
    ] = None,
    *,
    options: ServerOptions,
) -> None:
    """Start the server, import what is named, and open the browser."""
    for named in files or []:
        require_there(named)

    def open_files(application: Application, _address: Address) -> str:
        paths = [_import(application, path) for path in files or []]
        return paths[0] if len(paths) == 1 and paths[0] else "/"

    serve(options.settings(), open_files)


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
