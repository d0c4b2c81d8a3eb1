"""What a topic takes, as its broker says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin import ConfigResource as Resource  # type: ignore[attr-defined]

from debiai_studio.exports.methods.kafka_producer import library_log

SECONDS = 5.0


async def topic_limit(settings: Mapping[str, str], topic: str) -> int | None:
    """The largest message in bytes, or None when the user may not ask for it."""
    return await asyncio.to_thread(_ask, settings, topic)


def _ask(settings: Mapping[str, str], topic: str) -> int | None:
    admin = AdminClient({**settings, "log_level": 2}, logger=library_log)
    resource = Resource(Resource.Type.TOPIC, topic)
    asked = admin.describe_configs([resource], request_timeout=SECONDS)[resource]
    try:
        return int(asked.result(2 * SECONDS)["max.message.bytes"].value)
    except (KafkaException, TimeoutError):
        return None
