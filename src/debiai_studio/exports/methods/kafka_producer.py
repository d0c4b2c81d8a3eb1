"""Kafka producers, one per configuration: acknowledgements as awaitables, closed when idle."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

MESSAGE_SECONDS = 30.0
IDLE_SECONDS = 300.0
POLL_SECONDS = 0.1
CLOSE_SECONDS = 2.0

Headers = list[tuple[str, str | bytes | None]]

FIXED: dict[str, Any] = {
    "acks": "all",
    "enable.idempotence": True,
    "compression.type": "zstd",
    "linger.ms": 5,
    "socket.connection.setup.timeout.ms": 5000,
    "reconnect.backoff.max.ms": 2000,
    # An unknown topic is said to be unknown after this, not after 30 s.
    "topic.metadata.propagation.max.ms": 5000,
    "client.id": "debiai-studio",
    "log_level": 2,
}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Where the broker put the message."""

    partition: int
    offset: int


class Refused(Exception):  # noqa: N818 - turned into a delivery's error by its only caller
    """The message was not acknowledged. ``trouble``: the connection's last error, if any."""

    def __init__(self, code: int | None, text: str, trouble: str | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.trouble = trouble


class Producers:
    """Used from one event loop. A broker that is down delays nothing but its own messages."""

    def __init__(
        self, *, message_seconds: float = MESSAGE_SECONDS, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._message_seconds = message_seconds
        self._idle_seconds = idle_seconds
        self._open: dict[frozenset[tuple[str, str]], _Connection] = {}

    def __len__(self) -> int:
        """How many producers are open."""
        return len(self._open)

    async def send(
        self,
        settings: Mapping[str, str],
        topic: str,
        *,
        key: bytes,
        value: bytes,
        headers: Headers,
        handed_over: Callable[[], None],
    ) -> Acknowledged:
        """Where the acknowledged message is. Raises Refused."""
        name = frozenset(settings.items())
        if name not in self._open:
            self._open[name] = _Connection(settings, self._message_seconds)
        connection = self._open[name]
        connection.in_flight += 1
        loop = asyncio.get_running_loop()
        try:
            acknowledgement = connection.produce(topic, key=key, value=value, headers=headers)
            handed_over()
            return await acknowledgement
        except asyncio.CancelledError:
            if connection.in_flight == 1:
                # What waits in the queue would otherwise be sent after the person stopped it.
                connection.purge()
            raise
        except Refused as refused:
            if refused.code == KafkaError._FATAL:  # noqa: SLF001 - confluent-kafka's public names
                self._open.pop(name, None)
                await asyncio.to_thread(connection.close)
            raise
        finally:
            connection.in_flight -= 1
            connection.used_at = loop.time()
            loop.call_later(self._idle_seconds, self._close_idle, name)

    def _close_idle(self, name: frozenset[tuple[str, str]]) -> None:
        connection = self._open.get(name)
        if connection is None or connection.in_flight:
            return
        loop = asyncio.get_running_loop()
        if loop.time() - connection.used_at >= self._idle_seconds:
            del self._open[name]
            loop.run_in_executor(None, connection.close)

    async def close(self) -> None:
        """Close every producer; messages not yet sent are given up."""
        connections = list(self._open.values())
        self._open.clear()
        for connection in connections:
            await asyncio.to_thread(connection.close)


class _Connection:
    """A producer and the thread that serves its callbacks."""

    def __init__(self, settings: Mapping[str, str], message_seconds: float) -> None:
        self.in_flight = 0
        self.used_at = 0.0
        self._trouble: str | None = None
        self._closed = threading.Event()
        try:
            self._producer = Producer(
                {
                    **FIXED,
                    **settings,
                    "message.timeout.ms": round(1000 * message_seconds),
                    "error_cb": self._note,
                }
            )
        except KafkaException as error:
            raise Refused(None, f"the settings do not work: {error.args[0].str()}") from error
        self._polling = threading.Thread(target=self._poll, name="kafka-poll", daemon=True)
        self._polling.start()

    def produce(
        self, topic: str, *, key: bytes, value: bytes, headers: Headers
    ) -> asyncio.Future[Acknowledged]:
        """Hand the message over; the future is its acknowledgement. Raises Refused."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Acknowledged] = loop.create_future()

        def resolve(error: KafkaError | None, partition: int | None, offset: int | None) -> None:
            if future.done():
                return
            if error is None and partition is not None and offset is not None:
                future.set_result(Acknowledged(partition, offset))
            elif error is not None:
                future.set_exception(Refused(error.code(), error.str(), self._trouble))
            else:
                future.set_exception(Refused(None, "the report names no place", self._trouble))

        def reported(error: KafkaError | None, message: Message) -> None:
            # The loop may have ended, when nobody waits any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(resolve, error, message.partition(), message.offset())

        self._trouble = None
        try:
            self._producer.produce(topic, value, key=key, headers=headers, on_delivery=reported)
        except KafkaException as error:
            raise Refused(error.args[0].code(), error.args[0].str()) from error
        except BufferError as error:
            raise Refused(None, "too many messages wait for this broker") from error
        return future

    def purge(self) -> None:
        self._producer.purge(in_queue=True, in_flight=True, blocking=False)

    def close(self) -> None:
        self.purge()
        self._producer.flush(CLOSE_SECONDS)
        self._closed.set()
        self._polling.join()

    def _note(self, error: KafkaError) -> None:
        # "All brokers are down" follows every trouble and would hide it.
        if error.code() != KafkaError._ALL_BROKERS_DOWN or self._trouble is None:  # noqa: SLF001
            self._trouble = error.str()

    def _poll(self) -> None:
        while not self._closed.is_set():
            self._producer.poll(POLL_SECONDS)
