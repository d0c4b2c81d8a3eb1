"""The real server, started by its command, is killed at every step while 200 exports go out."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.real.history import Arrival, at, disagreements, written

from debiai_studio.exports.model import Attempt

# Name and how often the place is reached before the process dies there.
KILLS = [
    "accepted:1",
    "claimed:2",
    "rendered:7",
    "sending:1",
    "acknowledged:6",
    "recorded:1",
    "accepted:9",
    "claimed:1",
    "rendered:1",
    "sending:7",
    "acknowledged:1",
    "recorded:6",
]
STEPS = 6
EXPORTS = 200
ROWS = 20_000
LEAST = 10
TOPIC = "faults-of-the-server"
METHODS = ("post", "kafka", "files", "tables")
WAIT_SECONDS = 60


@dataclass(frozen=True)
class Places:
    """Where the exports go."""

    post: str
    broker: str
    folder: Path

    def environment(self) -> dict[str, str]:
        texts = {
            "post": f"post, {self.post}",
            "kafka": f"kafka, {self.broker}, {TOPIC}",
            "files": f"file, {self.folder / 'files'}",
            "tables": f"file, {self.folder / 'tables'}, format=csv",
        }
        return {f"DEBIAI_EXPORT_METHOD_{name}": text for name, text in texts.items()}


class Server:
    """`debiai start` in a process of its own."""

    def __init__(self, places: Places, failpoint: str = "", file: Path | None = None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        program = "from debiai_studio.cli import main; main()"
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v2", timeout=30)
        log = (places.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, "start", *([str(file)] if file else []),
             "--port", str(port), "--no-browser", "--data-folder", str(places.folder / "data")],
            env={**os.environ, **places.environment(), "DEBIAI_FAILPOINT": failpoint,
                 # One that several kills hit would otherwise wait for the schedule's hours.
                 "DEBIAI_RETRY_SCHEDULE": "0.1,0.1,0.1,0.1"},
            stdout=subprocess.DEVNULL, stderr=log, cwd=places.folder,
        )  # fmt: skip
        log.close()
        self._until(lambda: self.api.get("/about").status_code == 200)

    @property
    def pid(self) -> int:
        return self._process.pid

    def _until(self, reached: Callable[[], object]) -> None:
        """Wait for something, or for the end of the process."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if reached():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        assert self._process.poll() is not None, "the server did not get there"

    def wait_for(self, reached: Callable[[], object]) -> None:
        self._until(reached)
        assert self._process.poll() is None

    def wait_for_death(self) -> int:
        try:
            return self._process.wait(WAIT_SECONDS)
        finally:
            self.api.close()

    def offer(self, numbers: range) -> None:
        """Ask for exports; the server may die before, while or after one is recorded.

        Who got no answer asks again later under the same key; what was accepted stays one.
        """
        try:
            known = self.api.get("/export-methods").json()["methods"]
            ids = {method["name"]: method["id"] for method in known}
            for number in numbers:
                self.api.post(
                    "/projects/local/samples/exports",
                    json={
                        "subject": subject_of(number),
                        "method_id": ids[method_of(number)],
                        "name": name_of(number),
                        "idempotency_key": name_of(number),
                    },
                ).raise_for_status()
        except httpx.TransportError:
            assert self.wait_for_death() == -signal.SIGKILL

    def deliveries(self) -> list[dict]:
        return self.api.get("/deliveries", params={"limit": 500}).json()

    def attempts(self, delivery_id: str) -> list[Attempt]:
        detail = self.api.get(f"/deliveries/{delivery_id}").json()
        return [Attempt(**attempt) for attempt in detail["attempts"]]

    def stop(self) -> None:
        self.api.close()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(WAIT_SECONDS)


def name_of(number: int) -> str:
    return f"export {number:03d}"


def method_of(number: int) -> str:
    return METHODS[number % len(METHODS)]


def subject_of(number: int) -> dict:
    """Every fifth is large, so that it is sent in several pieces: some die half-way."""
    if number % 5 == 0:
        rule = {"filters": {"op": "range", "id": "r", "column": "value", "min": str(LEAST)}}
        return {"kind": "selected", "rule": rule}
    return {"kind": "listed", "ids": [f"sample-{number:06d}", "sample-000000"]}


def ids_of(number: int) -> list[str]:
    if number % 5 == 0:
        return [f"sample-{row:06d}" for row in range(ROWS) if row % 1000 >= LEAST]
    return ["sample-000000", f"sample-{number:06d}"]


def ids_in(document: bytes) -> list[str]:
    """Of a document in JSON or a table in CSV."""
    if document.startswith(b"{"):
        return [sample["id"] for sample in json.loads(document)["sample_ids"]]
    return [row["id"] for row in csv.DictReader(io.StringIO(document.decode()))]


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    path = tmp_path / "samples.csv"
    lines = [f"sample-{number:06d},{number % 1000}" for number in range(ROWS)]
    path.write_text("id,value\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def places(tmp_path, receiver, kafka_broker) -> Places:
    kafka_broker.create_topic(TOPIC)
    return Places(receiver.url("/ok"), kafka_broker.bootstrap, tmp_path)


@pytest.mark.kafka
@pytest.mark.parametrize(
    "kills", [KILLS[:STEPS], pytest.param(KILLS, marks=pytest.mark.slow)], ids=["once", "twice"]
)
def test_200_exports_survive_the_death_of_the_server_at_every_step(
    places, samples, receiver, kafka_broker, kills
):
    first = Server(places, file=samples)
    first.wait_for(lambda: first.api.get("/projects").json())
    first.stop()

    for round_, failpoint in enumerate(kills, 1):
        server = Server(places, failpoint)
        # Some new ones each time, with those of before: there is work left for every kill.
        server.offer(range(round_ * EXPORTS // (len(kills) + 1)))
        assert server.wait_for_death() == -signal.SIGKILL
    last = Server(places)
    last.offer(range(EXPORTS))
    # What waits needs the project no more.
    last.api.delete("/projects/local/samples").raise_for_status()
    last.wait_for(lambda: all(one["state"] == "delivered" for one in last.deliveries()))

    numbers = {one["id"]: int(one["name"].split()[1]) for one in last.deliveries()}
    assert sorted(numbers.values()) == [*range(EXPORTS)]
    arrived = {
        "post": [
            (one.id, one.body, Arrival(at(one.at), one.status)) for one in receiver.received()
        ],
        "kafka": [
            (one.key, one.value, Arrival(at(one.at), one.offset))
            for one in kafka_broker.messages(TOPIC)
        ],
        "files": in_folder(places.folder / "files"),
        "tables": in_folder(places.folder / "tables"),
    }
    found = []
    for delivery_id, number in numbers.items():
        mine = [one for one in arrived[method_of(number)] if one[0] == delivery_id]
        (document,) = {body for _, body, _ in mine}
        assert ids_in(document) == ids_of(number)
        attempts = last.attempts(delivery_id)
        assert [one.outcome for one in attempts if one.milliseconds is not None] == ["delivered"]
        # A file that is sent again replaces itself: the last attempt's is there.
        seen = attempts[-1:] if method_of(number) in ("files", "tables") else attempts
        found += disagreements(seen, [arrival for _, _, arrival in mine])
    last.stop()
    assert found == []
    everything = itertools.chain.from_iterable(arrived.values())
    assert {delivery_id for delivery_id, *_ in everything} == set(numbers)


def in_folder(folder: Path) -> list[tuple]:
    """What a folder holds; nothing half-written among it."""
    return [
        (path.name.split("-")[0], path.read_bytes(), written(path))
        for path in folder.iterdir()
        if not path.name.endswith(".part")
    ]
