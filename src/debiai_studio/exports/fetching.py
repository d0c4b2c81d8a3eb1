"""The ids of a selection that was sent by reference, for whoever has their address."""

from __future__ import annotations

from collections.abc import Iterator

from pyroaring import BitMap

from debiai_studio.datasets.errors import UnknownData
from debiai_studio.exports import id_tables
from debiai_studio.exports.delivery import Clock, moment_of, utc_now
from debiai_studio.exports.errors import AddressGone, UnknownDelivery
from debiai_studio.exports.id_tables import IdFormat
from debiai_studio.exports.model import DeliveryState
from debiai_studio.exports.ports import Outbox, SampleReader
from debiai_studio.exports.references import References


class Fetching:
    """Answers the signed addresses; each answer is noted in the audit log."""

    def __init__(
        self,
        outbox: Outbox,
        samples: SampleReader,
        references: References,
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._outbox = outbox
        self._samples = samples
        self._references = references
        self._clock = clock

    def ids(
        self, delivery_id: str, kind: IdFormat, *, expires: int, signature: str
    ) -> Iterator[bytes]:
        """The ids as they were accepted, streamed from the id file.

        Raises AddressRefused, AddressGone and UnknownDelivery before the first piece.
        """
        self._references.require_valid(delivery_id, expires, signature)
        row = self._outbox.accepted(delivery_id)
        if row.ids_until is None or row.members is None or row.project_key is None:
            raise UnknownDelivery(delivery_id)
        if self._outbox.get(delivery_id).state is DeliveryState.CANCELLED:
            raise AddressGone("The export was cancelled.")
        if moment_of(row.ids_until) <= self._clock():
            raise AddressGone("The project was deleted.")
        try:
            ids = self._samples.id_batches_of_key(row.project_key, BitMap.deserialize(row.members))
        except UnknownData as error:
            raise AddressGone("The project was deleted.") from error
        self._outbox.note_fetched(delivery_id, kind)
        return id_tables.render(kind, ids)
