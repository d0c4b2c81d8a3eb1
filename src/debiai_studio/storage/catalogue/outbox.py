"""Deliveries and their attempts, as people and the page see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, text, update

from debiai_studio.exports.delivery import Clock, moment_of, text_of, utc_now
from debiai_studio.exports.errors import AlreadyFinal, UnknownDelivery
from debiai_studio.exports.model import (
    EVERY_DELIVERY,
    Attempt,
    Delivery,
    DeliveryFilter,
    DeliveryState,
)
from debiai_studio.exports.ports import NewDelivery
from debiai_studio.failpoints import UNARMED, Failpoints
from debiai_studio.storage.catalogue.audit import note
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.narrowing import NEWEST_FIRST, narrowed, older_than
from debiai_studio.storage.catalogue.needed_data import require_data
from debiai_studio.storage.catalogue.stream_heads import record_end, resume_head, take_head
from debiai_studio.storage.catalogue.tables import attempts, deliveries, export_methods

# Literal, not bound: SQLite uses a partial index only for the condition it was made with.
WAITING = text("deliveries.state IN ('pending', 'retry')")

# All but the frozen members, the document and the lease, which are large or nobody's business.
SHOWN = (
    "id",
    "kind",
    "state",
    "method_id",
    "method_name",
    "method_type",
    "source",
    "project",
    "name",
    "annotation",
    "accepted_at",
    "n_samples",
    "bytes",
    "sha256",
    "attempts",
    "next_at",
    "finished_at",
    "sent_bytes",
    "error",
    "replay_of",
    "rule",
    "set_digest",
    "held_digest",
    "chunk_bytes",
    "ids_until",
    "stream_id",
    "sequence",
)
SHOWN_COLUMNS = tuple(deliveries.c[name] for name in SHOWN)
ACCEPTED_COLUMNS = tuple(deliveries.c[name] for name in NewDelivery.__dataclass_fields__)


# Built once: to build a statement costs as much as to run it.
_SHOWN = select(*SHOWN_COLUMNS).where(deliveries.c.id == bindparam("of_id"))
_ACCEPTED = select(*ACCEPTED_COLUMNS).where(deliveries.c.id == bindparam("of_id"))
_NEW = insert(deliveries)
_METHOD_USED = (
    update(export_methods)
    .where(export_methods.c.id == bindparam("of_id"))
    .values(last_used_at=bindparam("at"))
)


def delivery_of(row: Mapping[Any, Any]) -> Delivery:
    """The delivery in a row of ``SHOWN_COLUMNS``."""
    values = {name: row[name] for name in SHOWN}
    return Delivery(**{**values, "state": DeliveryState(values["state"])})


def read_delivery(connection: Connection, delivery_id: str) -> Delivery:
    """One delivery. Raises UnknownDelivery."""
    row = connection.execute(_SHOWN, {"of_id": delivery_id}).mappings().one_or_none()
    if row is None:
        raise UnknownDelivery(delivery_id)
    return delivery_of(row)


class SqlOutbox:
    """The ``exports.ports.Outbox`` of the catalogue."""

    def __init__(
        self,
        commits: GroupCommit,
        *,
        clock: Clock = utc_now,
        failpoints: Failpoints = UNARMED,
    ) -> None:
        self._commits = commits
        self._clock = clock
        self._failpoints = failpoints
        self._listeners: list[Callable[[Delivery | None], None]] = []

    def accept(self, row: NewDelivery) -> Delivery:
        """Record it as pending and due now; a known idempotency key returns the known delivery."""
        accepted = self._commits.run(lambda connection: self._insert(connection, row))
        self._failpoints.reach("accepted")
        self._tell(accepted)
        return accepted

    def _insert(self, connection: Connection, row: NewDelivery) -> Delivery:
        if row.idempotency_key is not None:
            known = deliveries.c.idempotency_key == row.idempotency_key
            found = connection.execute(select(*SHOWN_COLUMNS).where(known)).mappings().one_or_none()
            if found is not None:
                return delivery_of(found)
        require_data(connection, row)
        take_head(connection, row, text_of(self._clock()))
        values: dict[str, Any] = {name: getattr(row, name) for name in row.__dataclass_fields__}
        values["state"] = DeliveryState.PENDING.value
        values["bytes"] = None if row.document is None else len(row.document)
        values["attempts"] = values["sent_bytes"] = 0
        values["next_at"] = text_of(self._clock())
        connection.execute(_NEW, values)
        connection.execute(_METHOD_USED, {"of_id": row.method_id, "at": row.accepted_at})
        note(
            connection,
            text_of(self._clock()),
            "export.accepted",
            row.id,
            kind=row.kind,
            method=row.method_name,
            method_id=row.method_id,
            source=row.source,
            project=row.project,
            name=row.name,
            n_samples="" if row.n_samples is None else str(row.n_samples),
        )
        return delivery_of({**dict.fromkeys(SHOWN), **values})

    def accepted(self, delivery_id: str) -> NewDelivery:
        """The row as accepted, with the rendering's SHA-256 once there was one."""
        with self._commits.reading() as connection:
            row = connection.execute(_ACCEPTED, {"of_id": delivery_id}).mappings().one_or_none()
        if row is None:
            raise UnknownDelivery(delivery_id)
        return NewDelivery(**row)

    def get(self, delivery_id: str) -> Delivery:
        """One delivery. Raises UnknownDelivery."""
        with self._commits.reading() as connection:
            return read_delivery(connection, delivery_id)

    def list(
        self,
        chosen: DeliveryFilter = EVERY_DELIVERY,
        *,
        before: str | None = None,
        limit: int = 50,
    ) -> Sequence[Delivery]:
        """Newest first; ``before`` is the id of the last one already known."""
        query = narrowed(select(*SHOWN_COLUMNS), chosen)
        with self._commits.reading() as connection:
            if before is not None:
                known = read_delivery(connection, before)
                query = older_than(query, known.accepted_at, known.id)
            rows = connection.execute(query.order_by(*NEWEST_FIRST).limit(limit)).mappings()
            return [delivery_of(row) for row in rows]

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """The attempts of a delivery, first one first; one under way has the outcome running."""
        query = (
            select(attempts, deliveries.c.state, deliveries.c.attempts)
            .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
            .where(attempts.c.delivery_id == delivery_id)
            .order_by(attempts.c.number)
        )
        with self._commits.reading() as connection:
            return [_attempt_of(row) for row in connection.execute(query).mappings()]

    def retry_now(self, delivery_id: str) -> Delivery:
        """Make it due now with a fresh schedule, also when it is final; one under way goes on."""
        retried = self._commits.run(lambda connection: self._make_due(connection, delivery_id))
        self._tell(retried)
        return retried

    def _make_due(self, connection: Connection, delivery_id: str) -> Delivery:
        known = read_delivery(connection, delivery_id)
        note(connection, text_of(self._clock()), "delivery.retried", delivery_id)
        resume_head(connection, known)
        if known.state is DeliveryState.RUNNING:
            return known
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id)
            .values(
                state=DeliveryState.PENDING.value,
                next_at=_head_of_queue(connection, known.method_id, self._clock()),
                attempts_before=known.attempts,
                finished_at=None,
                error=None,
                sent_bytes=0,
                cancel_requested=False,
            )
        )
        # A person who repaired the receiver need not wait for the breaker: one attempt probes.
        connection.execute(
            update(export_methods)
            .where(export_methods.c.id == known.method_id)
            .values(open_until=None)
        )
        return read_delivery(connection, delivery_id)

    def cancel(self, delivery_id: str) -> Delivery:
        """Stop it; one under way is asked to stop. Raises AlreadyFinal."""
        cancelled = self._commits.run(lambda connection: self._stop(connection, delivery_id))
        self._tell(cancelled)
        return cancelled

    def _stop(self, connection: Connection, delivery_id: str) -> Delivery:
        known = read_delivery(connection, delivery_id)
        if known.state.is_final:
            raise AlreadyFinal(delivery_id, known.state.value)
        note(connection, text_of(self._clock()), "delivery.cancelled", delivery_id)
        values: dict[str, Any] = {"cancel_requested": True}
        if known.state is not DeliveryState.RUNNING:
            values["state"] = DeliveryState.CANCELLED.value
            values["finished_at"] = text_of(self._clock())
            values["next_at"] = None
        connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(values))
        stopped = read_delivery(connection, delivery_id)
        record_end(connection, stopped)
        return stopped

    def note_fetched(self, delivery_id: str, kind: str) -> None:
        """Note in the audit log that somebody fetched the ids of a delivery."""
        at = text_of(self._clock())
        self._commits.run(lambda c: note(c, at, "ids.fetched", delivery_id, format=kind))

    def subscribe(self, changed: Callable[[Delivery | None], None]) -> None:
        """Call ``changed`` after what a person did to a delivery, with None after ``wake``."""
        self._listeners.append(changed)

    def wake(self) -> None:
        """Tell the dispatcher that something may be due. Never waits."""
        self._tell(None)

    def _tell(self, delivery: Delivery | None) -> None:
        for listener in self._listeners:
            listener(delivery)


def _head_of_queue(connection: Connection, method_id: str, now: datetime) -> str:
    """Before all that waits for this method, so that a person's try is the next one made."""
    first = connection.execute(
        select(func.min(deliveries.c.next_at)).where(WAITING, deliveries.c.method_id == method_id)
    ).scalar()
    if first is None or first > text_of(now):
        return text_of(now)
    return text_of(moment_of(first) - timedelta(milliseconds=1))


def _attempt_of(row: RowMapping) -> Attempt:
    under_way = (
        row["milliseconds"] is None
        and row["state"] == DeliveryState.RUNNING.value
        and row["number"] == row[deliveries.c.attempts]
    )
    return Attempt(
        number=row["number"],
        started_at=row["started_at"],
        milliseconds=row["milliseconds"],
        outcome="running" if under_way else row["outcome"],
        status=row["status"],
        answer=row["answer"],
        partition=row["partition"],
        offset=row["offset"],
        error=row[attempts.c.error],
    )
