"""What a topic takes, as its broker says."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin import ConfigResource as Resource  # type: ignore[attr-defined]

from debiai_studio.exports.methods.kafka_connection import Refused, library_log

SECONDS = 5.0
# A topic is asked again after this long, when somebody is interested.
KNOWN_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """``largest`` message in bytes; ``is_compacted``: of messages with one key the last stays."""

    largest: int
    is_compacted: bool


def ask(settings: Mapping[str, str], topic: str) -> TopicSettings:
    """What the broker says. Raises Refused; waits for a broker no longer than some seconds."""
    admin = AdminClient({**settings, "log_level": 2}, logger=library_log)
    resource = Resource(Resource.Type.TOPIC, topic)
    asked = admin.describe_configs([resource], request_timeout=SECONDS)[resource]
    try:
        said = asked.result(2 * SECONDS)
    except KafkaException as error:
        raise Refused(error.args[0].code(), error.args[0].str()) from error
    except TimeoutError as error:
        raise Refused(KafkaError._TIMED_OUT, "no answer") from error  # noqa: SLF001
    return TopicSettings(
        largest=int(said["max.message.bytes"].value),
        is_compacted="compact" in str(said["cleanup.policy"].value),
    )


async def topic_limit(settings: Mapping[str, str], topic: str) -> int | None:
    """The largest message in bytes, or None when the user may not ask for it."""
    try:
        return (await asyncio.to_thread(ask, settings, topic)).largest
    except Refused:
        return None


class KnownLimits:
    """The limits of topics, asked for in the background."""

    def __init__(self) -> None:
        self._known: dict[frozenset[tuple[str, str]], tuple[float, int | None]] = {}
        self._asking: dict[frozenset[tuple[str, str]], threading.Event] = {}
        self._lock = threading.Lock()

    def of(
        self,
        settings: Mapping[str, str],
        topic: str,
        allowed: Callable[[], Awaitable[None]],
        patience: float = 0,
    ) -> int | None:
        """What is known by now; asks when that is nothing or old.

        ``allowed`` raises when the brokers may not be connected to. Who has ``patience`` waits so
        many seconds for the first answer, not on an event loop.
        """
        name = frozenset({**settings, "topic": topic}.items())
        now = time.monotonic()
        with self._lock:
            is_first = name not in self._known
            at, limit = self._known.get(name, (-KNOWN_SECONDS, None))
            if now - at < KNOWN_SECONDS:
                return limit
            asking = self._asking.get(name)
            if asking is None:
                asking = self._asking[name] = threading.Event()
                threading.Thread(
                    target=self._learn,
                    args=(name, settings, topic, allowed),
                    name="topic",
                    daemon=True,
                ).start()
        if not is_first or not asking.wait(patience):
            return limit
        with self._lock:
            return self._known[name][1]

    def _learn(
        self,
        name: frozenset[tuple[str, str]],
        settings: Mapping[str, str],
        topic: str,
        allowed: Callable[[], Awaitable[None]],
    ) -> None:
        limit: int | None = None
        try:
            asyncio.run(_awaited(allowed))
            limit = ask(settings, topic).largest
        except Exception:  # noqa: BLE001 - the attempt to deliver says what is wrong
            library_log.debug("the limit of a topic is not known")
        with self._lock:
            self._known[name] = (time.monotonic(), limit)
            self._asking.pop(name).set()


async def _awaited(allowed: Callable[[], Awaitable[None]]) -> None:
    await allowed()
