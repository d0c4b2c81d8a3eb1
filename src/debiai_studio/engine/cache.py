"""A cache that holds the most recently used things within a budget of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class ByteCache:
    """Thread-safe. What two threads ask for at once is made by one of them.

    What ``make`` asks of the same cache must not need the entry that is being made.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._entries: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._used = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """The entry of ``key``, made when it is not there; ``size`` tells its bytes."""
        with self._lock:
            if key in self._entries:
                return cast("T", self._used_now(key))
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._entries:
                    return cast("T", self._used_now(key))
            try:
                made = make()
                self.keep(key, made, size(made))
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return made

    def recall(self, key: Hashable) -> object | None:
        """The entry of ``key``; None when it is not there."""
        with self._lock:
            return self._used_now(key) if key in self._entries else None

    def keep(self, key: Hashable, made: object, taken: int) -> None:
        """Put an entry in the place of the one before."""
        with self._lock:
            self._used += taken - self._entries.pop(key, (None, 0))[1]
            self._entries[key] = (made, taken)
            while self._used > self._budget and len(self._entries) > 1:
                self._used -= self._entries.popitem(last=False)[1][1]

    def drop(self, matches: Callable[[Hashable], bool]) -> None:
        """Forget every entry whose key matches."""
        with self._lock:
            for key in [key for key in self._entries if matches(key)]:
                self._used -= self._entries.pop(key)[1]

    def _used_now(self, key: Hashable) -> object:
        self._entries.move_to_end(key)
        return self._entries[key][0]
