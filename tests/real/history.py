"""Our history of a delivery held against what the receiver wrote down, attempt by attempt."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from debiai_studio.exports.delivery import moment_of
from debiai_studio.exports.model import Attempt

# Both sides write milliseconds, and cut off what is below.
RESOLUTION = timedelta(milliseconds=1)
# The time of a file is that of the kernel's last tick.
TICK = timedelta(milliseconds=10)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Arrival:
    """One entry of a receiver's own log; ``sign`` is its answer (HTTP status, Kafka offset).

    ``lag``: how far the clock of the log may be behind.
    """

    at: datetime
    sign: int | None = None
    lag: timedelta = timedelta(0)


def at(seconds: float) -> datetime:
    """The moment of a Unix time."""
    return datetime.fromtimestamp(seconds, UTC)


def written(path: Path) -> Arrival:
    """The arrival of a file."""
    return Arrival(at(path.stat().st_mtime), lag=TICK)


def disagreements(attempts: Sequence[Attempt], arrivals: Sequence[Arrival]) -> list[str]:
    """What the history of one delivery and the receiver's entries for it do not agree about.

    ``arrivals`` in the order of the receiver's log. An attempt with an end has exactly one entry
    between its start and its end, with the same sign. One without an end is marked as unknown,
    and has at most one entry between its start and the next attempt's.
    """
    found: list[str] = []
    left = list(arrivals)
    for attempt, following in zip(attempts, [*attempts[1:], None], strict=True):
        inside = _first_within(left, *_window(attempt, following))
        left = left[len(inside) :]
        if attempt.milliseconds is None:
            if attempt.outcome != "unknown" or not attempt.error:
                found.append(f"{attempt} has no end and does not say so")
            if len(inside) > 1:
                found.append(f"{attempt} arrived as {inside}")
        elif [one.sign for one in inside] != [_sign(attempt)]:
            found.append(f"{attempt} arrived as {inside}, with {left} left")
    return found + [f"no attempt explains {one}" for one in left]


def _first_within(arrivals: Sequence[Arrival], start: datetime, end: datetime) -> list[Arrival]:
    def inside(one: Arrival) -> bool:
        return start <= one.at + one.lag and one.at <= end

    return [*itertools.takewhile(inside, arrivals)]


def _window(attempt: Attempt, following: Attempt | None) -> tuple[datetime, datetime]:
    start = moment_of(attempt.started_at)
    if attempt.milliseconds is not None:
        end = start + timedelta(milliseconds=attempt.milliseconds) + RESOLUTION
    elif following is not None:
        end = moment_of(following.started_at) - RESOLUTION
    else:
        end = END_OF_TIME
    return start, end


def _sign(attempt: Attempt) -> int | None:
    return attempt.offset if attempt.status is None else attempt.status
