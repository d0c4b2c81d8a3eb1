"""From the text of a setting to its value, or to the sentence that says what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from debiai_studio.configuration.errors import ConfigurationInvalid
from debiai_studio.configuration.setting import Kind
from debiai_studio.egress import target_of
from debiai_studio.exports.definitions import split

_LARGEST_PORT = 65535


def parsed(kind: Kind, text: str, place: str, cwd: Path) -> Any:
    """The value; relative paths start at ``cwd``. Raises ConfigurationInvalid."""
    if kind == "path":
        return (cwd / text).absolute()
    if kind == "paths":
        return tuple((cwd / item).absolute() for item in _items(text, place))
    return _PARSERS[kind](text, place)


def nothing(kind: Kind) -> Any:
    """What a setting without value and default is."""
    return () if kind in ("list", "paths", "seconds", "targets") else None


def _text(text: str, _place: str) -> str:
    return text


def _boolean(text: str, place: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise _refused(place, text, "true or false")
    return text.lower() == "true"


def _port(text: str, place: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > _LARGEST_PORT:
        raise _refused(place, text, f"a whole number from 0 to {_LARGEST_PORT}")
    return int(text)


def _count(text: str, place: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise _refused(place, text, "a whole number from 0")
    return int(text)


def _token(text: str, place: str) -> str:
    # The debiai client lower-cases its address, and can carry the token only there.
    if not re.fullmatch(r"[0-9a-f]{16,128}", text):
        raise ConfigurationInvalid(place, "a token has 16 to 128 characters, each 0-9 or a-f.")
    return text


def _items(text: str, place: str) -> tuple[str, ...]:
    items = split(text)
    if items is None:
        raise _refused(place, text, 'values between commas, each quotation mark " closed')
    return tuple(item for item in items if item)


def _seconds(text: str, place: str) -> tuple[float, ...]:
    items = _items(text, place)
    for item in items:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", item):
            raise _refused(place, text, "numbers of seconds between commas, such as 5, 300")
    return tuple(float(item) for item in items)


def _targets(text: str, place: str) -> tuple[str, ...]:
    items = _items(text, place)
    for item in items:
        if target_of(item) is None:
            allowed = "networks such as 10.1.0.0/16, and a host with its port such as kafka:9092"
            raise _refused(place, item, allowed)
    return items


def _url(text: str, place: str) -> str:
    parts = urlsplit(text)
    plain = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    if not plain or parts.query or parts.fragment or any(character <= " " for character in text):
        raise _refused(place, text, "an address such as https://debiai.example.org")
    return text.rstrip("/")


def _refused(place: str, text: str, allowed: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(place, f'"{text}" is not allowed; allowed is {allowed}.')


_PARSERS: dict[str, Callable[[str, str], Any]] = {
    "text": _text,
    "boolean": _boolean,
    "port": _port,
    "count": _count,
    "token": _token,
    "list": _items,
    "seconds": _seconds,
    "targets": _targets,
    "url": _url,
}
