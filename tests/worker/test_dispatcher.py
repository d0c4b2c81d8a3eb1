"""What is due is sent, each method at its own pace, and the history says what happened."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

import pytest
from tests.worker.counting import Counting, running

from debiai_studio.exports.methods.file import FileExport
from debiai_studio.exports.model import DeliveryState


class Faulty(Counting):
    type: ClassVar[str] = "faulty"

    async def send(self, _method, _delivery, _document, _progress):
        raise KeyError("sample contents that must not be told")


def test_an_accepted_export_arrives_and_is_delivered_only_then(server, receiver):
    server.add("m1", "post", receiver.url("/ok"))
    server.dispatcher.start()

    accepted = server.accept("m1", '{"é":1}'.encode())

    [after] = server.wait(accepted.id)
    [got] = receiver.received()
    assert (got.id, got.body) == (accepted.id, '{"é":1}'.encode())
    assert (after.state, after.sent_bytes, after.error) == (DeliveryState.DELIVERED, 8, None)
    [attempt] = server.outbox.attempts(accepted.id)
    assert (attempt.outcome, attempt.status, attempt.answer) == ("delivered", 200, "thanks")


def test_what_was_accepted_before_the_start_is_sent(server, receiver):
    server.add("m1", "post", receiver.url("/ok"))
    accepted = server.accept("m1")

    server.dispatcher.start()

    assert server.wait(accepted.id)[0].state is DeliveryState.DELIVERED


def test_6_4_a_receiver_that_recovers_gets_it_by_itself(server, receiver):
    server.add("m1", "post", receiver.url("/flaky/2/a"))
    server.dispatcher.start()

    accepted = server.accept("m1")

    assert server.wait(accepted.id)[0].state is DeliveryState.DELIVERED
    assert server.outcomes(accepted.id) == ["retryable", "retryable", "delivered"]
    assert {one.id for one in receiver.received()} == {accepted.id}


def test_6_4_a_404_is_dead_after_three_attempts_and_can_be_retried(server, receiver):
    server.add("m1", "post", receiver.url("/status/404"))
    server.dispatcher.start()
    accepted = server.accept("m1")
    [dead] = server.wait(accepted.id)
    assert (dead.state, dead.attempts) == (DeliveryState.DEAD, 3)
    assert "404" in dead.error

    server.add("m1", "post", receiver.url("/ok"))
    server.outbox.retry_now(accepted.id)

    assert server.wait(accepted.id)[0].state is DeliveryState.DELIVERED
    assert [one.id for one in receiver.received("/ok")] == [accepted.id]


def test_6_4_d1_a_silent_receiver_delays_neither_acceptance_nor_other_methods(server, receiver):
    server.add("silent", "post", receiver.url("/hang"))
    server.add("m1", "post", receiver.url("/ok"))
    server.dispatcher.start()
    silent = [server.accept("silent").id for _ in range(12)]
    server.wait(*silent[:2], until=running)

    others = [server.accept("m1").id for _ in range(12)]

    assert {one.state for one in server.wait(*others)} == {DeliveryState.DELIVERED}
    assert {server.outbox.get(one).state for one in silent} == {
        DeliveryState.RUNNING,
        DeliveryState.PENDING,
    }
    for one in silent:
        server.outbox.cancel(one)


def test_what_the_receiver_says_it_holds_is_kept_until_its_next_confirmation(server, receiver):
    digest = f"v1,{7:064x}"
    server.add("m1", "post", receiver.url(f"/holds/{digest}"))
    server.dispatcher.start()
    accepted = server.accept("m1")

    [after] = server.wait(accepted.id)

    assert (after.state, after.held_digest) == (DeliveryState.DELIVERED, digest)
    server.add("m1", "post", receiver.url("/status/404"))
    server.outbox.retry_now(accepted.id)
    [refused] = server.wait(accepted.id, until=lambda one: one.state is DeliveryState.DEAD)
    assert refused.held_digest == digest
    server.add("m1", "post", receiver.url("/ok"))
    server.outbox.retry_now(accepted.id)
    [again] = server.wait(accepted.id, until=lambda one: one.attempts > refused.attempts)
    [again] = server.wait(accepted.id)
    assert (again.state, again.held_digest) == (DeliveryState.DELIVERED, None)


def test_one_method_gets_two_attempts_at_once(make_server):
    counting = Counting()
    server = make_server(senders={"counting": counting})
    server.add("m1", "counting")
    server.dispatcher.start()
    ids = [server.accept("m1").id for _ in range(6)]
    assert counting.begun.acquire(timeout=10)
    assert counting.begun.acquire(timeout=10)

    counting.release.set()

    server.wait(*ids)
    assert counting.most == 2


def test_a_method_whose_receiver_takes_more_at_once_gets_more(make_server):
    class Broad(Counting):
        concurrency: ClassVar[int] = 5

    broad = Broad()
    server = make_server(senders={"counting": broad})
    server.add("m1", "counting")
    accepted = [server.accept("m1").id for _ in range(12)]
    server.dispatcher.start()
    for _ in range(5):
        assert broad.begun.acquire(timeout=20)
    broad.release.set()
    server.wait(*accepted)

    assert broad.most == 5


def test_410_disables_the_method_and_what_follows_waits_for_it(server, receiver):
    server.add("m1", "post", receiver.url("/status/410"))
    server.add("m2", "post", receiver.url("/ok"))
    server.dispatcher.start()
    server.wait(server.accept("m1").id)

    held = server.accept("m1")
    server.wait(server.accept("m2").id)

    assert server.outbox.get(held.id).state is DeliveryState.PENDING
    assert server.outbox.attempts(held.id) == []
    assert len(receiver.received("/status/410")) == 1


def test_a_removed_or_unknown_method_is_dead_with_the_remedy(server, receiver):
    server.add("m1", "post", receiver.url("/ok"))
    server.add("m2", "post", receiver.url("/ok"))
    server.methods["m1"] = replace(server.methods["m1"], removed=True)
    removed, unknown = server.accept("m1"), server.accept("m2")
    del server.methods["m2"]
    server.dispatcher.start()

    first, second = server.wait(removed.id, unknown.id)

    assert "was removed. Restore it" in first.error
    assert 'no export method "m2"' in second.error
    assert receiver.received() == []


def test_a_document_above_the_limit_is_refused_before_anything_is_sent(make_server):
    counting = Counting()
    server = make_server(senders={"counting": counting})
    server.add("m1", "counting")
    server.dispatcher.start()

    [after] = server.wait(server.accept("m1", b"x" * 1001).id)

    assert after.state is DeliveryState.DEAD
    assert "1,001 bytes, the method takes 1,000" in after.error
    assert counting.most == 0


def test_a_faulty_sender_harms_no_other_and_tells_no_contents(make_server, tmp_path, capsys):
    server = make_server(senders={"faulty": Faulty(), "file": FileExport()})
    server.add("m1", "faulty")
    server.add("m2", "file", str(tmp_path / "out"))
    server.dispatcher.start()
    bad, good = server.accept("m1"), server.accept("m2")

    assert server.wait(good.id)[0].state is DeliveryState.DELIVERED
    [waiting] = server.wait(bad.id, until=lambda one: one.error is not None)

    assert waiting.error.startswith("Unexpected KeyError")
    server.outbox.cancel(bad.id)
    assert "sample contents" not in waiting.error + "".join(capsys.readouterr())


def test_an_unusable_method_type_names_those_there_are(make_server):
    server = make_server(senders={"file": FileExport()})
    server.add("m1", "fax")
    server.dispatcher.start()

    [after] = server.wait(server.accept("m1").id)

    assert after.error == 'There is no type of export method "fax"; there are file.'


def test_every_change_of_state_and_progress_is_published(make_server):
    counting = Counting()
    server = make_server(senders={"counting": counting})
    server.add("m1", "counting")
    told = []

    async def listen():
        events = server.events.listen()
        coming = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        server.dispatcher.start()
        await asyncio.to_thread(server.accept, "m1")
        while True:
            event = await asyncio.wait_for(coming, 20)
            told.append((event.topic, event.data["state"], event.data["sent_bytes"]))
            if event.data["sent_bytes"] == 1:
                counting.release.set()
            if event.data["state"] == "delivered":
                break
            coming = asyncio.ensure_future(anext(events))
        await events.aclose()

    asyncio.run(listen())

    assert ("delivery", "pending", 0) in told
    assert ("delivery", "running", 0) in told
    assert ("delivery", "running", 1) in told
    assert told[-1] == ("delivery", "delivered", 2)


@pytest.mark.kafka
def test_a_broker_that_is_down_delays_nothing_and_gets_it_when_it_is_back(
    server, receiver, kafka_broker
):
    topic = kafka_broker.create_topic("while-down")
    kafka_broker.stop()
    server.add("topic", "kafka", kafka_broker.bootstrap, topic)
    server.add("m1", "post", receiver.url("/ok"))
    server.dispatcher.start()

    waiting = server.accept("topic", b'{"late":1}')
    sent = server.accept("m1")
    assert server.wait(sent.id)[0].state is DeliveryState.DELIVERED
    assert not server.outbox.get(waiting.id).state.is_final
    kafka_broker.start()

    assert server.wait(waiting.id)[0].state is DeliveryState.DELIVERED
    [message] = kafka_broker.messages(topic)
    assert (message.key, message.value) == (waiting.id, b'{"late":1}')
    [attempt] = server.outbox.attempts(waiting.id)[-1:]
    assert (attempt.partition, attempt.offset) == (message.partition, message.offset)
