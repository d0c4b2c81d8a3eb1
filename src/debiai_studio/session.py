"""``debiai_studio.open``: a table of Python in the browser, from a script or a notebook."""

from __future__ import annotations

import atexit
import contextlib
import html
import os
import threading
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import pyarrow as pa

from debiai_studio.bootstrap import Application, build
from debiai_studio.errors import Unavailable
from debiai_studio.listening import Address, listen, web_server
from debiai_studio.open_table import arrow_table, import_table
from debiai_studio.settings import Settings, load_settings
from debiai_studio.whereabouts import Whereabouts, told

_LOOK_SECONDS = 0.1


class TableNotImported(Unavailable):
    """The import of a table failed."""

    code = "sources.table_not_imported"
    title = "Table not imported"


class _Serving:
    """A server in a thread of this process."""

    def __init__(self, settings: Settings) -> None:
        self.users = 0
        self._socket, self.address = listen(settings)
        try:
            self.application: Application = build(
                settings,
                token=self.address.token,
                url=self.address.url,
                log_level="error",
            )
        except BaseException:
            self._socket.close()
            raise
        self._server = web_server(self.application.asgi)
        where = Whereabouts(self.address.url, self.address.token)
        self._whereabouts = told(settings.studio_folder, where)
        # An interrupted ``Thread.join`` takes the thread for ended from then on (Python 3.11).
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="studio", daemon=True)
        self._thread.start()
        while not self.application.ready.wait(_LOOK_SECONDS) and self._thread.is_alive():
            pass

    def wait(self) -> None:
        self._ended.wait()

    def stop(self) -> None:
        self._server.should_exit = True
        self._ended.wait()

    def _run(self) -> None:
        try:
            with self._whereabouts:
                self._server.run(sockets=[self._socket])
        finally:
            self.application.close()
            self._socket.close()
            self._ended.set()


class Session:
    """A project in the browser; the server ends with ``close`` of the last one, or the program."""

    def __init__(self, serving: _Serving, address: Address, project: str) -> None:
        self.project = project
        self.token = address.token
        self.url = f"{address.url}p/local/{quote(project, safe='')}"
        self._serving: _Serving | None = serving

    def close(self) -> None:
        """Be done with it; the project stays in the data folder. May be called twice."""
        with _lock:
            serving, self._serving = self._serving, None
            if serving is not None:
                _give_up(serving)

    def wait(self) -> None:
        """Stay until Ctrl+C or ``close``: for a script, whose end would be the server's too."""
        if self._serving is not None:
            with contextlib.suppress(KeyboardInterrupt):
                self._serving.wait()
            self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<DebiAI Studio: {self.project}, {self.url}>"

    def _repr_html_(self) -> str:
        name, url = html.escape(self.project), html.escape(self.url)
        return f'DebiAI Studio: <a href="{url}" target="_blank">{name}</a>'


_lock = threading.RLock()
_servings: dict[Path, _Serving] = {}


def open_session(
    table: object,
    *,
    name: str = "table",
    id: str | None = None,  # noqa: A002 - the word that everybody would look for
    models: Mapping[str, Mapping[str, str]] | None = None,
    browser: bool = True,
    port: int | None = None,
    data_folder: str | os.PathLike[str] | None = None,
) -> Session:
    """Show a pandas, Polars or Arrow table as a new project; its page opens in the browser.

    ``id`` names the column of sample ids; without it a column that looks like one is taken, else
    the position. ``models`` names the columns of results as ``{model: {result: column}}``;
    without it they are guessed. The server runs in this process, and a second call uses the one
    that there is (``port`` is then of no effect). Everything else is configured as for
    ``debiai start``. Raises NotATable, InvalidImport, TableNotImported, PortTaken,
    DataFolderTaken.
    """
    arrow = arrow_table(table)
    given = {"port": port, "data_folder": data_folder}
    settings = load_settings(given, os.environ, Path.cwd())
    with _lock:
        serving = _serving_of(settings)
        serving.users += 1
    try:
        project = _imported(serving, arrow, name, id, models)
    except BaseException:
        with _lock:
            _give_up(serving)
        raise
    session = Session(serving, serving.address, project)
    if browser and settings.browser:
        webbrowser.open(session.url)
    return session


def _imported(
    serving: _Serving,
    table: pa.Table,
    name: str,
    id_column: str | None,
    models: Mapping[str, Mapping[str, str]] | None,
) -> str:
    sources = serving.application.services.sources
    job = import_table(sources, table, name=name, id_column=id_column, models=models)
    if job.created is None:
        raise TableNotImported((job.error or {}).get("detail", "The import was cancelled."))
    return job.created


def _serving_of(settings: Settings) -> _Serving:
    folder = settings.data_folder.resolve()
    if folder not in _servings:
        _servings[folder] = _Serving(settings)
    return _servings[folder]


def _give_up(serving: _Serving) -> None:
    serving.users -= 1
    if serving.users == 0:
        for folder in [folder for folder, known in _servings.items() if known is serving]:
            del _servings[folder]
        serving.stop()


@atexit.register
def _stop_all() -> None:
    with _lock:
        for serving in list(_servings.values()):
            serving.stop()
        _servings.clear()
