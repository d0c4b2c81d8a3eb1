"""Notices when a client no longer waits for its answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import Request


@asynccontextmanager
async def listening(request: Request) -> AsyncIterator[Callable[[], bool]]:
    """Tells, from any thread, whether the client has hung up. The request's body was read."""
    hung_up = threading.Event()

    async def listen() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        hung_up.set()

    task = asyncio.create_task(listen())
    try:
        yield hung_up.is_set
    finally:
        task.cancel()
