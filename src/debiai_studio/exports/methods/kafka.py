"""Deliver a document as one message of a Kafka topic, acknowledged by all replicas."""

from __future__ import annotations

import asyncio
import re
from typing import Any, ClassVar
from urllib.parse import quote

from confluent_kafka import KafkaError

from debiai_studio.egress import EgressPolicy, EgressRefused
from debiai_studio.exports import set_digest
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.kafka_producer import Headers, Producers, Refused
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Delivery, ExportMethod, Origin
from debiai_studio.exports.ports import Document, Progress, Receipt

MESSAGE_BYTES = 1_000_000  # librdkafka's default; a broker's own is 1,048,588
LARGEST_MESSAGE = 1_000_000_000
# Key, headers (a name of 400 characters may have 4,800 bytes in them) and framing.
OVERHEAD = 8192

SECRET = {"secret": True}
OPTIONS: tuple[dict[str, Any], ...] = (
    {
        "name": "security.protocol",
        "title": "Security protocol",
        "choices": ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"],
        "default": "PLAINTEXT",
    },
    {
        "name": "sasl.mechanism",
        "title": "SASL mechanism",
        "choices": ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
    },
    {"name": "sasl.username", "title": "User name"},
    {"name": "sasl.password", "title": "Password", **SECRET},
    {"name": "ssl.ca.location", "title": "CA file", "config_only": True},
    {"name": "message.max.bytes", "title": "Largest message", "default": str(MESSAGE_BYTES)},
)
# Other librdkafka settings can read files and run programs; only these are passed on.
PASSED_ON = tuple(option["name"] for option in OPTIONS)

TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")

# Trying again cannot help with these; everything else is retried.
REMEDIES = {
    KafkaError.UNKNOWN_TOPIC_OR_PART: "there is no such topic. Create it, or correct its name.",
    KafkaError._UNKNOWN_TOPIC: "there is no such topic. Create it, or correct its name.",  # noqa: SLF001
    KafkaError.TOPIC_EXCEPTION: "the broker does not take this topic. Correct its name.",
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "there is no permission to write to it. Grant it, or "
    "correct the user.",
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: "the cluster gives no permission. Grant it, or "
    "correct the user.",
    KafkaError.MSG_SIZE_TOO_LARGE: "the document is larger than the topic takes. Raise "
    "max.message.bytes of the topic and message.max.bytes of the method, or export fewer samples.",
    KafkaError.INVALID_RECORD: "the broker refuses the message as invalid. Check the topic's "
    "settings.",
}


class KafkaTopic:
    """One message per attempt: its key is the delivery's id, its value exactly the document."""

    type: ClassVar[str] = "kafka"
    title: ClassVar[str] = "Kafka topic"
    parameters: ClassVar[tuple[dict[str, Any], ...]] = (
        {"name": "broker", "title": "Broker", "example": "kafka.svc.local:9092"},
        {"name": "topic", "title": "Topic", "example": "selections"},
    )
    options: ClassVar[tuple[dict[str, Any], ...]] = OPTIONS

    def __init__(
        self, surroundings: Surroundings | None = None, producers: Producers | None = None
    ) -> None:
        self._surroundings = surroundings or Surroundings()
        self._producers = Producers() if producers is None else producers

    def check(self, method: ExportMethod) -> None:
        """Raise InvalidMethod when a parameter or option cannot work. No network."""
        hosts, topic = _place_of(method)
        if not TOPIC.fullmatch(topic) or topic in (".", ".."):
            remedy = "use up to 249 letters, digits, dots, underscores and hyphens."
            raise InvalidMethod(f'The topic "{topic}"', remedy)
        for option in OPTIONS:
            given = method.options.get(option["name"])
            if given is not None and given not in option.get("choices", [given]):
                remedy = f"use one of {', '.join(option['choices'])}."
                raise InvalidMethod(f'The option {option["name"]}, "{given}"', remedy)
        if method.origin is Origin.PAGE and "ssl.ca.location" in method.options:
            raise InvalidMethod("The option ssl.ca.location", "set it in config.ini.")
        _message_bytes(method)
        for host, port in hosts:
            self._require_reachable(method, host, port)

    def destination(self, method: ExportMethod) -> str:
        """Broker and topic."""
        return "Kafka " + ", topic ".join(method.parameters)

    def limit(self, method: ExportMethod) -> int | None:
        """The largest document in bytes: the message limit without key and headers."""
        return _message_bytes(method) - OVERHEAD

    async def send(
        self, method: ExportMethod, delivery: Delivery, document: Document, progress: Progress
    ) -> Receipt:
        """Produce the message and wait for the broker's acknowledgement."""
        try:
            self.check(method)
            await self._require_brokers(method)
        except (InvalidMethod, EgressRefused) as error:
            raise DeliveryRejected(str(error)) from error
        brokers, topic = method.parameters
        settings = {"bootstrap.servers": brokers} | {
            name: method.options[name] for name in PASSED_ON if name in method.options
        }
        settings["message.max.bytes"] = str(_message_bytes(method))
        value = await asyncio.to_thread(_read, document)
        try:
            where = await self._producers.send(
                settings,
                topic,
                key=delivery.id.encode(),
                value=value,
                headers=cloudevent_headers(delivery, document),
                handed_over=lambda: progress(document.size),
            )
        except Refused as refused:
            raise _error_of(refused, topic) from refused
        text = f"Acknowledged: {topic}, partition {where.partition}, offset {where.offset}"
        return Receipt(answer=text, partition=where.partition, offset=where.offset)

    async def close(self) -> None:
        """Close the producers."""
        await self._producers.close()

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

    async def _require_brokers(self, method: ExportMethod) -> None:
        """Refuse forbidden addresses; librdkafka resolves names again by itself."""
        for host, port in _place_of(method)[0]:
            try:
                async with asyncio.timeout(5):
                    await self._policy(method).resolve(host, port)
            except (OSError, TimeoutError) as error:
                reason = f"The broker {host}:{port} cannot be resolved: {error}."
                raise DeliveryFailed(reason) from error


def cloudevent_headers(delivery: Delivery, document: Document) -> Headers:
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
        "ce_partitionkey": delivery.id,
    }
    if delivery.name:
        headers["ce_subject"] = delivery.name
    if document.set_digest is not None:
        headers[set_digest.HEADER.lower()] = document.set_digest
    return [(name, value.encode()) for name, value in headers.items()]


def _place_of(method: ExportMethod) -> tuple[list[tuple[str, int]], str]:
    """Hosts with ports, and the topic. Raises InvalidMethod."""
    if len(method.parameters) != 2:  # noqa: PLR2004 - broker and topic
        remedy = "kafka takes a broker and a topic; quote several brokers."
        raise InvalidMethod(f'The export method "{method.name}"', remedy)
    brokers, topic = method.parameters
    hosts = []
    for entry in brokers.split(","):
        found = HOST.fullmatch(entry.strip())
        if found is None or not 0 < int(found[2]) <= 65535:  # noqa: PLR2004 - the largest port
            remedy = "write host:port, e.g. kafka.svc.local:9092."
            raise InvalidMethod(f'The broker "{entry.strip()}"', remedy)
        hosts.append((found[1].strip("[]"), int(found[2])))
    return hosts, topic


def _message_bytes(method: ExportMethod) -> int:
    text = method.options.get("message.max.bytes", str(MESSAGE_BYTES))
    value = int(text) if text.isascii() and text.isdigit() else 0
    if not 2 * OVERHEAD <= value <= LARGEST_MESSAGE:
        remedy = f"use bytes between {2 * OVERHEAD} and {LARGEST_MESSAGE}."
        raise InvalidMethod(f'The option message.max.bytes, "{text}"', remedy)
    return value


def _read(document: Document) -> bytes:
    with document.open() as body:
        return body.read()


def _error_of(refused: Refused, topic: str) -> DeliveryFailed | DeliveryRejected:
    remedy = REMEDIES.get(refused.code) if refused.code is not None else None
    if remedy is not None:
        return DeliveryRejected(f'The topic "{topic}": {remedy} (The broker says: {refused.text}.)')
    trouble = f" Last trouble: {refused.trouble}." if refused.trouble else ""
    return DeliveryFailed(f"The broker did not acknowledge: {refused.text}.{trouble}")
