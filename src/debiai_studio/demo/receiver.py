"""A small receiver for the demo: it takes every export that is posted to it and shows it.

It stands for the program that a team would have: a labelling tool, a training queue. It keeps
the last exports in memory, answers 200 once it has read a whole document, and remembers ids so
that a document that was sent twice is shown once.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

KEPT = 100
SHOWN_IDS = 5


class Receiver(ThreadingHTTPServer):
    """Listens on loopback until closed."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        """Raises OSError when the port is taken."""
        super().__init__(("127.0.0.1", port), _Handler)
        self.lock = threading.Lock()
        self.received: OrderedDict[str, dict[str, Any]] = OrderedDict()

    @property
    def url(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def start(self) -> None:
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, name="demo-receiver", daemon=True).start()

    def take(self, key: str, body: bytes) -> None:
        """Remember one document."""
        entry = {"id": key, "at": datetime.now(UTC).strftime("%H:%M:%S"), **_describe(body)}
        with self.lock:
            entry["times"] = self.received.pop(key, {}).get("times", 0) + 1
            self.received[key] = entry
            while len(self.received) > KEPT:
                self.received.popitem(last=False)

    def entries(self) -> list[dict[str, Any]]:
        """What arrived, newest first."""
        with self.lock:
            return list(reversed(self.received.values()))


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The page, and what it shows."""
        if self.path == "/received":
            self._answer(json.dumps(self.server.entries()).encode(), "application/json")
        elif self.path == "/":
            page = files("debiai_studio.demo").joinpath("receiver.html").read_bytes()
            self._answer(page, "text/html; charset=utf-8")
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """An export."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.take(self.headers.get("webhook-id") or datetime.now(UTC).isoformat(), body)
        self._answer(b'{"received":true}', "application/json")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Nothing: the page shows what arrived."""


def _describe(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {"bytes": len(body), "type": "not JSON", "title": "", "detail": ""}
    if not isinstance(document, dict):
        return {"bytes": len(body), "type": "JSON", "title": "", "detail": ""}
    ids = [str(sample.get("id")) for sample in document.get("sample_ids", [])]
    rest = {
        key: value
        for key, value in document.items()
        if key not in ("sample_ids", "origin", "type", "selection_name")
    }
    return {
        "bytes": len(body),
        "type": str(document.get("type", "JSON")),
        "title": str(document.get("selection_name", "")),
        "samples": len(ids) if "sample_ids" in document else None,
        "first": ids[:SHOWN_IDS],
        "detail": json.dumps(rest, ensure_ascii=False),
    }
