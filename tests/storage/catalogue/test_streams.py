"""Streams in the catalogue: one head at a time, and a watermark that moves with its arrival."""

from __future__ import annotations

import pytest
from pyroaring import BitMap
from sqlalchemy import insert, select
from tests.real.deliveries import new_delivery

from debiai_studio.datasets.set_digest import EMPTY
from debiai_studio.exports.delivery import Ending, text_of
from debiai_studio.exports.errors import HeadUnderWay, StreamMovedOn
from debiai_studio.exports.model import DeliveryState
from debiai_studio.projects.model import ProjectRef
from debiai_studio.storage.catalogue.database import open_catalogue
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.many import SqlMany
from debiai_studio.storage.catalogue.streams import StreamStore
from debiai_studio.storage.catalogue.tables import audit, projects
from debiai_studio.streams.model import Confirmed, Stream

REF = ProjectRef("local", "flights")
DELIVERED = Ending("delivered", 5, status=200)
DIGESTS = {number: f"v1,{number:064x}" for number in range(9)}


@pytest.fixture
def project_key(engine):
    row = {
        "source": REF.source,
        "project": REF.project,
        "name": "flights",
        "origin": "flights.csv",
        "folder": "f",
        "created_at": "",
        "updated_at": "",
        "id_name": "id",
        "id_type": "text",
        "sample_columns": [],
        "result_columns": [],
        "models": [],
        "segments": [],
        "next_sample_no": 100,
        "tombstones": BitMap().serialize(),
        "n_deleted": 0,
        "data_version": 1,
    }
    with engine.begin() as connection:
        return connection.execute(insert(projects).values(row).returning(projects.c.key)).scalar()


@pytest.fixture
def streams(engine, clock):
    return StreamStore(GroupCommit(engine), clock=clock)


@pytest.fixture
def stream(streams, project_key):
    stream = Stream(
        id="stream_1",
        project_key=project_key,
        ref=REF,
        name="Late",
        annotation="",
        rule={"filters": None},
        method_id="m1",
        trigger="changes",
        waits_for_columns=True,
        created_at="2026-11-22T12:00:00.000Z",
        author="server",
    )
    streams.add(stream)
    return stream


@pytest.fixture
def accept(outbox, stream, project_key):
    def accept(sequence: int, added: set[int], removed: set[int] | None = None):
        return outbox.accept(
            new_delivery(
                kind="changes",
                project_key=project_key,
                stream_id=stream.id,
                sequence=sequence,
                members=BitMap(added).serialize(),
                removed=None if removed is None else BitMap(removed).serialize(),
                set_digest=DIGESTS[sequence],
            )
        )

    return accept


@pytest.fixture
def end(queue):
    """Attempts what is due, and ends it so."""

    def end(ending: Ending = DELIVERED):
        [claim] = queue.claim("one", lambda *_: 1)
        return queue.finish(claim, ending)

    return end


def test_a_stream_reads_as_it_was_kept_also_after_reopening(engine, streams, stream):
    reopened = open_catalogue(str(engine.url.render_as_string(hide_password=False)))
    again = StreamStore(GroupCommit(reopened))

    assert streams.get(stream.id) == stream
    assert list(again.list(stream.project_key)) == [stream]
    assert stream.confirmed == Confirmed(0, None, 0, EMPTY)
    reopened.dispose()


def test_the_watermark_moves_with_the_arrival_and_not_before(streams, stream, accept, end):
    accept(1, {1, 2, 3})
    assert streams.get(stream.id).confirmed.sequence == 0
    assert streams.confirmed(stream.id) == BitMap()

    delivery = end()

    after = streams.get(stream.id)
    assert (after.head_id, after.sequence) == (None, 1)
    assert after.confirmed == Confirmed(1, delivery.finished_at, 3, DIGESTS[1])
    accept(2, {7}, {1, 2})
    end()
    assert streams.confirmed(stream.id) == BitMap([3, 7])


def test_the_next_is_accepted_only_after_the_one_before_arrived(streams, stream, accept, end):
    accept(1, {1})
    with pytest.raises(StreamMovedOn):
        accept(2, {2}, set())
    end()
    with pytest.raises(StreamMovedOn):
        accept(3, {2}, set())
    with pytest.raises(StreamMovedOn):
        accept(1, {2}, set())

    accept(2, {2}, set())

    assert streams.get(stream.id).sequence == 2


def test_a_refused_acceptance_leaves_no_delivery(outbox, accept):
    accept(1, {1})
    with pytest.raises(StreamMovedOn):
        accept(2, {2}, set())

    assert [one.sequence for one in outbox.list()] == [1]


def test_a_dead_head_pauses_and_its_retry_resumes(streams, stream, outbox, accept, end):
    first = accept(1, {1})
    end(Ending("permanent", 5, error="No."))
    paused = streams.get(stream.id)
    assert (paused.pause, paused.head_id) == ("delivery", first.id)
    assert paused.pause_reason == "Sequence 1 could not be delivered: No."

    outbox.retry_now(first.id)
    assert streams.get(stream.id).pause is None
    end()

    assert streams.get(stream.id).confirmed.sequence == 1


def test_the_full_set_takes_the_place_of_a_head_that_waits(streams, stream, outbox, accept, end):
    accept(1, {1})
    end()
    waiting = accept(2, {2}, {1})

    accept(3, {4, 5})

    assert outbox.get(waiting.id).state is DeliveryState.CANCELLED
    assert "Sequence 3 with the full set takes its place" in outbox.get(waiting.id).error
    end()
    assert streams.confirmed(stream.id) == BitMap([4, 5])
    with pytest.raises(StreamMovedOn):
        outbox.retry_now(waiting.id)


def test_the_full_set_does_not_overtake_what_is_being_sent(queue, accept):
    accept(1, {1})
    queue.claim("one", lambda *_: 1)

    with pytest.raises(HeadUnderWay, match="Sequence 1 of the stream"):
        accept(2, {1})


def test_another_digest_than_ours_pauses_and_moves_nothing(streams, stream, accept, end):
    accept(1, {1})

    end(Ending("delivered", 5, status=200, held_digest=DIGESTS[8]))

    after = streams.get(stream.id)
    assert (after.pause, after.head_id, after.confirmed.sequence) == ("digest", None, 0)


def test_among_many_only_the_head_is_tried_again_and_cancelling_it_pauses(  # noqa: PLR0917 - fixtures
    engine, streams, stream, accept, end, clock
):
    many = SqlMany(GroupCommit(engine), clock=clock)
    first = accept(1, {1, 2})
    end()
    second = accept(2, {3})
    end(Ending("permanent", 5, error="No."))
    clock.turn(seconds=1)

    tried = many.retry([first.id, second.id], as_of=text_of(clock()), resend=True)

    assert dict(tried.outcomes) == {first.id: "moved_on", second.id: "retried"}
    assert streams.get(stream.id).pause is None
    many.cancel([second.id], as_of=text_of(clock()))
    assert streams.get(stream.id).pause == "delivery"


def test_what_a_dead_server_was_told_to_cancel_pauses(streams, stream, queue, outbox, accept):
    first = accept(1, {1})
    queue.claim("one", lambda *_: 1)
    outbox.cancel(first.id)

    queue.recover(sole=True, ended_by=queue._clock())

    assert streams.get(stream.id).pause_reason == "Sequence 1 was cancelled."


def test_wishes_that_come_while_one_is_served_are_not_lost(streams, stream):
    streams.wish_after_change(REF)
    [seen] = streams.ready()
    streams.wish_after_change()

    streams.judged(stream.id, "2026-11-22T12:00:01.000Z", served=seen.wishes)

    assert [one.id for one in streams.ready()] == [stream.id]
    streams.judged(stream.id, "2026-11-22T12:00:02.000Z", served=streams.get(stream.id).wishes)
    assert streams.ready() == []


def test_streams_of_other_projects_do_not_follow_a_change(streams, stream):
    streams.wish_after_change(ProjectRef("local", "other"))

    assert streams.ready() == []


def test_cron_asks_once_however_much_was_missed(streams, stream, clock):
    streams.wish(stream.id, text_of(clock()))
    clock.turn(86_400)
    assert [one.id for one in streams.due(text_of(clock()))] == [stream.id]

    clock.turn(60)
    streams.wish(stream.id, text_of(clock()))
    clock.turn(-60)

    assert streams.due(text_of(clock())) == []
    assert streams.get(stream.id).wishes == 2


def test_a_stream_goes_with_its_project(engine, streams, stream, project_key):
    with engine.begin() as connection:
        connection.execute(projects.delete().where(projects.c.key == project_key))

    assert streams.get(stream.id) is None


def test_the_audit_log_has_what_was_done(engine, streams, stream):
    streams.pause(stream.id, "A person paused it.")
    streams.resume(stream.id)
    streams.delete(stream.id)

    with engine.connect() as connection:
        actions = connection.scalars(select(audit.c.action).order_by(audit.c.key)).all()
    assert actions == ["stream.created", "stream.paused", "stream.resumed", "stream.deleted"]
