"""Deliveries in the catalogue: accepted once, leased to one, fenced, never lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select, update
from tests.real.deliveries import add_method, document, new_delivery

from debiai_studio import callers
from debiai_studio.callers import Caller
from debiai_studio.exports.delivery import Ending, Schedule, moment_of
from debiai_studio.exports.errors import AlreadyFinal, UnknownDelivery
from debiai_studio.exports.model import DeliveryFilter, DeliveryState
from debiai_studio.projects.model import ProjectRef
from debiai_studio.storage.catalogue.audit import AuditLog
from debiai_studio.storage.catalogue.database import open_catalogue
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.outbox import SqlOutbox
from debiai_studio.storage.catalogue.queue import SqlQueue
from debiai_studio.storage.catalogue.tables import export_methods

DELIVERED = Ending("delivered", 5, status=200, answer="ok")
REFUSED = Ending("retryable", 5, error="refused.")


def all_slots(_method, breaker, now):
    return breaker.slots(now, 2)


def test_an_accepted_delivery_is_pending_due_now_and_survives_reopening(engine, outbox):
    accepted = outbox.accept(new_delivery(name="Late at JFK"))

    reopened = open_catalogue(str(engine.url))
    again = SqlOutbox(GroupCommit(reopened)).get(accepted.id)
    reopened.dispose()
    assert again == accepted
    assert (again.state, again.next_at, again.attempts) == (
        DeliveryState.PENDING,
        "2026-11-22T12:00:00.000Z",
        0,
    )
    assert again.bytes == len(b'{"origin":"DebiAI"}')


def test_acceptance_marks_the_method_as_used(engine, outbox):
    outbox.accept(new_delivery())

    with engine.connect() as connection:
        used = connection.execute(select(export_methods.c.last_used_at)).scalar_one()
    assert used == "2026-11-22T12:00:00.000Z"


def test_the_same_idempotency_key_gives_the_same_delivery(outbox):
    first = outbox.accept(new_delivery(idempotency_key="k"))
    second = outbox.accept(new_delivery(idempotency_key="k"))

    assert first == second
    assert len(outbox.list()) == 1


def test_a_failing_write_takes_no_other_of_its_group_with_it(engine):
    commits, outbox = GroupCommit(engine), SqlOutbox(GroupCommit(engine))
    started, release = threading.Event(), threading.Event()

    def hold(_connection):
        started.set()
        assert release.wait(10)

    rows = [new_delivery() for _ in range(20)]
    outbox = SqlOutbox(commits)
    with ThreadPoolExecutor(30) as pool:
        holder = pool.submit(commits.run, hold)
        assert started.wait(10)
        good = [pool.submit(outbox.accept, row) for row in rows]
        bad = pool.submit(outbox.accept, new_delivery(id=None))
        release.set()
        holder.result()
        assert {future.result().id for future in good} == {row.id for row in rows}
        with pytest.raises(Exception, match=r"(?i)not.null"):
            bad.result()
    assert len(outbox.list()) == 20


def test_what_was_accepted_can_be_rendered_again(outbox):
    row = new_delivery(members=b"\x01\x02", rule={"a": 1}, n_samples=3, document=None, sha256=None)
    outbox.accept(row)

    assert outbox.accepted(row.id) == row


def test_the_rendering_is_recorded_small_documents_in_the_row(outbox, queue):
    row = new_delivery(document=None, sha256=None)
    outbox.accept(row)
    [claim] = queue.claim("a", all_slots)
    rendered = document(b"{}")

    queue.rendered(claim, rendered)

    kept = outbox.accepted(row.id)
    assert (kept.document, kept.sha256, outbox.get(row.id).bytes) == (b"{}", rendered.sha256, 2)


def test_the_list_is_newest_first_filtered_and_paged(outbox):
    rows = [
        new_delivery(name=f"100% number {n}", accepted_at=f"2026-11-22T12:00:0{n}.000Z")
        for n in range(6)
    ]
    for row in rows:
        outbox.accept(row)
    outbox.cancel(rows[0].id)

    newest = [row.id for row in reversed(rows)]
    assert [d.id for d in outbox.list(limit=2)] == newest[:2]
    assert [d.id for d in outbox.list(before=newest[1], limit=2)] == newest[2:4]

    def found(**filters):
        return [d.id for d in outbox.list(DeliveryFilter(**filters))]

    assert found(states=(DeliveryState.CANCELLED,)) == [rows[0].id]
    assert found(text="% NUMBER 3") == [rows[3].id]
    assert found(since=rows[4].accepted_at) == newest[:2]
    assert found(until=rows[1].accepted_at) == [rows[0].id]
    assert found(kinds=("selection",)) == newest
    assert found(text="100_") == []
    assert found(kinds=("test",)) == []
    assert found(ref=ProjectRef("local", "other")) == []
    assert found(method_id="m2") == []
    with pytest.raises(UnknownDelivery):
        outbox.list(before="msg_none")


def test_failures_follow_the_schedule_until_the_delivery_is_dead(outbox, queue, clock):
    row = outbox.accept(new_delivery())
    waits = []
    while not outbox.get(row.id).state.is_final:
        [claim] = queue.claim("a", lambda *_: 1)
        after = queue.finish(claim, REFUSED)
        if after.next_at is not None:
            due = moment_of(after.next_at)
            waits.append((due - clock.now).total_seconds())
            clock.now = due

    assert waits == [5, 300, 1800, 7200, 18000, 36000, 36000]
    assert outbox.get(row.id).state is DeliveryState.DEAD
    assert [a.outcome for a in outbox.attempts(row.id)] == ["retryable"] * 8


def test_five_failures_open_the_breaker_of_this_method_only(engine, outbox, queue, clock):
    add_method(engine, "m2")
    for _ in range(6):
        outbox.accept(new_delivery("m1"))
        outbox.accept(new_delivery("m2"))
    failed = 0
    while failed < 5:
        for claim in queue.claim("a", lambda m, b, now: m == "m1" and b.slots(now, 1)):
            queue.finish(claim, REFUSED)
            failed += 1

    claimed = queue.claim("a", all_slots)
    assert [claim.delivery.method_id for claim in claimed] == ["m2", "m2"]
    clock.turn(30)
    probes = [c for c in queue.claim("a", all_slots) if c.delivery.method_id == "m1"]
    assert len(probes) == 1


def test_a_person_who_retries_gets_an_attempt_through_an_open_breaker_and_a_fresh_schedule(
    engine, outbox, queue
):
    row = outbox.accept(new_delivery())
    [claim] = queue.claim("a", all_slots)
    queue.finish(claim, Ending("permanent", 1, error="no."))
    with engine.begin() as connection:
        connection.execute(
            update(export_methods).values(fail_count=9, open_until="2026-11-22T13:00:00.000Z")
        )
    assert queue.claim("a", all_slots) == []

    assert outbox.retry_now(row.id).state is DeliveryState.PENDING
    [again] = queue.claim("a", all_slots)

    assert (again.number, again.delivery.id) == (2, row.id)
    assert queue.finish(again, REFUSED).state is DeliveryState.RETRY


def test_a_delivered_one_can_be_sent_again_under_the_same_id(outbox, queue):
    row = outbox.accept(new_delivery())
    queue.finish(queue.claim("a", all_slots)[0], DELIVERED)

    outbox.retry_now(row.id)

    assert queue.claim("a", all_slots)[0].delivery.id == row.id


def test_cancel_stops_what_waits_and_asks_what_runs(outbox, queue):
    waiting, running = outbox.accept(new_delivery()), outbox.accept(new_delivery())
    outbox.cancel(waiting.id)
    [claim] = queue.claim("a", all_slots)
    assert claim.delivery.id == running.id

    outbox.cancel(running.id)

    assert queue.cancelled([claim]) == {running.id}
    assert queue.finish(claim, REFUSED).state is DeliveryState.CANCELLED
    assert outbox.get(waiting.id).state is DeliveryState.CANCELLED
    with pytest.raises(AlreadyFinal):
        outbox.cancel(running.id)


def test_a_cancelled_one_that_was_confirmed_meanwhile_is_delivered(outbox, queue):
    row = outbox.accept(new_delivery())
    [claim] = queue.claim("a", all_slots)
    outbox.cancel(row.id)

    assert queue.finish(claim, DELIVERED).state is DeliveryState.DELIVERED


def test_410_takes_the_method_out_of_use_with_the_reason(engine, outbox, queue):
    outbox.accept(new_delivery())
    queue.finish(
        queue.claim("a", all_slots)[0], Ending("permanent", 1, error="Gone.", disable=True)
    )

    with engine.connect() as connection:
        assert connection.execute(select(export_methods.c.disabled_reason)).scalar() == "Gone."


def test_whoever_subscribed_is_told_of_acceptance_retry_cancel_and_wake(outbox, queue):
    told = []
    queue.subscribe(lambda delivery: told.append(delivery and delivery.state.value))

    row = outbox.accept(new_delivery())
    outbox.cancel(row.id)
    outbox.retry_now(row.id)
    outbox.wake()

    assert told == ["pending", "cancelled", "pending", None]


def test_a_retried_one_is_the_next_to_be_tried(outbox, queue, clock):
    rows = [outbox.accept(new_delivery()) for _ in range(5)]
    for claim in queue.claim("a", lambda *_: 5):
        queue.finish(claim, REFUSED)
    clock.turn(3600)

    outbox.retry_now(rows[3].id)
    clock.turn(3600)

    [probe] = queue.claim("a", all_slots)
    assert probe.delivery.id == rows[3].id


def test_a_schedule_set_by_text_rules_the_next_attempt(engine, outbox, clock):
    queue = SqlQueue(GroupCommit(engine), outbox, clock=clock, schedule=Schedule((0.25,), jitter=0))
    outbox.accept(new_delivery())

    queue.finish(queue.claim("a", all_slots)[0], REFUSED)

    assert (queue.next_due(clock.now) - clock.now).total_seconds() == 0.25


def test_finding_what_is_due_reads_the_index_of_waiting_deliveries(engine, outbox, queue):
    outbox.accept(new_delivery())
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    queue.claim("a", all_slots)

    finding = [(sql, values) for sql, values in asked if "state IN ('pending'" in sql]
    with engine.connect() as connection:
        explain, other_way = "EXPLAIN QUERY PLAN", "SCAN"
        if engine.dialect.name == "postgresql":
            explain, other_way = "EXPLAIN", "Seq Scan"
            # It prefers to read so small a table as a whole.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plans = [
            "\n".join(row[-1] for row in connection.exec_driver_sql(f"{explain} {sql}", values))
            for sql, values in finding
        ]

    assert len(plans) == 3
    assert all("ix_deliveries_waiting" in plan and other_way not in plan for plan in plans)


def test_the_audit_log_names_who_asked_whoever_commits(engine, outbox):
    together = threading.Barrier(8)

    def cancel(name, delivery_id):
        callers.current.set(Caller(name, ""))
        together.wait()
        outbox.cancel(delivery_id)

    asked = {f"person {n}": outbox.accept(new_delivery()).id for n in range(8)}
    threads = [threading.Thread(target=cancel, args=each) for each in asked.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    lines = AuditLog(engine).entries(limit=8)
    assert {one.who: one.subject for one in lines} == asked
