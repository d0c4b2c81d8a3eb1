"""Standard Webhooks: the signature by which a receiver knows who sent a document, and when.

https://www.standardwebhooks.com: HMAC-SHA256 over ``<id>.<timestamp>.<document>``. With two
secrets there are two signatures, so that receivers change from one to the other when they like.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.model import ExportMethod
from debiai_studio.exports.ports import Document

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes, as the standard asks
CHUNK = 1024 * 1024

SIGNING_OPTIONS: tuple[dict[str, Any], ...] = (
    {"name": "secret", "title": "Signing secret, whsec_…", "secret": True},
    {"name": "secret.next", "title": "Next signing secret, during a change", "secret": True},
)


def signing_keys(method: ExportMethod) -> list[bytes]:
    """The keys to sign with: none, one, or two. Raises InvalidMethod, never naming a secret."""
    names = (str(option["name"]) for option in SIGNING_OPTIONS)
    return [_key_of(name, method.options[name]) for name in names if name in method.options]


def signature(keys: list[bytes], delivery_id: str, timestamp: int, document: Document) -> str:
    """The value of ``webhook-signature``; reads the document once, in pieces."""
    begin = f"{delivery_id}.{timestamp}.".encode()
    codes = [hmac.new(key, begin, hashlib.sha256) for key in keys]
    with document.open() as body:
        while chunk := body.read(CHUNK):
            for code in codes:
                code.update(chunk)
    return " ".join(f"v1,{base64.b64encode(code.digest()).decode()}" for code in codes)


def _key_of(name: str, text: str) -> bytes:
    remedy = (
        f"write {PREFIX} and {SHORTEST} to {LONGEST} random bytes in base64, as given by "
        "openssl rand -base64 32."
    )
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidMethod(f"The option {name}", remedy) from error
    if not text.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise InvalidMethod(f"The option {name}", remedy)
    return key
