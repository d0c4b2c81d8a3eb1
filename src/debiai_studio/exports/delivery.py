"""When a delivery is tried, tried again or given up: pure rules, clock and chance passed in."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NoReturn

from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected
from debiai_studio.exports.model import DeliveryState, Returned

Clock = Callable[[], datetime]

# Svix and Standard Webhooks use these seconds.
DELAYS: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 36000)
JITTER = 0.2
# A 4xx is probably a mistake in the configuration, which should reach the person soon.
CAPPED_ATTEMPTS = 3
# A process that died may have been killed by what it was doing: after so many attempts, one
# without a recorded end is followed by the schedule, from its start, instead of at once.
UNKNOWN_AT_ONCE = 3

BREAKER_FAILURES = 5
BREAKER_SECONDS = 30
BREAKER_LONGEST = 600

RETRYABLE_STATUS = frozenset({408, 425, 429})
GONE = 410


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def text_of(moment: datetime) -> str:
    """The moment as the catalogue keeps it: UTC, milliseconds, ``Z``."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def moment_of(text: str) -> datetime:
    """The moment that ``text_of`` wrote."""
    return datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seconds to wait after each failed attempt; when they are used up, the delivery is dead."""

    delays: Sequence[float] = DELAYS
    jitter: float = JITTER
    # Spreads load; nothing depends on it being secret.
    chance: Callable[[], float] = field(default=random.random)

    @classmethod
    def of_text(cls, text: str) -> Schedule:
        """The schedule written as seconds with commas, e.g. ``5,300,1800``; empty: the default.

        Raises ValueError when it is not that.
        """
        if not text.strip():
            return cls()
        delays = tuple(float(part) for part in text.split(","))
        if any(not 0 <= delay < float("inf") for delay in delays):
            raise ValueError(f'"{text}" has a negative or endless delay')
        return cls(delays)

    def wait_after(self, failures: int, retry_after: float | None = None) -> float | None:
        """Seconds to wait after so many failed attempts, or None when no attempt is left.

        ``retry_after`` is honoured between the scheduled delay and twice that.
        """
        if not 1 <= failures <= len(self.delays):
            return None
        base = self.delays[failures - 1]
        if retry_after is not None:
            return min(max(retry_after, base), 2 * base)
        return base * (1 + self.jitter * (2 * self.chance() - 1))

    def wait_after_unknown(self, attempts: int) -> float:
        """Seconds to wait after an attempt whose end nobody recorded."""
        later = attempts - UNKNOWN_AT_ONCE
        if later <= 0 or not self.delays:
            return 0.0
        return self.delays[min(later, len(self.delays)) - 1]


@dataclass(frozen=True, slots=True)
class Ending:
    """How one attempt ended. ``outcome``: delivered, retryable, permanent, unknown, cancelled."""

    outcome: str
    milliseconds: int = 0
    status: int | None = None
    answer: str | None = None
    partition: int | None = None
    offset: int | None = None
    error: str | None = None
    retry_after: float | None = None
    capped: bool = False
    disable: bool = False
    held_digest: str | None = None
    returned: Returned | None = None
    started_at: datetime | None = None  # when it began later than it was claimed
    reached: bool = True  # False when the method itself could not be used: says nothing about it


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of the delivery after an attempt."""

    state: DeliveryState
    next_at: datetime | None
    error: str | None


def next_after(
    ending: Ending,
    tries: int,
    schedule: Schedule,
    now: datetime,
    *,
    failures: int | None = None,
    cancel_requested: bool = False,
) -> Next:
    """The delivery's state after its ``tries``-th attempt (since a person last asked for it).

    ``failures`` of them were answered or refused, this one included; all, when it is not given.
    The others have no recorded end: they do not use up the schedule.
    """
    failures = tries if failures is None else failures
    if ending.outcome == "delivered":
        return Next(DeliveryState.DELIVERED, None, None)
    if cancel_requested or ending.outcome == "cancelled":
        return Next(DeliveryState.CANCELLED, None, ending.error)
    if ending.outcome == "permanent":
        return Next(DeliveryState.DEAD, None, ending.error)
    if ending.outcome == "unknown":
        wait: float | None = schedule.wait_after_unknown(tries)
    elif ending.capped and failures >= CAPPED_ATTEMPTS:
        wait = None
    else:
        wait = schedule.wait_after(failures, ending.retry_after)
    if wait is None:
        last = f"{ending.error} Given up after {tries} attempts; repair it, then choose Retry."
        return Next(DeliveryState.DEAD, None, last)
    return Next(DeliveryState.RETRY, now + timedelta(seconds=wait), ending.error)


@dataclass(frozen=True, slots=True)
class Breaker:
    """Whether an export method gets attempts at all: five failures in a row open it.

    Once its time has passed, one attempt at a time probes; a success closes it.
    """

    failures: int = 0
    open_until: datetime | None = None

    def slots(self, now: datetime, concurrency: int) -> int:
        """How many attempts may be under way at once."""
        if self.failures < BREAKER_FAILURES:
            return concurrency
        return 0 if self.open_until is not None and now < self.open_until else 1

    def after(self, ending: Ending, now: datetime) -> Breaker:
        """The breaker after an attempt."""
        if ending.outcome in ("unknown", "cancelled") or not ending.reached:
            return self
        if ending.outcome != "retryable":
            return Breaker()
        if self.open_until is not None and now < self.open_until:
            return self  # it began before the breaker opened, and tells nothing new
        failures = self.failures + 1
        if failures < BREAKER_FAILURES:
            return replace(self, failures=failures)
        seconds = BREAKER_SECONDS * 2 ** min(failures - BREAKER_FAILURES, 10)
        return Breaker(failures, now + timedelta(seconds=min(seconds, BREAKER_LONGEST)))


def require_acceptance(
    status: int,
    *,
    answer: str | None = None,
    location: str | None = None,
    retry_after: str | None = None,
    now: Clock = utc_now,
) -> None:
    """Return when an HTTP answer confirms; else raise DeliveryFailed or DeliveryRejected."""
    if 200 <= status < 300:  # noqa: PLR2004 - the numbers are HTTP's
        return
    if 300 <= status < 400:  # noqa: PLR2004
        reason = (
            f"The receiver answers with a redirect to {location or 'nowhere'}; set that address."
        )
        raise DeliveryRejected(reason, status=status, answer=answer)
    if status == GONE:
        reason = (
            "The receiver answered 410 Gone: it wants no more exports. The export method is "
            "disabled; correct its address and put it back into use."
        )
        raise DeliveryRejected(reason, status=status, answer=answer, disable=True)
    _fail(status, answer, _seconds_of(retry_after, now))


def _fail(status: int, answer: str | None, retry_after: float | None) -> NoReturn:
    server_side = status in RETRYABLE_STATUS or status >= 500 or status < 200  # noqa: PLR2004
    remedy = (
        "it is tried again by the schedule."
        if server_side
        else "check the address, the method and its credentials."
    )
    raise DeliveryFailed(
        f"The receiver answered {status}; {remedy}",
        status=status,
        answer=answer,
        retry_after=retry_after,
        capped=not server_side,
    )


def _seconds_of(retry_after: str | None, now: Clock) -> float | None:
    """A Retry-After header, seconds or an HTTP date, as seconds; None when it is neither."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now()).total_seconds())
