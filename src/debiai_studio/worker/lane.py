"""The places of each export method: so many attempts send at once, others stand ready."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from time import monotonic

from debiai_studio.exports.delivery import Breaker
from debiai_studio.exports.ports import Sender
from debiai_studio.exports.queue import Claim, Slots

# More attempts than this at once only queue for the same machine. Those that hang may fill it, so
# each method has its first attempt beyond it.
LARGEST = 1000
# What is claimed ahead shares a transaction, and is sent the moment a place is free.
AHEAD = 32
_RECENT_SECONDS = 1.0


class Lane:
    """Used from one event loop. ``places``: attempts that send at once."""

    def __init__(self, places: int, timer: Callable[[], float] = monotonic) -> None:
        self.places = places
        self._free = asyncio.Semaphore(places)
        self._timer = timer
        self._delivered: deque[float] = deque(maxlen=max(AHEAD, places))

    @asynccontextmanager
    async def place(self) -> AsyncIterator[bool]:
        """One of the places, first come, first served; whether it had to be waited for."""
        waited = self._free.locked()
        async with self._free:
            yield waited

    def delivered(self) -> None:
        """Note that the receiver took a document."""
        self._delivered.append(self._timer())

    @property
    def most_ahead(self) -> int:
        """``ahead`` is no more than this. From any thread."""
        return len(self._delivered)

    def ahead(self) -> int:
        """How many to claim beyond the places: as many as the receiver took in the last second."""
        oldest = self._timer() - _RECENT_SECONDS
        while self._delivered and self._delivered[0] < oldest:
            self._delivered.popleft()
        return len(self._delivered)


class Lanes:
    """The lanes of all methods. A sender may say its own number of places.

    ``sole``: what is claimed ahead is kept from no other dispatcher.
    """

    def __init__(self, senders: Mapping[str, Sender], places: int, *, sole: bool = True) -> None:
        self._senders = senders
        self._sole = sole
        self._places = places
        self._lanes: dict[str, Lane] = {}
        self._begun: Counter[str] = Counter()

    def begin(self, claim: Claim) -> Lane:
        """Count an attempt; the lane it is made in."""
        method_id = claim.delivery.method_id
        sender = self._senders.get(claim.delivery.method_type)
        places = max(getattr(sender, "concurrency", self._places), self._places)
        lane = self._lanes.get(method_id)
        if lane is None or lane.places != places:
            lane = self._lanes[method_id] = Lane(places)
        self._begun[method_id] += 1
        return lane

    def is_full(self, method_id: str) -> bool:
        """Whether nothing more of a method can begin before ``end`` of one of them says so.

        From any thread.
        """
        lane = self._lanes.get(method_id)
        return lane is not None and self._begun[method_id] >= lane.places + lane.most_ahead // 2

    def end(self, claim: Claim) -> bool:
        """Count it out; whether that makes room for others."""
        method_id = claim.delivery.method_id
        was_full = self._begun.total() >= LARGEST
        self._begun[method_id] -= 1
        if not self._begun[method_id]:
            del self._begun[method_id]
        lane = self._lanes[method_id]
        ahead = lane.ahead() if self._sole else 0
        return was_full or self._begun[method_id] < lane.places + ahead // 2

    def slots(self) -> Slots:
        """How many to claim of each method, for one look."""
        left = LARGEST - self._begun.total()

        def free(method_id: str, breaker: Breaker, now: datetime) -> int:
            nonlocal left
            begun = self._begun[method_id]
            lane = self._lanes.get(method_id)
            places = breaker.slots(now, lane.places if lane else self._places)
            is_well = self._sole and breaker.failures == 0 and left > LARGEST // 2
            ahead = lane.ahead() if lane and is_well else 0
            # By the handful, not one by one.
            if begun >= places + ahead // 2:
                return 0
            found = max(min(places + ahead - begun, max(left, 1 - begun)), 0)
            left -= found
            return found

        return free
