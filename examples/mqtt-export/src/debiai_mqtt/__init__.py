"""Deliver a document as one MQTT message, acknowledged by the broker."""

from __future__ import annotations

import asyncio
import re
from typing import Any, ClassVar, Self

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from debiai_studio.egress import EgressRefused
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Delivery, ExportMethod
from debiai_studio.exports.ports import Document, Progress, Receipt

__all__ = ["MqttTopic"]

LARGEST = 16 * 1024 * 1024
LAST_PORT = 65535
LONGEST_TOPIC = 1000
LONGEST_SECONDS = 600.0
BROKER = re.compile(r"([A-Za-z0-9._-]+):([0-9]{1,5})")
# Trying again cannot help with these answers of a broker; with all others it can.
REMEDIES = {
    "Bad user name or password": "correct username and password.",
    "Not authorized": "grant the user to publish to the topic, or correct it.",
    "Banned": "the broker has banned this client; ask its operator.",
    "Topic name invalid": "correct the topic.",
    "Packet too large": "the document is larger than the broker takes; export fewer samples.",
}


class MqttTopic:
    """One message per attempt; its user property ``delivery-id`` is the same on each."""

    type: ClassVar[str] = "mqtt"
    title: ClassVar[str] = "MQTT topic"
    parameters: ClassVar[tuple[dict[str, Any], ...]] = (
        {"name": "broker", "title": "Broker", "example": "broker.plant.local:1883"},
        {"name": "topic", "title": "Topic", "example": "line3/selections"},
    )
    options: ClassVar[tuple[dict[str, Any], ...]] = (
        {"name": "username", "title": "User name"},
        {"name": "password", "title": "Password", "secret": True},
        {"name": "timeout", "title": "Seconds for the whole delivery", "default": "30"},
    )

    def __init__(self, surroundings: Surroundings | None = None) -> None:
        self._surroundings = surroundings or Surroundings()

    def check(self, method: ExportMethod) -> None:
        """Raise InvalidMethod when a parameter or option cannot work. No network."""
        host, port = _broker_of(method)
        topic = method.parameters[1]
        if (
            not topic.isprintable()
            or not topic
            or len(topic) > LONGEST_TOPIC
            or set(topic) & set("+#")
        ):
            raise InvalidMethod(f'The topic "{topic[:200]}"', "name one topic, without + and #.")
        _seconds_of(method)
        try:
            self._surroundings.policy(method).require_literal(host, port)
        except EgressRefused as error:
            raise InvalidMethod(f'The broker "{host}"', str(error)) from error

    def destination(self, method: ExportMethod) -> str:
        """Broker and topic."""
        return "MQTT " + ", topic ".join(method.parameters)

    def limit(self, method: ExportMethod) -> int | None:  # noqa: ARG002 - the contract's own
        """A message is held in memory, so it has a limit."""
        return LARGEST

    async def send(
        self, method: ExportMethod, delivery: Delivery, document: Document, progress: Progress
    ) -> Receipt:
        """Publish the message and wait for the broker's acknowledgement."""
        try:
            self.check(method)
        except InvalidMethod as error:
            raise DeliveryRejected(str(error)) from error
        seconds = _seconds_of(method)
        host, port = _broker_of(method)
        try:
            async with asyncio.timeout(seconds):
                addresses = await self._surroundings.policy(method).resolve(host, port)
                payload = await asyncio.to_thread(_read, document)
                async with _Connection(addresses[0], port, method) as connection:
                    answer = await connection.publish(method.parameters[1], payload, delivery.id)
                    progress(document.size)
        except EgressRefused as error:
            raise DeliveryRejected(str(error)) from error
        except TimeoutError as error:
            reason = f"The broker {host}:{port} did not acknowledge within {seconds:g} seconds."
            raise DeliveryFailed(reason) from error
        except OSError as error:
            raise DeliveryFailed(f"The broker {host}:{port} cannot be reached: {error}.") from error
        return Receipt(answer=f"Acknowledged: {answer}")

    async def close(self) -> None:
        """Nothing is held between deliveries."""


class _Connection:
    """A client for one message; its thread hands what happens to the loop."""

    def __init__(self, address: str, port: int, method: ExportMethod) -> None:
        self._loop = asyncio.get_running_loop()
        self._connected: asyncio.Future[ReasonCode] = self._loop.create_future()
        self._published: asyncio.Future[ReasonCode] = self._loop.create_future()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.connect_timeout = 5.0
        if "username" in method.options:
            self._client.username_pw_set(method.options["username"], method.options.get("password"))
        self._client.on_connect = lambda _c, _u, _f, code, _p: self._tell(self._connected, code)
        self._client.on_publish = lambda _c, _u, _m, code, _p: self._tell(self._published, code)
        self._client.on_connect_fail = lambda _c, _u: self._break("the connection was refused")
        self._client.on_disconnect = lambda *_: self._break("the connection broke")
        self._client.connect_async(address, port)

    async def __aenter__(self) -> Self:
        self._client.loop_start()
        try:
            _require(await self._connected)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        def end() -> None:
            self._client.disconnect()
            self._client.loop_stop()

        # Shielded, so that a delivery that is stopped leaves no thread behind.
        await asyncio.shield(asyncio.to_thread(end))
        for future in (self._connected, self._published):
            future.cancel()

    async def publish(self, topic: str, payload: bytes, delivery_id: str) -> str:
        """The broker's answer. Raises DeliveryRejected, DeliveryFailed, OSError."""
        properties = Properties(PacketTypes.PUBLISH)
        properties.ContentType = "application/json"
        properties.UserProperty = [("delivery-id", delivery_id)]
        self._client.publish(topic, payload, qos=1, properties=properties)
        code = await self._published
        _require(code)
        return code.getName()

    def _tell(self, future: asyncio.Future[ReasonCode], code: ReasonCode) -> None:
        def tell() -> None:
            if not future.done():
                future.set_result(code)

        self._loop.call_soon_threadsafe(tell)

    def _break(self, reason: str) -> None:
        def tell() -> None:
            for future in (self._connected, self._published):
                if not future.done():
                    future.set_exception(ConnectionError(reason))
                    future.exception()  # one of them may have nobody who waits

        self._loop.call_soon_threadsafe(tell)


def _require(code: ReasonCode) -> None:
    if not code.is_failure:
        return
    name = code.getName()
    if name in REMEDIES:
        raise DeliveryRejected(f"The broker answered {name}: {REMEDIES[name]}")
    raise DeliveryFailed(f"The broker answered {name}.")


def _broker_of(method: ExportMethod) -> tuple[str, int]:
    if len(method.parameters) != len(MqttTopic.parameters):
        raise InvalidMethod(
            f'The export method "{method.name}"', "mqtt takes a broker and a topic."
        )
    found = BROKER.fullmatch(method.parameters[0])
    if found is None or not 0 < int(found[2]) <= LAST_PORT:
        remedy = "write host:port, e.g. broker.plant.local:1883."
        raise InvalidMethod(f'The broker "{method.parameters[0][:200]}"', remedy)
    return found[1], int(found[2])


def _seconds_of(method: ExportMethod) -> float:
    text = method.options.get("timeout", "30")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_SECONDS:
        remedy = f"use seconds between 0 and {LONGEST_SECONDS:g}."
        raise InvalidMethod(f'The option timeout, "{text}"', remedy)
    return seconds


def _read(document: Document) -> bytes:
    with document.open() as body:
        return body.read()
