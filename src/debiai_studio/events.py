"""What happened, told to whoever listens: the one stream that a browser holds open.

Events are hints: they carry the new state of a thing, and a page that missed some reads the
thing again; one without an id says that many changed. Publishing never waits and never fails.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Topic = Literal[
    "import",
    "inspection",
    "project",
    "selection",
    "delivery",
    "method",
    "stream",
    "answer",
    "provider",
    "experiment",
    "comment",
]

# A browser that reads slower than this many events behind is told to read everything again.
BACKLOG = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """One event; ``number`` grows by one for each."""

    number: int
    topic: Topic
    data: dict[str, Any]


@dataclass(slots=True)
class _Listener:
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(BACKLOG))

    def put(self, event: Event | None) -> None:
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            event = None
        self.queue.put_nowait(event)


class Events:
    """Publish from any thread; listen from an event loop."""

    def __init__(self) -> None:
        self._by_id: dict[int, _Listener] = {}
        self._hooks: list[Callable[[Event], None]] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def publish(self, topic: Topic, data: dict[str, Any]) -> None:
        """Tell every listener."""
        event = Event(next(self._numbers), topic, data)
        with self._lock:
            listeners = list(self._by_id.values())
        for hook in self._hooks:
            hook(event)
        for listener in listeners:
            if not listener.loop.is_closed():
                listener.loop.call_soon_threadsafe(listener.put, event)

    def subscribe(self, hook: Callable[[Event], None]) -> None:
        """Call ``hook`` with each event, in the thread that publishes; it neither waits nor fails.

        Before anything is published.
        """
        self._hooks.append(hook)

    async def listen(self) -> AsyncGenerator[Event | None, None]:
        """Events from now on; None means that some were lost and all must be read again."""
        listener = _Listener(asyncio.get_running_loop())
        key = id(listener)
        with self._lock:
            self._by_id[key] = listener
        try:
            while True:
                yield await listener.queue.get()
        finally:
            with self._lock:
                self._by_id.pop(key, None)
