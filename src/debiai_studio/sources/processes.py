"""Reading processes as the server sees them."""

from __future__ import annotations

import threading
import time

from debiai_studio.processes import ChildProcess

_MODULE = "debiai_studio.sources.reading_process"
_SPARE_SECONDS = 600.0


class Processes:
    """Starts reading processes, one ahead when it is known that it will be needed.

    A start takes as long as reading a small file.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spare: ChildProcess | None = None

    def prepare(self) -> None:
        """Have one ready soon."""
        with self._lock:
            self._drop_old()
            self._spare = self._spare or ChildProcess(_MODULE)

    def take(self) -> ChildProcess:
        """One that waits for its order."""
        with self._lock:
            self._drop_old()
            taken, self._spare = self._spare or ChildProcess(_MODULE), None
        return taken

    def give_back(self) -> None:
        """End a spare one that nobody has needed for long."""
        with self._lock:
            self._drop_old()

    def close(self) -> None:
        """End the spare one."""
        with self._lock:
            self._drop_old(seconds=0)

    def _drop_old(self, seconds: float = _SPARE_SECONDS) -> None:
        spare = self._spare
        if spare is not None and time.monotonic() - spare.started >= seconds:
            spare.dismiss()
            self._spare = None
