"""The server dies at each step of a document in chunks: readers never see half of it."""

from __future__ import annotations

import hashlib
import json
import signal
from collections import defaultdict
from dataclasses import dataclass

import pytest
from tests.worker.test_faults_of_the_server import Places, Server, ids_in, samples

__all__ = ["samples"]

LIMIT = 108_192  # chunks of 100,000 bytes
TOPIC = "faults-of-chunks"
CHUNKS = 5
# Between two chunks, before the commit, after the commit and before it is recorded.
KILLS = ["sending:2", f"sending:{CHUNKS}", "acknowledged:1"]


@dataclass(frozen=True)
class OnePlace(Places):
    """A topic, and nothing else."""

    def environment(self) -> dict[str, str]:
        limit = f"message.max.bytes={LIMIT}"
        return {
            "DEBIAI_EXPORT_METHOD_chunks": f"kafka, {self.broker}, {TOPIC}, large=chunk, {limit}"
        }


@pytest.fixture
def places(tmp_path, kafka_broker) -> Places:
    return OnePlace("", kafka_broker.bootstrap, tmp_path)


def received(messages) -> list[tuple[str, bytes]]:
    """What a reader puts together who does as the guide says."""
    chunks: dict[str, dict[int, bytes]] = defaultdict(dict)
    whole = []
    for one in messages:
        if "sequence" in one.headers:
            chunks[one.key][int(one.headers["sequence"])] = one.value
            continue
        end = json.loads(one.value)
        document = b"".join(chunks[one.key][number] for number in range(1, end["count"] + 1))
        assert hashlib.sha256(document).hexdigest() == end["sha256"]
        whole.append((one.key, document))
    return whole


@pytest.mark.kafka
def test_a_document_in_chunks_survives_the_death_of_the_server_at_every_step(
    places, samples, kafka_broker
):
    kafka_broker.create_topic(TOPIC)

    for number, failpoint in enumerate(KILLS, 1):
        before = received(kafka_broker.messages(TOPIC))
        server = Server(places, failpoint, file=None if number > 1 else samples)
        if number == 1:
            server.wait_for(lambda server=server: server.api.get("/projects").json())
            method = server.api.get("/export-methods").json()["methods"][0]["id"]
            asked = {
                "subject": {"kind": "selected", "rule": {}},
                "method_id": method,
                "name": "All",
            }
            delivery = server.api.post("/projects/local/samples/exports", json=asked).json()
            assert delivery["chunk_bytes"] == LIMIT - 8192
        assert server.wait_for_death() == -signal.SIGKILL
        # Until it was committed nothing is there to be read, not even behind what was left open.
        came = received(kafka_broker.messages(TOPIC))[len(before) :]
        assert len(came) == (1 if failpoint.startswith("acknowledged") else 0)
    last = Server(places)
    last.wait_for(lambda: last.deliveries()[0]["state"] == "delivered")

    arrived = received(kafka_broker.messages(TOPIC))
    assert {key for key, _ in arrived} == {delivery["id"]}
    assert len(arrived) == 2  # the one that was not recorded, and the last
    (document,) = {body for _, body in arrived}
    assert len(ids_in(document)) == 20_000
    assert -(-len(document) // delivery["chunk_bytes"]) == CHUNKS
    [sent] = last.deliveries()
    assert sent["sha256"] == hashlib.sha256(document).hexdigest()
    last.stop()
