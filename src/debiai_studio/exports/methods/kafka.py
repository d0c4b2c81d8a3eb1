"""Deliver a document as one message of a Kafka topic, acknowledged by all replicas."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import quote

from debiai_studio.egress import EgressPolicy, EgressRefused
from debiai_studio.exports import set_digest
from debiai_studio.exports.callbacks import callback_headers
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.kafka_chunks import Chunks, Stopped, Unsuitable
from debiai_studio.exports.methods.kafka_connection import Headers, Outgoing, Refused
from debiai_studio.exports.methods.kafka_limits import KnownLimits, topic_limit
from debiai_studio.exports.methods.kafka_options import (
    KAFKA_OPTIONS,
    LARGE,
    OVERHEAD,
    message_bytes,
    place_of,
    reply_topic_of,
    settings_of,
)
from debiai_studio.exports.methods.kafka_producer import Producers
from debiai_studio.exports.methods.kafka_replies import Keep, follow
from debiai_studio.exports.methods.kafka_trouble import error_of
from debiai_studio.exports.methods.large import check_large
from debiai_studio.exports.methods.parsed import Parsed
from debiai_studio.exports.methods.room import Room
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Delivery, ExportMethod, Origin
from debiai_studio.exports.ports import Document, Progress, Receipt
from debiai_studio.exports.stream_headers import stream_headers

RESOLVE_SECONDS = 5.0
RESOLVED_SECONDS = 1.0
# Whoever exports to a topic for the first time waits no longer for a broker that is down.
ASK_SECONDS = 2.0
# Bytes of the documents that are under way at once; each method has its first beyond it.
ROOM = 64 << 20
# Each is a client and a thread of its own, with some MB in flight.
CHUNKED_AT_ONCE = 4


class KafkaTopic:
    """One message per attempt: its value is exactly the document.

    Its key is the delivery's id; changes of a stream have that of the stream, so that they lie in
    one partition, in order.
    """

    type: ClassVar[str] = "kafka"
    title: ClassVar[str] = "Kafka topic"
    parameters: ClassVar[tuple[dict[str, Any], ...]] = (
        {"name": "broker", "title": "Broker", "example": "kafka.svc.local:9092"},
        {"name": "topic", "title": "Topic", "example": "selections"},
    )
    options: ClassVar[tuple[dict[str, Any], ...]] = KAFKA_OPTIONS
    concurrency: ClassVar[int] = 64

    def __init__(
        self, surroundings: Surroundings | None = None, producers: Producers | None = None
    ) -> None:
        self._surroundings = surroundings or Surroundings()
        self._producers = Producers() if producers is None else producers
        self._room = Room(ROOM)
        self._chunking = defaultdict[str, asyncio.Semaphore](
            lambda: asyncio.Semaphore(CHUNKED_AT_ONCE)
        )
        self._limits = KnownLimits()
        self._parsed = Parsed(self._checked)
        self._resolved: dict[str, tuple[float, ExportMethod]] = {}

    def check(self, method: ExportMethod) -> None:
        """Raise InvalidMethod when a parameter or option cannot work. No network."""
        self._checked(method)

    def _checked(self, method: ExportMethod) -> dict[str, str]:
        settings = settings_of(method)
        check_large(method, LARGE, self._surroundings)
        for host, port in place_of(method)[0]:
            self._require_reachable(method, host, port)
        return settings

    def destination(self, method: ExportMethod) -> str:
        """Broker and topic."""
        return "Kafka " + ", topic ".join(method.parameters)

    def limit(self, method: ExportMethod) -> int | None:
        """The largest document in bytes: the message limit without key and headers.

        That is the method's, or the topic's where it is lower and known by now.
        """
        return self._limit(method)

    def limit_asked(self, method: ExportMethod) -> int | None:
        """``limit``, for which the broker is given some seconds when its answer is not known yet.

        Not on an event loop.
        """
        return self._limit(method, ASK_SECONDS)

    def _limit(self, method: ExportMethod, patience: float = 0) -> int:
        ours = message_bytes(method)
        theirs = self._limits.of(
            self._parsed.of(method),
            method.parameters[1],
            lambda: self._require_brokers(method),
            patience,
        )
        return min(ours, theirs or ours) - OVERHEAD

    async def send(
        self, method: ExportMethod, delivery: Delivery, document: Document, progress: Progress
    ) -> Receipt:
        """Produce the message, or its chunks, and wait for the broker's acknowledgement.

        A test goes by a connection of its own, so that what it says is true of now.
        """
        try:
            settings = self._parsed.of(method)
            await self._require_brokers_now(method)
        except (InvalidMethod, EgressRefused) as error:
            raise DeliveryRejected(str(error)) from error
        topic = method.parameters[1]
        if delivery.chunk_bytes is not None:
            async with self._chunking[method.id]:
                return await _send_chunks(
                    Chunks(
                        settings,
                        topic,
                        delivery,
                        document,
                        self._headers(method, delivery, document),
                        progress,
                        self._producers.message_seconds,
                    ),
                    topic,
                )
        by = self._producers.try_out if delivery.kind == "test" else self._producers.send
        async with self._room.take(method.id, document.size):
            body = document.data
            message = Outgoing(
                topic,
                key=delivery.order_key.encode(),
                value=await asyncio.to_thread(_read, document) if body is None else body,
                headers=self._headers(method, delivery, document),
            )
            try:
                where = await by(settings, message, handed_over=lambda: progress(document.size))
            except Refused as refused:
                raise error_of(refused, topic) from refused
        text = f"Acknowledged: {topic}, partition {where.partition}, offset {where.offset}"
        if delivery.kind == "test":
            text += await _hint(settings, topic)
        return Receipt(answer=text, partition=where.partition, offset=where.offset)

    def replies_to(self, method: ExportMethod) -> bool:
        """Whether values come back by a topic of their own."""
        return method.keeps_answers and "reply.topic" in method.options

    def follow_replies(
        self,
        method: ExportMethod,
        group: str,
        keep: Keep,
        stopping: threading.Event,
        say: Callable[[str | None], None],
    ) -> None:
        """Hand over each message of the reply topic until ``stopping``, in the caller's thread.

        Raises what stands in the way; what was not kept by then comes again. ``say`` gets
        the reason while no broker can be reached, and None when one can.
        """
        self.check(method)
        topic = reply_topic_of(method)
        if topic is not None:
            asyncio.run(self._require_brokers(method))
            follow(settings_of(method), topic, group, keep, stopping, say=say)

    async def close(self) -> None:
        """Close the producers."""
        await self._producers.close()

    def _headers(self, method: ExportMethod, delivery: Delivery, document: Document) -> Headers:
        headers = message_headers(delivery, document)
        if method.keeps_answers:
            called = callback_headers(self._surroundings.callbacks, delivery)
            headers += [(name.lower(), value.encode()) for name, value in called.items()]
        return headers

    def _policy(self, method: ExportMethod) -> EgressPolicy:
        egress = self._surroundings.egress
        return egress.others if method.origin is Origin.PAGE else egress.trusted

    def _require_reachable(self, method: ExportMethod, host: str, port: int) -> None:
        policy = self._policy(method)
        # A broker names further addresses to connect to, which nobody can check beforehand.
        if not policy.private and f"{host}:{port}".lower() not in policy.endpoints:
            remedy = "the operator must add it to the allow-list, or define it in config.ini."
            raise InvalidMethod(f'The broker "{host}:{port}"', remedy)
        try:
            policy.require_literal(host, port)
        except EgressRefused as error:
            raise InvalidMethod(f'The broker "{host}"', str(error)) from error

    async def _require_brokers_now(self, method: ExportMethod) -> None:
        """The same, asked anew after a second: the client asks by itself, and less often."""
        at, known = self._resolved.get(method.id, (-RESOLVED_SECONDS, None))
        now = time.monotonic()
        if now - at >= RESOLVED_SECONDS or known is None or known.parameters != method.parameters:
            await self._require_brokers(method)
            self._resolved[method.id] = (now, method)

    async def _require_brokers(self, method: ExportMethod) -> None:
        """Refuse forbidden addresses, and when no broker has any; librdkafka resolves again."""
        policy = self._policy(method)

        async def trouble_with(host: str, port: int) -> str | None:
            try:
                async with asyncio.timeout(RESOLVE_SECONDS):
                    await policy.resolve(host, port)
            except (OSError, UnicodeError, TimeoutError) as error:
                return f"{host}:{port} cannot be resolved ({error or 'no answer'})"
            return None

        found = await asyncio.gather(*(trouble_with(*place) for place in place_of(method)[0]))
        if None not in found:
            names = "; ".join(filter(None, found))
            raise DeliveryFailed(f"The broker {names}: check its name and the server's DNS.")


async def _send_chunks(chunks: Chunks, topic: str) -> Receipt:
    sending = asyncio.ensure_future(asyncio.to_thread(chunks.send))
    try:
        where = await asyncio.shield(sending)
    except asyncio.CancelledError:
        # Nothing may be committed after the person was told that it was stopped.
        chunks.stop()
        await asyncio.gather(sending, return_exceptions=True)
        raise
    except Stopped as error:
        raise DeliveryFailed("The sending was given up.") from error
    except Unsuitable as error:
        raise DeliveryRejected(str(error)) from error
    except Refused as refused:
        raise error_of(refused, topic) from refused
    text = f"Committed: {topic}, partition {where.partition}, {chunks.count:,} chunks"
    return Receipt(
        answer=f"{text} before offset {where.offset}",
        partition=where.partition,
        offset=where.offset,
    )


def message_headers(delivery: Delivery, document: Document) -> Headers:
    """The message's headers: CloudEvents in binary mode, so that the value stays the document.

    Beside them the digest of the set of ids, as HTTP has it.
    """
    headers = {
        "content-type": document.content_type,
        "ce_specversion": "1.0",
        "ce_id": delivery.id,
        "ce_type": f"debiai.export.{delivery.kind}.v1",
        "ce_source": f"/projects/{quote(delivery.source, '')}/{quote(delivery.project, '')}",
        "ce_time": delivery.accepted_at,
        "ce_partitionkey": delivery.order_key,
    }
    if delivery.name:
        headers["ce_subject"] = delivery.name
    headers.update({name.lower(): value for name, value in stream_headers(delivery).items()})
    if document.set_digest is not None:
        headers[set_digest.HEADER.lower()] = document.set_digest
    return [(name, value.encode()) for name, value in headers.items()]


def _read(document: Document) -> bytes:
    with document.open() as body:
        return body.read()


async def _hint(settings: dict[str, str], topic: str) -> str:
    """What a test shows before the first large document is refused."""
    ours, theirs = int(settings["message.max.bytes"]), await topic_limit(settings, topic)
    if theirs is None or theirs >= ours:
        return ""
    return (
        f". Documents may become too large: the topic takes messages of {theirs:,} bytes, the "
        f"method makes them up to {ours:,}. Raise max.message.bytes of the topic, or set "
        f"message.max.bytes={theirs} so that larger ones are named before they are sent"
    )
