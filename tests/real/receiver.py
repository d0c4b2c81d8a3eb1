"""A real HTTP receiver in a process of its own, with its own account of what it got.

Run as a program it prints its port; with a certificate it speaks TLS, and with a CA it asks for a
certificate of the client, too. Every complete request is appended to the log and flushed to
disk before it is answered, and so is the status of the answer before it is sent. The path says
how it answers: ``/ok``, ``/status/500``, ``/busy/7`` (429 with Retry-After), ``/redirect``,
``/slow/2`` (seconds), ``/hang`` (applies, never answers), ``/close`` (reads a little, then
closes), ``/reset`` (applies, closes without an answer), ``/half`` (applies, closes in the middle
of its answer), ``/garbage`` (not HTTP), ``/endless`` (an answer without end), ``/flaky/2/<any>``
(500 for the first two of each webhook-id), ``/choosy/5``
(500 for the first of each fifth webhook-id, by its number), ``/holds/v1,00`` (says that it holds
the set of this digest), ``/labels`` (gives each sample a label: "long" or "short", by its id),
``/returns/<base64url>`` (answers with this body), ``/huge`` (17 MB of a JSON list), ``/moody/7``
(for the first of each twelfth webhook-id, by its number and the seed: 500, 429, or it applies and
never answers, or answers by half).
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True)
class Received:
    """One request as the receiver got it; header names in lower case.

    ``at`` is the Unix time at which it was whole; ``status`` that of the answer, if any.
    """

    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    status: int | None

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """Starts the program, and reads its log."""

    def __init__(self, log: Path, host: str = "127.0.0.1", *tls: Path) -> None:
        """``tls``: the file of a certificate and its key, and of the CA that clients need."""
        self._log = log
        self._scheme = "https" if tls else "http"
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(log), host, *map(str, tls)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._process.stdout.readline())

    def url(self, path: str) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}{path}"

    def received(self, path: str | None = None) -> list[Received]:
        """What was applied, in order."""
        log = self._log.read_bytes() if self._log.exists() else b""
        # The last line may be half written.
        entries = [json.loads(line) for line in log.rpartition(b"\n")[0].splitlines()]
        answers = {one["answer_to"]: one["status"] for one in entries if "answer_to" in one}
        found = [
            Received(
                one["path"],
                one["headers"],
                base64.b64decode(one["body"]),
                one["at"],
                answers.get(one["number"]),
            )
            for one in entries
            if "body" in one
        ]
        return [one for one in found if path is None or one.path == path]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    log: int
    lock = threading.Lock()
    numbers = itertools.count()
    number: int
    body: bytes
    seen: ClassVar[Counter[str]] = Counter()

    def do_POST(self) -> None:
        word, *values = self.path.strip("/").split("/")
        if word == "close":
            self.rfile.read(1)
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) < int(self.headers["Content-Length"]):
            self.close_connection = True
            return
        with self.lock:
            self._append(body)
            self.body = body
            times = self.seen[self.headers.get("webhook-id", "")] + 1
            self.seen[self.headers.get("webhook-id", "")] = times
        getattr(self, f"_{word}", self._ok)(times, *values)

    def _append(self, body: bytes) -> None:
        self.number = next(self.numbers)
        entry = {
            "number": self.number,
            "at": time.time(),
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": base64.b64encode(body).decode(),
        }
        self._write(entry)

    def _write(self, entry: dict[str, object]) -> None:
        os.write(self.log, json.dumps(entry).encode() + b"\n")
        os.fsync(self.log)

    def _answer(self, status: int, body: bytes = b"thanks", **headers: str) -> None:
        self._write({"answer_to": self.number, "status": status})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _ok(self, _times: int, *_values: str) -> None:
        self._answer(200)

    def _holds(self, _times: int, digest: str) -> None:
        self._answer(200, Debiai_Set_Digest=digest)

    def _labels(self, _times: int) -> None:
        ids = [sample["id"] for sample in json.loads(self.body)["sample_ids"]]
        labels = [{"id": id_, "label": "long" if len(str(id_)) > 3 else "short"} for id_ in ids]
        self._answer(200, json.dumps({"samples": labels}).encode())

    def _huge(self, _times: int) -> None:
        self._answer(200, b"[" + b" " * 17_000_000 + b"]")

    def _returns(self, _times: int, code: str) -> None:
        self._answer(200, base64.urlsafe_b64decode(code))

    def _status(self, _times: int, status: str) -> None:
        self._answer(int(status), f"status {status}".encode())

    def _busy(self, _times: int, seconds: str) -> None:
        self._answer(429, Retry_After=seconds)

    def _redirect(self, _times: int) -> None:
        self._answer(302, Location="/ok")

    def _slow(self, _times: int, seconds: str, *_values: str) -> None:
        time.sleep(float(seconds))
        self._answer(200)

    def _hang(self, _times: int, *_values: str) -> None:
        time.sleep(3600)

    def _reset(self, _times: int) -> None:
        self.close_connection = True

    def _half(self, _times: int) -> None:
        """Begins to answer; nobody can tell what it was going to say."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntha")
        self.close_connection = True

    def _garbage(self, _times: int) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        self.close_connection = True

    def _endless(self, _times: int) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            return

    def _flaky(self, times: int, failures: str, *_values: str) -> None:
        self._answer(500 if times <= int(failures) else 200)

    def _choosy(self, times: int, one_in: str) -> None:
        number = int(self.headers["webhook-id"].removeprefix("msg_"), 16)
        self._answer(500 if times == 1 and number % int(one_in) == 0 else 200)

    def _moody(self, times: int, seed: str) -> None:
        number = int(self.headers["webhook-id"].removeprefix("msg_"), 16)
        moods = (
            lambda: self._status(1, "500"),
            lambda: self._busy(1, "1"),
            lambda: self._hang(1),
            lambda: self._half(1),
        )
        if times == 1 and number % 12 == 0:
            random.Random(f"{seed} {number}").choice(moods)()  # noqa: S311 - repeatable
        else:
            self._answer(200)

    def log_message(self, *_args: object) -> None:
        """Nothing on the terminal."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_arguments: object) -> None:
        """A sender that is killed breaks its connections; that is what the tests are about."""


def main() -> None:
    log, host, *tls = sys.argv[1:]
    _Handler.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    server = _Server((host, 0), _Handler)
    if tls:
        pair, *authorities = tls
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair)
        for authority in authorities:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(authority)
        # The handshake belongs to the handler's thread, not to the one that accepts.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
