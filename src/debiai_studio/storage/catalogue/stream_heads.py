"""The delivery that a stream waits for: taken, ended and retried in the transaction of each."""

from __future__ import annotations

from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Row, Select, select, update

from debiai_studio.exports.errors import HeadUnderWay, StreamMovedOn
from debiai_studio.exports.model import Delivery, DeliveryState
from debiai_studio.exports.ports import NewDelivery
from debiai_studio.storage.catalogue.audit import note
from debiai_studio.storage.catalogue.tables import deliveries, streams


def take_head(connection: Connection, row: NewDelivery, at: str) -> None:
    """Make changes that are about to be accepted the head of their stream.

    The full set takes the place of a head that waits or ended; other changes are the next ones of
    a stream without a head. Raises StreamMovedOn, HeadUnderWay.
    """
    if row.stream_id is None or row.sequence is None:
        return
    is_full = row.removed is None
    stream = _locked(connection, row.stream_id)
    if stream is None or stream.sequence != row.sequence - 1:
        raise StreamMovedOn(row.sequence, row.name)
    if stream.head_id is not None:
        if not is_full:
            raise StreamMovedOn(row.sequence, row.name)
        _supersede(connection, stream, row, at)
    values: dict[str, Any] = {"sequence": row.sequence, "head_id": row.id, "put_off": None}
    if is_full:
        values.update(pause=None, pause_reason=None)
    connection.execute(update(streams).where(streams.c.id == row.stream_id).values(values))


def record_end(connection: Connection, delivery: Delivery) -> None:
    """Move the watermark of its stream when the delivery arrived, or pause the stream.

    A delivery that is not the head, or has not ended, changes nothing.
    """
    if delivery.stream_id is None or not delivery.state.is_final:
        return
    stream = _locked(connection, delivery.stream_id)
    if stream is None or stream.head_id != delivery.id:
        return
    values = (
        _after_arrival(connection, delivery)
        if delivery.state is DeliveryState.DELIVERED
        else _after_failure(delivery)
    )
    connection.execute(update(streams).where(streams.c.id == delivery.stream_id).values(values))


def resume_head(connection: Connection, delivery: Delivery) -> None:
    """A person tries a delivery again: its stream goes on. Raises StreamMovedOn."""
    if delivery.stream_id is None or delivery.sequence is None:
        return
    stream = _locked(connection, delivery.stream_id)
    if stream is None or stream.head_id != delivery.id:
        raise StreamMovedOn(delivery.sequence, delivery.name)
    if stream.pause == "delivery":
        connection.execute(
            update(streams)
            .where(streams.c.id == delivery.stream_id)
            .values(pause=None, pause_reason=None)
        )


def _locked(connection: Connection, stream_id: str) -> Row[*tuple[Any, ...]] | None:
    query: Select[Any] = select(streams.c.sequence, streams.c.head_id, streams.c.pause).where(
        streams.c.id == stream_id
    )
    return connection.execute(query.with_for_update()).one_or_none()


def _supersede(
    connection: Connection, stream: Row[*tuple[Any, ...]], row: NewDelivery, at: str
) -> None:
    head = connection.execute(
        select(deliveries.c.state, deliveries.c.sequence)
        .where(deliveries.c.id == stream.head_id)
        .with_for_update()
    ).one()
    state = DeliveryState(head.state)
    if state is DeliveryState.RUNNING:
        raise HeadUnderWay(head.sequence, row.name)
    if state.is_final:
        return
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == stream.head_id)
        .values(
            state=DeliveryState.CANCELLED.value,
            finished_at=at,
            next_at=None,
            error=f"Sequence {row.sequence} with the full set takes its place.",
        )
    )
    note(connection, at, "delivery.cancelled", stream.head_id)


def _after_arrival(connection: Connection, delivery: Delivery) -> dict[str, Any]:
    if delivery.held_digest not in (None, delivery.set_digest):
        reason = (
            f"The receiver answered that after sequence {delivery.sequence} it holds another set "
            "than this one. Resend the full set."
        )
        return {"head_id": None, "pause": "digest", "pause_reason": reason}
    kept = connection.execute(
        select(streams.c.confirmed, deliveries.c.members, deliveries.c.removed)
        .join_from(streams, deliveries, deliveries.c.stream_id == streams.c.id)
        .where(deliveries.c.id == delivery.id)
    ).one()
    members = BitMap.deserialize(kept.members)
    if kept.removed is not None:
        before = BitMap.deserialize(kept.confirmed)
        members = (before | members) - BitMap.deserialize(kept.removed)
    members.run_optimize()
    return {
        "head_id": None,
        "confirmed": members.serialize(),
        "confirmed_digest": delivery.set_digest,
        "confirmed_sequence": delivery.sequence,
        "confirmed_at": delivery.finished_at,
        "n_confirmed": len(members),
    }


def _after_failure(delivery: Delivery) -> dict[str, Any]:
    what = (
        "was cancelled"
        if delivery.state is DeliveryState.CANCELLED
        else f"could not be delivered: {delivery.error}"
    )
    reason = f"Sequence {delivery.sequence} {what}"
    return {"pause": "delivery", "pause_reason": reason if reason.endswith(".") else f"{reason}."}
