"""Callback addresses: where the receiver of one delivery gives back values of its samples later.

Whoever has such an address can do this one thing, and needs nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import cached_property

from debiai_studio.exports.errors import UnknownCallback
from debiai_studio.exports.model import Delivery

CALLBACK = "Debiai-Callback"
PATH = "/callbacks/"

# The kinds of deliveries whose documents name samples.
OF_SAMPLES = ("selection", "changes")


class Callbacks:
    """Makes addresses and tells those it made from others.

    ``base`` is the server as receivers reach it, None while nobody said: then there are none.
    ``key`` is asked for when the first address is made or comes back.
    """

    def __init__(self, base: str | None, key: Callable[[], bytes]) -> None:
        self._base = base
        self._make_key = key

    def address(self, delivery_id: str) -> str | None:
        """The address of one delivery."""
        return None if self._base is None else f"{self._base}{PATH}{self.token(delivery_id)}"

    def token(self, delivery_id: str) -> str:
        """What nobody can guess, at the end of the address."""
        return f"{delivery_id}.{self._signature(delivery_id)}"

    def delivery_of(self, token: str) -> str:
        """The delivery that a token was made for. Raises UnknownCallback."""
        delivery_id, _, signature = token.rpartition(".")
        own = self._signature(delivery_id).encode()
        if not hmac.compare_digest(own, signature.encode("utf-8", "replace")):
            raise UnknownCallback
        return delivery_id

    @cached_property
    def _key(self) -> bytes:
        return self._make_key()

    def _signature(self, delivery_id: str) -> str:
        signed = delivery_id.encode("utf-8", "replace")
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()


def callback_headers(callbacks: Callbacks | None, delivery: Delivery) -> dict[str, str]:
    """The header with the address; none of deliveries that name no samples."""
    address = callbacks and callbacks.address(delivery.id)
    return {CALLBACK: address} if address and delivery.kind in OF_SAMPLES else {}
