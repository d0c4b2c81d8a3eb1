"""The server's projects, and exports from them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from debiai_studio.client.connection import Connection, path_of
from debiai_studio.client.delivery import RemoteDelivery
from debiai_studio.client.errors import NoServer
from debiai_studio.errors import Invalid, NotFound
from debiai_studio.whereabouts import read

DATA_FOLDER = "debiai_data"


class Unknown(NotFound):
    """The server has nothing of that name."""

    code = "client.unknown"
    title = "Unknown name"

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        names = ", ".join(f"“{one}”" for one in known) or "none"
        super().__init__(f"There is no {what} “{name}”; known: {names}.")
        self.name = name


class WhatToExport(Invalid):
    """Not exactly one thing was named."""

    code = "client.what_to_export"
    title = "What to export"

    def __init__(self) -> None:
        super().__init__("Name one of: a saved selection, sample ids, or a rule.")


def connect(
    url: str | None = None,
    *,
    token: str | None = None,
    data_folder: str | os.PathLike[str] | None = None,
) -> RemoteStudio:
    """The server at an address, or the one that runs on a data folder of this machine.

    Without both, the folder of ``DEBIAI_DATA_FOLDER``, else ``./debiai_data``. Raises NoServer.
    """
    if url is not None:
        return RemoteStudio(Connection(url, token))
    folder = Path(data_folder or os.environ.get("DEBIAI_DATA_FOLDER", DATA_FOLDER))
    found = read(folder / "studio")
    if found is None:
        raise NoServer(str(folder), "no server runs on this data folder")
    return RemoteStudio(Connection(found.url, token or found.token))


class RemoteStudio:
    """A running server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def url(self) -> str:
        """What a person opens."""
        return self._connection.url

    def projects(self) -> list[str]:
        """The names of all projects."""
        return [project["project"] for project in self._connection.get("projects")]

    def project(self, name: str, *, source: str = "local") -> RemoteProject:
        """One project. Raises Unknown naming those that there are."""
        found = self._connection.get("projects")
        if not any(one["project"] == name and one["source"] == source for one in found):
            raise Unknown("project", name, (one["project"] for one in found))
        return RemoteProject(self._connection, source, name)

    def methods(self) -> list[dict[str, Any]]:
        """The export methods, last used first."""
        found: list[dict[str, Any]] = self._connection.get("export-methods")["methods"]
        return found

    def delivery(self, delivery_id: str) -> RemoteDelivery:
        """One delivery of the history."""
        record = self._connection.get(path_of("deliveries", delivery_id))["delivery"]
        return RemoteDelivery(self._connection, record)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class RemoteProject:
    """One project of a running server."""

    def __init__(self, connection: Connection, source: str, name: str) -> None:
        self._connection = connection
        self._path = path_of("projects", source, name)
        self.name = name

    def selections(self) -> list[dict[str, Any]]:
        """The saved selections at their newest versions, the one made last first."""
        found: list[dict[str, Any]] = self._connection.get(f"{self._path}/selections")
        return found

    def versions(self, selection: str) -> list[dict[str, Any]]:
        """Every version of a saved selection (name or id), newest first. Raises Unknown."""
        path = path_of("selections", self._selection(selection), "versions")
        found: list[dict[str, Any]] = self._connection.get(f"{self._path}/{path}")
        return found

    def compare(self, base: str, other: str) -> dict[str, Any]:
        """The difference of two saved selections, or of ``name@1`` and ``name@2``.

        Exact counts (``n_added``, ``n_removed``, ``n_same``), the first ids, and in ``rules`` a
        rule for each part, which ``export`` takes. Raises Unknown and Refused.
        """
        named = {"base": self._selection(base), "other": self._selection(other)}
        found: dict[str, Any] = self._connection.post(f"{self._path}/selections/compare", named)
        return found

    def count(self, rule: Mapping[str, Any]) -> int:
        """How many samples a rule selects."""
        counts = self._connection.post(f"{self._path}/analysis/count", dict(rule))
        return int(counts["samples"])

    def export(
        self,
        method: str,
        *,
        selection: str | None = None,
        ids: Iterable[str | int] | None = None,
        rule: Mapping[str, Any] | None = None,
        name: str = "",
        annotation: str = "",
        key: str | None = None,
    ) -> RemoteDelivery:
        """Hand over a saved selection (name or id), sample ids, or what a rule selects now.

        A selection is meant at its newest version, ``name@2`` at its second.
        ``method`` is a name or id. The export is accepted for good when this returns; ``key``
        makes a second call with the same key the same delivery. Raises Unknown, WhatToExport
        and Refused.
        """
        if sum(one is not None for one in (selection, ids, rule)) != 1:
            raise WhatToExport
        if selection is not None:
            subject: dict[str, Any] = {"kind": "saved", "selection_id": self._selection(selection)}
        elif ids is not None:
            subject = {"kind": "listed", "ids": [str(one) for one in ids]}
        else:
            subject = {"kind": "selected", "rule": dict(rule or {})}
        request = {
            "subject": subject,
            "method_id": self._method(method),
            "name": name,
            "annotation": annotation,
            "idempotency_key": key or uuid4().hex,
        }
        return RemoteDelivery(
            self._connection, self._connection.post(f"{self._path}/exports", request)
        )

    def streams(self) -> list[dict[str, Any]]:
        """The streams, the one made last first: how far each is, and what hinders it."""
        found: list[dict[str, Any]] = self._connection.get(f"{self._path}/streams")
        return found

    def run_stream(self, stream: str, *, incomplete: bool = False) -> dict[str, Any]:
        """Judge the rule of a stream (name or id) now, and send what changed.

        ``outcome`` says what became of it: sent, unchanged, waiting, or put off with a
        ``reason``. ``incomplete`` judges without values and results that have not come yet.
        Raises Unknown and Refused.
        """
        return self._ask_stream(stream, "run", incomplete=incomplete)

    def resend_stream(self, stream: str, *, incomplete: bool = False) -> dict[str, Any]:
        """Send the full set of a stream (name or id), and go on from there.

        Raises Unknown and Refused.
        """
        return self._ask_stream(stream, "full", incomplete=incomplete)

    def _ask_stream(self, wanted: str, what: str, *, incomplete: bool) -> dict[str, Any]:
        known = self.streams()
        found = [one["id"] for field in ("id", "name") for one in known if one[field] == wanted]
        if not found:
            raise Unknown("stream", wanted, (one["name"] for one in known))
        path = f"{self._path}/{path_of('streams', found[0], what)}"
        run: dict[str, Any] = self._connection.post(path, {"incomplete": incomplete})
        return run

    def _selection(self, wanted: str) -> str:
        known = self.selections()
        name, mark, version = wanted.rpartition("@")
        for asked, suffix in ((wanted, ""), (name if version.isdigit() else "", mark + version)):
            for field in ("id", "name"):
                for one in known:
                    if one[field] == asked:
                        return f"{one['id']}{suffix}"
        raise Unknown("selection", wanted, (one["name"] for one in known))

    def _method(self, wanted: str) -> str:
        known = self._connection.get("export-methods")["methods"]
        for field in ("id", "name"):
            for one in known:
                if one[field] == wanted:
                    return str(one["id"])
        raise Unknown("export method", wanted, (one["name"] for one in known))
