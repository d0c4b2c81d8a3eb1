"""Streams: a rule, a method, and what of the rule the receiver has by now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from debiai_studio.datasets.set_digest import EMPTY
from debiai_studio.projects.model import ProjectRef

Pause = Literal["person", "delivery", "digest"]
StreamState = Literal["up to date", "wanted", "waiting", "put off", "paused"]
Outcome = Literal["sent", "unchanged", "waiting", "paused", "put off"]

HAND, CHANGES = "hand", "changes"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The set that the receiver confirmed, and with which delivery; at first the empty one."""

    sequence: int = 0
    at: str | None = None
    n_samples: int = 0
    digest: str = EMPTY


@dataclass(frozen=True, slots=True)
class Stream:
    """An ordered row of deliveries that keeps the receiver of a method at what a rule selects.

    ``trigger`` is ``hand``, ``changes`` (of data or selections), or a cron expression in UTC.
    ``sequence`` is that of the newest delivery; ``head_id`` the one delivery that has not
    arrived, if any: nothing is sent before it has. ``pause`` is who stopped the stream: a person, a
    delivery that failed, or a receiver that said that it holds another set. ``wishes`` counts
    the runs that were asked for, ``served`` those that are done; all between become one run.
    ``put_off`` is why the last run could not be made, with the code of that error.
    """

    id: str
    project_key: int
    ref: ProjectRef
    name: str
    annotation: str
    rule: dict[str, Any]
    method_id: str
    trigger: str
    waits_for_columns: bool
    created_at: str
    author: str
    sequence: int = 0
    head_id: str | None = None
    confirmed: Confirmed = Confirmed()
    pause: Pause | None = None
    pause_reason: str | None = None
    wishes: int = 0
    served: int = 0
    put_off: str | None = None
    put_off_code: str | None = None
    judged_at: str | None = None
    due_at: str | None = None

    @property
    def state(self) -> StreamState:
        """Where it is: paused, behind a delivery, put off, about to be judged, or none of these."""
        if self.pause is not None:
            return "paused"
        if self.head_id is not None:
            return "waiting"
        if self.put_off is not None:
            return "put off"
        return "wanted" if self.wishes > self.served else "up to date"


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a run. The counts and the delivery are those of what was sent."""

    stream: Stream
    outcome: Outcome
    reason: str | None = None
    delivery_id: str | None = None
    n_added: int = 0
    n_removed: int = 0
