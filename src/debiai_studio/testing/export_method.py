"""What every type of export method must do, whoever wrote it.

A test module derives from ``ExportMethodContract`` and gives the parts it is asked for; each claim
below then runs against its real receiver.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.model import ExportMethod
from debiai_studio.exports.ports import Document, Sender
from debiai_studio.testing.deliveries import delivery, document

# What the receiver has by its own account: ids of deliveries, and bytes.
Arrived = Callable[[], list[tuple[str, bytes]]]


class ExportMethodContract:
    """Fixtures to give: ``sender``, ``good`` (a method that confirms), ``down`` (nothing there),
    ``wrong`` (a method whose receiver refuses for good), ``slow`` (one that confirms nothing for
    long), ``breaking`` (one that breaks off), ``invalid`` (one that ``check`` refuses), and
    ``arrived`` (a callable: the list of (delivery id, bytes) that the receiver has by itself).
    """

    # Documents of this size must pass in bounded memory.
    large = 64 * 1024 * 1024

    async def test_it_returns_only_after_the_receiver_has_the_exact_bytes(
        self, sender: Sender, good: ExportMethod, arrived: Arrived
    ) -> None:
        body = '{"name":"Späte Flüge ✈"}'.encode()

        await sender.send(good, delivery("msg_a"), document(body), ignore)

        assert arrived() == [("msg_a", body)]

    async def test_called_twice_the_receiver_can_recognise_the_delivery(
        self, sender: Sender, good: ExportMethod, arrived: Arrived
    ) -> None:
        sent = document(b"{}")

        await sender.send(good, delivery("msg_a"), sent, ignore)
        await sender.send(good, delivery("msg_a"), sent, ignore)

        assert {key for key, _ in arrived()} == {"msg_a"}
        assert {body for _, body in arrived()} == {b"{}"}

    async def test_progress_ends_at_the_size_of_the_document(
        self, sender: Sender, good: ExportMethod
    ) -> None:
        told: list[int] = []
        sent = document(os.urandom(500_000))

        await sender.send(good, delivery(), sent, told.append)

        assert told == sorted(told)
        assert told[-1] == sent.size

    async def test_nothing_there_is_worth_another_try(
        self, sender: Sender, down: ExportMethod
    ) -> None:
        with pytest.raises(DeliveryFailed, match=r"\."):
            await sender.send(down, delivery(), document(), ignore)

    async def test_a_refusal_says_what_to_do(self, sender: Sender, wrong: ExportMethod) -> None:
        with pytest.raises(DeliveryRejected, match=r"\."):
            await sender.send(wrong, delivery(), document(), ignore)

    async def test_one_that_breaks_off_is_worth_another_try(
        self, sender: Sender, breaking: ExportMethod
    ) -> None:
        with pytest.raises(DeliveryFailed):
            await sender.send(breaking, delivery(), document(os.urandom(500_000)), ignore)

    async def test_a_slow_one_ends_in_time_without_a_confirmation(
        self, sender: Sender, slow: ExportMethod
    ) -> None:
        with pytest.raises(DeliveryFailed):
            await sender.send(slow, delivery(), document(), ignore)

    async def test_it_can_be_cancelled_while_under_way(
        self, sender: Sender, slow: ExportMethod, good: ExportMethod, arrived: Arrived
    ) -> None:
        sending = asyncio.create_task(sender.send(slow, delivery(), document(), ignore))
        await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

        await sender.send(good, delivery("msg_after"), document(b"{}"), ignore)
        assert ("msg_after", b"{}") in arrived()

    async def test_a_large_document_passes_in_bounded_memory(
        self, sender: Sender, good: ExportMethod, arrived: Arrived, tmp_path: Path
    ) -> None:
        sent = written(tmp_path / "large.json", self.large)

        tracemalloc.start()
        try:
            await sender.send(good, delivery("msg_large"), sent, ignore)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        [(_, body)] = arrived()
        assert hashlib.sha256(body).hexdigest() == sent.sha256
        assert peak < self.memory_for(sent.size)

    def memory_for(self, _size: int) -> int:
        return 16 * 1024 * 1024

    def test_what_cannot_work_is_said_before_anything_is_sent(
        self, sender: Sender, invalid: ExportMethod
    ) -> None:
        with pytest.raises(InvalidMethod):
            sender.check(invalid)

    async def test_an_invalid_method_is_dead_when_sent_all_the_same(
        self, sender: Sender, invalid: ExportMethod
    ) -> None:
        with pytest.raises(DeliveryRejected):
            await sender.send(invalid, delivery(), document(), ignore)

    def test_the_form_can_be_made_from_it(self, sender: Sender, good: ExportMethod) -> None:
        sender.check(good)
        assert sender.type
        assert sender.title
        assert len(sender.parameters) == len(good.parameters)
        assert all({"name", "title", "example"} <= set(entry) for entry in sender.parameters)
        assert all({"name", "title"} <= set(entry) for entry in sender.options)
        for parameter in sender.destination(good).split():
            assert "secret" not in parameter


def ignore(_sent: int) -> None:
    """A progress that nobody watches."""


def written(path: Path, size: int) -> Document:
    """A document of about this size in a file, as a rendered one lies in the spool."""
    digest, block, done = hashlib.sha256(), os.urandom(1024 * 1024), 0
    with path.open("wb") as file:
        while done < size:
            file.write(block)
            digest.update(block)
            done += len(block)
    return Document(done, digest.hexdigest(), path=str(path))
