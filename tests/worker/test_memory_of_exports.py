"""Selections of any size go out in bounded memory, by each type of method."""

from __future__ import annotations

import http.server
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.worker.test_faults_of_the_server import Places, Server

TOPIC = "memory-of-exports"
MILLION = 1_000_000
MEGABYTE = 1_000_000
METHODS = ("post", "chunks", "files")
MOST = {"filters": {"op": "range", "id": "r", "column": "value", "min": "10"}}
FEW = {"filters": {"op": "range", "id": "r", "column": "value", "min": "999"}}
OPENED = re.compile(r"RssAnon:\s+(\d+) kB")


class Sink(http.server.BaseHTTPRequestHandler):
    """Takes everything and keeps nothing."""

    sizes: list[int]

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        self.sizes.append(left)
        while left and (taken := len(self.rfile.read(min(left, 1 << 20)))):
            left -= taken
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def sink() -> Iterator[str]:
    Sink.sizes = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True)
class LargePlaces(Places):
    """Where whole and cut documents go."""

    def environment(self) -> dict[str, str]:
        return {
            "DEBIAI_EXPORT_METHOD_post": f"post, {self.post}, timeout=600",
            "DEBIAI_EXPORT_METHOD_chunks": f"kafka, {self.broker}, {TOPIC}, large=chunk",
            "DEBIAI_EXPORT_METHOD_files": f"file, {self.folder / 'files'}",
        }


def table(path: Path, rows: int, width: int) -> Path:
    """Text ids of so many characters, and a value by which most or few of them are selected."""
    writer = None
    for start in range(0, rows, MILLION):
        numbers = range(start, min(start + MILLION, rows))
        block = pa.table(
            {
                "id": [f"{number:0{width}d}" for number in numbers],
                "value": np.asarray(numbers) % 1000,
            }
        )
        writer = writer or pq.ParquetWriter(path, block.schema)
        writer.write_table(block)
    writer.close()
    return path


@contextmanager
def anonymous(pid: int) -> Iterator[list[int]]:
    """The anonymous memory of a process in bytes, first as it is and then at its highest."""
    ended = threading.Event()

    def now() -> int:
        return 1024 * int(OPENED.search(Path(f"/proc/{pid}/status").read_text())[1])

    found = [now(), 0]

    def watch() -> None:
        while not ended.wait(0.005):
            found[1] = max(found[1], now())

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield found
    finally:
        ended.set()
        watching.join()


class Exporting:
    """A server with so many samples."""

    def __init__(self, places: Places, rows: int, width: int) -> None:
        self._places = places
        file = table(places.folder / "samples.parquet", rows, width)
        self.server = Server(places, file=file)
        self._wait(lambda: self.server.api.get("/projects").json(), seconds=600)
        known = self.server.api.get("/export-methods").json()["methods"]
        self._ids = {method["name"]: method["id"] for method in known}

    def restart(self) -> None:
        """As it is some time after an import, which itself takes memory."""
        self.server.stop()
        self.server = Server(self._places)

    @staticmethod
    def _wait(reached, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def send(self, method: str, rule: dict) -> dict:
        """The delivery, once it has arrived; it was looked at before, as a person does."""
        subject = {"kind": "selected", "rule": rule}
        asked = {"subject": subject, "method_id": self._ids[method], "name": "All"}
        project = "/projects/local/samples/exports"
        shown = self.server.api.post(f"{project}/preview", json=asked, timeout=60).json()
        accepted = self.server.api.post(project, json=asked, timeout=60).json()
        address = f"/deliveries/{accepted['id']}"

        def delivery() -> dict:
            return self.server.api.get(address).json()["delivery"]

        self._wait(lambda: delivery()["state"] in ("delivered", "dead", "retry"), seconds=600)
        sent = delivery()
        assert sent["state"] == "delivered", sent["error"]
        assert sent["bytes"] == shown["bytes"]
        return sent


@pytest.fixture
def exporting(tmp_path, sink, kafka_broker):
    kafka_broker.create_topic(TOPIC)
    started = []

    def start(rows: int, width: int = 16) -> Exporting:
        places = LargePlaces(sink, kafka_broker.bootstrap, tmp_path)
        started.append(Exporting(places, rows, width))
        return started[-1]

    yield start
    for one in started:
        one.server.stop()
    kafka_broker.delete_topic(TOPIC)


@pytest.mark.kafka
def test_a_million_ids_go_out_in_far_less_memory_than_their_document(exporting):
    studio = exporting(MILLION, width=128)
    for method in METHODS:
        studio.send(method, FEW)

    for method in METHODS:
        with anonymous(studio.server.pid) as found:
            sent = studio.send(method, MOST)
        assert sent["bytes"] > 125 * MEGABYTE
        assert found[1] - found[0] < 80 * MEGABYTE, method


@pytest.mark.slow
@pytest.mark.kafka
def test_ten_million_ids_go_out_with_less_than_100_mb_more(exporting):
    studio = exporting(10 * MILLION)
    studio.send("files", FEW)
    studio.restart()
    studio.send("files", FEW)

    with anonymous(studio.server.pid) as found:
        for method in METHODS:
            sent = studio.send(method, MOST)
            assert sent["n_samples"] == 9_900_000

    assert sent["bytes"] > 250 * MEGABYTE
    assert found[1] - found[0] < 100 * MEGABYTE
