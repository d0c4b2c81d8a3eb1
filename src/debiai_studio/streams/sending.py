"""Turns the difference of two sets into the next delivery of a stream."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from pyroaring import BitMap

from debiai_studio.datasets.service import DataSets
from debiai_studio.datasets.set_digest import EMPTY, changed_digest
from debiai_studio.exports import payload
from debiai_studio.exports.changes import ChangesEnvelope
from debiai_studio.exports.delivery import Clock, text_of, utc_now
from debiai_studio.exports.fitting import Fitting
from debiai_studio.exports.identifiers import DeliveryIds
from debiai_studio.exports.ports import NewDelivery, Outbox
from debiai_studio.exports.service import ExportMethods
from debiai_studio.streams.model import Stream


@dataclass(frozen=True, slots=True)
class Sent:
    """What was accepted."""

    delivery_id: str
    n_added: int
    n_removed: int


class Sending:
    """Accepts changes as deliveries like any other; a stream begins with its full set."""

    def __init__(
        self,
        *,
        datasets: DataSets,
        methods: ExportMethods,
        fitting: Fitting,
        outbox: Outbox,
        clock: Clock = utc_now,
    ) -> None:
        self._datasets = datasets
        self._methods = methods
        self._fitting = fitting
        self._outbox = outbox
        self._clock = clock
        self._ids = DeliveryIds()

    def send(self, stream: Stream, base: BitMap, members: BitMap, *, full: bool) -> Sent | None:
        """Accept what leads from ``base``, which is confirmed, to ``members``; None when equal.

        ``full``: accept all of the members. Raises UnknownMethod, OutOfUse, DocumentTooLarge,
        StreamMovedOn, HeadUnderWay.
        """
        if not full and members == base:
            return None
        method = self._methods.usable(stream.method_id)
        full = full or stream.sequence == 0
        added = members if full else members - base
        removed = BitMap() if full else base - members
        base_digest = EMPTY if full else stream.confirmed.digest
        ids_of = partial(self._datasets.id_batches_of_key, stream.project_key)
        digest = changed_digest(base_digest, ids_of(added), ids_of(removed))
        at = self._clock()
        envelope = ChangesEnvelope(
            source=stream.ref.source,
            project=stream.ref.project,
            stream_id=stream.id,
            stream_name=stream.name,
            sequence=stream.sequence + 1,
            full=full,
            date=text_of(at),
            base_digest=base_digest,
            digest=digest,
            n_samples=len(members),
            annotation=stream.annotation,
        )
        row = NewDelivery(
            id=self._ids.new(at),
            kind="changes",
            method_id=method.id,
            method_name=method.name,
            method_type=method.type,
            source=stream.ref.source,
            project=stream.ref.project,
            project_key=stream.project_key,
            name=stream.name,
            annotation=stream.annotation,
            accepted_at=envelope.date,
            renderer=payload.RENDERER,
            request=envelope.to_dict(),
            rule=stream.rule,
            members=_frozen(added),
            n_samples=len(added) + len(removed),
            set_digest=digest,
            stream_id=stream.id,
            sequence=envelope.sequence,
            removed=None if full else _frozen(removed),
        )
        delivery = self._outbox.accept(self._fitting.fitted(row, method))
        self._outbox.wake()
        return Sent(delivery.id, len(added), len(removed))


def _frozen(members: BitMap) -> bytes:
    frozen = members.copy()
    frozen.run_optimize()
    return frozen.serialize()
