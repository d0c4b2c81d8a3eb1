"""A small receiver for the demo: it takes every export that is posted to it and shows it.

It stands for the program that a team would have: a labelling tool, a training queue. It keeps
the last exports in memory, byte for byte, answers 200 once it has read a whole document, and
remembers ids so that a document that was sent twice is shown once.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import threading
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import quote, unquote

KEPT = 100
KEPT_BYTES = 1 << 27  # of documents; of older ones only what is shown stays
HEAD = 4096
TAIL = 1024


class Receiver(ThreadingHTTPServer):
    """Listens on loopback until closed."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        """Raises OSError when the port is taken."""
        super().__init__(("127.0.0.1", port), _Handler)
        self.lock = threading.Lock()
        self.received: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self.documents: OrderedDict[str, bytes] = OrderedDict()

    @property
    def url(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def start(self) -> None:
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, name="demo-receiver", daemon=True).start()

    def take(self, key: str, body: bytes, headers: list[tuple[str, str]]) -> str | None:
        """Remember one document and its headers; the digest of the ids that it now holds."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        entry = {"id": key, "at": now, "headers": headers, **_describe(body, headers)}
        held: str | None = entry["set_digest"]
        with self.lock:
            entry["times"] = self.received.pop(key, {}).get("times", 0) + 1
            self.received[key] = entry
            self.documents.pop(key, None)
            self.documents[key] = body
            while len(self.received) > KEPT:
                gone, _ = self.received.popitem(last=False)
                self.documents.pop(gone, None)
            while sum(map(len, self.documents.values())) > KEPT_BYTES:
                self.documents.popitem(last=False)
        return held

    def entries(self) -> list[dict[str, Any]]:
        """What arrived, newest first; ``document`` is where all of it is, while it is kept."""
        with self.lock:
            return [
                {**entry, "document": f"/document/{quote(key, safe='')}"}
                if key in self.documents
                else entry
                for key, entry in reversed(self.received.items())
            ]

    def document(self, key: str) -> bytes | None:
        """The bytes that arrived; None when they are kept no more."""
        with self.lock:
            return self.documents.get(key)


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
        elif self.path.startswith("/document/"):
            self._answer_document(unquote(self.path.removeprefix("/document/")))
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """An export."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key = self.headers.get("webhook-id") or datetime.now(UTC).isoformat()
        held = self.server.take(key, body, self.headers.items())
        more = {"Debiai-Set-Digest": held} if held else {}
        self._answer(b'{"received":true}', "application/json", more)

    def _answer_document(self, key: str) -> None:
        body = self.server.document(key)
        if body is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        name = re.sub(r"[^\w.-]", "-", key, flags=re.ASCII)
        attachment = f'attachment; filename="{name}.json"'
        self._answer(body, "application/octet-stream", {"Content-Disposition": attachment})

    def _answer(self, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Nothing: the page shows what arrived."""


def _describe(body: bytes, headers: list[tuple[str, str]]) -> dict[str, Any]:
    text = _unpacked(body, headers)
    shown = {
        "bytes": len(body), "type": "not JSON", "title": "", "set_digest": None, **_ends(text),
    }  # fmt: skip
    try:
        document = json.loads(text)
    except ValueError:
        return shown
    if not isinstance(document, dict):
        return {**shown, "type": "JSON"}
    return {
        **shown,
        "type": str(document.get("type", "JSON")),
        "title": str(document.get("selection_name") or document.get("stream_name") or ""),
        "samples": len(document["sample_ids"]) if "sample_ids" in document else None,
        "set_digest": _set_digest(document["sample_ids"]) if "sample_ids" in document else None,
    }


def _set_digest(samples: list[Any]) -> str:
    """As docs/reference/export-documents.md tells any receiver to compute it."""
    total = 0
    for sample in samples:
        one = sample["id"] if isinstance(sample, dict) else sample
        letter = "i" if isinstance(one, int) else "s"
        code = hashlib.sha256(f"{letter}{one}".encode()).digest()
        total += int.from_bytes(code, "big")
    return f"v1,{total % 2**256:064x}"


def _unpacked(body: bytes, headers: list[tuple[str, str]]) -> bytes:
    if ("content-encoding", "gzip") not in {(name.lower(), value) for name, value in headers}:
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return body


def _ends(text: bytes) -> dict[str, str]:
    """All of a short text; of a long one its beginning and its end."""
    if len(text) <= HEAD + TAIL:
        return {"head": text.decode(errors="replace"), "tail": ""}
    head, tail = text[:HEAD], text[-TAIL:]
    # A letter of several bytes that was cut apart is left out.
    return {"head": head.decode(errors="ignore"), "tail": tail.decode(errors="ignore")}
