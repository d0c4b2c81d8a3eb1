"""When a stream runs by itself: cron expressions, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from debiai_studio.streams.errors import UnfitStream
from debiai_studio.streams.model import CHANGES, HAND

_LONGEST = 200
_FIELDS = 5


def checked_trigger(text: str) -> str:
    """The trigger without blanks around it. Raises UnfitStream when it is none."""
    trigger = " ".join(text.split())
    next_run(trigger, datetime.now(UTC))
    return trigger


def next_run(trigger: str, after: datetime) -> datetime | None:
    """The first moment later than ``after`` that a cron expression names; None for others.

    Raises UnfitStream when it is neither.
    """
    if trigger in (HAND, CHANGES):
        return None
    # A sixth field would be seconds.
    if len(trigger) > _LONGEST or len(trigger.split()) != _FIELDS:
        raise _unfit(trigger)
    try:
        return next(CronSim(trigger, after.astimezone(UTC)))
    except (CronSimError, StopIteration) as error:
        raise _unfit(trigger) from error


def in_words(trigger: str) -> str:
    """A cron expression in words; nothing for other triggers."""
    if trigger in (HAND, CHANGES):
        return ""
    words: str = CronSim(trigger, datetime.now(UTC)).explain()
    return f"{words}, UTC"


def _unfit(trigger: str) -> UnfitStream:
    return UnfitStream(
        f'"{trigger[:_LONGEST]}" is no time to run at',
        "write hand, changes, or five fields of cron, as 0 6 * * 1 for each Monday at six, in UTC.",
    )
