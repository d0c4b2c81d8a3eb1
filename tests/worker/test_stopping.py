"""A place that hangs for ever, as a folder on a server that is gone, does not keep the program."""

from __future__ import annotations

import asyncio
import threading
from typing import ClassVar

from debiai_studio.exports.methods.file import FileExport
from debiai_studio.exports.model import DeliveryState

PATIENCE = 60


class Hanging(FileExport):
    """Its thread hangs until it is released, whoever cancels."""

    type: ClassVar[str] = "hanging"

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.release = threading.Event(), threading.Event()

    def check(self, method):
        """Anything goes."""

    async def send(self, _method, _delivery, _document, _progress):
        self.begun.set()
        writing = asyncio.ensure_future(asyncio.to_thread(self.release.wait))
        try:
            await asyncio.shield(writing)
        finally:
            await asyncio.gather(writing, return_exceptions=True)


def test_stopping_leaves_a_thread_that_hangs_and_its_delivery_goes_round_again(
    make_server, receiver, monkeypatch
):
    monkeypatch.setattr("debiai_studio.worker.dispatcher.GRACE_SECONDS", 0.05)
    monkeypatch.setattr("debiai_studio.worker.dispatcher.END_SECONDS", 0.5)
    hanging = Hanging()
    server = make_server(senders={"hanging": hanging})
    server.add("m1", "hanging")
    server.dispatcher.start()
    accepted = server.accept("m1")
    assert hanging.begun.wait(PATIENCE)

    stopping = threading.Thread(target=server.dispatcher.stop)
    stopping.start()
    stopping.join(PATIENCE)
    try:
        assert not stopping.is_alive()
        assert server.dispatcher.is_stuck
        again = make_server()
        again.add("m1", "post", receiver.url("/ok"))
        again.dispatcher.start()
        [after] = again.wait(accepted.id)
        assert after.state is DeliveryState.DELIVERED
    finally:
        hanging.release.set()


def test_nothing_is_left_behind_when_all_end_in_time(make_server, receiver):
    server = make_server()
    server.add("m1", "post", receiver.url("/ok"))
    server.dispatcher.start()
    server.wait(server.accept("m1").id)

    server.dispatcher.stop()

    assert not server.dispatcher.is_stuck
