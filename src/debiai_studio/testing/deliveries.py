"""Methods, deliveries and documents as the dispatcher would hand them to a type of method."""

from __future__ import annotations

import hashlib

from debiai_studio.exports.model import Delivery, DeliveryState, ExportMethod, Origin
from debiai_studio.exports.ports import Document


def method(
    type_: str, *parameters: str, origin: Origin = Origin.CONFIG, **options: str
) -> ExportMethod:
    """A configured place; ``origin=Origin.PAGE`` makes it one of the page."""
    return ExportMethod("m1", "Here", type_, parameters, options, origin)


def delivery(delivery_id: str = "msg_1", *, name: str = "Late at JFK") -> Delivery:
    """A delivery under way."""
    return Delivery(
        id=delivery_id,
        kind="selection",
        state=DeliveryState.RUNNING,
        method_id="m1",
        method_name="Here",
        method_type="post",
        source="local",
        project="flights",
        name=name,
        annotation="",
        accepted_at="2026-11-22T12:00:00.000Z",
        n_samples=1,
        bytes=None,
        sha256=None,
        attempts=1,
        next_at=None,
        finished_at=None,
        sent_bytes=0,
        error=None,
    )


def document(body: bytes = b'{"origin":"DebiAI"}') -> Document:
    """A document of these bytes."""
    return Document(len(body), hashlib.sha256(body).hexdigest(), data=body)
