"""The example receivers, run as programs, against the real server and a real Apache Kafka."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest
from standardwebhooks import Webhook
from tests.real.kafka.broker import OPEN

EXAMPLES = Path(__file__).parents[2] / "examples"
RECEIVER = EXAMPLES / "webhook-receiver" / "receiver.py"
CONSUMER = EXAMPLES / "kafka-consumer" / "consumer.py"
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
ROWS = 5000
IDS = [f"échantillon-{number:05d}" for number in range(ROWS)]
WAIT_SECONDS = 60


@pytest.fixture
def run(tmp_path):
    """Starts a program of the examples or the server; all of them are ended again."""
    running = []

    def start(*arguments: object, **environ: str) -> subprocess.Popen[str]:
        with (tmp_path / "errors.log").open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, *(str(argument) for argument in arguments)],
                env={**os.environ, **environ},
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        running.append(process)
        return process

    yield start
    for process in running:
        process.send_signal(signal.SIGINT)  # a consumer leaves its group
        process.wait(30)
        process.stdout.close()


@pytest.fixture
def studio(run, tmp_path):
    """Starts a server with samples and methods, one or more, by their names."""
    path = tmp_path / "samples.csv"
    path.write_text("id,value\n" + "".join(f"{one},1\n" for one in IDS), "utf-8")
    clients = []

    def serve(**methods: str) -> Studio:
        port = _free_port()
        program = "from debiai_studio.cli import main; main()"
        options = ["--port", port, "--no-browser", "--data-folder", tmp_path / "data"]
        named = {f"DEBIAI_EXPORT_METHOD_{name}": text for name, text in methods.items()}
        run("-c", program, "start", path, *options, **named)
        clients.append(httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v2", timeout=30))
        until(lambda: clients[-1].get("/projects").json())
        return Studio(clients[-1])

    yield serve
    for client in clients:
        client.close()


class Studio:
    """A server that exports all samples, as a script would ask for it."""

    def __init__(self, api: httpx.Client) -> None:
        self._api = api
        known = api.get("/export-methods").json()["methods"]
        self._ids = {method["name"]: method["id"] for method in known}

    def export(self, method: str) -> dict:
        """The delivery and its attempts, once it is delivered."""
        subject = {"kind": "selected", "rule": {}}
        asked = {"subject": subject, "method_id": self._ids[method], "name": method}
        accepted = self._api.post("/projects/local/samples/exports", json=asked)
        accepted.raise_for_status()
        return self._delivered(accepted.json()["id"])

    def send_again(self, delivery_id: str) -> dict:
        self._api.post(f"/deliveries/{delivery_id}/retry").raise_for_status()
        return self._delivered(delivery_id)

    def answers(self, delivery_id: str) -> list[dict]:
        """What came back, once all of it is applied."""
        address = f"/deliveries/{delivery_id}/answers"
        until(lambda: {one["state"] for one in self._api.get(address).json()} == {"applied"})
        return self._api.get(address).json()

    def _delivered(self, delivery_id: str) -> dict:
        address = f"/deliveries/{delivery_id}"
        until(lambda: self._api.get(address).json()["delivery"]["state"] == "delivered")
        return self._api.get(address).json()


def until(reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            if reached():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    pytest.fail("it did not get there")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def receiver(run, tmp_path):
    """The address of the webhook receiver, and what its database has."""
    database = tmp_path / "received.db"
    address = run(RECEIVER, 0, SECRET, database).stdout.readline().strip()

    def kept() -> list[tuple[str, list[str]]]:
        connection = sqlite3.connect(database)
        found = [
            (delivery_id, [row[0] for row in connection.execute(
                "SELECT id FROM samples WHERE delivery = ? ORDER BY rowid", (delivery_id,)
            )])
            for (delivery_id,) in connection.execute("SELECT id FROM deliveries ORDER BY rowid")
        ]  # fmt: skip
        connection.close()
        return found

    return address, kept


def test_the_webhook_receiver_keeps_each_selection_once_and_proves_it(studio, receiver):
    address, kept = receiver
    server = studio(
        whole=f"post, {address}, secret={SECRET}",
        by_reference=f"post, {address}, secret={SECRET}, large=reference, body.max.bytes=1000",
    )

    one, two = (server.export(name)["delivery"] for name in ("whole", "by_reference"))
    again = [server.send_again(delivery["id"]) for delivery in (one, two)]

    assert (one["ids_until"] is None, two["ids_until"] is None) == (True, False)
    assert kept() == [(one["id"], IDS), (two["id"], IDS)]
    for detail in again:
        assert [attempt["answer"] for attempt in detail["attempts"]] == ["kept", "known already"]


def test_the_webhook_receiver_gives_labels_back_to_a_method_that_wants_them(studio, receiver):
    address, _kept = receiver
    server = studio(labelling=f"post, {address}, secret={SECRET}, answers=results")

    delivery = server.export("labelling")["delivery"]

    (answer,) = server.answers(delivery["id"])
    assert (answer["columns"], answer["n_applied"], answer["n_rows"]) == (["label"], ROWS, ROWS)


@pytest.mark.parametrize("change", ["body", "signature", "time", "digest"])
def test_the_webhook_receiver_keeps_nothing_that_is_not_what_was_sent(receiver, change):
    address, kept = receiver
    body = json.dumps({"selection_name": "n", "sample_ids": [{"id": "a"}, {"id": 7}]})
    at = datetime.now(UTC) - timedelta(hours=1 if change == "time" else 0)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", at, body),
        "Debiai-Set-Digest": "v1," + "0" * 64 if change == "digest" else "",
    }
    if change == "signature":
        headers["webhook-signature"] = "v1,AAAA v2,é".encode().decode("latin-1")
    if not headers["Debiai-Set-Digest"]:
        del headers["Debiai-Set-Digest"]

    answer = httpx.post(
        address,
        content=body + " " if change == "body" else body,
        headers={name: value.encode("latin-1") for name, value in headers.items()},
    )

    assert answer.status_code == (503 if change == "digest" else 401)
    assert kept() == []


@pytest.mark.kafka
def test_the_consumer_keeps_what_was_sent_in_whatever_form(studio, run, kafka_broker, tmp_path):
    topic = kafka_broker.create_topic(f"{OPEN}example")
    place = f"kafka, {kafka_broker.bootstrap}, {topic}"
    small = "message.max.bytes=40000"
    server = studio(
        whole=place,
        chunks=f"{place}, large=chunk, {small}",
        reference=f"{place}, large=reference, {small}",
    )
    folder = tmp_path / "received"
    consumer = run(CONSUMER, kafka_broker.bootstrap, topic, folder)

    sent = {name: server.export(name)["delivery"] for name in ("whole", "chunks", "reference")}
    server.send_again(sent["chunks"]["id"])
    said = [consumer.stdout.readline().split()[0] for _ in range(4)]

    assert said == [*(delivery["id"] for delivery in sent.values()), sent["chunks"]["id"]]
    assert sent["chunks"]["chunk_bytes"] == 40_000 - 8192
    for name in ("whole", "chunks"):
        document = json.loads((folder / f"{sent[name]['id']}.json").read_bytes())
        assert [sample["id"] for sample in document["sample_ids"]] == IDS
    body = (folder / f"{sent['reference']['id']}.parquet").read_bytes()
    assert pq.read_table(io.BytesIO(body)).column("id").to_pylist() == IDS
    assert len([*folder.iterdir()]) == 4
