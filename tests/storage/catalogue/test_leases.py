"""One owner at a time of each delivery, however many dispatchers claim."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.real.deliveries import add_method, new_delivery

from debiai_studio.exports.delivery import Ending
from debiai_studio.exports.model import DeliveryState
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.queue import SqlQueue

DELIVERED = Ending("delivered", 5, status=200, answer="ok")
REFUSED = Ending("retryable", 5, error="refused.")


def all_slots(_method, breaker, now):
    return breaker.slots(now, 2)


def test_two_claims_at_once_never_get_the_same_delivery(engine, outbox, clock):
    for _ in range(40):
        outbox.accept(new_delivery())
    queues = [SqlQueue(GroupCommit(engine), outbox, clock=clock) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        groups = pool.map(lambda q: [q.claim("o", lambda *_: 1) for _ in range(10)], queues)
        ids = [claim.delivery.id for group in groups for claims in group for claim in claims]

    assert len(ids) == len(set(ids)) == 40


def test_a_backlog_of_one_method_does_not_hide_another(engine, outbox, queue):
    add_method(engine, "m2")
    for _ in range(5):
        outbox.accept(new_delivery("m1"))
    other = outbox.accept(new_delivery("m2"))

    claimed = queue.claim("a", lambda method, *_: 2 if method == "m1" else 1)

    assert [claim.delivery.method_id for claim in claimed] == ["m1", "m1", "m2"]
    assert claimed[2].delivery.id == other.id


def test_an_attempt_under_way_reads_as_running_and_then_as_what_it_was(outbox, queue):
    row = outbox.accept(new_delivery())
    [claim] = queue.claim("a", all_slots)
    assert [a.outcome for a in outbox.attempts(row.id)] == ["running"]

    after = queue.finish(claim, DELIVERED)

    assert after.state is DeliveryState.DELIVERED
    [attempt] = outbox.attempts(row.id)
    assert (attempt.outcome, attempt.status, attempt.answer, attempt.milliseconds) == (
        "delivered",
        200,
        "ok",
        5,
    )


def test_an_expired_lease_is_unknown_goes_round_again_and_fences_the_late_one(outbox, queue, clock):
    row = outbox.accept(new_delivery())
    [late] = queue.claim("a", all_slots)
    clock.turn(59)
    assert queue.recover(sole=False, ended_by=clock()) == 0
    clock.turn(1)
    assert queue.recover(sole=False, ended_by=clock()) == 1

    [second] = queue.claim("b", all_slots)
    assert queue.finish(late, DELIVERED) is None
    queue.progress(late, 99)
    assert queue.finish(second, DELIVERED).sent_bytes != 99

    assert [(a.number, a.outcome) for a in outbox.attempts(row.id)] == [
        (1, "unknown"),
        (2, "delivered"),
    ]


def test_a_renewed_lease_does_not_expire(outbox, queue, clock):
    outbox.accept(new_delivery())
    claims = queue.claim("a", all_slots)
    clock.turn(45)
    queue.renew(claims)
    clock.turn(45)

    assert queue.recover(sole=False, ended_by=clock()) == 0


def test_the_only_dispatcher_takes_over_at_once(outbox, queue, clock):
    outbox.accept(new_delivery())
    queue.claim("a", all_slots)

    assert queue.recover(sole=True, ended_by=clock()) == 1
    assert len(queue.claim("b", all_slots)) == 1


def test_deaths_of_the_server_do_not_use_up_the_schedule(outbox, queue, clock):
    row = outbox.accept(new_delivery())
    for _ in range(9):
        queue.claim("a", all_slots)
        queue.recover(sole=True, ended_by=clock())
        clock.turn(24 * 3600)
    [claim] = queue.claim("b", all_slots)

    first_failure = queue.finish(claim, REFUSED)

    assert first_failure.state is DeliveryState.RETRY
    assert [a.outcome for a in outbox.attempts(row.id)] == [*9 * ["unknown"], "retryable"]


def test_the_third_answer_of_a_capped_failure_is_the_last_whatever_died_before(
    outbox, queue, clock
):
    outbox.accept(new_delivery())
    queue.claim("a", all_slots)
    queue.recover(sole=True, ended_by=clock())
    states = []
    for _ in range(3):
        clock.turn(24 * 3600)
        [claim] = queue.claim("b", lambda *_: 1)
        states.append(queue.finish(claim, replace(REFUSED, capped=True)).state)

    assert states == [DeliveryState.RETRY, DeliveryState.RETRY, DeliveryState.DEAD]
