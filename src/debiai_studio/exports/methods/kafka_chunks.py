"""One document as several messages in one transaction: a reader sees all of them, or none.

Each chunk is a piece of the document, in order; the last message tells how many there are and what
they make. All have the key of the delivery, so that they lie in one partition.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from debiai_studio.exports.methods.kafka_connection import (
    FIXED,
    Acknowledged,
    Headers,
    Refused,
    Trouble,
    library_log,
)
from debiai_studio.exports.methods.kafka_limits import ask
from debiai_studio.exports.model import Delivery
from debiai_studio.exports.ports import Document

TRANSACTION_MILLISECONDS = 300_000
# What lies in the client at once, beside the chunk that is being handed over.
IN_FLIGHT_BYTES = 4 * 1024 * 1024
STEP_SECONDS = 0.5
ABORT_SECONDS = 10.0

COMPACTED = (
    'The topic "{topic}" has cleanup.policy=compact: of the chunks of a document, which share one '
    "key, it would keep the last. Use a topic with cleanup.policy=delete, or set large=reference "
    "of the method."
)
NOT_SAID = (
    'Whether the topic "{topic}" is compacted, which chunks would not survive, is not said to this '
    "user. Grant DescribeConfigs on the topic, or set large=reference of the method."
)
_ALL_BROKERS_DOWN = KafkaError._ALL_BROKERS_DOWN  # noqa: SLF001 - its public name


class Stopped(Exception):  # noqa: N818 - the person's wish, not a fault
    """The sending was given up."""


class Unsuitable(Exception):  # noqa: N818 - turned into a delivery's error by its only caller
    """The topic is none for chunks; the text says why and what to do."""


@dataclass(slots=True)
class Chunks:
    """The messages of one attempt. ``send`` blocks; the rest is called from other threads."""

    settings: Mapping[str, str]
    topic: str
    delivery: Delivery
    document: Document
    headers: Headers
    progress: Callable[[int], None]
    connect_seconds: float
    _stopped: threading.Event = field(default_factory=threading.Event)
    _failed: KafkaError | None = None
    _trouble: Trouble | None = None
    _is_down: bool = False
    _waiting: int = 0
    _acknowledged: int = 0
    _marker: Acknowledged | None = None

    @property
    def count(self) -> int:
        """How many chunks there are, without the message after them."""
        return -(-self.document.size // self._chunk_bytes)

    @property
    def _chunk_bytes(self) -> int:
        return self.delivery.chunk_bytes or self.document.size

    def stop(self) -> None:
        """Give up; what is not committed by now is taken back."""
        self._stopped.set()

    def send(self) -> Acknowledged:
        """Where the last message is, once all are committed.

        The transaction is that of the delivery: what an attempt that died left open is taken back
        by the next one. Raises Refused, Unsuitable, Stopped.
        """
        try:
            producer = Producer(self._configuration(), logger=library_log)
        except KafkaException as error:
            raise Refused(None, f"the settings do not work: {error.args[0].str()}") from error
        try:
            self._begin(producer)
            try:
                self._produce_all(producer)
                self._until_done(producer, producer.commit_transaction, self._seconds)
            except BaseException:
                self._abort(producer)
                raise
        except KafkaException as error:
            reported = error.args[0]
            raise Refused(reported.code(), reported.str(), self._trouble) from error
        finally:
            producer.purge()
        if self._marker is None:
            raise Refused(None, "the report of the last message names no place")
        return self._marker

    def _require_suitable(self) -> None:
        try:
            is_compacted = ask(self.settings, self.topic).is_compacted
        except Refused as refused:
            if refused.code == KafkaError.TOPIC_AUTHORIZATION_FAILED:
                raise Unsuitable(NOT_SAID.format(topic=self.topic)) from refused
            raise
        if is_compacted:
            raise Unsuitable(COMPACTED.format(topic=self.topic))

    @property
    def _seconds(self) -> float:
        return float(self.settings.get("transaction.timeout.ms", TRANSACTION_MILLISECONDS)) / 1000

    def _configuration(self) -> dict[str, Any]:
        given = {"message.timeout.ms": "30000", **self.settings}
        return {
            **FIXED,
            "transaction.timeout.ms": str(TRANSACTION_MILLISECONDS),
            **given,
            # The client refuses a message's time that is longer than the transaction's.
            "message.timeout.ms": str(
                round(min(float(given["message.timeout.ms"]), 1000 * self._seconds))
            ),
            "transactional.id": f"{given.get('client.id', 'debiai-studio')}-{self.delivery.id}",
            "error_cb": self._note,
        }

    def _produce_all(self, producer: Producer) -> None:
        in_flight = max(1, IN_FLIGHT_BYTES // self._chunk_bytes)
        count = self.count
        with self.document.open() as body:
            for sequence in range(1, count + 1):
                chunk = body.read(self._chunk_bytes)
                self._produce(producer, chunk, self._chunk_headers(sequence, count), self._chunk)
                self._settle(producer, in_flight - 1)
        self._settle(producer, 0)
        self._produce(producer, self._completed(count), self._end_headers(count), self._end)
        self._settle(producer, 0)

    def _produce(
        self,
        producer: Producer,
        value: bytes,
        headers: Headers,
        reported: Callable[[KafkaError | None, Message], None],
    ) -> None:
        self._waiting += 1
        producer.produce(
            self.topic,
            value,
            key=self.delivery.id.encode(),
            headers=headers,
            on_delivery=reported,
        )

    def _settle(self, producer: Producer, at_most: int) -> None:
        """Wait until no more than so many messages are on their way."""
        producer.poll(0)
        while self._waiting > at_most and self._failed is None:
            if self._stopped.is_set():
                raise Stopped
            producer.poll(STEP_SECONDS)
        if self._failed is not None:
            raise KafkaException(self._failed)

    def _chunk(self, error: KafkaError | None, message: Message) -> None:
        self._waiting -= 1
        if error is not None:
            self._failed = self._failed or error
            return
        self._acknowledged += len(message)
        self.progress(self._acknowledged)

    def _end(self, error: KafkaError | None, message: Message) -> None:
        self._waiting -= 1
        partition, offset = message.partition(), message.offset()
        if error is not None:
            self._failed = self._failed or error
        elif partition is not None and offset is not None:
            self._marker = Acknowledged(partition, offset)

    def _begin(self, producer: Producer) -> None:
        self._until_done(
            producer, producer.init_transactions, self.connect_seconds, needs_broker=True
        )
        self._require_suitable()
        producer.begin_transaction()

    def _until_done(
        self,
        producer: Producer,
        call: Callable[[float], object],
        seconds: float,
        *,
        needs_broker: bool = False,
    ) -> None:
        """Call again what may be, until it is done; ``needs_broker``: or no broker is left."""
        deadline = time.monotonic() + seconds
        while True:
            if self._stopped.is_set():
                raise Stopped
            try:
                call(STEP_SECONDS)
            except KafkaException as error:
                producer.poll(0)  # tells of the connections
                is_over = time.monotonic() > deadline or (needs_broker and self._is_down)
                if is_over or not error.args[0].retriable():
                    raise
            else:
                return

    def _abort(self, producer: Producer) -> None:
        producer.purge()
        try:
            producer.abort_transaction(ABORT_SECONDS)
        except KafkaException as error:  # then the broker does it, when its time is up
            library_log.info("a transaction was not taken back: %s", error.args[0].code())

    def _note(self, error: KafkaError) -> None:
        self._is_down = error.code() == _ALL_BROKERS_DOWN
        # "All brokers are down" follows every trouble and would hide it.
        if not self._is_down or self._trouble is None:
            self._trouble = Trouble(error.code(), error.str())

    def _chunk_headers(self, sequence: int, count: int) -> Headers:
        return [
            *self._event(f"chunk.{sequence}", "chunk", "application/octet-stream"),
            ("sequence", str(sequence).encode()),
            ("count", str(count).encode()),
        ]

    def _end_headers(self, count: int) -> Headers:
        event = self._event("completed", "completed", "application/json")
        return [*event, ("count", str(count).encode())]

    def _event(self, id_: str, what: str, content_type: str) -> Headers:
        own = {
            "content-type": content_type.encode(),
            "ce_id": f"{self.delivery.id}.{id_}".encode(),
            "ce_type": f"debiai.export.{self.delivery.kind}.{what}.v1".encode(),
        }
        return [(name, own.get(name, value)) for name, value in self.headers]

    def _completed(self, count: int) -> bytes:
        return orjson.dumps(
            {
                "origin": "DebiAI",
                "type": f"{self.delivery.kind}.completed",
                "delivery_id": self.delivery.id,
                "count": count,
                "bytes": self.document.size,
                "sha256": self.document.sha256,
                "content_type": self.document.content_type,
            }
        )
