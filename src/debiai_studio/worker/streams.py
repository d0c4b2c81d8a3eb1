"""Runs streams by themselves: after changes, by cron, and what waited for a delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue
from typing import ClassVar, TypeVar

from debiai_studio.background import Background
from debiai_studio.events import Event, Events
from debiai_studio.exports.delivery import Clock, utc_now
from debiai_studio.exports.model import DeliveryState
from debiai_studio.projects.model import ProjectRef
from debiai_studio.streams.errors import UnknownStream
from debiai_studio.streams.service import Streams
from debiai_studio.worker.trouble import report_trouble

LONGEST_SECONDS = 60.0
SHORTEST_SECONDS = 0.1

T = TypeVar("T")


class StreamRunner(Background):
    """One thread; what happened while the server was down is caught up with at the start."""

    thread_name: ClassVar[str] = "streams"

    def __init__(self, streams: Streams, events: Events, *, clock: Clock = utc_now) -> None:
        super().__init__()
        self._streams = streams
        self._clock = clock
        self._changed: SimpleQueue[ProjectRef] = SimpleQueue()
        events.subscribe(self._note)

    def _note(self, event: Event) -> None:
        match event.topic:
            case "project" | "selection" if "source" in event.data:
                self._changed.put(ProjectRef(event.data["source"], event.data["project"]))
            case "delivery":
                if event.data.get("stream_id") is None:
                    return
                if not DeliveryState(event.data["state"]).is_final:
                    return
            case "stream":
                if event.data["action"] not in ("created", "resumed"):
                    return
            case "method":
                pass
            case _:
                return
        self._woken.set()

    def _live(self) -> None:
        self._try(self._streams.wish_after_change)
        self._woken.set()
        while not self._stopping.is_set():
            self._woken.clear()
            self._try(self._drain)
            next_due = self._try(self._streams.wish_by_cron)
            self._try(self._serve_ready)
            self._woken.wait(self._seconds_until(next_due))

    def _drain(self) -> None:
        """Ask for a run of what follows the changes that were told; each project once."""
        changed = set()
        while True:
            try:
                changed.add(self._changed.get_nowait())
            except Empty:
                break
        for ref in changed:
            self._streams.wish_after_change(ref)

    def _seconds_until(self, moment: datetime | None) -> float:
        if moment is None:
            return LONGEST_SECONDS
        return min(max((moment - self._clock()).total_seconds(), SHORTEST_SECONDS), LONGEST_SECONDS)

    def _serve_ready(self) -> None:
        for stream_id in self._streams.ready():
            if not self._stopping.is_set():
                self._try(partial(self._streams.serve, stream_id))

    def _try(self, duty: Callable[[], T]) -> T | None:
        try:
            return duty()
        except UnknownStream:  # deleted meanwhile
            return None
        except Exception as error:  # noqa: BLE001 - the next round tries again
            report_trouble("streams.trouble", error)
            return None
