"""What is claimed ahead of its turn is sent in turn, or is as if it had not been claimed."""

from __future__ import annotations

import asyncio
import threading
from typing import ClassVar

import pytest

from debiai_studio.exports.delivery import BREAKER_FAILURES, Breaker, utc_now
from debiai_studio.exports.errors import DeliveryFailed
from debiai_studio.exports.methods.file import FileExport
from debiai_studio.exports.model import Delivery, DeliveryState
from debiai_studio.exports.ports import Receipt
from debiai_studio.exports.queue import Claim
from debiai_studio.worker.lane import LARGEST, Lane, Lanes

PLACES = 2
MANY = 30


class Gate(FileExport):
    """Takes documents at once until it is closed; then those that come wait."""

    type: ClassVar[str] = "gate"

    def __init__(self) -> None:
        super().__init__()
        self.now, self.most = 0, 0
        self.begun: list[str] = []
        self.sent: list[str] = []
        self.open = threading.Event()
        self.open.set()
        self.failures = 0

    def check(self, method):
        """Anything goes."""

    async def send(self, _method, delivery, _document, _progress):
        self.now += 1
        self.begun.append(delivery.id)
        self.most = max(self.most, self.now)
        try:
            while not self.open.is_set():  # noqa: ASYNC110 - another thread opens it
                await asyncio.sleep(0.005)
            await asyncio.sleep(0)
            if self.failures:
                self.failures -= 1
                raise DeliveryFailed("The receiver answered 503; it is tried again.", status=503)
        finally:
            self.now -= 1
        self.sent.append(delivery.id)
        return Receipt(answer="taken")


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def busy(make_server, gate):
    """A server whose receiver was quick, and now makes everything wait; the ids that wait."""
    server = make_server(senders={"gate": gate})
    server.add("m1", "gate")
    server.dispatcher.start()
    server.wait(*[server.accept("m1").id for _ in range(MANY)])
    gate.open.clear()
    gate.sent.clear()
    waiting = [server.accept("m1").id for _ in range(MANY)]
    claimed_ahead = waiting[PLACES]
    server.wait(claimed_ahead, until=lambda one: one.state is DeliveryState.RUNNING)
    return server, waiting


def test_what_stands_ready_is_sent_in_turn_and_never_more_at_once(busy, gate):
    server, waiting = busy
    gate.most = gate.now

    gate.open.set()

    server.wait(*waiting)
    assert gate.begun[MANY:] == waiting
    assert gate.most == PLACES
    assert all(server.outcomes(one) == ["delivered"] for one in waiting)


def test_the_time_of_an_attempt_is_that_of_its_sending(busy, gate):
    server, waiting = busy
    last = waiting[-1]
    opened = utc_now()

    gate.open.set()

    server.wait(*waiting)
    [attempt] = server.outbox.attempts(last)
    assert attempt.started_at >= opened.isoformat(timespec="milliseconds")[:23]


def test_what_stands_ready_for_a_receiver_that_fails_has_no_attempt(busy, gate):
    server, waiting = busy
    gate.failures = PLACES

    gate.open.set()

    server.wait(*waiting)
    failed, ready = waiting[:PLACES], waiting[PLACES:]
    assert [server.outcomes(one) for one in failed] == [["retryable", "delivered"]] * PLACES
    assert [server.outcomes(one) for one in ready] == [["delivered"]] * len(ready)
    assert sorted(gate.sent) == sorted(waiting)


def test_one_that_stands_ready_is_cancelled_without_being_sent(busy, gate):
    server, waiting = busy
    ready = waiting[PLACES]

    server.outbox.cancel(ready)

    assert server.wait(ready)[0].state is DeliveryState.CANCELLED
    gate.open.set()
    server.wait(*waiting)
    assert ready not in gate.sent
    [attempt] = server.outbox.attempts(ready)
    assert (attempt.outcome, attempt.error) == ("cancelled", "Stopped before it was sent.")


def test_at_the_end_what_stands_ready_is_put_back_as_it_was(busy):
    server, waiting = busy

    server.dispatcher.stop()

    under_way, ready = waiting[:PLACES], waiting[PLACES:]
    assert [server.outcomes(one) for one in under_way] == [["unknown"]] * PLACES
    assert {server.outbox.get(one).state for one in ready} == {DeliveryState.PENDING}
    assert [server.outcomes(one) for one in ready] == [[]] * len(ready)


def test_as_many_are_claimed_ahead_as_were_taken_in_the_last_second():
    now = [0.0]
    lane = Lane(PLACES, timer=lambda: now[0])
    for moment in (0.0, 0.5, 0.9):
        now[0] = moment
        lane.delivered()

    assert lane.ahead() == 3
    now[0] = 1.2
    assert lane.ahead() == 2
    now[0] = 5
    assert lane.ahead() == 0


def claim(method_id: str) -> Claim:
    values = dict.fromkeys(Delivery.__dataclass_fields__)
    return Claim("o", 1, Delivery(**{**values, "method_id": method_id, "method_type": "gate"}))


def test_each_method_has_its_first_attempt_whatever_others_hold_up():
    lanes = Lanes({}, 2 * LARGEST)
    for _ in range(LARGEST):
        lanes.begin(claim("hanging"))

    slots = lanes.slots()

    assert slots("hanging", Breaker(), utc_now()) == 0
    assert slots("another", Breaker(), utc_now()) == 1


def test_one_of_several_dispatchers_claims_nothing_ahead():
    lanes = Lanes({}, PLACES, sole=False)
    lane = lanes.begin(claim("m"))
    lane.delivered()

    assert lanes.end(claim("m"))
    assert lanes.slots()("m", Breaker(), utc_now()) == PLACES


def test_nothing_is_claimed_ahead_for_a_receiver_that_failed_last():
    lanes = Lanes({}, PLACES)
    lane = lanes.begin(claim("m"))
    lanes.end(claim("m"))
    for _ in range(MANY):
        lane.delivered()

    assert lanes.slots()("m", Breaker(), utc_now()) == PLACES + MANY
    assert lanes.slots()("m", Breaker(failures=1), utc_now()) == PLACES
    assert lanes.slots()("m", Breaker(failures=BREAKER_FAILURES), utc_now()) == 1
