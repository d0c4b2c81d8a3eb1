"""Secrets that a receiver said back, taken out of what the history keeps of its answer."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from urllib.parse import quote

from debiai_studio.exports.definitions import is_secret
from debiai_studio.exports.model import ExportMethod
from debiai_studio.exports.ports import Sender
from debiai_studio.exports.secrets import DOTS

# Shorter ones would take ordinary words out.
SHORTEST = 4


def secrets_of(method: ExportMethod, sender: Sender) -> tuple[str, ...]:
    """What a resolved method keeps secret, also as HTTP writes it; the longest first."""
    given = method.referred | {
        value for key, value in method.options.items() if is_secret(sender, key)
    }
    known = {value for value in given if len(value) >= SHORTEST}
    written = {base64.b64encode(value.encode()).decode() for value in known}
    return tuple(sorted(known | written | {quote(value) for value in known}, key=len, reverse=True))


def veiled(text: str | None, secrets: Iterable[str]) -> str | None:
    """The text with dots for each secret."""
    if text is None:
        return None
    for secret in secrets:
        text = text.replace(secret, DOTS)
    return text
