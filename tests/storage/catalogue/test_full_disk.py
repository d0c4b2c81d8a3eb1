"""A full disk refuses what is new with a sentence, and loses nothing that was accepted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event
from tests.real.deliveries import add_method, new_delivery

from debiai_studio.exports.model import DeliveryState
from debiai_studio.storage.catalogue.database import open_catalogue
from debiai_studio.storage.catalogue.errors import CatalogueFull
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.outbox import SqlOutbox


class Disk:
    """Lets a database in SQLite grow up to a number of pages."""

    def __init__(self, engine):
        self.pages = 1 << 30
        event.listen(engine, "begin", self._limit, insert=True)

    def _limit(self, connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {self.pages}")


@pytest.fixture
def catalogue(tmp_path):
    engine = open_catalogue(f"sqlite:///{tmp_path / 'catalogue.db'}")
    add_method(engine, "m1")
    yield engine
    engine.dispose()


def test_an_export_is_refused_while_the_disk_is_full_and_no_other_is_lost(catalogue):
    disk, outbox = Disk(catalogue), SqlOutbox(GroupCommit(catalogue))
    kept = outbox.accept(new_delivery())
    disk.pages = 1

    with pytest.raises(CatalogueFull, match="disk is full") as refused:
        outbox.accept(new_delivery(body=b"secret" * 100_000))

    assert "free some space" in str(refused.value)
    assert "secret" not in str(refused.value)
    assert [one.id for one in outbox.list()] == [kept.id]
    disk.pages = 1 << 30
    later = outbox.accept(new_delivery(body=b"x" * 600_000))
    assert [one.state for one in outbox.list()] == [DeliveryState.PENDING] * 2
    assert outbox.accepted(later.id).document == b"x" * 600_000


def test_one_that_is_too_large_takes_no_other_with_it(catalogue):
    disk, outbox = Disk(catalogue), SqlOutbox(GroupCommit(catalogue))
    with catalogue.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    disk.pages = used + 50

    def ask(size):
        try:
            return outbox.accept(new_delivery(body=b"x" * size)).bytes
        except CatalogueFull:
            return None

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, [10, 2_000_000] * 12))

    assert told == [10, None] * 12
    assert sorted(one.bytes for one in outbox.list()) == [10] * 12
