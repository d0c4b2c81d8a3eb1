"""Selections sent by reference: a document with the signed, expiring addresses of its ids."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import timedelta

from debiai_studio.exports.delivery import Clock, moment_of, text_of, utc_now
from debiai_studio.exports.errors import AddressGone, AddressRefused, DeliveryRejected
from debiai_studio.exports.id_tables import ID_FORMATS
from debiai_studio.exports.payload import Envelope, reference_document
from debiai_studio.exports.ports import NewDelivery

PATH = "/api/v2/deliveries/{delivery_id}/ids.{kind}"


@dataclass(frozen=True, slots=True)
class References:
    """Makes addresses and tells those it made from others.

    ``base`` is the server as receivers reach it, None while nobody said; ``lifetime`` is how long
    an address is good; who has it needs nothing else.
    """

    key: bytes
    base: str | None
    lifetime: timedelta
    clock: Clock = utc_now

    def referred(self, row: NewDelivery) -> NewDelivery:
        """The row with addresses in place of the ids."""
        until = moment_of(row.accepted_at) + self.lifetime
        expires = int(until.timestamp())
        query = f"expires={expires}&signature={self._signature(row.id, expires)}"
        addresses: dict[str, str] = {
            kind: f"{self.base}{PATH.format(delivery_id=row.id, kind=kind)}?{query}"
            for kind in ID_FORMATS
        }
        reference = {"count": row.n_samples, "expires": text_of(until), **addresses}
        document = reference_document(Envelope.of_dict(row.request), reference)
        return replace(
            row,
            document=document,
            sha256=hashlib.sha256(document).hexdigest(),
            ids_until=text_of(until),
        )

    def require_valid(self, delivery_id: str, expires: int, signature: str) -> None:
        """Return when the address is ours and good. Raises AddressRefused, AddressGone."""
        own = self._signature(delivery_id, expires).encode()
        if not hmac.compare_digest(own, signature.encode("utf-8", "replace")):
            raise AddressRefused
        if expires <= self.clock().timestamp():
            raise AddressGone("This address has expired.")

    def require_sendable(self, row: NewDelivery) -> None:
        """Return when what the document says still holds. Raises DeliveryRejected."""
        if row.ids_until is not None and moment_of(row.ids_until) <= self.clock():
            raise DeliveryRejected(
                f"The address of the ids expired on {row.ids_until}, before it was delivered. "
                "Choose Send as new, which makes another."
            )

    def _signature(self, delivery_id: str, expires: int) -> str:
        signed = f"{delivery_id}.{expires}".encode()
        return hmac.new(self.key, signed, hashlib.sha256).hexdigest()
