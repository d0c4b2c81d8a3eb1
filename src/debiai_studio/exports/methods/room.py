"""Memory for documents that are under way at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Room:
    """So many bytes; who finds no room waits. One document that is larger goes alone.

    Used from one event loop.
    """

    def __init__(self, n_bytes: int) -> None:
        self._n_bytes = n_bytes
        self._taken = 0
        self._freed = asyncio.Condition()

    @asynccontextmanager
    async def take(self, n_bytes: int) -> AsyncIterator[None]:
        """Hold that many bytes."""
        async with self._freed:
            await self._freed.wait_for(
                lambda: self._taken == 0 or self._taken + n_bytes <= self._n_bytes
            )
            self._taken += n_bytes
        try:
            yield
        finally:
            self._taken -= n_bytes
            async with self._freed:
                self._freed.notify_all()
