"""The delivery half of a server, in this process or as a program that can be killed.

As a program: ``delivery_server.py <folder> <plan.json> [<count>]`` accepts the planned exports, or
the first so many, under their idempotency keys (as a client that asks again does), says ``begun``,
delivers all and ends. The plan holds methods ``{id: [type, parameters, options]}``, where options
may be left out, exports ``[id, method id, bytes]`` and perhaps the ``concurrency``. With a
``catalogue`` it is one of several dispatchers: it says ``ready``, waits for a file ``go`` in the
folder, and delivers what others accept until it is told to end (SIGTERM).
"""

from __future__ import annotations

import faulthandler
import hashlib
import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from tests.real.deliveries import add_method, new_delivery

from debiai_studio.events import Events
from debiai_studio.exports.delivery import Clock, Schedule, utc_now
from debiai_studio.exports.errors import UnknownMethod
from debiai_studio.exports.methods.registry import build_senders
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Delivery, DeliveryState, ExportMethod, Origin
from debiai_studio.exports.ports import Document, Sender
from debiai_studio.failpoints import Failpoints
from debiai_studio.storage.catalogue.database import open_catalogue
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.outbox import SqlOutbox
from debiai_studio.storage.catalogue.queue import LEASE_SECONDS, SqlQueue
from debiai_studio.storage.catalogue.tables import export_methods
from debiai_studio.worker.dispatcher import CONCURRENCY, RENEW_SECONDS, Dispatcher

# Longer than a message to Kafka or an open breaker may take on a busy machine.
PATIENCE = 120.0
# So that what a killed dispatcher leaves behind is soon taken over by another.
SHORT_LEASE_SECONDS = 2.0


class DeliveryServer:
    """Catalogue, outbox, dispatcher and senders, joined as a server joins them."""

    def __init__(
        self,
        folder: Path,
        *,
        schedule: Schedule | None = None,
        failpoints: Failpoints | None = None,
        senders: dict[str, Sender] | None = None,
        clock: Clock = utc_now,
        catalogue: str | None = None,
        renew_seconds: float = RENEW_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
        concurrency: int = CONCURRENCY,
        sole: bool = True,
    ) -> None:
        failpoints = failpoints or Failpoints()
        self.events = Events()
        self.engine = open_catalogue(catalogue or f"sqlite:///{folder / 'catalogue.db'}")
        self._commits = commits = GroupCommit(self.engine)
        self.outbox = SqlOutbox(commits, clock=clock, failpoints=failpoints)
        queue = SqlQueue(
            commits, self.outbox, schedule=schedule, clock=clock, lease_seconds=lease_seconds
        )
        self.methods: dict[str, ExportMethod] = {}
        self.dispatcher = Dispatcher(
            queue,
            senders or build_senders(Surroundings()),
            methods=self._method,
            renderer=self._document,
            events=self.events,
            concurrency=concurrency,
            sole=sole,
            clock=clock,
            failpoints=failpoints,
            renew_seconds=renew_seconds,
        )

    def add(self, method_id: str, type_: str, *parameters: str, **options: str) -> None:
        """Define a method, in the catalogue too unless it is there."""
        self.methods[method_id] = ExportMethod(
            method_id, method_id, type_, parameters, options, Origin.CONFIG
        )
        with self.engine.connect() as connection:
            known = set(connection.execute(select(export_methods.c.id)).scalars())
        if method_id not in known:
            add_method(self.engine, method_id, type_, parameters)

    def accept(self, method_id: str, body: bytes = b"{}", **values: object) -> Delivery:
        type_ = self.methods[method_id].type
        return self.outbox.accept(new_delivery(method_id, body=body, method_type=type_, **values))

    def wait(self, *ids: str, until=lambda delivery: delivery.state.is_final) -> list[Delivery]:
        """The deliveries once all are as ``until`` says; fails when that takes too long."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = [self.outbox.get(one) for one in ids]
            if all(until(one) for one in found):
                return found
            if time.monotonic() > deadline:
                raise AssertionError([(o.id, o.state, o.error) for o in found if not until(o)])
            time.sleep(0.01)

    def outcomes(self, delivery_id: str) -> list[str]:
        return [attempt.outcome for attempt in self.outbox.attempts(delivery_id)]

    def close(self) -> None:
        self.dispatcher.stop()
        self.engine.dispose()

    def _method(self, method_id: str) -> ExportMethod:
        if method_id not in self.methods:
            raise UnknownMethod(method_id)
        with self._commits.reading() as connection:
            query = select(export_methods.c.disabled_reason).where(export_methods.c.id == method_id)
            reason = connection.execute(query).scalar_one()
        return replace(self.methods[method_id], disabled_reason=reason)

    def _document(self, delivery: Delivery) -> Document:
        body = self.outbox.accepted(delivery.id).document
        return Document(len(body), hashlib.sha256(body).hexdigest(), data=body)


def body_of(delivery_id: str, size: int) -> bytes:
    """The document of a planned export."""
    text = json.dumps({"id": delivery_id, "fill": "x" * size}, separators=(",", ":"))
    return text.encode()


def main(folder: str, plan_path: str, count: str | None = None) -> None:
    plan = json.loads(Path(plan_path).read_bytes())
    exports = plan["exports"][: None if count is None else int(count)]
    catalogue = plan.get("catalogue")
    if catalogue is not None:
        # Kept for the wait below, in whatever moment it comes, by every thread that is to start.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    server = DeliveryServer(
        Path(folder),
        schedule=Schedule.of_text(os.environ.get("DEBIAI_RETRY_SCHEDULE", "")),
        failpoints=Failpoints(os.environ.get("DEBIAI_FAILPOINT", "")),
        concurrency=plan.get("concurrency", CONCURRENCY),
        catalogue=catalogue,
        sole=catalogue is None,
        lease_seconds=SHORT_LEASE_SECONDS if catalogue else LEASE_SECONDS,
        renew_seconds=SHORT_LEASE_SECONDS / 4 if catalogue else RENEW_SECONDS,
    )
    for method_id, (type_, parameters, *options) in plan["methods"].items():
        server.add(method_id, type_, *parameters, **dict(*options))
    if catalogue is not None:
        _say("ready")
        while not (Path(folder) / "go").exists():
            time.sleep(0.01)
    server.dispatcher.start()
    _say("begun")
    if catalogue is not None:
        signal.sigwait({signal.SIGTERM})
        server.close()
        return
    ids = [one[0] for one in exports]
    accepting = [
        threading.Thread(target=_accept, args=(server, exports[part::4])) for part in range(4)
    ]
    for thread in accepting:
        thread.start()
    for thread in accepting:
        thread.join()
    delivered = server.wait(*ids)
    server.close()
    if any(one.state is not DeliveryState.DELIVERED for one in delivered):
        sys.exit(str([(one.id, one.error) for one in delivered]))


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _accept(server: DeliveryServer, exports: list[tuple[str, str, int]]) -> None:
    for delivery_id, method_id, size in exports:
        body = body_of(delivery_id, size)
        server.accept(method_id, body, id=delivery_id, idempotency_key=delivery_id)


if __name__ == "__main__":
    faulthandler.enable()
    main(*sys.argv[1:])
