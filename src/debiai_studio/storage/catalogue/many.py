"""Retrying and cancelling many deliveries: a handful of statements for each few hundred."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from debiai_studio.exports.delivery import Clock, text_of, utc_now
from debiai_studio.exports.errors import StreamMovedOn
from debiai_studio.exports.model import DeliveryFilter, DeliveryState, ManyOutcome, ManyResult
from debiai_studio.storage.catalogue.audit import entry
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.narrowing import OLDEST_FIRST, narrowed
from debiai_studio.storage.catalogue.outbox import read_delivery
from debiai_studio.storage.catalogue.stream_heads import record_end, resume_head
from debiai_studio.storage.catalogue.tables import (
    attempts,
    audit,
    deliveries,
    export_methods,
)

# More in one transaction would make those wait noticeably who accept an export meanwhile.
TOGETHER = 500

_Row = Row[*tuple[Any, ...]]
_Decide = Callable[[_Row, DeliveryState], ManyOutcome]


class SqlMany:
    """The ``exports.ports.ManyDeliveries`` of the catalogue."""

    def __init__(self, commits: GroupCommit, *, clock: Clock = utc_now) -> None:
        self._commits = commits
        self._clock = clock

    def retry(
        self, chosen: Sequence[str] | DeliveryFilter, *, as_of: str, resend: bool
    ) -> ManyResult:
        """Make them due now with a fresh schedule, delivered ones with ``resend`` only."""

        def decide(row: _Row, state: DeliveryState) -> ManyOutcome:
            if state is DeliveryState.RUNNING:
                return "running"
            if state is DeliveryState.PENDING:
                return "waiting"
            if state is DeliveryState.DELIVERED and not resend:
                return "delivered"
            return "changed" if (row.finished_at or row.started_at or "") > as_of else "retried"

        return self._each(chosen, as_of, decide, self._make_due)

    def cancel(self, chosen: Sequence[str] | DeliveryFilter, *, as_of: str) -> ManyResult:
        """Stop them; those under way are asked to stop."""

        def decide(_row: _Row, state: DeliveryState) -> ManyOutcome:
            if state.is_final:
                return "final"
            return "stopping" if state is DeliveryState.RUNNING else "cancelled"

        return self._each(chosen, as_of, decide, self._stop)

    def _each(
        self,
        chosen: Sequence[str] | DeliveryFilter,
        as_of: str,
        decide: _Decide,
        write: Callable[[Connection, dict[str, list[_Row]]], None],
    ) -> ManyResult:
        wanted = chosen.states if isinstance(chosen, DeliveryFilter) else ()

        def change(ids: Sequence[str], connection: Connection) -> list[tuple[str, ManyOutcome]]:
            found = _locked(connection, ids)
            outcomes: list[tuple[str, ManyOutcome]] = []
            of_outcome: dict[str, list[_Row]] = {}
            for delivery_id in ids:
                row = found.get(delivery_id)
                if row is None:
                    outcomes.append((delivery_id, "unknown"))
                    continue
                state = DeliveryState(row.state)
                outcome = decide(row, state)
                if wanted and state not in wanted:
                    outcome = "changed"
                if outcome == "retried" and not _resumes(connection, row):
                    outcome = "moved_on"
                of_outcome.setdefault(outcome, []).append(row)
                outcomes.append((delivery_id, outcome))
            write(connection, of_outcome)
            return outcomes

        outcomes: list[tuple[str, ManyOutcome]] = []
        ids = self._ids(chosen, as_of)
        for first in range(0, len(ids), TOGETHER):
            some = ids[first : first + TOGETHER]
            outcomes += self._commits.run(partial(change, some))
        return ManyResult(tuple(outcomes))

    def _ids(self, chosen: Sequence[str] | DeliveryFilter, as_of: str) -> Sequence[str]:
        if not isinstance(chosen, DeliveryFilter):
            return list(dict.fromkeys(chosen))
        query = narrowed(select(deliveries.c.id), chosen).where(deliveries.c.accepted_at <= as_of)
        with self._commits.reading() as connection:
            return connection.execute(query.order_by(*OLDEST_FIRST)).scalars().all()

    def _make_due(self, connection: Connection, of_outcome: dict[str, list[_Row]]) -> None:
        retried = of_outcome.get("retried", [])
        now = text_of(self._clock())
        _note(connection, now, "delivery.retried", retried)
        _update(
            connection,
            retried,
            state=DeliveryState.PENDING.value,
            next_at=now,
            attempts_before=deliveries.c.attempts,
            finished_at=None,
            error=None,
            sent_bytes=0,
            cancel_requested=False,
        )
        # Whoever repaired the receiver need not wait for the breaker: one attempt probes.
        probed = {row.method_id for row in (*retried, *of_outcome.get("waiting", ()))}
        if probed:
            row = export_methods.c.id.in_(probed)
            connection.execute(update(export_methods).where(row).values(open_until=None))

    def _stop(self, connection: Connection, of_outcome: dict[str, list[_Row]]) -> None:
        cancelled = of_outcome.get("cancelled", [])
        stopping = of_outcome.get("stopping", [])
        now = text_of(self._clock())
        _note(connection, now, "delivery.cancelled", [*cancelled, *stopping])
        _update(connection, stopping, cancel_requested=True)
        _update(
            connection,
            cancelled,
            cancel_requested=True,
            state=DeliveryState.CANCELLED.value,
            finished_at=now,
            next_at=None,
        )
        for row in cancelled:
            if row.stream_id is not None:
                record_end(connection, read_delivery(connection, row.id))


def _resumes(connection: Connection, row: _Row) -> bool:
    """Whether it may be tried again: of a stream, only what the stream waits for, which goes on."""
    if row.stream_id is None:
        return True
    try:
        resume_head(connection, read_delivery(connection, row.id))
    except StreamMovedOn:
        return False
    return True


def _locked(connection: Connection, ids: Sequence[str]) -> dict[str, _Row]:
    """The rows by id, each with the start of its last attempt."""
    last = (attempts.c.delivery_id == deliveries.c.id) & (
        attempts.c.number == deliveries.c.attempts
    )
    query = (
        select(
            deliveries.c.id,
            deliveries.c.state,
            deliveries.c.method_id,
            deliveries.c.finished_at,
            deliveries.c.stream_id,
            attempts.c.started_at,
        )
        .outerjoin_from(deliveries, attempts, last)
        .where(deliveries.c.id.in_(ids))
        .order_by(deliveries.c.id)  # so that two orders wait for each other, and not in a ring
        .with_for_update(of=deliveries)
    )
    return {row.id: row for row in connection.execute(query)}


def _update(connection: Connection, rows: Sequence[_Row], **values: Any) -> None:
    if rows:
        known = deliveries.c.id.in_([row.id for row in rows])
        connection.execute(update(deliveries).where(known).values(**values))


def _note(connection: Connection, at: str, action: str, rows: Sequence[_Row]) -> None:
    if rows:
        connection.execute(insert(audit), [entry(at, action, row.id) for row in rows])
