"""Fixtures with real parts, imported by the conftest of the folders that use them."""

from __future__ import annotations

import functools
import os

import pytest
from tests.real.kafka.broker import KafkaBroker, Missing
from tests.real.receiver import Receiver


@pytest.fixture
def receiver(tmp_path):
    """A real HTTP receiver with a log of its own."""
    receiver = Receiver(tmp_path / "received.jsonl")
    yield receiver
    receiver.stop()


@functools.cache
def _broker(tmp_path_factory: pytest.TempPathFactory) -> KafkaBroker:
    """One broker for all folders, though each imports a fixture of its own."""
    return KafkaBroker(tmp_path_factory.mktemp("kafka"))


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory):
    """A real Apache Kafka; without Java or Maven the tests are skipped, but never in CI."""
    try:
        broker = _broker(tmp_path_factory)
    except Missing as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(reason))
    yield broker
    broker.stop()
    _broker.cache_clear()
