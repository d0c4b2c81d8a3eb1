"""Leases on deliveries: one owner at a time, fenced by owner and attempt number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    TextClause,
    func,
    select,
    update,
)

from debiai_studio.exports.delivery import (
    Clock,
    Ending,
    Schedule,
    moment_of,
    next_after,
    text_of,
    utc_now,
)
from debiai_studio.exports.model import Delivery, DeliveryState
from debiai_studio.exports.ports import Document
from debiai_studio.exports.queue import Claim, Slots
from debiai_studio.storage.catalogue.claiming import (
    lease_due,
    put_back_unbegun,
    waiting_methods,
)
from debiai_studio.storage.catalogue.endings import (
    RUNNING,
    Ended,
    count_failures,
    read_held,
    record_documents,
    record_endings,
    state_values,
)
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.outbox import (
    WAITING,
    SqlOutbox,
    read_delivery,
)
from debiai_studio.storage.catalogue.stream_heads import record_end
from debiai_studio.storage.catalogue.tables import attempts, deliveries, export_methods

LEASE_SECONDS = 60.0
INTERRUPTED = "The server stopped during this attempt; the receiver may have got the document."


class SqlQueue:
    """The ``exports.queue.Queue`` of the catalogue."""

    def __init__(
        self,
        commits: GroupCommit,
        outbox: SqlOutbox,
        *,
        schedule: Schedule | None = None,
        clock: Clock = utc_now,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._commits = commits
        self._outbox = outbox
        self._schedule = schedule or Schedule()
        self._clock = clock
        self._lease = timedelta(seconds=lease_seconds)

    def recover(self, *, sole: bool, ended_by: datetime) -> int:
        """Put back what nobody works on any more; its attempt stays recorded as unknown."""
        ended = None if sole else ended_by
        return self._commits.run(lambda connection: self._put_back(connection, ended))

    def _put_back(self, connection: Connection, ended: datetime | None) -> int:
        now = self._clock()
        query = select(
            deliveries.c.id,
            deliveries.c.attempts,
            deliveries.c.attempts_before,
            deliveries.c.cancel_requested,
        ).where(RUNNING)
        if ended is not None:
            query = query.where(deliveries.c.lease_until <= text_of(ended))
        lost = connection.execute(query.with_for_update(skip_locked=True)).all()
        for row in lost:
            ending = Ending("unknown", 0, error=INTERRUPTED)
            tries = row.attempts - row.attempts_before
            after = next_after(
                ending, tries, self._schedule, now, cancel_requested=row.cancel_requested
            )
            connection.execute(
                update(deliveries)
                .where(deliveries.c.id == row.id, RUNNING)
                .values(**state_values(after, now))
            )
            connection.execute(
                update(attempts)
                .where(attempts.c.delivery_id == row.id, attempts.c.number == row.attempts)
                .values(error=INTERRUPTED)
            )
            if after.state.is_final:
                record_end(connection, read_delivery(connection, row.id))
        return len(lost)

    def claim(self, owner: str, slots: Slots) -> Sequence[Claim]:
        """Lease what is due, oldest first, per method at most what ``slots`` says."""
        return self._commits.run(
            lambda connection: lease_due(connection, owner, slots, self._clock(), self._lease)
        )

    def release(self, claims: Collection[Claim]) -> None:
        """Put back what was not begun, as if it had not been claimed."""
        self._commits.run(lambda connection: put_back_unbegun(connection, claims, self._clock()))

    def renew(self, claims: Collection[Claim]) -> Sequence[Claim]:
        """Prolong the leases; those that are lost."""
        until = text_of(self._clock() + self._lease)
        return self._update(claims, {"lease_until": until})

    def rendered(self, claim: Claim, document: Document) -> None:
        """``rendered_all`` of one."""
        self.rendered_all([(claim, document)])

    def rendered_all(self, rendered: Sequence[tuple[Claim, Document]]) -> None:
        """Record the documents' sizes and digests, and their bytes when they are few."""
        self._commits.run(lambda connection: record_documents(connection, rendered))

    def progress(self, claim: Claim, sent: int) -> None:
        """Record the bytes handed over so far."""
        self._update([claim], {"sent_bytes": sent})

    def _update(self, claims: Collection[Claim], values: dict[str, Any]) -> list[Claim]:
        """Write to what is still held; what is not."""

        def write(connection: Connection) -> list[Claim]:
            written = [
                connection.execute(update(deliveries).where(*_held(claim)).values(**values))
                for claim in claims
            ]
            return [claim for claim, one in zip(claims, written, strict=True) if one.rowcount == 0]

        return self._commits.run(write)

    def cancelled(self, claims: Collection[Claim]) -> set[str]:
        """The ids of those that a person wants stopped."""
        ids = [claim.delivery.id for claim in claims]
        wanted = select(deliveries.c.id).where(
            deliveries.c.id.in_(ids), deliveries.c.cancel_requested
        )
        with self._commits.reading() as connection:
            return set(connection.execute(wanted).scalars())

    def finish(self, claim: Claim, ending: Ending) -> Delivery | None:
        """``finish_all`` of one."""
        [after] = self.finish_all([(claim, ending)])
        return after

    def finish_all(self, ended: Sequence[tuple[Claim, Ending]]) -> Sequence[Delivery | None]:
        """Record how attempts ended; None for each whose lease was lost meanwhile."""
        return self._commits.run(lambda connection: self._record(connection, ended))

    def _record(
        self, connection: Connection, ended: Sequence[tuple[Claim, Ending]]
    ) -> list[Delivery | None]:
        now = self._clock()
        held = read_held(connection, [claim for claim, _ in ended])
        theirs = [(claim, ending) for claim, ending in ended if claim.key in held]
        failed = [claim for claim, ending in theirs if ending.outcome == "retryable"]
        failures = count_failures(connection, failed)
        known = [
            self._ended(claim, ending, held[claim.key], failures.get(claim.key, 0) + 1, now)
            for claim, ending in theirs
        ]
        recorded = record_endings(connection, known, now)
        after = {one.claim.key: delivery for one, delivery in zip(known, recorded, strict=True)}
        return [after.get(claim.key) for claim, _ in ended]

    def _ended(
        self, claim: Claim, ending: Ending, held: Row[Any], failures: int, now: datetime
    ) -> Ended:
        after = next_after(
            ending,
            claim.number - held.attempts_before,
            self._schedule,
            now,
            failures=failures,
            cancel_requested=held.cancel_requested,
        )
        if after.state is not DeliveryState.DELIVERED:
            return Ended(claim, ending, after, held.sent_bytes, held.held_digest)
        sent = held.sent_bytes if held.bytes is None else held.bytes
        return Ended(claim, ending, after, sent, ending.held_digest)

    def next_due(self, after: datetime) -> datetime | None:
        """The first moment later than ``after`` at which something may be due."""
        now = text_of(after)
        opening = select(func.min(export_methods.c.open_until)).where(
            export_methods.c.open_until > now
        )
        ending = select(func.min(deliveries.c.lease_until)).where(
            RUNNING, deliveries.c.lease_until > now
        )
        with self._commits.reading() as connection:
            moments = [connection.execute(question).scalar() for question in (opening, ending)]
            for method_id in waiting_methods(connection):
                waiting = select(func.min(deliveries.c.next_at)).where(
                    WAITING, deliveries.c.method_id == method_id, deliveries.c.next_at > now
                )
                moments.append(connection.execute(waiting).scalar())
        return min((moment_of(moment) for moment in moments if moment is not None), default=None)

    def subscribe(self, changed: Callable[[Delivery | None], None]) -> None:
        """Call ``changed`` after what a person did to a delivery."""
        self._outbox.subscribe(changed)


def _held(claim: Claim) -> tuple[ColumnElement[bool] | TextClause, ...]:
    return (
        deliveries.c.id == claim.delivery.id,
        RUNNING,
        deliveries.c.lease_owner == claim.owner,
        deliveries.c.attempts == claim.number,
    )
