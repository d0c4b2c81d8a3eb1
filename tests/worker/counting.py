"""A sender that counts what is under way, and how to wait for it."""

from __future__ import annotations

import asyncio
import threading
from typing import ClassVar

from debiai_studio.exports.methods.file import FileExport
from debiai_studio.exports.model import DeliveryState
from debiai_studio.exports.ports import Receipt


class Counting(FileExport):
    """Says how many sendings were under way at once; a released one confirms."""

    type: ClassVar[str] = "counting"

    def __init__(self) -> None:
        super().__init__()
        self.now, self.most = 0, 0
        self.release = threading.Event()
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)

    def check(self, method):
        """Anything goes."""

    def limit(self, _method):
        return 1000

    async def send(self, _method, _delivery, _document, progress):
        self.now += 1
        self.most = max(self.most, self.now)
        self.begun.release()
        try:
            while not self.release.is_set():
                progress(1)
                await asyncio.sleep(0.01)
        finally:
            self.now -= 1
            self.ended.release()
        return Receipt(answer="counted")


def running(delivery):
    return delivery.state is DeliveryState.RUNNING
