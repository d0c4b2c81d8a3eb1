"""A small data provider of the documented contract, which can be slow, strict, or wrong.

It is a server of its own in this process, so that a test can change what it does while it runs.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

COLUMNS = [
    {"name": "weather", "category": "context", "type": "text", "group": "sky"},
    {"name": "speed", "category": "input", "type": "number"},
    {"name": "is_night", "category": "groundtruth", "type": "boolean"},
    {"name": "box", "type": "list"},
    {"name": "anything"},
]
RESULTS = [{"name": "score", "type": "number"}, {"name": "label"}]


@dataclass
class Project:
    """A project: rows by id, results by model and id, selections by name."""

    rows: dict[str | int, list]
    results: dict[str, dict[str | int, list]] = field(default_factory=dict)
    selections: dict[str, list[str | int]] = field(default_factory=dict)
    columns: list[dict] = field(default_factory=lambda: COLUMNS)
    expected: list[dict] | None = field(default_factory=lambda: RESULTS)
    told: int | None = None  # how many samples it says it has
    updated: float | str | None = 1_700_000_000_000


def row(number: int) -> list:
    return [("sun", "rain", None)[number % 3], number / 2, number % 2 == 0, [number, 1], number]


def drives(n_samples: int = 50) -> Project:
    ids = [f"d{number:05d}" for number in range(n_samples)]
    return Project(
        rows={id_: row(number) for number, id_ in enumerate(ids)},
        results={
            "resnet": {id_: [number / 10, f"l{number % 3}"] for number, id_ in enumerate(ids)},
            "half": {id_: [1, None] for id_ in ids[::2]},
        },
        selections={"every fifth": ids[::5]},
        told=n_samples,
    )


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    query: dict[str, str]
    body: object
    headers: dict[str, str]


class DataProvider:
    """Serves ``projects``. ``before`` is called with each request, and may wait, or answer:
    with a status and a text, or with None to go on."""

    def __init__(self) -> None:
        self.projects: dict[str, Project] = {"drives": drives()}
        self.info: object = {
            "version": "1.2.3",
            "maxSampleIdByRequest": 20,
            "maxSampleDataByRequest": 10,
            "maxResultByRequest": 4,
            "canDelete": {"projects": False, "selections": True, "models": True},
        }
        self.before: Callable[[Asked], tuple[int, str] | None] = lambda _asked: None
        self.page_of_its_own: int | None = None  # it gives so many ids, whatever is asked for
        self.ignores_places = False  # it gives every id each time
        self.omitted: set[str | int] = set()
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        # Those who ask may go before they are answered.
        self._server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def count(self, end: str) -> int:
        """How many requests there were to addresses that end so."""
        return sum(asked.path.endswith(end) for asked in self.asked)

    def answer(self, asked: Asked) -> object:
        """The document; None when there is nothing at the address."""
        parts = [unquote(part) for part in asked.path.strip("/").split("/")]
        match (asked.method, parts):
            case ("GET", ["info"]):
                return self.info
            case ("GET", ["projects"]):
                return {name: self._overview(one) for name, one in self.projects.items()}
            case (_, ["projects", name, *rest]) if name in self.projects:
                return self._of_project(self.projects[name], asked, rest)
        return None

    def _overview(self, project: Project) -> dict:
        return {
            "nbSamples": project.told,
            "nbModels": len(project.results),
            "nbSelections": len(project.selections),
            "updateDate": project.updated,
        }

    def _of_project(  # noqa: PLR0911 - one per address
        self, project: Project, asked: Asked, rest: list[str]
    ) -> object:
        match (asked.method, rest):
            case ("GET", []):
                expected = {} if project.expected is None else {"expectedResults": project.expected}
                return {**self._overview(project), "columns": project.columns, **expected}
            case ("GET", ["data-id-list"]):
                ids = list(project.rows)
                first, last = int(asked.query["from"]), int(asked.query["to"])
                if self.ignores_places:
                    return ids
                return ids[first : last + 1][: self.page_of_its_own]
            case ("POST", ["data"]):
                return self._values(project.rows, asked.body)
            case ("GET", ["models"]):
                return [{"id": id_, "metadata": {"layers": 50}} for id_ in project.results]
            case ("GET", ["models", model, "evaluated-data-id-list"]):
                return list(project.results[model])
            case ("POST", ["models", model, "results"]):
                return self._values(project.results[model], asked.body)
            case ("GET", ["selections"]):
                return [{"id": f"s-{name}", "name": name} for name in project.selections]
            case ("GET", ["selections", selection, "selected-data-id-list"]):
                return project.selections[selection.removeprefix("s-")]
        return None

    def _values(self, values: dict, ids: object) -> dict:
        wanted = [id_ for id_ in ids if id_ not in self.omitted]
        return {id_: values[id_] for id_ in wanted if id_ in values}


def _handler(provider: DataProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("content-length") or 0))
            asked = Asked(
                self.command,
                parts.path,
                {key: given[0] for key, given in parse_qs(parts.query).items()},
                json.loads(sent) if sent else None,
                {key.lower(): value for key, value in self.headers.items()},
            )
            provider.asked.append(asked)
            early = provider.before(asked)
            if early is not None:
                self._send(*early)
                return
            document = provider.answer(asked)
            if document is None:
                self._send(404, "not found")
            else:
                self._send(200, json.dumps(document))

        def _send(self, status: int, text: str) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            if 300 <= status < 400:
                self.send_header("location", text)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
