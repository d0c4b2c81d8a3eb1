"""Fixtures with real parts, imported by the conftest of the folders that use them."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from pathlib import Path

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
def _broker() -> KafkaBroker:
    """One broker for all folders, though each imports a fixture of its own."""
    return KafkaBroker(Path(tempfile.mkdtemp(prefix="kafka-")))


@pytest.fixture(scope="session")
def kafka_broker():
    """A real Apache Kafka; without Java or Maven the tests are skipped, but never in CI."""
    try:
        broker = _broker()
    except Missing as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(reason))
    yield broker
    broker.stop()
    shutil.rmtree(broker.folder, ignore_errors=True)
    _broker.cache_clear()
