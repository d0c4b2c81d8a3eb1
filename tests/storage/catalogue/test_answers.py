"""What the catalogue keeps of answers, in both databases."""

from __future__ import annotations

import hashlib

import pytest
from tests.real.deliveries import new_delivery

from debiai_studio.answers.errors import TooManyAnswers
from debiai_studio.answers.model import AnswerState, Outcome
from debiai_studio.exports.delivery import Ending
from debiai_studio.exports.model import Returned
from debiai_studio.storage.catalogue.answers import SqlAnswers
from debiai_studio.storage.catalogue.group_commit import GroupCommit

APPLIED = Outcome(
    AnswerState.APPLIED,
    model="Answers of m",
    columns=("label",),
    n_rows=3,
    n_applied=1,
    n_unknown=2,
    examples={"unknown": ["x", "y"]},
)


def returned(body: bytes = b"[]") -> Returned:
    return Returned(body, len(body), hashlib.sha256(body).hexdigest())


@pytest.fixture
def answers(engine, clock):
    return SqlAnswers(GroupCommit(engine), clock=clock)


@pytest.fixture
def delivery(outbox):
    return outbox.accept(new_delivery()).id


def test_an_answer_is_kept_with_the_end_of_its_delivery(answers, delivery, queue):
    [claim] = queue.claim("one", lambda *_: 1)
    queue.finish(claim, Ending("delivered", status=200, returned=returned(b"[1]")))

    waiting = answers.waiting(0)
    assert (waiting.delivery_id, waiting.via, waiting.body) == (delivery, "answer", b"[1]")


def test_an_attempt_that_failed_or_lost_its_lease_keeps_none(answers, delivery, queue):
    [claim] = queue.claim("one", lambda *_: 1)
    queue.finish(claim, Ending("retryable", status=500, returned=returned(b"[1]")))
    queue.finish(claim, Ending("delivered", status=200, returned=returned(b"[2]")))

    assert answers.of_delivery(delivery) == []


def test_what_became_of_an_answer_is_told_and_its_bytes_go(answers, delivery):
    kept = answers.keep(delivery, "callback", returned(), 10)
    answers.record([(kept.number, APPLIED)])

    (found,) = answers.of_delivery(delivery)
    assert answers.waiting(0) is None
    assert (found.state, found.columns, found.unknown) == (
        AnswerState.APPLIED,
        ("label",),
        ("x", "y"),
    )
    assert (found.n_rows, found.n_applied, found.model) == (3, 1, "Answers of m")


def test_the_same_bytes_again_are_counted_and_those_refused_wait_once_more(answers, delivery):
    kept = answers.keep(delivery, "callback", returned(), 10)
    answers.record([(kept.number, APPLIED)])
    again = answers.keep(delivery, "callback", returned(), 10)
    assert (again.state, again.repeats, answers.waiting(0)) == (AnswerState.APPLIED, 1, None)

    other = answers.keep(delivery, "callback", returned(b"[1]"), 10)
    answers.record([(other.number, Outcome(AnswerState.REFUSED, error="not now"))])
    again = answers.keep(delivery, "topic", returned(b"[1]"), 10)
    assert (again.state, again.error, again.via) == (AnswerState.KEPT, None, "callback")
    assert answers.waiting(0).body == b"[1]"


def test_they_wait_in_the_order_in_which_they_came(answers, delivery):
    numbers = [answers.keep(delivery, "topic", returned(b"%d" % n), 10).number for n in range(3)]

    assert answers.waiting(0).number == numbers[0]
    assert answers.waiting(numbers[0]).number == numbers[1]
    assert answers.waiting(numbers[2]) is None
    # This delivery is of no project that is there; those of others would be read.
    assert answers.waiting(0, {None}) is None
    assert answers.waiting(0, {7}).number == numbers[0]


def test_one_delivery_takes_so_many_and_repeats_of_them(answers, delivery):
    answers.keep(delivery, "callback", returned(b"1"), 1)
    with pytest.raises(TooManyAnswers, match="1 answers already"):
        answers.keep(delivery, "callback", returned(b"2"), 1)
    assert answers.keep(delivery, "callback", returned(b"1"), 1).repeats == 1
