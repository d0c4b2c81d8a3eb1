"""Deliveries out of a catalogue in PostgreSQL."""

from __future__ import annotations

import threading

import pytest
from tests.real.fixtures import postgresql
from tests.real.postgresql import Postgresql

from debiai_studio.exports.model import DeliveryState

__all__ = ["postgresql"]

pytestmark = pytest.mark.postgresql


def test_many_exports_at_once_all_arrive_once(make_server, postgresql, receiver):
    server = make_server(catalogue=postgresql.new_database())
    server.add("m1", "post", receiver.url("/ok"))
    server.dispatcher.start()
    ids = []
    threads = [
        threading.Thread(target=lambda: ids.extend(server.accept("m1").id for _ in range(10)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    delivered = server.wait(*ids)

    assert {one.state for one in delivered} == {DeliveryState.DELIVERED}
    assert sorted(one.id for one in receiver.received()) == sorted(ids)


def test_a_database_that_is_away_for_a_while_loses_nothing(make_server, receiver):
    database = Postgresql()
    try:
        server = make_server(catalogue=database.new_database())
        server.add("m1", "post", receiver.url("/ok"))
        accepted = [server.accept("m1").id for _ in range(5)]
        database.stop()
        server.dispatcher.start()
        assert database.start()

        delivered = server.wait(*accepted)

        assert {one.state for one in delivered} == {DeliveryState.DELIVERED}
        server.close()
    finally:
        database.remove()
