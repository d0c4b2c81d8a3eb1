"""Deliveries and methods as the services would record them, for tests of the delivery alone."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert

from debiai_studio.exports.delivery import text_of, utc_now
from debiai_studio.exports.model import Delivery, DeliveryState, ExportMethod, Origin
from debiai_studio.exports.ports import Document, NewDelivery
from debiai_studio.storage.catalogue.tables import export_methods

_numbers = itertools.count(1)

# A name that cannot be one: it is refused on this machine, and no resolver elsewhere is asked.
UNKNOWN_NAME = 64 * "x" + ".example"


class TurnedClock:
    """A clock that moves only when it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def add_method(
    engine: Engine, method_id: str, type_: str = "post", parameters: tuple[str, ...] = ()
) -> None:
    with engine.begin() as connection:
        connection.execute(
            insert(export_methods).values(
                id=method_id,
                name=method_id,
                type=type_,
                parameters=list(parameters),
                options=b"{}",
                origin=Origin.CONFIG.value,
                created_at=text_of(utc_now()),
            )
        )


def method(type_: str, *parameters: str, origin: Origin = Origin.CONFIG, **options: str):
    return ExportMethod("m1", "Here", type_, parameters, options, origin)


def document(body: bytes | None = None, path: str | None = None) -> Document:
    data = json.dumps({"origin": "DebiAI", "n": next(_numbers)}).encode() if body is None else body
    return Document(len(data), hashlib.sha256(data).hexdigest(), data=data, path=path)


def new_delivery(
    method_id: str = "m1", *, body: bytes = b'{"origin":"DebiAI"}', **values: object
) -> NewDelivery:
    number = next(_numbers)
    given = {
        "id": f"msg_{number:032x}",
        "kind": "selection",
        "method_id": method_id,
        "method_name": method_id,
        "method_type": "post",
        "source": "local",
        "project": "flights",
        "project_key": None,
        "name": f"Selection {number}",
        "annotation": "",
        "accepted_at": "2026-11-22T12:00:00.000Z",
        "renderer": 1,
        "request": {},
        "document": body,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return NewDelivery(**{**given, **values})


def delivery(delivery_id: str = "msg_1", **values: object) -> Delivery:
    given = {
        "id": delivery_id,
        "kind": "selection",
        "state": DeliveryState.RUNNING,
        "method_id": "m1",
        "method_name": "Here",
        "method_type": "post",
        "source": "local",
        "project": "flights",
        "name": "Late at JFK",
        "annotation": "",
        "accepted_at": "2026-11-22T12:00:00.000Z",
        "n_samples": 1,
        "bytes": None,
        "sha256": None,
        "attempts": 1,
        "next_at": None,
        "finished_at": None,
        "sent_bytes": 0,
        "error": None,
    }
    return Delivery(**{**given, **values})
