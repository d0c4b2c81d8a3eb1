"""One Kafka producer and the thread that serves its callbacks."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

POLL_SECONDS = 0.1
CLOSE_SECONDS, CLOSE_STEP_SECONDS = 2.0, 0.01

# librdkafka would write to standard error by itself.
library_log = logging.getLogger("confluent_kafka")

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
# confluent-kafka's public name of what the client itself says
_ALL_BROKERS_DOWN = KafkaError._ALL_BROKERS_DOWN  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Where the broker put the message."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the client says of its connections, which no message is told."""

    code: int
    text: str


class Refused(Exception):  # noqa: N818 - turned into a delivery's error by its only caller
    """The message was not acknowledged. ``trouble``: the connection's last error, if any."""

    def __init__(self, code: int | None, text: str, trouble: Trouble | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.trouble = trouble


class _Waiting:
    """The acknowledgement of one message, told from the polling thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Acknowledged] = self._loop.create_future()

    def report(self, error: KafkaError | None, message: Message) -> None:
        """What the broker says, or the client when it gives up."""
        partition, offset = message.partition(), message.offset()
        if error is not None:
            # What follows a fatal error only says that there was one.
            cause = self._connection.fatal or error
            self._end(Refused(cause.code(), cause.str(), self._connection.trouble))
        elif partition is None or offset is None:
            self.give_up("the report names no place")
        else:
            self._connection.trouble = None
            self._end(Acknowledged(partition, offset))

    def give_up(self, reason: str) -> None:
        """There is nothing to wait for."""
        self._end(Refused(None, reason, self._connection.trouble))

    def _end(self, ended: Acknowledged | Refused) -> None:
        self._connection.ended(self)
        # The loop may have ended, when nobody waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._resolve, ended)

    def _resolve(self, ended: Acknowledged | Refused) -> None:
        if self.future.done():
            return
        if isinstance(ended, Refused):
            self.future.set_exception(ended)
        else:
            self.future.set_result(ended)


class Connection:
    """A producer and the thread that serves its callbacks."""

    def __init__(
        self, settings: Mapping[str, str], message_seconds: float, *, is_trial: bool = False
    ) -> None:
        self.in_flight = 0
        self.used_at = 0.0
        self.fatal: KafkaError | None = None
        self.trouble: Trouble | None = None
        self._trial: _Waiting | None = None
        self._is_trial = is_trial
        self._is_down = False
        self._waiting: set[_Waiting] = set()
        self._closed = threading.Event()
        timeout = {"message.timeout.ms": str(round(1000 * message_seconds))}
        given = {**settings, **timeout} if is_trial else {**timeout, **settings}
        # Held weakly, so that the client ends with ``close`` and not when garbage is collected.
        noting = weakref.WeakMethod(self._note)

        def note(error: KafkaError) -> None:
            if (told := noting()) is not None:
                told(error)

        try:
            self._producer: Producer | None = Producer(
                {**FIXED, **given, "error_cb": note}, logger=library_log
            )
        except KafkaException as error:
            raise Refused(None, f"the settings do not work: {error.args[0].str()}") from error
        self._polling = threading.Thread(target=self._poll, name="kafka-poll", daemon=True)
        self._polling.start()

    def produce(self, message: Outgoing) -> asyncio.Future[Acknowledged]:
        """Hand the message over; the future is its acknowledgement. Raises Refused."""
        if self._producer is None:
            raise Refused(None, "the connection was closed")
        waiting = _Waiting(self)
        # Before it is handed over: it may be reported on at once.
        self._waiting.add(waiting)
        try:
            self._producer.produce(
                message.topic,
                message.value,
                key=message.key,
                headers=message.headers,
                on_delivery=waiting.report,
            )
        except KafkaException as error:
            self._waiting.discard(waiting)
            raise Refused(error.args[0].code(), error.args[0].str()) from error
        except BufferError as error:
            self._waiting.discard(waiting)
            raise Refused(None, "too many messages wait for this broker") from error
        if self._is_trial:
            self._trial = waiting
            self._end_trial()
        return waiting.future

    def ended(self, waiting: _Waiting) -> None:
        """A message is not waited for any more."""
        self._waiting.discard(waiting)

    def purge(self) -> None:
        """Take back all messages that are not acknowledged yet. Never waits."""
        if self._producer is not None:
            # The flag means its contrary in confluent-kafka 2.x: False waits for every broker's
            # thread, with Python's lock held.
            self._producer.purge(in_queue=True, in_flight=True, blocking=True)

    def close(self) -> None:
        """Take back what is left, and end; may wait for the client's threads."""
        self.purge()
        deadline = time.monotonic() + CLOSE_SECONDS
        # Not flush(): it would wait for reports that the polling thread has taken already.
        while self._waiting and time.monotonic() < deadline:
            self._closed.wait(CLOSE_STEP_SECONDS)
        self._closed.set()
        self._polling.join()
        self._producer = None
        for waiting in tuple(self._waiting):
            waiting.give_up("the connection was closed")

    def _note(self, error: KafkaError) -> None:
        self._is_down = error.code() == _ALL_BROKERS_DOWN
        # "All brokers are down" follows every trouble and would hide it.
        if not self._is_down or self.trouble is None:
            self.trouble = Trouble(error.code(), error.str())
        self._end_trial()

    def _end_trial(self) -> None:
        """A trial waits for no broker; it may be known before its message is handed over."""
        if self._is_down and self._trial is not None:
            self._trial.give_up("no broker can be used")

    def _poll(self) -> None:
        producer = self._producer
        while not self._closed.is_set() and producer is not None:
            try:
                producer.poll(POLL_SECONDS)
            except KafkaException as error:  # only a fatal error is raised here
                self.fatal = error.args[0]
                self.purge()
