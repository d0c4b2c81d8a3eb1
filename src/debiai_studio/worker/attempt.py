"""One attempt: find the method, render the document, send it, and say how it ended."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from debiai_studio.errors import Conflict, StudioError
from debiai_studio.exports.delivery import Clock, Ending
from debiai_studio.exports.errors import (
    DeliveryFailed,
    DeliveryRejected,
    DeliveryUncertain,
    DocumentTooLarge,
    OutOfUse,
)
from debiai_studio.exports.model import Delivery, ExportMethod
from debiai_studio.exports.ports import Document, Receipt, Sender
from debiai_studio.exports.queue import Claim
from debiai_studio.exports.veil import secrets_of, veiled
from debiai_studio.failpoints import Failpoints
from debiai_studio.worker.lane import Lane
from debiai_studio.worker.news import DeliveryNews
from debiai_studio.worker.records import Records
from debiai_studio.worker.trouble import report_trouble

ANSWER_CHARACTERS = 20_000

CANCELLED = "Stopped while under way; the receiver may have got the document."
CANCELLED_BEFORE = "Stopped before it was sent."
UNKNOWN = Ending(
    "unknown",
    error="The server stopped during this attempt; it is made again at the next start.",
)


class MethodUnusable(Conflict):
    """The export method cannot be used as it is; nothing was tried."""

    code = "exports.method_unusable"
    title = "Export method not usable"


@dataclass(frozen=True, slots=True)
class Tools:
    """What every attempt needs; ``render`` leaves the loop free."""

    senders: Mapping[str, Sender]
    records: Records
    render: Callable[[Delivery], Awaitable[Document]]
    failpoints: Failpoints
    clock: Clock


class Attempting:
    """One attempt; ``stop_outcome`` is set before its task is cancelled.

    ``stands_ready``: all is prepared, nothing was sent; it waits for a place in the ``lane``.
    """

    def __init__(self, claim: Claim, tools: Tools, lane: Lane, news: DeliveryNews) -> None:
        self.stop_outcome: str | None = None
        self.stands_ready = False
        self._claim = claim
        self._tools = tools
        self._lane = lane
        self._news = news
        self._secrets: tuple[str, ...] = ()
        self._began = claim.began
        self._started_at: datetime | None = None

    async def run(self) -> Ending | None:
        """How the attempt ended, None when it was never begun; raises nothing."""
        try:
            ending = _confirmed(await self._prepare_and_send())
        except asyncio.CancelledError:
            if self.stands_ready and self.stop_outcome != "cancelled":
                return None
            stopped = self.stop_outcome == "cancelled"
            ending = Ending("cancelled", error=self._cancelled()) if stopped else UNKNOWN
        except StudioError as error:
            ending = _failed(error)
        except Exception as error:  # noqa: BLE001 - a faulty sender must not stop the others
            report_trouble("delivery.unexpected", error, delivery_id=self._claim.delivery.id)
            text = f"Unexpected {type(error).__name__}; the log of the server has more."
            ending = Ending("retryable", error=text)
        elapsed = time.monotonic() - self._began
        return replace(
            ending,
            started_at=self._started_at,
            milliseconds=math.ceil(1000 * elapsed),
            answer=veiled(ending.answer, self._secrets),
            error=veiled(ending.error, self._secrets),
        )

    def _cancelled(self) -> str:
        return CANCELLED_BEFORE if self.stands_ready else CANCELLED

    async def _prepare_and_send(self) -> Receipt:
        delivery, tools = self._claim.delivery, self._tools
        method = await tools.records.method(delivery.method_id)
        sender = self._usable(method)
        self._secrets = secrets_of(method, sender)
        document = self._claim.document or await tools.render(delivery)
        known = (delivery.bytes, delivery.sha256, delivery.set_digest)
        if known != (document.size, document.sha256, document.set_digest):
            self._news.size = document.size
            await tools.records.rendered(self._claim, document)
        tools.failpoints.reach("rendered")
        limit = sender.limit(method)
        is_whole = delivery.chunk_bytes is None
        if is_whole and limit is not None and document.size > limit:
            raise DocumentTooLarge(
                document.size, limit, "Export fewer samples, or raise the limit of the method."
            )
        self.stands_ready = True
        async with self._lane.place() as waited:
            self.stands_ready = False
            if waited:
                self._began, self._started_at = time.monotonic(), tools.clock()
            receipt = await sender.send(method, delivery, document, self._news.progress)
            tools.failpoints.reach("acknowledged")
        self._lane.delivered()
        return receipt

    def _usable(self, method: ExportMethod) -> Sender:
        if method.removed:
            raise MethodUnusable(
                f'The export method "{method.name}" was removed. Restore it, then choose Retry.'
            )
        if method.disabled_reason is not None:
            raise OutOfUse(method.name, method.disabled_reason, waits=True)
        if method.type not in self._tools.senders:
            known = ", ".join(sorted(self._tools.senders))
            raise MethodUnusable(
                f'There is no type of export method "{method.type}"; there are {known}.'
            )
        return self._tools.senders[method.type]


def _confirmed(receipt: Receipt) -> Ending:
    return Ending(
        "delivered",
        status=receipt.status,
        answer=_cut(receipt.answer),
        partition=receipt.partition,
        offset=receipt.offset,
        held_digest=receipt.held_digest,
        returned=receipt.returned,
    )


def _failed(error: StudioError) -> Ending:
    if isinstance(error, DeliveryFailed):
        return Ending(
            "retryable",
            status=error.status,
            answer=_cut(error.answer),
            error=str(error),
            retry_after=error.retry_after,
            capped=error.capped,
        )
    if isinstance(error, DeliveryRejected):
        return Ending(
            "permanent",
            status=error.status,
            answer=_cut(error.answer),
            error=str(error),
            disable=error.disable,
        )
    if isinstance(error, DeliveryUncertain):
        return Ending("unknown", error=str(error))
    # One taken out of use after it was claimed waits with the others that go there.
    waits = isinstance(error, OutOfUse) and error.waits
    return Ending("retryable" if waits else "permanent", error=str(error), reached=False)


def _cut(answer: str | None) -> str | None:
    return None if answer is None else answer[:ANSWER_CHARACTERS].replace("\0", "\ufffd")
