"""A catalogue in a file, its outbox, and a clock that the test turns."""

from __future__ import annotations

import pytest
from tests.real.deliveries import TurnedClock, add_method
from tests.real.fixtures import catalogue_url, postgresql

from debiai_studio.exports.delivery import Schedule
from debiai_studio.storage.catalogue.database import open_catalogue
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.outbox import SqlOutbox
from debiai_studio.storage.catalogue.queue import SqlQueue

__all__ = ["catalogue_url", "postgresql"]


@pytest.fixture
def engine(catalogue_url):
    engine = open_catalogue(catalogue_url)
    add_method(engine, "m1")
    yield engine
    engine.dispose()


@pytest.fixture
def clock():
    return TurnedClock()


@pytest.fixture
def outbox(engine, clock):
    return SqlOutbox(GroupCommit(engine), clock=clock)


@pytest.fixture
def queue(engine, outbox, clock):
    return SqlQueue(GroupCommit(engine), outbox, clock=clock, schedule=Schedule(jitter=0))
