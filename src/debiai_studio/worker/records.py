"""What attempts ask of the catalogue and write to it: many at the same time are one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from debiai_studio.exports.delivery import Ending
from debiai_studio.exports.model import Delivery, ExportMethod
from debiai_studio.exports.ports import Document
from debiai_studio.exports.queue import Claim, Queue
from debiai_studio.worker.gathering import Gathering

T = TypeVar("T")

Methods = Callable[[str], ExportMethod]


class OnDatabase(Protocol):
    """Runs a call to the catalogue off the loop."""

    def __call__(self, call: Callable[[], T]) -> Awaitable[T]:
        """The call's result."""
        ...


class Records:
    """Used from one event loop; raises what the catalogue raises."""

    def __init__(
        self,
        queue: Queue,
        methods: Methods,
        on_database: OnDatabase,
        more_to_come: Callable[[], bool] = lambda: False,
    ) -> None:
        """``more_to_come``: whether other attempts are likely to end within a moment."""
        self._queue = queue
        self._methods = methods
        self._on_database = on_database
        self._finding = Gathering[str, ExportMethod](self._find)
        self._documents = Gathering[tuple[Claim, Document], None](self._record_documents)
        self._unbegun = Gathering[Claim, None](self._release)
        self._endings = Gathering[tuple[Claim, Ending], Delivery | None](
            self._record_endings, more_to_come
        )

    async def method(self, method_id: str) -> ExportMethod:
        """The export method as it is now, references and secrets resolved."""
        return await self._finding.add(method_id)

    async def rendered(self, claim: Claim, document: Document) -> None:
        """Record size and digests of a document before it is sent."""
        await self._documents.add((claim, document))

    async def ended(self, claim: Claim, ending: Ending) -> Delivery | None:
        """Record how an attempt ended; the delivery after it, or None when the lease was lost."""
        return await self._endings.add((claim, ending))

    async def released(self, claim: Claim) -> None:
        """Put back a delivery of which nothing was sent."""
        await self._unbegun.add(claim)

    async def _find(self, ids: Sequence[str]) -> Sequence[ExportMethod]:
        found = await self._on_database(lambda: {one: self._methods(one) for one in set(ids)})
        return [found[one] for one in ids]

    async def _record_documents(self, rendered: Sequence[tuple[Claim, Document]]) -> Sequence[None]:
        await self._on_database(lambda: self._queue.rendered_all(rendered))
        return [None] * len(rendered)

    async def _release(self, claims: Sequence[Claim]) -> Sequence[None]:
        await self._on_database(lambda: self._queue.release(claims))
        return [None] * len(claims)

    async def _record_endings(
        self, ended: Sequence[tuple[Claim, Ending]]
    ) -> Sequence[Delivery | None]:
        return await self._on_database(lambda: self._queue.finish_all(ended))
