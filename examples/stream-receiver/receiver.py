"""Keeps a set of sample ids up to date from streams: each change once, in order, all or nothing.

Run it as ``python receiver.py PORT DATABASE``.
"""

import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TABLES = """
CREATE TABLE IF NOT EXISTS streams (id TEXT PRIMARY KEY, sequence INTEGER, total TEXT);
CREATE TABLE IF NOT EXISTS samples (stream TEXT, id TEXT, PRIMARY KEY (stream, id));
"""


class OutOfStepError(Exception):
    """The changes belong to another set than the one that is here."""


def sum_of(ids: Iterable[str | int]) -> int:
    """What ids add to the digest of a set (docs/reference/export-documents.md)."""
    total = 0
    for one in ids:
        letter = "i" if isinstance(one, int) else "s"
        total += int.from_bytes(hashlib.sha256(f"{letter}{one}".encode()).digest(), "big")
    return total


def digest_of(total: int) -> str:
    """The digest of a set whose ids add up to this."""
    return f"v1,{total % 2**256:064x}"


def apply(database: str, document: dict) -> str:
    """Apply a document once; the digest of the set after it. Raises OutOfStepError."""
    stream = document["stream_id"]
    added = [one["id"] for one in document["added"]]
    removed = [one["id"] for one in document["removed"]]
    connection = sqlite3.connect(database, timeout=30, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("SELECT sequence, total FROM streams WHERE id = ?", [stream])
        sequence, kept = found.fetchone() or (0, "0")
        total = int(kept, 16)
        if document["sequence"] <= sequence:
            return digest_of(total)  # it came twice
        if document["full"]:
            connection.execute("DELETE FROM samples WHERE stream = ?", [stream])
            total = 0
        elif document["base_digest"] != digest_of(total):
            raise OutOfStepError(f"here is {digest_of(total)}, not {document['base_digest']}")
        total = (total + sum_of(added) - sum_of(removed)) % 2**256
        if document["digest"] != digest_of(total):
            raise OutOfStepError(f"it would make {digest_of(total)}, not {document['digest']}")
        gone, come = ([(stream, str(one)) for one in ids] for ids in (removed, added))
        connection.executemany("DELETE FROM samples WHERE stream = ? AND id = ?", gone)
        connection.executemany("INSERT INTO samples VALUES (?, ?)", come)
        state = (stream, document["sequence"], f"{total:x}")
        connection.execute("REPLACE INTO streams VALUES (?, ?, ?)", state)
        connection.execute("COMMIT")
        return digest_of(total)
    finally:
        connection.close()


class Receiver(BaseHTTPRequestHandler):
    """Answers 200 once the changes are in the database, and with what is there then."""

    def do_POST(self) -> None:
        """Take one document."""
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if document.get("type") != "changes":
            self.answer(200, "this is no stream")
            return
        try:
            digest = apply(self.server.database, document)
        except OutOfStepError as error:
            self.answer(409, f"Resend the full set: {error}")
        except sqlite3.Error as error:
            self.answer(503, str(error))
        else:
            self.answer(200, f"sequence {document['sequence']} is applied", digest)

    def answer(self, status: int, text: str, digest: str = "") -> None:
        """Answer with a text, which stands in the history, and the digest of the set."""
        self.send_response(status)
        if digest:
            self.send_header("Debiai-Set-Digest", digest)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


if __name__ == "__main__":
    port, database = sys.argv[1:]
    sqlite3.connect(database).executescript(TABLES)
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
    server.database = database
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("Ended.")
