"""What the deliveries tell together, and what is done to many of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from debiai_studio.events import Events
from debiai_studio.exports.delivery import Clock, text_of, utc_now
from debiai_studio.exports.model import (
    DeliveryCounts,
    DeliveryFilter,
    ManyResult,
    MethodFailures,
    MethodHealth,
)
from debiai_studio.exports.ports import DeliveryHistory, ManyDeliveries, Outbox
from debiai_studio.exports.reply_troubles import ReplyTroubles

Chosen = Sequence[str] | DeliveryFilter


class History:
    """Counts, failures and health; retrying and cancelling many."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        history: DeliveryHistory,
        many: ManyDeliveries,
        events: Events,
        reply_troubles: ReplyTroubles,
        clock: Clock = utc_now,
    ) -> None:
        self._outbox = outbox
        self._history = history
        self._many = many
        self._events = events
        self._reply_troubles = reply_troubles
        self._clock = clock

    def counts(self, chosen: DeliveryFilter) -> DeliveryCounts:
        """How many there are in each state, and the moment that it is true of."""
        return self._history.counts(chosen)

    def failures(self, after: str | None = None) -> Sequence[MethodFailures]:
        """What died after this moment, by method."""
        return self._history.failures(after)

    def health(self) -> Sequence[MethodHealth]:
        """How each export method does."""
        found = {one.method_id: one for one in self._history.health()}
        for method_id, reason in self._reply_troubles.all().items():
            known = found.get(method_id, MethodHealth(method_id))
            found[method_id] = replace(known, reply_trouble=reason)
        return list(found.values())

    def retry(
        self, chosen: Chosen, *, as_of: str | None = None, resend: bool = False
    ) -> ManyResult:
        """Try them now, delivered ones with ``resend`` only: same ids, same bytes.

        Those that ended after ``as_of`` stay as they are.
        """
        return self._change(
            lambda: self._many.retry(chosen, as_of=as_of or self._now(), resend=resend)
        )

    def cancel(self, chosen: Chosen, *, as_of: str | None = None) -> ManyResult:
        """Stop them; those under way keep the result of their attempt."""
        return self._change(lambda: self._many.cancel(chosen, as_of=as_of or self._now()))

    def _change(self, change: Callable[[], ManyResult]) -> ManyResult:
        try:
            return change()
        finally:  # also when only the first hundreds were changed
            self._outbox.wake()
            self._events.publish("delivery", {})

    def _now(self) -> str:
        return text_of(self._clock())
