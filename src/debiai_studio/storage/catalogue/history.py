"""What the deliveries tell together: counts, what died, and how each export method does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, TextClause, func, select, text

from debiai_studio.exports.delivery import Clock, text_of, utc_now
from debiai_studio.exports.model import (
    EVERY_DELIVERY,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryState,
    MethodFailures,
    MethodHealth,
)
from debiai_studio.storage.catalogue.endings import RUNNING
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.narrowing import narrowed
from debiai_studio.storage.catalogue.outbox import WAITING
from debiai_studio.storage.catalogue.tables import deliveries, export_methods

# Literal, not bound: SQLite uses a partial index only for the condition it was made with.
DEAD = text("deliveries.state = 'dead'")
CANCELLED = text("deliveries.state = 'cancelled'")


class SqlHistory:
    """The ``exports.ports.DeliveryHistory`` of the catalogue."""

    def __init__(self, commits: GroupCommit, *, clock: Clock = utc_now) -> None:
        self._commits = commits
        self._clock = clock

    def counts(self, chosen: DeliveryFilter = EVERY_DELIVERY) -> DeliveryCounts:
        """How many there are in each state."""
        with self._commits.reading() as connection:
            as_of = text_of(self._clock())
            if chosen == EVERY_DELIVERY:
                states = _all_by_state(connection)
            else:
                query = narrowed(select(deliveries.c.state, func.count()), chosen)
                states = _by_state(connection, query.group_by(deliveries.c.state))
        return DeliveryCounts(as_of, sum(states.values()), states)

    def failures(self, after: str | None = None) -> Sequence[MethodFailures]:
        """The dead ones by method, those that ended last first; ``after`` leaves out earlier."""
        of_method, ended = deliveries.c.method_id, deliveries.c.finished_at
        query = select(of_method, func.count(), func.max(ended)).where(DEAD).group_by(of_method)
        if after is not None:
            query = query.where(ended > after)
        with self._commits.reading() as connection:
            found = [
                _failures_of(connection, method_id, count, last_at)
                for method_id, count, last_at in connection.execute(query).all()
            ]
        return sorted(found, key=lambda one: one.last_at, reverse=True)

    def health(self) -> Sequence[MethodHealth]:
        """How each method does that has deliveries or ever had an attempt."""
        table = export_methods.c
        kept = select(
            table.id.label("method_id"),
            table.fail_count.label("failures"),
            table.open_until,
            table.last_success_at,
            table.last_failure_at,
            table.last_failure,
        )
        with self._commits.reading() as connection:
            found = {
                row["method_id"]: MethodHealth(**row) for row in connection.execute(kept).mappings()
            }
            waiting, running, dead = (
                _by_method(connection, condition) for condition in (WAITING, RUNNING, DEAD)
            )
        return [
            replace(
                found.get(method_id, MethodHealth(method_id)),
                waiting=waiting.get(method_id, 0),
                running=running.get(method_id, 0),
                dead=dead.get(method_id, 0),
            )
            for method_id in dict.fromkeys([*found, *waiting, *running, *dead])
        ]


def _by_method(connection: Connection, condition: TextClause) -> dict[str, int]:
    of_method = deliveries.c.method_id
    query = select(of_method, func.count()).where(condition).group_by(of_method)
    return {row[0]: row[1] for row in connection.execute(query)}


def _by_state(connection: Connection, query: Any) -> dict[DeliveryState, int]:
    none = dict.fromkeys(DeliveryState, 0)
    return none | {DeliveryState(state): count for state, count in connection.execute(query)}


def _all_by_state(connection: Connection) -> dict[DeliveryState, int]:
    """From the small indexes of what is not delivered, and the number of all."""
    of_state = deliveries.c.state
    few = dict.fromkeys(DeliveryState, 0)
    for condition in (WAITING, RUNNING, DEAD, CANCELLED):
        query = select(of_state, func.count()).where(condition).group_by(of_state)
        for state, count in connection.execute(query):
            few[DeliveryState(state)] = count
    total = connection.execute(select(func.count()).select_from(deliveries)).scalar_one()
    return {**few, DeliveryState.DELIVERED: total - sum(few.values())}


def _failures_of(
    connection: Connection, method_id: str, count: int, last_at: str
) -> MethodFailures:
    query = (
        select(deliveries.c.id, deliveries.c.method_name, deliveries.c.error)
        .where(DEAD, deliveries.c.method_id == method_id, deliveries.c.finished_at == last_at)
        .order_by(deliveries.c.id.desc())
        .limit(1)
    )
    last = connection.execute(query).one()
    return MethodFailures(method_id, last.method_name, count, last_at, last.error, last.id)
