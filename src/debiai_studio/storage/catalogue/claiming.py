"""Leasing what is due: a handful of statements, however many there are."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from debiai_studio.exports.delivery import Next, text_of
from debiai_studio.exports.model import Delivery, DeliveryState
from debiai_studio.exports.ports import Document
from debiai_studio.exports.queue import Claim, Slots
from debiai_studio.exports.rendering import SMALL, media_type
from debiai_studio.storage.catalogue.endings import read_breaker, read_held, state_values
from debiai_studio.storage.catalogue.outbox import (
    SHOWN_COLUMNS,
    WAITING,
    delivery_of,
    read_delivery,
)
from debiai_studio.storage.catalogue.stream_heads import record_end
from debiai_studio.storage.catalogue.tables import attempts, deliveries, export_methods


def lease_due(
    connection: Connection, owner: str, slots: Slots, now: datetime, lease: timedelta
) -> list[Claim]:
    """Lease what is due, oldest first, per method at most what ``slots`` says."""
    began = time.monotonic()
    due: list[tuple[Delivery, Document | None]] = []
    held = _switched_off(connection)
    for method_id in waiting_methods(connection):
        if method_id in held:
            continue
        free = slots(method_id, read_breaker(connection, method_id), now)
        if free > 0:
            due.extend(_due_of(connection, method_id, now, free))
    if not due:
        return []
    until = text_of(now + lease)
    connection.execute(
        _LEASE, [{"of_id": delivery.id, "owner": owner, "until": until} for delivery, _ in due]
    )
    # Written as unknown, so that an attempt whose end is never recorded reads as what it is.
    connection.execute(
        _BEGUN,
        [
            {
                "delivery_id": delivery.id,
                "number": delivery.attempts + 1,
                "started_at": text_of(now),
                "outcome": "unknown",
            }
            for delivery, _ in due
        ],
    )
    return [
        Claim(
            owner,
            delivery.attempts + 1,
            replace(
                delivery,
                state=DeliveryState.RUNNING,
                attempts=delivery.attempts + 1,
                sent_bytes=0,
            ),
            document,
            began,
        )
        for delivery, document in due
    ]


def put_back_unbegun(connection: Connection, claims: Collection[Claim], now: datetime) -> None:
    """Undo claims that are still held and of which nothing was sent."""
    for key, row in read_held(connection, claims).items():
        delivery_id, _, number = key
        if row.cancel_requested:
            values = state_values(Next(DeliveryState.CANCELLED, None, None), now)
        else:
            first = number - 1 == row.attempts_before
            state = DeliveryState.PENDING if first else DeliveryState.RETRY
            values = {"state": state.value, "lease_owner": None, "lease_until": None}
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id)
            .values(attempts=number - 1, **values)
        )
        connection.execute(
            delete(attempts).where(
                attempts.c.delivery_id == delivery_id, attempts.c.number == number
            )
        )
        if row.cancel_requested:
            record_end(connection, read_delivery(connection, delivery_id))


def waiting_methods(connection: Connection) -> Iterator[str]:
    """The methods that have deliveries waiting: one index step each, whatever their backlog."""
    last = ""
    while True:
        found = connection.execute(_NEXT_WAITING, {"last": last}).scalar()
        if found is None:
            return
        last = found
        yield last


def _switched_off(connection: Connection) -> set[str]:
    """The methods whose deliveries wait until they are put back into use."""
    return set(connection.execute(_SWITCHED_OFF).scalars())


def _due_of(
    connection: Connection, method_id: str, now: datetime, limit: int
) -> list[tuple[Delivery, Document | None]]:
    due = {"of_id": method_id, "at": text_of(now), "most": limit}
    rows = connection.execute(_DUE, due).mappings()
    return [(delivery_of(row), _document_of(row)) for row in rows]


def _document_of(row: RowMapping) -> Document | None:
    # An address of ids may have expired, which is for the renderer to see.
    if row["small"] is None or row["sha256"] is None or row["ids_until"] is not None:
        return None
    return Document(
        row["bytes"],
        row["sha256"],
        media_type(row["request"]),
        data=row["small"],
        set_digest=row["set_digest"],
    )


_LEASE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("of_id"))
    .values(
        state=DeliveryState.RUNNING.value,
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until"),
        attempts=deliveries.c.attempts + 1,
        sent_bytes=0,
        cancel_requested=False,
    )
)
_BEGUN = insert(attempts)
_NEXT_WAITING = select(func.min(deliveries.c.method_id)).where(
    WAITING, deliveries.c.method_id > bindparam("last")
)
_SWITCHED_OFF = select(export_methods.c.id).where(
    export_methods.c.disabled_reason.is_not(None), ~export_methods.c.removed
)
_DUE = (
    select(
        *SHOWN_COLUMNS,
        deliveries.c.request,
        case((deliveries.c.bytes <= SMALL, deliveries.c.document)).label("small"),
    )
    .where(
        WAITING,
        deliveries.c.method_id == bindparam("of_id"),
        deliveries.c.next_at <= bindparam("at"),
    )
    .order_by(deliveries.c.next_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
