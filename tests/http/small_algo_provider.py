"""A small algo-provider of the documented contract, written for the tests; it can misbehave.

Every algorithm takes the input ``data``; the path of its id says what it answers.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

EVERYTHING = {
    "id": "every/input",
    "name": "Every input",
    "description": "All that the contract has.",
    "tags": ["tests"],
    "author": "Grace",
    "version": "1.2",
    "creationDate": "2024-01-02",
    "updateDate": "2024-02-03",
    "inputs": [
        {"name": "text", "type": "string", "availableValues": ["a", "b"], "default": "a"},
        {"name": "number", "type": "number", "min": 0, "max": 10, "default": 5},
        {"name": "flag", "type": "boolean", "default": False},
        {"name": "data", "type": "array", "arrayType": "number", "lengthMin": 1},
        {"name": "texts", "type": "array", "arrayType": "text"},
        {"name": "idList", "type": "array", "arrayType": "string"},
        {"name": "projectId", "type": "string"},
    ],
    "outputs": [{"name": "made", "type": "array", "arrayType": "number"}],
}
WORDS = ", ".join(['"Infinity"', "NaN"] * 25)
_DATA = [{"name": "data", "type": "array"}]


def _simple(id_: str) -> dict[str, Any]:
    outputs = [{"name": "made", "type": "array", "arrayType": "number"}]
    return {"id": id_, "name": id_.capitalize(), "inputs": _DATA, "outputs": outputs}


class SmallAlgoProvider:
    """Serves until it is closed; ``bodies`` are those of runs."""

    answers: ClassVar[dict[str, Any]] = {
        "words": (200, f'[{{"name": "made", "value": [{WORDS}]}}]'),
        "object": (200, '{"outputs": [{"name": "total", "value": 3}]}'),
        "twice": (200, '[{"name": "made", "value": 1}, {"name": "made", "value": 2}]'),
        "garbage": (200, "<html>"),
        "nameless": (200, '[{"value": 1}]'),
        "mixed": (200, json.dumps([{"name": "made", "value": [1, "two"] * 25}])),
        "short": (200, json.dumps([{"name": "made", "value": [1, 2, 3]}])),
        "broken": (500, "Traceback: it broke"),
        "refusing": (400, '{"detail": "not with these"}'),
        "away": (302, ""),
    }

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.described: list[dict[str, Any]] = [
            EVERYTHING,
            *(_simple(name) for name in (*self.answers, "hanging")),
        ]
        self.let_go = threading.Event()
        small = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                small.asked.append(self.path)
                if self.path == "/algorithms":
                    self._answer(200, json.dumps(small.described))
                else:
                    self._answer(404, "")

            def do_POST(self) -> None:
                small.asked.append(self.path)
                length = int(self.headers["content-length"])
                body = json.loads(self.rfile.read(length))
                small.bodies.append(body)
                name = self.path.removeprefix("/algorithms/").removesuffix("/run")
                if name == "hanging":
                    small.let_go.wait(120)
                    return
                if name == "every%2Finput":
                    values = {one["name"]: one["value"] for one in body["inputs"]}
                    made = [one if one is None else one * 2 for one in values["data"]]
                    self._answer(200, json.dumps([{"name": "made", "value": made}]))
                    return
                self._answer(*small.answers[name])

            def _answer(self, status: int, text: str) -> None:
                body = text.encode()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"{small.url}/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
