"""However many methods get no answer, those of others are delivered meanwhile.

Told by order: what is dead is under way, or waits, before and after the others are delivered.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from typing import ClassVar

from debiai_studio.exports.delivery import Schedule
from debiai_studio.exports.methods.file import FileExport
from debiai_studio.exports.methods.http_post import HttpPost
from debiai_studio.exports.model import DeliveryState
from debiai_studio.exports.ports import Receipt
from debiai_studio.worker.dispatcher import LARGEST

HEALTHY = "zzz-healthy"  # comes last wherever methods are taken by their ids


class Silent(FileExport):
    """Never answers; says how many sendings were begun."""

    type: ClassVar[str] = "silent"
    concurrency: ClassVar[int] = 64

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)

    def check(self, _method):
        """Anything goes."""

    def limit(self, _method):
        return None

    async def send(self, _method, _delivery, _document, _progress):
        self.begun.release()
        return await asyncio.get_running_loop().create_future()


class Blocked(Silent):
    """One that hangs in a thread, as the client of a dead network folder or broker does."""

    type: ClassVar[str] = "blocked"

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    async def send(self, _method, _delivery, _document, _progress):
        def hang():
            self.begun.release()
            self.released.wait()

        await asyncio.to_thread(hang)
        return Receipt(answer="at last")


def wait_for_begun(sender, count):
    for _ in range(count):
        assert sender.begun.acquire(timeout=30)


def states(server, ids):
    return Counter(server.outbox.get(one).state for one in ids)


def deliver_healthy(server, count=10):
    ids = [server.accept(HEALTHY).id for _ in range(count)]
    assert {one.state for one in server.wait(*ids)} == {DeliveryState.DELIVERED}


def test_a_hundred_receivers_that_never_answer_slow_no_other(server, receiver):
    dead = [f"dead-{n:03d}" for n in range(100)]
    for name in dead:
        server.add(name, "post", receiver.url("/hang"))
    server.add(HEALTHY, "post", receiver.url("/ok"))
    hanging = [server.accept(name).id for name in dead for _ in range(2)]
    server.dispatcher.start()
    # Two at once of each: all that may be under way is.
    until_received(server, receiver, 200)

    deliver_healthy(server)

    assert states(server, hanging) == {DeliveryState.RUNNING: 200}


def until_received(server, receiver, count):
    anything = server.outbox.list(limit=1)[0].id
    server.wait(anything, until=lambda _: len(receiver.received("/hang")) >= count)


def test_a_hundred_receivers_that_refuse_slow_no_other(make_server, receiver):
    server = make_server(schedule=Schedule((3600.0, 3600.0)))
    dead = [f"dead-{n:03d}" for n in range(100)]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        for name in dead:
            server.add(name, "post", f"http://127.0.0.1:{taken.getsockname()[1]}/")
        server.add(HEALTHY, "post", receiver.url("/ok"))
        refused = [server.accept(name).id for name in dead for _ in range(2)]
        server.dispatcher.start()

        deliver_healthy(server)

        after = server.wait(*refused, until=lambda one: one.state is DeliveryState.RETRY)
    assert {one.attempts for one in after} == {1}


def test_those_that_hang_never_take_the_last_place_of_another(make_server, tmp_path):
    silent = Silent()
    server = make_server(senders={"silent": silent, "file": FileExport()})
    names = [f"dead-{n:03d}" for n in range(LARGEST // 64 + 1)]
    for name in names:
        server.add(name, "silent")
    server.add(HEALTHY, "file", str(tmp_path / "files"))
    hanging = [server.accept(name).id for name in names for _ in range(64)]
    server.dispatcher.start()
    wait_for_begun(silent, LARGEST)

    deliver_healthy(server)

    assert states(server, hanging)[DeliveryState.RUNNING] == LARGEST


def test_those_that_hang_in_threads_leave_threads_to_others(make_server, tmp_path, receiver):
    blocked = Blocked()
    server = make_server(senders={"blocked": blocked, "file": FileExport(), "post": HttpPost()})
    server.add("dead", "blocked")
    server.add("dead-too", "blocked")
    server.add(HEALTHY, "file", str(tmp_path / "files"))
    server.add("named", "post", receiver.url("/ok").replace("127.0.0.1", "localhost"))
    hanging = [server.accept(name).id for name in ("dead", "dead-too") for _ in range(64)]
    server.dispatcher.start()
    wait_for_begun(blocked, 32)
    try:
        deliver_healthy(server)
        # A name is looked up in a thread, too.
        [named] = server.wait(server.accept("named").id)
        assert named.state is DeliveryState.DELIVERED
        assert states(server, hanging) == {DeliveryState.RUNNING: 128}
    finally:
        blocked.released.set()
