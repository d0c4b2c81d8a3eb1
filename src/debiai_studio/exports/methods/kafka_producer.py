"""Kafka producers, one per configuration: acknowledgements as awaitables, closed when idle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from confluent_kafka import KafkaError

from debiai_studio.exports.methods.kafka_connection import (
    Acknowledged,
    Connection,
    Outgoing,
    Refused,
)

MESSAGE_SECONDS = 30.0
TRIAL_SECONDS = 10.0
IDLE_SECONDS = 300.0

# confluent-kafka's public name for a message that was taken back before it was on its way
_PURGE_QUEUE = KafkaError._PURGE_QUEUE  # noqa: SLF001


class Producers:
    """Used from one event loop. A broker that is down delays nothing but its own messages."""

    def __init__(
        self, *, message_seconds: float = MESSAGE_SECONDS, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self.message_seconds = message_seconds
        self._idle_seconds = idle_seconds
        self._open: dict[frozenset[tuple[str, str]], Connection] = {}
        self._closed = False

    def __len__(self) -> int:
        """How many producers are open."""
        return len(self._open)

    async def send(
        self,
        settings: Mapping[str, str],
        message: Outgoing,
        *,
        handed_over: Callable[[], None],
    ) -> Acknowledged:
        """Where the acknowledged message is. Raises Refused.

        A message whose task is cancelled is taken back. That is possible only for a whole
        producer, which is given up for it; its other messages go out by the next one, unless
        they were on their way: the broker may have those.
        """
        name = frozenset(settings.items())
        while True:
            connection = self._open.get(name) or self._connected(name, settings)
            connection.in_flight += 1
            try:
                acknowledgement = connection.produce(message)
                handed_over()
                return await acknowledgement
            except asyncio.CancelledError:
                self._give_up(name, connection)
                raise
            except Refused as refused:
                if connection.fatal is not None:
                    self._give_up(name, connection)
                if self._closed or refused.code != _PURGE_QUEUE:
                    raise
            finally:
                connection.in_flight -= 1
                connection.used_at = asyncio.get_running_loop().time()

    async def try_out(
        self,
        settings: Mapping[str, str],
        message: Outgoing,
        *,
        handed_over: Callable[[], None],
    ) -> Acknowledged:
        """The same by a connection of its own, given up as soon as no broker can be used."""
        seconds = min(TRIAL_SECONDS, self.message_seconds)
        connection = Connection(settings, seconds, is_trial=True)
        try:
            acknowledgement = connection.produce(message)
            handed_over()
            return await acknowledgement
        finally:
            await asyncio.shield(asyncio.to_thread(connection.close))

    def _connected(
        self, name: frozenset[tuple[str, str]], settings: Mapping[str, str]
    ) -> Connection:
        self._open[name] = connection = Connection(settings, self.message_seconds)
        loop = asyncio.get_running_loop()
        loop.call_later(self._idle_seconds, self._close_idle, name, connection)
        return connection

    def _give_up(self, name: frozenset[tuple[str, str]], connection: Connection) -> None:
        if self._open.get(name) is connection:
            del self._open[name]
        connection.purge()
        asyncio.get_running_loop().run_in_executor(None, connection.close)

    def _close_idle(self, name: frozenset[tuple[str, str]], connection: Connection) -> None:
        """Close it when it has been idle for long, else look again when that may be."""
        if self._open.get(name) is not connection:
            return
        loop = asyncio.get_running_loop()
        used_at = loop.time() if connection.in_flight else connection.used_at
        rest = used_at + self._idle_seconds - loop.time()
        if rest > 0:
            loop.call_later(rest, self._close_idle, name, connection)
        else:
            del self._open[name]
            loop.run_in_executor(None, connection.close)

    async def close(self) -> None:
        """Close every producer; messages not yet sent are given up."""
        self._closed = True
        connections = list(self._open.values())
        self._open.clear()
        for connection in connections:
            await asyncio.to_thread(connection.close)
