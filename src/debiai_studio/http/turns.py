"""One running question and the newest waiting one for each client.

A drag sends a question per frame; answering all would fall behind, interrupting the running one
would never finish any (measured: 1 frame of 30 drawn). So the running one ends, and of those that
wait only the newest is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from debiai_studio.errors import Conflict


class Overtaken(Conflict):
    """A newer question of the same client took its place."""

    code = "analysis.overtaken"
    title = "Overtaken"

    def __init__(self) -> None:
        super().__init__("A newer question of this page took the place of this one.")


@dataclass(slots=True)
class _Client:
    running: bool = False
    waiting: asyncio.Future[None] | None = field(default=None)


class Turns:
    """Lets each client's questions through one at a time; used from one event loop."""

    def __init__(self) -> None:
        self._clients: dict[str, _Client] = {}

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn. Raises Overtaken when a newer question came. No name: no queue."""
        if not name:
            yield
            return
        client = self._clients.setdefault(name, _Client())
        if client.running:
            if client.waiting is not None and not client.waiting.done():
                client.waiting.set_exception(Overtaken())
            client.waiting = asyncio.get_running_loop().create_future()
            await client.waiting
        client.running = True
        try:
            yield
        finally:
            waiting, client.waiting = client.waiting, None
            if waiting is not None and not waiting.done():
                waiting.set_result(None)
            else:
                client.running = False
                self._clients.pop(name, None)
