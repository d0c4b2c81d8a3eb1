"""/api/v2/events, /api/v2/about and /health: what is going on, and who we are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import orjson
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from debiai_studio.http.services import Services, ServicesDep
from debiai_studio.permissions import Permission

router = APIRouter(tags=["live"])

# Proxies and browsers drop connections that are silent for long.
HEARTBEAT_SECONDS = 15


@router.get("/health", operation_id="health")
def health() -> dict[str, str]:
    """Whether the server answers."""
    return {"status": "ok"}


@router.get("/api/v2/about", operation_id="about")
def about(services: ServicesDep) -> dict[str, Any]:
    """Version, data folder and what this server offers."""
    return services.about


@router.get("/api/v2/refusals", operation_id="list_refusals")
def list_refusals(services: ServicesDep) -> dict[Permission, str]:
    """Which changes of the projects kept here are not allowed, and why."""
    return services.permissions.reasons()


@router.get("/api/v2/events", operation_id="events", response_class=StreamingResponse)
async def events(services: ServicesDep) -> StreamingResponse:
    """Server-sent events.

    They are ``import``, ``project``, ``selection``, ``delivery``, ``method``, ``stream``,
    ``answer`` and ``experiment``. An
    event ``resync`` says that some were lost and all must be read again.
    """
    return StreamingResponse(
        _stream(services),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _stream(services: Services) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n: connected\n\n"
    listener = services.events.listen()
    pending: asyncio.Task[Any] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(anext(listener))
            done, _ = await asyncio.wait({pending}, timeout=HEARTBEAT_SECONDS)
            if not done:
                yield b": still here\n\n"
                continue
            event, pending = pending.result(), None
            if event is None:
                yield b"event: resync\ndata: {}\n\n"
            else:
                data = orjson.dumps(event.data)
                yield b"id: %d\nevent: %s\ndata: %s\n\n" % (
                    event.number,
                    event.topic.encode(),
                    data,
                )
    finally:
        if pending is not None:
            pending.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await pending
        await listener.aclose()
