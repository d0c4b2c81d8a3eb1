"""Follows a reply topic: a message is committed only after its answer is kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message

from debiai_studio.exports.methods.kafka_connection import library_log

DELIVERY = "debiai-delivery"
FIELD = "delivery_id"

AT_ONCE = 100
POLL_SECONDS = 0.5
SESSION_MILLISECONDS = 10_000

# What only a producer reads.
_OF_PRODUCERS = ("compression.type", "message.timeout.ms", "transaction.timeout.ms")

# The delivery that a message says it answers, if any, and the message.
Keep = Callable[[str | None, bytes], None]


def follow(
    settings: Mapping[str, str],
    topic: str,
    group: str,
    keep: Keep,
    stopping: threading.Event,
    *,
    say: Callable[[str | None], None] = lambda _: None,
) -> None:
    """Hand over each message until ``stopping``; at least once, in the order of each partition.

    Raises ConnectionError with what the broker says, and whatever ``keep`` raises: what was not
    committed by then comes again to the next one who follows. ``say`` gets the reason while
    no broker can be reached, which ends by itself, and None when one can.
    """
    is_down = False

    def note(error: KafkaError) -> None:
        nonlocal is_down
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001
            is_down = True
            say(f"no broker can be reached ({error.str()})")

    consumer = Consumer(
        {
            **{name: value for name, value in settings.items() if name not in _OF_PRODUCERS},
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": SESSION_MILLISECONDS,
            "reconnect.backoff.max.ms": 2000,
            "log_level": 2,
            "error_cb": note,
        },
        logger=library_log,
    )
    try:
        consumer.subscribe([topic], on_assign=lambda *_: say(None))
        while not stopping.is_set():
            messages = consumer.consume(AT_ONCE, POLL_SECONDS)
            for message in messages:
                _hand_over(message, keep)
            if messages:
                consumer.commit(asynchronous=False)
            elif is_down and _answers(consumer, topic):
                is_down = False
                say(None)
    except KafkaException as error:
        raise ConnectionError(error.args[0].str()) from error
    finally:
        consumer.close()


def _answers(consumer: Consumer, topic: str) -> bool:
    try:
        consumer.list_topics(topic, POLL_SECONDS)
    except KafkaException:
        return False
    return True


def _hand_over(message: Message, keep: Keep) -> None:
    if (error := message.error()) is not None:
        raise KafkaException(error)
    body = message.value()
    if body is not None:
        data = body if isinstance(body, bytes) else body.encode()
        keep(_delivery_of(message, data), data)


def _delivery_of(message: Message, body: bytes) -> str | None:
    headers: Any = message.headers()
    for name, value in headers or []:
        if name.lower() == DELIVERY and value is not None:
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    said = document.get(FIELD) if isinstance(document, dict) else None
    return said if isinstance(said, str) else None
