"""The rules of trying again, as a table and as claims."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debiai_studio.exports.delivery import (
    Breaker,
    Ending,
    Schedule,
    moment_of,
    next_after,
    require_acceptance,
    text_of,
)
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected
from debiai_studio.exports.model import DeliveryState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FAILED = Ending("retryable", 12, error="refused.")
EVEN = Schedule(jitter=0)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_confirms(status):
    require_acceptance(status)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_what_may_get_better_is_retried_by_the_whole_schedule(status):
    with pytest.raises(DeliveryFailed) as caught:
        require_acceptance(status, answer="busy")

    assert (caught.value.status, caught.value.answer, caught.value.capped) == (
        status,
        "busy",
        False,
    )


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422])
def test_other_4xx_are_retried_but_capped(status):
    with pytest.raises(DeliveryFailed) as caught:
        require_acceptance(status)

    assert caught.value.capped


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_dead_at_once_and_names_the_address_to_set(status):
    with pytest.raises(DeliveryRejected, match=r"redirect to https://new\.example/x; set that"):
        require_acceptance(status, location="https://new.example/x")


def test_410_is_dead_and_disables_the_method():
    with pytest.raises(DeliveryRejected) as caught:
        require_acceptance(410)

    assert caught.value.disable


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("٣", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header, seconds):
    with pytest.raises(DeliveryFailed) as caught:
        require_acceptance(503, retry_after=header, now=lambda: NOW)

    assert caught.value.retry_after == seconds


def test_the_schedule_is_the_documented_one_and_then_the_delivery_is_dead():
    waits = [EVEN.wait_after(failures) for failures in range(1, 9)]

    assert waits == [5, 300, 1800, 7200, 18000, 36000, 36000, None]


@given(
    failures=st.integers(1, 7),
    chance=st.floats(0, 1),
    retry_after=st.none() | st.floats(0, 1e9),
)
def test_waits_stay_within_a_fifth_or_between_base_and_twice_when_asked(
    failures, chance, retry_after
):
    schedule = Schedule(chance=lambda: chance)
    base = schedule.delays[failures - 1]

    wait = schedule.wait_after(failures, retry_after)

    low, high = (0.8 * base, 1.2 * base) if retry_after is None else (base, 2 * base)
    assert low * 0.999999 <= wait <= high * 1.000001
    if retry_after is not None and base <= retry_after <= 2 * base:
        assert wait == retry_after


def test_the_schedule_can_be_set_by_text():
    assert Schedule.of_text("0.1,0.2").delays == (0.1, 0.2)
    assert Schedule.of_text("").delays == Schedule().delays
    for bad in ("5,x", "-1", "inf", "nan"):
        with pytest.raises(ValueError, match=r".+"):
            Schedule.of_text(bad)


@pytest.mark.parametrize(
    ("ending", "tries", "state", "wait"),
    [
        pytest.param(Ending("delivered", 1), 1, DeliveryState.DELIVERED, None, id="delivered"),
        pytest.param(FAILED, 1, DeliveryState.RETRY, 5, id="first failure"),
        pytest.param(FAILED, 7, DeliveryState.RETRY, 36000, id="seventh failure"),
        pytest.param(FAILED, 8, DeliveryState.DEAD, None, id="eighth failure"),
        pytest.param(Ending("permanent", 1), 1, DeliveryState.DEAD, None, id="permanent"),
        pytest.param(Ending("unknown", 1), 1, DeliveryState.RETRY, 0, id="unknown"),
        pytest.param(Ending("unknown", 1), 5, DeliveryState.RETRY, 300, id="unknown again"),
        pytest.param(Ending("unknown", 1), 99, DeliveryState.RETRY, 36000, id="unknown for ever"),
        pytest.param(Ending("cancelled", 1), 1, DeliveryState.CANCELLED, None, id="cancelled"),
    ],
)
def test_what_follows_an_attempt(ending, tries, state, wait):
    after = next_after(ending, tries, EVEN, NOW)

    expected = None if wait is None else NOW + timedelta(seconds=wait)
    assert (after.state, after.next_at) == (state, expected)


def test_a_capped_failure_is_dead_after_three_attempts_over_about_five_minutes():
    capped = Ending("retryable", 1, status=404, error="The receiver answered 404.", capped=True)

    states = [next_after(capped, tries, EVEN, NOW) for tries in (1, 2, 3)]

    assert [after.state for after in states] == [
        DeliveryState.RETRY,
        DeliveryState.RETRY,
        DeliveryState.DEAD,
    ]
    assert sum((after.next_at - NOW).total_seconds() for after in states[:2]) == 305
    assert "Given up after 3 attempts" in states[2].error


def test_cancel_while_under_way_keeps_a_confirmation_but_stops_further_attempts():
    confirmed = next_after(Ending("delivered", 1), 1, EVEN, NOW, cancel_requested=True)
    failed = next_after(FAILED, 1, EVEN, NOW, cancel_requested=True)

    assert (confirmed.state, failed.state) == (DeliveryState.DELIVERED, DeliveryState.CANCELLED)


def test_the_breaker_opens_after_five_failures_probes_once_and_doubles_to_ten_minutes():
    breaker, now, pauses = Breaker(), NOW, []
    for _ in range(4):
        breaker = breaker.after(FAILED, now)
    assert breaker.slots(now, 2) == 2

    for _ in range(7):
        breaker = breaker.after(FAILED, now)
        pauses.append((breaker.open_until - now).total_seconds())
        assert breaker.slots(now, 2) == 0
        now = breaker.open_until
        assert breaker.slots(now, 2) == 1

    assert pauses == [30, 60, 120, 240, 480, 600, 600]
    assert breaker.after(Ending("delivered", 1), now) == Breaker()


def test_attempts_that_were_under_way_when_the_breaker_opened_do_not_prolong_it():
    breaker = Breaker()
    for _ in range(64):
        breaker = breaker.after(FAILED, NOW)

    assert breaker == Breaker(5, NOW + timedelta(seconds=30))


def test_only_what_says_something_about_the_receiver_moves_the_breaker():
    breaker = Breaker(3)

    assert breaker.after(Ending("unknown", 1), NOW) == breaker
    assert breaker.after(Ending("cancelled", 1), NOW) == breaker
    assert breaker.after(Ending("permanent", 1, reached=False), NOW) == breaker
    assert breaker.after(Ending("permanent", 1), NOW) == Breaker()


@given(st.datetimes(min_value=datetime(2000, 1, 1)))  # noqa: DTZ001 - hypothesis wants it naive
def test_moments_keep_their_milliseconds_and_sort_as_they_read(moment):
    moment = moment.replace(tzinfo=UTC)

    text = text_of(moment)

    assert moment_of(text) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert text < text_of(moment + timedelta(milliseconds=1)) or moment.year == 9999
