"""Counts, failures, health and many at once, in either database."""

from __future__ import annotations

import pytest
from tests.real.deliveries import add_method, new_delivery

from debiai_studio.exports.delivery import Ending, text_of
from debiai_studio.exports.model import DeliveryFilter, DeliveryState, MethodHealth
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.history import SqlHistory
from debiai_studio.storage.catalogue.many import SqlMany

REFUSED = Ending("permanent", 5, status=400, error="The receiver answered 400.")


@pytest.fixture
def history(engine, clock):
    return SqlHistory(GroupCommit(engine), clock=clock)


@pytest.fixture
def many(engine, clock):
    return SqlMany(GroupCommit(engine), clock=clock)


@pytest.fixture
def dead(outbox, queue):
    """Three that died: two of m1, one of m1 cancelled before."""
    ids = [outbox.accept(new_delivery()).id for _ in range(3)]
    outbox.cancel(ids[0])
    for claim in queue.claim("a", lambda *_: 9):
        queue.finish(claim, REFUSED)
    return ids[1:]


def test_counts_without_a_filter_are_those_with_one_that_leaves_all_in(history, outbox, dead):
    outbox.accept(new_delivery())

    counted = history.counts()

    assert counted == history.counts(DeliveryFilter(method_id="m1"))
    assert (counted.total, counted.states[DeliveryState.DEAD]) == (4, 2)
    assert counted.states[DeliveryState.CANCELLED] == counted.states[DeliveryState.PENDING] == 1


def test_failures_name_the_last_reason_and_begin_after_the_moment(history, clock, dead):
    [found] = history.failures()

    assert (found.method_id, found.count, found.error) == ("m1", 2, REFUSED.error)
    assert found.delivery_id in dead
    assert list(history.failures(text_of(clock()))) == []


def test_health_tells_what_waits_died_and_happened_last(engine, history, outbox, queue, clock):
    add_method(engine, "m2")
    outbox.accept(new_delivery())
    [claim] = queue.claim("a", lambda *_: 9)
    queue.finish(claim, Ending("delivered", 5, status=200))
    arrived = text_of(clock())
    clock.turn(1)
    outbox.accept(new_delivery())
    [claim] = queue.claim("a", lambda *_: 9)
    queue.finish(claim, REFUSED)
    outbox.accept(new_delivery())

    told = {one.method_id: one for one in history.health()}

    assert told["m2"] == MethodHealth("m2")
    assert told["m1"] == MethodHealth(
        "m1",
        waiting=1,
        dead=1,
        last_success_at=arrived,
        last_failure_at=text_of(clock()),
        last_failure=REFUSED.error,
    )


def test_dead_ones_are_due_at_once_with_a_fresh_schedule(many, outbox, queue, clock, dead):
    clock.turn(1)

    result = many.retry(DeliveryFilter(states=(DeliveryState.DEAD,)), as_of="9", resend=False)

    assert result.outcomes == tuple((one, "retried") for one in dead)
    claims = queue.claim("b", lambda *_: 9)
    assert sorted(claim.delivery.id for claim in claims) == sorted(dead)
    after = queue.finish(claims[0], Ending("retryable", 5, error="busy"))
    assert after.state is DeliveryState.RETRY


def test_an_order_given_twice_retries_what_failed_meanwhile_once(many, outbox, queue, clock):
    accepted = outbox.accept(new_delivery())
    [claim] = queue.claim("a", lambda *_: 9)
    queue.finish(claim, Ending("retryable", 5, error="busy"))
    as_of = text_of(clock())
    clock.turn(1)

    first = many.retry([accepted.id], as_of=as_of, resend=False)
    [claim] = queue.claim("a", lambda *_: 9)
    queue.finish(claim, Ending("retryable", 5, error="busy"))
    again = many.retry([accepted.id], as_of=as_of, resend=False)

    assert (first.counts, again.counts) == ({"retried": 1}, {"changed": 1})


def test_one_under_way_is_asked_to_stop(many, outbox, queue):
    accepted = outbox.accept(new_delivery())
    [claim] = queue.claim("a", lambda *_: 9)

    result = many.cancel([accepted.id], as_of="9")

    assert result.counts == {"stopping": 1}
    assert queue.cancelled([claim]) == {accepted.id}


def test_a_method_that_is_switched_off_gets_nothing_and_others_do(engine, outbox, queue):
    add_method(engine, "m2")
    outbox.accept(new_delivery())
    to_other = outbox.accept(new_delivery("m2"))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE export_methods SET disabled_reason='x' WHERE id='m1'")

    assert [claim.delivery.id for claim in queue.claim("a", lambda *_: 9)] == [to_other.id]
