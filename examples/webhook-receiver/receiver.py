"""Receives exports by HTTP: verifies who sent them, keeps each one once, and proves its ids.

Run it as ``python receiver.py PORT SECRET DATABASE``.
"""

import base64
import hashlib
import hmac
import json
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300
TABLES = """
CREATE TABLE IF NOT EXISTS deliveries (id TEXT PRIMARY KEY, name TEXT, document TEXT);
CREATE TABLE IF NOT EXISTS samples (delivery TEXT, id TEXT);
"""


def is_genuine(secret: str, headers: Message, body: bytes) -> bool:
    """Whether the sender has our secret, and sent it now (standardwebhooks.com)."""
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers.get('webhook-id', '')}.{timestamp}.".encode() + body
    own = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # Several while the secret changes; the right one is enough.
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(own, one) for one in given if one.isascii())


def ids_of(document: dict) -> Iterator[str | int]:
    """The ids: those in the document, or at the address that it has instead."""
    reference = document.get("sample_ids_reference")
    if reference is None:
        yield from (sample["id"] for sample in document.get("sample_ids", []))
        return
    with urllib.request.urlopen(reference["ndjson"], timeout=60) as lines:
        for line in lines:
            yield json.loads(line)["id"]


def label_of(one: str | int) -> str:
    """What is given back for a sample; it becomes a result of it. Ask your model here."""
    return "even" if str(one)[-1:] in "02468" else "odd"


class SetDigest:
    """The digest of a set of ids, in any order (docs/reference/export-documents.md)."""

    total = 0

    def add(self, one: str | int) -> None:
        """Add an id; each one once."""
        letter = "i" if isinstance(one, int) else "s"
        code = hashlib.sha256(f"{letter}{one}".encode()).digest()
        self.total = (self.total + int.from_bytes(code, "big")) % 2**256

    def __str__(self) -> str:
        return f"v1,{self.total:064x}"


def keep(database: str, delivery_id: str, body: bytes, digest: str | None) -> str:
    """Keep a delivery once, whole or not at all; what is to be said about it."""
    document = json.loads(body)
    connection = sqlite3.connect(database, timeout=30)
    try:
        with connection:  # one transaction
            row = (delivery_id, document.get("selection_name", ""), body.decode())
            found = connection.execute("INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?)", row)
            if found.rowcount == 0:
                return "known already"
            own = SetDigest()

            def rows() -> Iterator[tuple[str, str]]:
                for one in ids_of(document):
                    own.add(one)
                    yield delivery_id, str(one)

            connection.executemany("INSERT INTO samples VALUES (?, ?)", rows())
            if digest is not None and str(own) != digest:
                raise ValueError(f"not the set that was sent: {own}, not {digest}")
        return "kept"
    finally:
        connection.close()


class Receiver(BaseHTTPRequestHandler):
    """Answers 200 once a delivery is kept; anything else lets it be sent again."""

    def do_POST(self) -> None:
        """Take one delivery."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not is_genuine(self.server.secret, self.headers, body):
            self.answer(401, "the signature is not good")
            return
        delivery_id = self.headers["webhook-id"]
        try:
            said = keep(
                self.server.database, delivery_id, body, self.headers.get("Debiai-Set-Digest")
            )
        except (OSError, ValueError, sqlite3.Error) as error:
            self.answer(503, str(error))
            return
        if "Debiai-Callback" in self.headers:  # the method has answers=results
            labels = [{"id": one, "label": label_of(one)} for one in ids_of(json.loads(body))]
            said = json.dumps({"said": said, "samples": labels})
        self.answer(200, said)

    def answer(self, status: int, text: str) -> None:
        """Answer with a text, which stands in the history of the delivery."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


if __name__ == "__main__":
    port, secret, database = sys.argv[1:]
    sqlite3.connect(database).executescript(TABLES)
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
    server.secret, server.database = secret, database
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("Ended.")
