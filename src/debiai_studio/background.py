"""What goes on beside the requests: a thread that begins and ends with the server."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import ClassVar


class Background(ABC):
    """One thread, from ``start`` to ``stop``; ``_woken`` ends its pauses, also at the end."""

    thread_name: ClassVar[str]

    def __init__(self) -> None:
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name=self.thread_name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End; waits until what is under way has ended."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @abstractmethod
    def _live(self) -> None:
        """Work until ``_stopping`` is set."""
