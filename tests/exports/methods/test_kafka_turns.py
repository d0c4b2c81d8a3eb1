"""How many documents in chunks are under way at once; each holds a client and a thread."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import ClassVar

import pytest
from tests.real.deliveries import delivery, document, method

from debiai_studio.exports.methods import kafka
from debiai_studio.exports.methods.kafka_chunks import Stopped
from debiai_studio.testing.export_method import ignore


class SilentChunks:
    """A broker that never answers, as long as it is not given up."""

    begun: ClassVar[list[str]]

    def __init__(self, _settings, topic, *_others):
        self.topic = topic
        self._stopped = threading.Event()

    def send(self):
        self.begun.append(self.topic)
        self._stopped.wait(60)
        raise Stopped

    def stop(self):
        self._stopped.set()


@pytest.fixture
def begun(monkeypatch):
    begun: list[str] = []
    monkeypatch.setattr(SilentChunks, "begun", begun, raising=False)
    monkeypatch.setattr(kafka, "Chunks", SilentChunks)
    return begun


def send(sender, method_id):
    place = replace(method("kafka", "127.0.0.1:1", method_id, large="chunk"), id=method_id)
    cut = replace(delivery(), chunk_bytes=10)
    return asyncio.create_task(sender.send(place, cut, document(b"0" * 100), ignore))


async def until(reached):
    for _ in range(2000):
        if reached():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


async def test_a_method_has_few_under_way_and_takes_no_turn_from_another(begun):
    sender = kafka.KafkaTopic()
    dead = [send(sender, "dead") for _ in range(kafka.CHUNKED_AT_ONCE + 3)]
    await until(lambda: len(begun) == kafka.CHUNKED_AT_ONCE)

    other = send(sender, "other")
    await until(lambda: "other" in begun)

    assert begun.count("dead") == kafka.CHUNKED_AT_ONCE
    # One that waits for its turn is cancelled without waiting for the broker.
    dead[-1].cancel()
    await until(dead[-1].done)
    assert begun.count("dead") == kafka.CHUNKED_AT_ONCE
    # One that was under way leaves its turn to the next.
    dead[0].cancel()
    await until(lambda: begun.count("dead") == kafka.CHUNKED_AT_ONCE + 1)
    for one in (*dead, other):
        one.cancel()
    await asyncio.gather(*dead, other, return_exceptions=True)
