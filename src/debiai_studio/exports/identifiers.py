"""Ids of deliveries: UUIDs of version 7 (RFC 9562), which sort as they were made."""

from __future__ import annotations

import os
import threading
import uuid
from datetime import datetime

_RANDOM_BITS = 74


class DeliveryIds:
    """Makes ids; each is greater than the one before, whatever the clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self, at: datetime) -> str:
        """``msg_`` and 32 hexadecimal digits."""
        milliseconds = int(at.timestamp() * 1000)
        random = int.from_bytes(os.urandom(10)) >> (80 - _RANDOM_BITS)
        with self._lock:
            self._last = max(milliseconds << _RANDOM_BITS | random, self._last + 1)
            return f"msg_{_uuid7(self._last).hex}"


def _uuid7(bits: int) -> uuid.UUID:
    high, low = bits >> 62, bits & (1 << 62) - 1  # 48 + 12 bits, 62 bits
    return uuid.UUID(int=high >> 12 << 80 | 7 << 76 | (high & 0xFFF) << 64 | 2 << 62 | low)
