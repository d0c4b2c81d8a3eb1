"""The parameters and the options of ``kafka``: a fixed list, checked before they are passed on.

Other settings of librdkafka can read files and run programs.
"""

from __future__ import annotations

import re
from typing import Any

from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.methods.answers import ANSWERS
from debiai_studio.exports.methods.large import large_option
from debiai_studio.exports.methods.tls import TLS_OPTIONS, Tls
from debiai_studio.exports.model import ExportMethod, Origin

MESSAGE_BYTES = 1_000_000  # librdkafka's default; a broker's own is 1,048,588
MESSAGE_MILLISECONDS = 30_000
# Key, headers (a name of 400 characters may have 4,800 bytes in them) and framing.
OVERHEAD = 8192

LARGE = large_option("Documents above the largest message", "refuse", "chunk", "reference")

REPLY_TOPIC: dict[str, Any] = {
    "name": "reply.topic",
    "title": "Topic by which values come back",
}
# Of the method, not of the client.
OURS = (LARGE, ANSWERS, REPLY_TOPIC)

KAFKA_OPTIONS: tuple[dict[str, Any], ...] = (
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
        "default": "PLAIN",
    },
    {"name": "sasl.username", "title": "User name"},
    {"name": "sasl.password", "title": "Password", "secret": True},
    *TLS_OPTIONS,
    {"name": "ssl.ca.location", "title": "CA file", "config_only": True},
    {
        "name": "ssl.endpoint.identification.algorithm",
        "title": "Compare the host name with the certificate",
        "choices": ["https", "none"],
        "default": "https",
    },
    {
        "name": "message.max.bytes",
        "title": "Largest message, in bytes",
        "default": str(MESSAGE_BYTES),
        "is_limit": True,
    },
    LARGE,
    ANSWERS,
    REPLY_TOPIC,
    {
        "name": "transaction.timeout.ms",
        "title": "Milliseconds for all pieces of a document",
        "default": "300000",
    },
    {
        "name": "message.timeout.ms",
        "title": "Milliseconds for one attempt",
        "default": str(MESSAGE_MILLISECONDS),
    },
    {
        "name": "socket.connection.setup.timeout.ms",
        "title": "Milliseconds to connect",
        "default": "5000",
    },
    {
        "name": "compression.type",
        "title": "Compression",
        "choices": ["zstd", "lz4", "snappy", "gzip", "none"],
        "default": "zstd",
    },
    {"name": "client.id", "title": "Client id", "default": "debiai-studio"},
    {
        "name": "socket.keepalive.enable",
        "title": "Keep idle connections alive",
        "choices": ["false", "true"],
        "default": "false",
    },
    {
        "name": "broker.address.family",
        "title": "Kind of addresses",
        "choices": ["any", "v4", "v6"],
        "default": "any",
    },
)
RANGES = {
    "message.max.bytes": (2 * OVERHEAD, 1_000_000_000),
    "message.timeout.ms": (1000, 600_000),
    "transaction.timeout.ms": (1000, 900_000),
    "socket.connection.setup.timeout.ms": (1000, 600_000),
}

# Useless without TLS. What has a choice may be set all the same: the form in the page does that.
TLS_NAMES = frozenset(("ssl.ca.location", *(str(option["name"]) for option in TLS_OPTIONS)))

TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")
CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


def place_of(method: ExportMethod) -> tuple[list[tuple[str, int]], str]:
    """Hosts with ports, and the topic. Raises InvalidMethod."""
    if len(method.parameters) != 2:  # noqa: PLR2004 - broker and topic
        remedy = "kafka takes a broker and a topic; quote several brokers."
        raise InvalidMethod(f'The export method "{method.name}"', remedy)
    brokers, topic = method.parameters
    if not TOPIC.fullmatch(topic) or topic in (".", ".."):
        remedy = "use up to 249 letters, digits, dots, underscores and hyphens."
        raise InvalidMethod(f'The topic "{topic}"', remedy)
    hosts = []
    for entry in brokers.split(","):
        found = HOST.fullmatch(entry.strip())
        if found is None or not 0 < int(found[2]) <= 65535:  # noqa: PLR2004 - the largest port
            remedy = "write host:port, e.g. kafka.svc.local:9092."
            raise InvalidMethod(f'The broker "{entry.strip()}"', remedy)
        hosts.append((found[1].strip("[]"), int(found[2])))
    return hosts, topic


def reply_topic_of(method: ExportMethod) -> str | None:
    """The topic by which values come back, if any. Raises InvalidMethod."""
    topic = method.options.get("reply.topic")
    if topic is None:
        return None
    if not TOPIC.fullmatch(topic) or topic in (".", "..", method.parameters[1]):
        remedy = "use a topic other than that of the documents, of letters, digits, . _ and -."
        raise InvalidMethod(f'The option reply.topic, "{topic}"', remedy)
    if not method.keeps_answers:
        raise InvalidMethod("The option reply.topic", "it needs answers=results.")
    return topic


def message_bytes(method: ExportMethod) -> int:
    """The largest message that the method makes. Raises InvalidMethod."""
    return int(_number(method, "message.max.bytes", str(MESSAGE_BYTES)))


def settings_of(method: ExportMethod) -> dict[str, str]:
    """The settings of a producer. Raises InvalidMethod; no network."""
    place_of(method)
    reply_topic_of(method)
    for option in KAFKA_OPTIONS:
        given = method.options.get(option["name"])
        if given is not None and given not in option.get("choices", [given]):
            remedy = f"use one of {', '.join(option['choices'])}."
            raise InvalidMethod(f'The option {option["name"]}, "{given}"', remedy)
    settings = {
        option["name"]: method.options[option["name"]]
        for option in KAFKA_OPTIONS
        if option["name"] in method.options and option not in OURS
    }
    for name in RANGES.keys() & settings.keys():
        settings[name] = _number(method, name, settings[name])
    if not CLIENT_ID.fullmatch(settings.get("client.id", "-")):
        remedy = "use up to 100 letters, digits, dots, underscores and hyphens."
        raise InvalidMethod(f'The option client.id, "{settings["client.id"]}"', remedy)
    _check_user(settings)
    _check_tls(method, settings)
    return {
        "bootstrap.servers": method.parameters[0],
        "message.max.bytes": str(MESSAGE_BYTES),
        **settings,
    }


def _check_user(settings: dict[str, str]) -> None:
    protocol = settings.get("security.protocol", "PLAINTEXT")
    names = ("sasl.username", "sasl.password")
    if protocol.startswith("SASL_"):
        for name in names:
            if not settings.get(name):
                remedy = f"security.protocol={protocol} asks for a user and a password."
                raise InvalidMethod(f"The option {name} is missing", remedy)
        settings.setdefault("sasl.mechanism", "PLAIN")
    for name in names:
        if name in settings and not protocol.startswith("SASL_"):
            remedy = "it needs security.protocol=SASL_SSL (or SASL_PLAINTEXT)."
            raise InvalidMethod(f"The option {name}", remedy)


def _check_tls(method: ExportMethod, settings: dict[str, str]) -> None:
    if method.origin is Origin.PAGE and "ssl.ca.location" in settings:
        remedy = "set it in config.ini, or paste the certificate as ssl.ca.pem."
        raise InvalidMethod("The option ssl.ca.location", remedy)
    if {"ssl.ca.location", "ssl.ca.pem"} <= settings.keys():
        raise InvalidMethod("The options ssl.ca.location and ssl.ca.pem", "give one of them.")
    for name in sorted(settings.keys() & TLS_NAMES):
        if not settings.get("security.protocol", "").endswith("SSL"):
            remedy = "it needs security.protocol=SSL or SASL_SSL."
            raise InvalidMethod(f"The option {name}", remedy)
    Tls.of(method)


def _number(method: ExportMethod, name: str, default: str) -> str:
    low, high = RANGES[name]
    text = method.options.get(name, default)
    value = int(text) if text.isascii() and text.isdigit() else 0
    if not low <= value <= high:
        remedy = f"use a whole number between {low} and {high}."
        raise InvalidMethod(f'The option {name}, "{text}"', remedy)
    return str(value)
