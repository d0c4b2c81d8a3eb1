"""The option ``answers``, and what is kept of an answer that may hold values of samples."""

from __future__ import annotations

import hashlib
from typing import Any

from debiai_studio.exports.model import Returned

ANSWERS: dict[str, Any] = {
    "name": "answers",
    "title": "Values that the receiver gives back",
    "labels": {"ignore": "Leave them alone", "results": "Keep them as results of the samples"},
    "choices": ["ignore", "results"],
    "default": "ignore",
}

MOST_BYTES = 16_000_000

_BEGINNINGS = (b"{", b"[")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def returned_of(body: bytes) -> Returned | None:
    """An answer to be read for values; None when it is no JSON list or object by its look."""
    start = body[:1000].removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not start.startswith(_BEGINNINGS):
        return None
    digest = hashlib.sha256(body).hexdigest()
    if len(body) > MOST_BYTES:
        reason = (
            f"It is larger than {MOST_BYTES // 10**6} MB, so that it was not read to its end. "
            "Give back fewer values at a time, through the callback address."
        )
        return Returned(None, len(body), digest, reason)
    return Returned(body, len(body), digest)
