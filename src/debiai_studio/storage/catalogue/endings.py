"""How attempts ended, many at once: a handful of statements, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, text, update

from debiai_studio.exports.delivery import Breaker, Ending, Next, moment_of, text_of
from debiai_studio.exports.model import Delivery, DeliveryState
from debiai_studio.exports.ports import Document
from debiai_studio.exports.queue import Claim
from debiai_studio.exports.rendering import SMALL
from debiai_studio.storage.catalogue.answers import keep_answer
from debiai_studio.storage.catalogue.outbox import SHOWN_COLUMNS, delivery_of
from debiai_studio.storage.catalogue.stream_heads import record_end
from debiai_studio.storage.catalogue.tables import attempts, deliveries, export_methods

RUNNING = text("deliveries.state = 'running'")

_OF_DELIVERY = ("state", "next_at", "finished_at", "error", "lease_owner", "lease_until")
_OF_ATTEMPT = ("milliseconds", "outcome", "status", "answer", "partition", "offset", "error")


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that ended, and what becomes of its delivery."""

    claim: Claim
    ending: Ending
    after: Next
    sent_bytes: int
    held_digest: str | None


def read_held(
    connection: Connection, claims: Iterable[Claim]
) -> dict[tuple[str, str, int], Row[*tuple[Any, ...]]]:
    """By the key of each claim that is still held, the locked row that decides what comes next."""
    keys = {claim.key for claim in claims}
    ids = list({delivery_id for delivery_id, _, _ in keys})
    held: dict[tuple[str, str, int], Row[*tuple[Any, ...]]] = {}
    for row in connection.execute(_HELD, {"of_ids": ids}):
        key = (row.id, row.lease_owner, row.attempts)
        if key in keys:
            held[key] = row
    return held


def count_failures(
    connection: Connection, claims: Sequence[Claim]
) -> dict[tuple[str, str, int], int]:
    """By claim, the earlier attempts that failed since a person last asked; 0 is left out."""
    ids = [claim.delivery.id for claim in claims]
    if not ids:
        return {}
    found = connection.execute(
        select(deliveries.c.id, func.count().label("failures"))
        .join(attempts, attempts.c.delivery_id == deliveries.c.id)
        .where(
            deliveries.c.id.in_(ids),
            attempts.c.number > deliveries.c.attempts_before,
            attempts.c.outcome == "retryable",
        )
        .group_by(deliveries.c.id)
    )
    counts = {row.id: row.failures for row in found}
    return {claim.key: counts[claim.delivery.id] for claim in claims if claim.delivery.id in counts}


def record_endings(connection: Connection, ended: Sequence[Ended], now: datetime) -> list[Delivery]:
    """Write the ends of attempts whose deliveries are held; the deliveries after them.

    With the end of a delivery of a stream, the watermark of the stream moves.
    """
    if not ended:
        return []
    connection.execute(
        _UPDATE_DELIVERY,
        [
            {
                "of_id": one.claim.delivery.id,
                "new_sent_bytes": one.sent_bytes,
                "new_held_digest": one.held_digest,
                **{f"new_{name}": value for name, value in state_values(one.after, now).items()},
            }
            for one in ended
        ],
    )
    connection.execute(
        _UPDATE_ATTEMPT,
        [
            {
                "of_id": one.claim.delivery.id,
                "of_number": one.claim.number,
                "new_started_at": one.ending.started_at and text_of(one.ending.started_at),
                **{f"new_{name}": getattr(one.ending, name) for name in _OF_ATTEMPT},
            }
            for one in ended
        ],
    )
    by_method: dict[str, list[Ending]] = {}
    for one in ended:
        by_method.setdefault(one.claim.delivery.method_id, []).append(one.ending)
    for method_id, endings in sorted(by_method.items()):  # in one order, whoever writes
        _record_method(connection, method_id, endings, now)
    wanted = [one.claim.delivery.id for one in ended]
    rows = connection.execute(_SHOWN, {"of_ids": wanted}).mappings()
    found = {row["id"]: delivery_of(row) for row in rows}
    for delivery in found.values():
        record_end(connection, delivery)
    for one in ended:
        returned = one.ending.returned
        if returned is not None and one.after.state is DeliveryState.DELIVERED:
            keep_answer(connection, one.claim.delivery.id, "answer", returned, at=text_of(now))
    return [found[delivery_id] for delivery_id in wanted]


def record_documents(connection: Connection, rendered: Sequence[tuple[Claim, Document]]) -> None:
    """Write the size and digests of documents, and the bytes of small ones, where still held."""
    connection.execute(
        _UPDATE_DOCUMENT,
        [
            {
                "of_id": claim.delivery.id,
                "of_owner": claim.owner,
                "of_number": claim.number,
                "new_bytes": document.size,
                "new_sha256": document.sha256,
                "new_set_digest": document.set_digest,
                "new_document": document.data if document.size <= SMALL else None,
            }
            for claim, document in rendered
        ],
    )


def state_values(after: Next, now: datetime) -> dict[str, Any]:
    """The columns of a delivery that nobody works on any more."""
    return {
        "state": after.state.value,
        "next_at": None if after.next_at is None else text_of(after.next_at),
        "finished_at": text_of(now) if after.state.is_final else None,
        "error": after.error,
        "lease_owner": None,
        "lease_until": None,
    }


def read_breaker(connection: Connection, method_id: str) -> Breaker:
    """The breaker of an export method; a closed one when there is none."""
    row = connection.execute(_BREAKER, {"of_id": method_id}).one_or_none()
    if row is None:
        return Breaker()
    return Breaker(row.fail_count, None if row.open_until is None else moment_of(row.open_until))


def _record_method(
    connection: Connection, method_id: str, endings: Sequence[Ending], now: datetime
) -> None:
    before = after = read_breaker(connection, method_id)
    values: dict[str, Any] = {}
    for ending in endings:
        after = after.after(ending, now)
        if ending.disable:
            values["disabled_reason"] = ending.error
        if ending.outcome == "delivered":
            values["last_success_at"] = text_of(now)
        elif ending.outcome in ("retryable", "permanent"):
            values["last_failure_at"], values["last_failure"] = text_of(now), ending.error
    if after != before:
        values["fail_count"] = after.failures
        values["open_until"] = None if after.open_until is None else text_of(after.open_until)
    if values:
        row = export_methods.c.id == method_id
        connection.execute(update(export_methods).where(row).values(**values))


def _new(names: Iterable[str]) -> dict[str, Any]:
    return {name: bindparam(f"new_{name}") for name in names}


_HELD = (
    select(
        deliveries.c.id,
        deliveries.c.lease_owner,
        deliveries.c.attempts,
        deliveries.c.attempts_before,
        deliveries.c.cancel_requested,
        deliveries.c.bytes,
        deliveries.c.sent_bytes,
        deliveries.c.held_digest,
    )
    .where(RUNNING, deliveries.c.id.in_(bindparam("of_ids", expanding=True)))
    .with_for_update()
)
_SHOWN = select(*SHOWN_COLUMNS).where(deliveries.c.id.in_(bindparam("of_ids", expanding=True)))
_BREAKER = select(export_methods.c.fail_count, export_methods.c.open_until).where(
    export_methods.c.id == bindparam("of_id")
)
_UPDATE_DELIVERY = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("of_id"))
    .values(_new([*_OF_DELIVERY, "sent_bytes", "held_digest"]))
)
_UPDATE_ATTEMPT = (
    update(attempts)
    .where(
        attempts.c.delivery_id == bindparam("of_id"), attempts.c.number == bindparam("of_number")
    )
    .values(
        {
            **_new(_OF_ATTEMPT),
            "started_at": func.coalesce(bindparam("new_started_at"), attempts.c.started_at),
        }
    )
)
_UPDATE_DOCUMENT = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("of_id"),
        RUNNING,
        deliveries.c.lease_owner == bindparam("of_owner"),
        deliveries.c.attempts == bindparam("of_number"),
    )
    .values(
        {
            **_new(("bytes", "sha256", "set_digest")),
            "document": func.coalesce(bindparam("new_document"), deliveries.c.document),
        }
    )
)
