"""Tells the page and the catalogue how far a delivery is, not more often than a person can see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from debiai_studio.events import Events
from debiai_studio.exports.model import Delivery
from debiai_studio.exports.queue import Claim, Queue
from debiai_studio.failpoints import Failpoints

EVENT_SECONDS = 0.2
RECORD_SECONDS = 1.0


def news_of(delivery: Delivery) -> dict[str, Any]:
    """The state of a delivery, as listeners get it; no names or contents of samples."""
    return {
        "id": delivery.id,
        "state": delivery.state.value,
        "kind": delivery.kind,
        "name": delivery.name,
        "method_id": delivery.method_id,
        "method_name": delivery.method_name,
        "source": delivery.source,
        "project": delivery.project,
        "attempts": delivery.attempts,
        "next_at": delivery.next_at,
        "finished_at": delivery.finished_at,
        "sent_bytes": delivery.sent_bytes,
        "bytes": delivery.bytes,
        "error": delivery.error,
        "stream_id": delivery.stream_id,
    }


class DeliveryNews:
    """The progress of one attempt. Called on the dispatcher's loop or from a sender's thread.

    ``size`` is that of the document, once it is known.
    """

    def __init__(
        self,
        claim: Claim,
        queue: Queue,
        events: Events,
        failpoints: Failpoints,
        *,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._claim = claim
        self._queue = queue
        self._events = events
        self._failpoints = failpoints
        self._timer = timer
        self._loop = asyncio.get_running_loop()
        self.size: int | None = claim.delivery.bytes
        self._told = self._recorded = timer()

    def tell(self, delivery: Delivery) -> None:
        """Publish the state of the delivery."""
        self._events.publish("delivery", news_of(delivery))

    def progress(self, sent: int) -> None:
        """Note the bytes handed over so far."""
        self._failpoints.reach("sending")
        now = self._timer()
        if now - self._told >= EVENT_SECONDS:
            self._told = now
            state = news_of(self._claim.delivery)
            self._events.publish("delivery", {**state, "sent_bytes": sent, "bytes": self.size})
        if now - self._recorded >= RECORD_SECONDS:
            self._recorded = now
            self._loop.call_soon_threadsafe(
                self._loop.run_in_executor, None, self._queue.progress, self._claim, sent
            )
