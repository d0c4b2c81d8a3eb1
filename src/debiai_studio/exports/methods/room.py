"""Memory for documents that are under way at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Room:
    """So many bytes; who finds no room waits, unless its method has nothing under way.

    What a receiver holds up thus stops no other method, at the price of one document of each
    method beyond the room. One that is larger than all is its method's only one. Used from one
    event loop.
    """

    def __init__(self, n_bytes: int) -> None:
        self._n_bytes = n_bytes
        self._taken = 0
        self._under_way: Counter[str] = Counter()
        self._freed = asyncio.Condition()

    @asynccontextmanager
    async def take(self, method_id: str, n_bytes: int) -> AsyncIterator[None]:
        """Hold that many bytes for a document of the method."""
        async with self._freed:
            await self._freed.wait_for(
                lambda: not self._under_way[method_id] or self._taken + n_bytes <= self._n_bytes
            )
            self._taken += n_bytes
            self._under_way[method_id] += 1
        try:
            yield
        finally:
            self._taken -= n_bytes
            self._under_way[method_id] -= 1
            async with self._freed:
                self._freed.notify_all()
