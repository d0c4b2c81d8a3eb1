"""Where the digest of a set of sample ids is told: by us to a receiver, and by it to us."""

from __future__ import annotations

import json
import re

from debiai_studio.datasets.set_digest import VERSION

HEADER = "Debiai-Set-Digest"

# What a receiver's JSON answer may say it in, where it cannot set a header.
KEY = "set_digest"

_FORM = re.compile(rf"{VERSION},[0-9a-f]{{64}}")


def held_by_receiver(header: str | None, answer: str | None) -> str | None:
    """The digest of the set that a receiver says it holds; None when it says nothing like one.

    ``header`` is that of ``HEADER`` in its answer; without it, the key ``KEY`` of a JSON object.
    """
    said: object = header
    if header is None and answer is not None and KEY in answer:
        try:
            body = json.loads(answer)
        except ValueError:
            return None
        said = body.get(KEY) if isinstance(body, dict) else None
    text = said.strip().lower() if isinstance(said, str) else ""
    return text if _FORM.fullmatch(text) else None
