"""Why the reply topics of export methods are not followed, as far as they are not."""

from __future__ import annotations

import threading
from collections.abc import Mapping


class ReplyTroubles:
    """What is true now, by the id of the method; from any thread."""

    def __init__(self) -> None:
        self._by_method: dict[str, str] = {}
        self._lock = threading.Lock()

    def note(self, method_id: str, reason: str | None) -> bool:
        """The reason, or None when the topic is followed; whether that is new."""
        with self._lock:
            before = self._by_method.pop(method_id, None)
            if reason is not None:
                self._by_method[method_id] = reason
        return before != reason

    def all(self) -> Mapping[str, str]:
        """The reasons by method."""
        with self._lock:
            return dict(self._by_method)
