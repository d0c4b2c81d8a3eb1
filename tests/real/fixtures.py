"""Fixtures with real parts, imported by the conftest of the folders that use them."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from tests.real import postgresql as real
from tests.real.kafka.broker import KafkaBroker, Missing
from tests.real.receiver import Receiver

CATALOGUES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


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


@functools.cache
def _database_server() -> real.Postgresql:
    return real.Postgresql()


@pytest.fixture(scope="session")
def postgresql():
    """A real PostgreSQL; without its programs the tests are skipped, but never in CI."""
    try:
        server = _database_server()
    except real.Missing as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(reason))
    yield server
    server.remove()
    _database_server.cache_clear()


@pytest.fixture(params=CATALOGUES)
def catalogue_url(request, tmp_path):
    """The address of an empty catalogue, in one database after the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalogue.db'}"
    return request.getfixturevalue("postgresql").new_database()
