"""A document in chunks: one transaction, against a real Apache Kafka."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
import time
import tracemalloc
from dataclasses import replace

import pytest
from tests.exports.methods.test_kafka import cloudevent_of
from tests.real.deliveries import delivery, document, method
from tests.real.kafka.broker import OPEN, PASSWORD, USER
from tests.real.schemas import schema_of

from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected
from debiai_studio.exports.methods.kafka import KafkaTopic
from debiai_studio.exports.methods.kafka_producer import Producers
from debiai_studio.testing.export_method import ignore, written

pytestmark = pytest.mark.kafka
numbers = itertools.count(1)
CHUNK = 10_000


@pytest.fixture
def sender():
    return KafkaTopic(producers=Producers(message_seconds=4))


@pytest.fixture
def topic(kafka_broker):
    return kafka_broker.create_topic(f"{OPEN}chunks-{next(numbers)}")


@pytest.fixture
def place(kafka_broker, topic):
    return method("kafka", kafka_broker.bootstrap, topic, large="chunk")


def chunked(delivery_id: str = "msg_1"):
    return replace(delivery(delivery_id, name="Späte"), chunk_bytes=CHUNK)


async def test_the_chunks_make_the_document_and_the_marker_proves_it(
    sender, kafka_broker, topic, place
):
    body = os.urandom(34_567)
    told: list[int] = []

    receipt = await sender.send(
        place, chunked(), replace(document(body), set_digest="v1,0a"), told.append
    )

    *chunks, marker = kafka_broker.messages(topic)
    assert b"".join(chunk.value for chunk in chunks) == body
    assert [chunk.headers["sequence"] for chunk in chunks] == ["1", "2", "3", "4"]
    assert {chunk.headers["count"] for chunk in (*chunks, marker)} == {"4"}
    assert {(one.key, one.partition) for one in (*chunks, marker)} == {("msg_1", 0)}
    assert "sequence" not in marker.headers
    assert schema_of(marker.value) == "completed"
    assert json.loads(marker.value) == {
        "origin": "DebiAI",
        "type": "selection.completed",
        "delivery_id": "msg_1",
        "count": 4,
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "content_type": "application/json",
    }
    assert marker.headers["debiai-set-digest"] == "v1,0a"
    assert (receipt.partition, receipt.offset) == (0, marker.offset)
    assert told == [CHUNK, 2 * CHUNK, 3 * CHUNK, len(body)]


async def test_every_chunk_is_a_cloudevent_of_its_own(sender, kafka_broker, topic, place):
    await sender.send(place, chunked(), document(os.urandom(2 * CHUNK)), ignore)

    events = [cloudevent_of(message) for message in kafka_broker.messages(topic)]

    assert [(event.get_id(), event.get_type()) for event in events] == [
        ("msg_1.chunk.1", "debiai.export.selection.chunk.v1"),
        ("msg_1.chunk.2", "debiai.export.selection.chunk.v1"),
        ("msg_1.completed", "debiai.export.selection.completed.v1"),
    ]
    assert {event.get_subject() for event in events} == {"Späte"}


async def test_sent_again_it_is_in_the_same_chunks_whatever_the_method_says(
    sender, kafka_broker, topic, place
):
    body = document(os.urandom(34_567))
    larger = method("kafka", kafka_broker.bootstrap, topic, **{"message.max.bytes": "2000000"})

    await sender.send(place, chunked(), body, ignore)
    await sender.send(larger, chunked(), body, ignore)

    arrived = [(one.value, one.headers) for one in kafka_broker.messages(topic)]
    assert len(arrived) == 10
    assert arrived[:5] == arrived[5:]


async def test_stopped_in_between_a_reader_sees_nothing_of_it(sender, kafka_broker, topic, place):
    half_way = asyncio.Event()
    loop = asyncio.get_running_loop()

    def progress(sent: int) -> None:
        if sent == 2 * CHUNK:
            loop.call_soon_threadsafe(half_way.set)

    sending = asyncio.create_task(
        sender.send(place, chunked(), document(os.urandom(500 * CHUNK)), progress)
    )
    await half_way.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    assert kafka_broker.messages(topic) == []
    assert len(kafka_broker.messages(topic, "read_uncommitted")) >= 2
    # Taken back, not left open: what follows is seen at once.
    await sender.send(place, delivery("msg_2"), document(b"{}"), ignore)
    assert [one.key for one in kafka_broker.messages(topic)] == ["msg_2"]


@pytest.mark.parametrize("policy", ["compact", "compact,delete"])
async def test_a_compacted_topic_is_refused_with_the_remedy(sender, kafka_broker, policy):
    name = f"{OPEN}chunks-{next(numbers)}"
    compacted = kafka_broker.create_topic(name, **{"cleanup.policy": policy})
    place = method("kafka", kafka_broker.bootstrap, compacted, large="chunk")

    with pytest.raises(DeliveryRejected, match=r"cleanup\.policy=delete, or set large=reference"):
        await sender.send(place, chunked(), document(os.urandom(2 * CHUNK)), ignore)

    assert kafka_broker.messages(compacted, "read_uncommitted") == []


async def test_chunks_that_the_topic_does_not_take_leave_nothing_to_be_seen(sender, kafka_broker):
    name = f"{OPEN}chunks-{next(numbers)}"
    small = kafka_broker.create_topic(name, **{"max.message.bytes": "5000"})
    place = method("kafka", kafka_broker.bootstrap, small, large="chunk")

    with pytest.raises(DeliveryRejected, match=r"Raise max\.message\.bytes of the topic"):
        await sender.send(place, chunked(), document(os.urandom(2 * CHUNK)), ignore)

    assert kafka_broker.messages(small) == []


async def test_an_unknown_topic_is_dead_and_no_broker_is_worth_another_try(sender, kafka_broker):
    unknown = method("kafka", kafka_broker.bootstrap, "nobody-made-this", large="chunk")
    nobody = method("kafka", "127.0.0.1:9", "t", large="chunk")

    with pytest.raises(DeliveryRejected, match="no such topic"):
        await sender.send(unknown, chunked(), document(os.urandom(2 * CHUNK)), ignore)
    with pytest.raises(DeliveryFailed, match="connection was refused"):
        await sender.send(nobody, chunked(), document(os.urandom(2 * CHUNK)), ignore)


async def test_what_permissions_it_needs_is_said(sender, kafka_broker, topic):
    options = {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.username": USER,
        "sasl.password": PASSWORD,
        "large": "chunk",
    }
    place = method("kafka", kafka_broker.sasl_bootstrap, topic, **options)

    with pytest.raises(DeliveryRejected, match="Grant Write and Describe on the transactional ids"):
        await sender.send(place, chunked(), document(os.urandom(2 * CHUNK)), ignore)
    kafka_broker.let_alice("transactional_id", "debiai-studio-", "write", "describe")
    with pytest.raises(DeliveryRejected, match="Grant DescribeConfigs on the topic"):
        await sender.send(place, chunked(), document(os.urandom(2 * CHUNK)), ignore)
    kafka_broker.let_alice("topic", topic, "describe_configs")

    await sender.send(place, chunked(), document(os.urandom(2 * CHUNK)), ignore)

    assert len(kafka_broker.messages(topic)) == 3


async def test_a_transaction_longer_than_the_broker_allows_names_both_settings(
    sender, kafka_broker, topic
):
    long = {"transaction.timeout.ms": "800000", "large": "chunk"}
    place = method("kafka", kafka_broker.bootstrap, topic, **long)

    with pytest.raises(DeliveryRejected, match=r"Lower transaction\.timeout\.ms"):
        await sender.send(place, chunked(), document(os.urandom(2 * CHUNK)), ignore)


async def test_a_large_document_passes_in_the_memory_of_a_few_chunks(
    sender, kafka_broker, topic, place, tmp_path
):
    sent = written(tmp_path / "large.json", 64 * 1024 * 1024)

    tracemalloc.start()
    try:
        await sender.send(place, replace(chunked(), chunk_bytes=991_808), sent, ignore)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    *chunks, _ = kafka_broker.messages(topic)
    digest = hashlib.sha256(b"".join(chunk.value for chunk in chunks)).hexdigest()
    assert digest == sent.sha256
    assert peak < 8 * 1024 * 1024


def test_the_limit_is_that_of_the_topic_once_it_is_known(sender, kafka_broker):
    name = f"{OPEN}chunks-{next(numbers)}"
    small = kafka_broker.create_topic(name, **{"max.message.bytes": "50000"})
    place = method("kafka", kafka_broker.bootstrap, small)

    assert sender.limit(place) == 1_000_000 - 8192
    deadline = time.monotonic() + 20
    while sender.limit(place) != 50_000 - 8192 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sender.limit(place) == 50_000 - 8192
