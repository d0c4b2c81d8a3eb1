"""The outbox as the dispatcher sees it: what is due, leased to one owner, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from debiai_studio.exports.delivery import Breaker, Ending
from debiai_studio.exports.model import Delivery
from debiai_studio.exports.ports import Document


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make attempt ``number`` of a delivery, while the lease of ``owner`` lasts.

    ``began`` is the start of the attempt on the monotonic clock: its duration counts from there,
    as its recorded start does. ``document`` comes along where it is small and made already.
    """

    owner: str
    number: int
    delivery: Delivery
    document: Document | None = field(default=None, compare=False)
    began: float = field(default_factory=time.monotonic, compare=False)

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it from all others: delivery, owner, number."""
        return self.delivery.id, self.owner, self.number


Slots = Callable[[str, Breaker, datetime], int]


class Queue(Protocol):
    """Thread-safe; each call is one transaction. A call whose lease was lost changes nothing."""

    def recover(self, *, sole: bool, ended_by: datetime) -> int:
        """Put back what nobody works on any more; the attempt's end is unknown. How many.

        That is what has a lease that had ended by then. ``sole``: no other dispatcher works on
        this catalogue, so every lease is a dead one's.
        """
        ...

    def claim(self, owner: str, slots: Slots) -> Sequence[Claim]:
        """Lease what is due, per method at most what ``slots(method id, breaker, now)`` says."""
        ...

    def release(self, claims: Collection[Claim]) -> None:
        """Put back what was not begun, as if it had not been claimed."""
        ...

    def renew(self, claims: Collection[Claim]) -> Sequence[Claim]:
        """Prolong the leases. Those that are lost already: another may work on them."""
        ...

    def rendered_all(self, rendered: Sequence[tuple[Claim, Document]]) -> None:
        """Record the documents' sizes and digests, and their bytes when they are few."""
        ...

    def progress(self, claim: Claim, sent: int) -> None:
        """Record the bytes handed over so far."""
        ...

    def cancelled(self, claims: Collection[Claim]) -> set[str]:
        """The ids of those that a person wants stopped."""
        ...

    def finish_all(self, ended: Sequence[tuple[Claim, Ending]]) -> Sequence[Delivery | None]:
        """Record how attempts ended; each delivery after it, or None when the lease was lost."""
        ...

    def next_due(self, after: datetime) -> datetime | None:
        """The first moment later than ``after`` at which something may be due."""
        ...

    def subscribe(self, changed: Callable[[Delivery | None], None]) -> None:
        """Call ``changed``, from any thread, with what a person accepted, retried or cancelled.

        None: something else may be due at once.
        """
        ...
