"""Attempts under way that are cancelled, lost, or outlive a stop or a sleep."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import update
from tests.real.deliveries import TurnedClock
from tests.worker.counting import Counting, running

from debiai_studio.exports.model import DeliveryState
from debiai_studio.storage.catalogue.tables import deliveries


def test_one_under_way_can_be_cancelled(server, receiver):
    server.add("m1", "post", receiver.url("/hang"))
    server.dispatcher.start()
    accepted = server.accept("m1")
    server.wait(accepted.id, until=running)

    server.outbox.cancel(accepted.id)

    assert server.wait(accepted.id)[0].state is DeliveryState.CANCELLED
    [attempt] = server.outbox.attempts(accepted.id)
    assert attempt.outcome == "cancelled"
    assert "may have got the document" in attempt.error


def test_stopping_puts_back_what_is_under_way_and_the_next_start_sends_it(
    make_server, receiver, monkeypatch
):
    monkeypatch.setattr("debiai_studio.worker.dispatcher.GRACE_SECONDS", 0.05)
    server = make_server()
    server.add("m1", "post", receiver.url("/hang"))
    server.dispatcher.start()
    accepted = server.accept("m1")
    server.wait(accepted.id, until=running)

    again = make_server()
    assert again.outbox.get(accepted.id).state is DeliveryState.RETRY
    again.add("m1", "post", receiver.url("/ok"))
    again.dispatcher.start()

    assert again.wait(accepted.id)[0].state is DeliveryState.DELIVERED
    assert again.outcomes(accepted.id) == ["unknown", "delivered"]


def take_over(server, delivery_id):
    """What the catalogue says once another dispatcher works on a delivery."""
    with server.engine.begin() as connection:
        another = update(deliveries).where(deliveries.c.id == delivery_id)
        connection.execute(another.values(lease_owner="another"))


def test_an_attempt_whose_lease_was_lost_is_stopped_and_changes_nothing(make_server):
    counting = Counting()
    server = make_server(senders={"counting": counting}, renew_seconds=0.01)
    server.add("m1", "counting")
    server.dispatcher.start()
    accepted = server.accept("m1")
    assert counting.begun.acquire(timeout=20)

    take_over(server, accepted.id)

    assert counting.ended.acquire(timeout=20)
    assert server.outbox.get(accepted.id).state is DeliveryState.RUNNING


def test_an_attempt_outlives_the_sleep_of_the_machine(make_server):
    counting, clock = Counting(), TurnedClock()
    server = make_server(senders={"counting": counting}, clock=clock)
    server.add("m1", "counting")
    server.dispatcher.start()
    accepted = server.accept("m1")
    server.wait(accepted.id, until=running)

    clock.turn(8 * 3600)
    later = server.accept("m1")
    server.wait(later.id, until=running)
    counting.release.set()

    server.wait(accepted.id, later.id)
    assert server.outcomes(accepted.id) == ["delivered"]


@pytest.mark.kafka
def test_what_was_cancelled_or_lost_never_reaches_the_broker_though_others_of_its_producer_do(
    make_server, kafka_broker
):
    topic = kafka_broker.create_topic("taken-back")
    kafka_broker.stop()
    server = make_server(renew_seconds=0.05)
    # Methods of one configuration share a producer.
    for name in ("cancelled", "lost", "staying"):
        server.add(name, "kafka", kafka_broker.bootstrap, topic)
    server.dispatcher.start()
    ids = {name: server.accept(name, name.encode()).id for name in server.methods}
    held(server, 3)

    server.outbox.cancel(ids["cancelled"])
    take_over(server, ids["lost"])
    held(server, 1)
    kafka_broker.start()

    [staying, cancelled] = server.wait(ids["staying"], ids["cancelled"])
    assert staying.state is DeliveryState.DELIVERED
    assert cancelled.state is DeliveryState.CANCELLED
    assert {message.key for message in kafka_broker.messages(topic)} == {staying.id}


def held(server, count):
    """Wait until so many messages are handed to producers and not acknowledged."""
    producers = server.dispatcher._senders["kafka"]._producers
    deadline = time.monotonic() + 20
    while sum(one.in_flight for one in producers._open.values()) != count:
        assert time.monotonic() < deadline
        time.sleep(0.01)
