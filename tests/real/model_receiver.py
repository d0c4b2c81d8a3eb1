"""A receiver that keeps a set up to date from a stream, as the guide tells how, and drops dice.

It runs in threads of this process, so that it outlives a server that is killed. Its moods, by
chance while it is not calm: it drops the request unread, answers 500 before or after it applied
the document, closes or waits too long after it applied it, or gets it twice.
"""

from __future__ import annotations

import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyarrow as pa

from debiai_studio.datasets.set_digest import EMPTY, set_digest

MOODS = ("drop", "fail", "fail after", "close after", "timeout after", "twice")
# Five failures in a row would open the breaker, which waits for half a minute.
LONGEST_MOOD = 3


class ModelReceiver:
    """Its set, and what it was sent."""

    def __init__(self, seed: str = "", *, hang_seconds: float = 1.5) -> None:
        self.ids: set[str] = set()
        self.digest = EMPTY
        self.sequence = 0
        self.documents: list[dict] = []
        self.troubles: list[str] = []
        self.refuses = False
        self.says: str | None = None  # another digest than its own
        self.is_calm = not seed
        self.moods: list[str] = []
        self._chance = random.Random(seed)  # noqa: S311 - repeatable
        self._hang_seconds = hang_seconds
        self._in_a_row = 0
        self._lock = threading.Lock()
        self._free = threading.Event()
        self._free.set()
        self._held = threading.Event()
        handler = type("Handler", (_Handler,), {"model": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def hold(self) -> None:
        """Let the next requests wait before they are applied, until ``release``."""
        self._held.clear()
        self._free.clear()

    def wait_until_held(self) -> None:
        assert self._held.wait(60)

    def release(self) -> None:
        self._free.set()

    def pass_through(self) -> None:
        if not self._free.is_set():
            self._held.set()
            self._free.wait(60)

    def close(self) -> None:
        self._free.set()
        self._server.shutdown()
        self._server.server_close()

    def apply(self, document: dict, headers: dict[str, str]) -> int:
        """The status of the answer."""
        with self._lock:
            if headers.get("debiai-stream") != document["stream_id"]:
                self.troubles.append(f"headers of another stream: {headers}")
            if headers.get("debiai-sequence") != str(document["sequence"]):
                self.troubles.append(f"headers of another sequence: {headers}")
            self.documents.append(document)
            if document["sequence"] <= self.sequence:
                return 200
            added = {one["id"] for one in document["added"]}
            removed = {one["id"] for one in document["removed"]}
            if document["full"]:
                self.ids = added
            elif document["base_digest"] != self.digest:
                return 409
            else:
                if added & self.ids or removed - self.ids:
                    self.troubles.append(f"sequence {document['sequence']} is no difference")
                self.ids = (self.ids | added) - removed
            self.sequence = document["sequence"]
            self.digest = digest_of(self.ids)
            if self.digest != document["digest"] or len(self.ids) != document["n_samples"]:
                self.troubles.append(f"sequence {self.sequence} makes another set")
            return 200

    def mood(self) -> str:
        """What happens to the next request."""
        with self._lock:
            if self.is_calm or self._in_a_row >= LONGEST_MOOD or self._chance.random() < 0.4:
                self._in_a_row = 0
                return "ok"
            mood = self._chance.choice(MOODS)
            self._in_a_row += mood != "twice"
            self.moods.append(mood)
            return mood

    def wait_too_long(self) -> None:
        time.sleep(self._hang_seconds)


def digest_of(ids: set[str]) -> str:
    return set_digest([pa.array(sorted(ids), pa.string())])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: ModelReceiver

    def do_POST(self) -> None:
        mood = self.model.mood()
        if mood == "drop":
            self.close_connection = True
            return
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:  # the sender died
            self.close_connection = True
            return
        if mood == "fail" or self.model.refuses:
            self._answer(500 if mood == "fail" else 400)
            return
        self.model.pass_through()
        document = json.loads(body)
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = self.model.apply(document, headers)
        if mood == "twice":
            status = self.model.apply(document, headers)
        if mood == "timeout after":
            self.model.wait_too_long()
        if mood in ("close after", "timeout after"):
            self.close_connection = True
            return
        self._answer(500 if mood == "fail after" else status)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Debiai-Set-Digest", self.model.says or self.model.digest)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing on the terminal."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        """A sender that is killed breaks its connections; that is what the tests are about."""
