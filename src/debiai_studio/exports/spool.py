"""Gives back rendered documents: those that are done with, and those that can be made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from debiai_studio.exports.delivery import moment_of, utc_now
from debiai_studio.exports.errors import UnknownDelivery
from debiai_studio.exports.model import Delivery, DeliveryState
from debiai_studio.exports.ports import Outbox
from debiai_studio.exports.rendering import Renderer, Spooled, format_of

# How long a finished delivery keeps its rendered file: it is looked at or sent again soon or never.
KEPT = timedelta(minutes=10)
# What was used so lately may be about to be opened.
IN_USE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SpoolRules:
    """What waits may stay for so long after it was used last, and take so many bytes in all.

    None lifts a rule.
    """

    age: timedelta | None = None
    size: int | None = None


class Spool:
    """The folder of rendered documents; its files are a cache, but for tables that wait."""

    def __init__(
        self,
        renderer: Renderer,
        outbox: Outbox,
        rules: SpoolRules,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._renderer = renderer
        self._outbox = outbox
        self._rules = rules
        self._clock = clock

    def clean_up(self) -> None:
        """At the start: remove halves, and files of deliveries that have arrived."""
        self._renderer.remove_halves()
        self.give_back(timedelta.min)

    def give_back(self, after: timedelta = KEPT) -> None:
        """Remove files of deliveries that arrived or were cancelled so long ago; then by the rules.

        A document is made again, byte for byte, when it is sent. A table is not removed while it
        waits or is dead: its values may have changed since it was written.
        """
        left: list[Spooled] = []
        for file in self._renderer.spooled():
            try:
                delivery = self._outbox.get(file.delivery_id)
            except UnknownDelivery:
                self._renderer.forget(file.delivery_id)
                continue
            finished_at = _done_at(delivery)
            if finished_at is not None and self._clock() - finished_at >= after:
                self._renderer.forget(file.delivery_id)
            else:
                left.append(file)
        self._by_rules(left)

    def _by_rules(self, files: list[Spooled]) -> None:
        now, total = self._clock(), sum(file.size for file in files)
        for file in sorted(files, key=lambda file: file.used_at):
            unused = now - file.used_at
            is_old = self._rules.age is not None and unused >= self._rules.age
            is_too_much = self._rules.size is not None and total > self._rules.size
            if unused >= IN_USE and (is_old or is_too_much) and self._is_made_again(file):
                self._renderer.forget(file.delivery_id)
                total -= file.size

    def _is_made_again(self, file: Spooled) -> bool:
        is_running = self._outbox.get(file.delivery_id).state is DeliveryState.RUNNING
        return not is_running and format_of(self._outbox.accepted(file.delivery_id)) == "json"


def _done_at(delivery: Delivery) -> datetime | None:
    done = delivery.state in (DeliveryState.DELIVERED, DeliveryState.CANCELLED)
    return moment_of(delivery.finished_at) if done and delivery.finished_at else None
