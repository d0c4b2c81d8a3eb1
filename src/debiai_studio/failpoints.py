"""Places where a test lets the process die, to prove that nothing is lost there."""

from __future__ import annotations

import os
import signal
import threading


class Failpoints:
    """Dies by SIGKILL when a named place is reached for the given time, as ``name:count`` says.

    Without a specification every call is a no-op. The variable ``DEBIAI_FAILPOINT`` is read by
    the program that starts the server, never here.
    """

    def __init__(self, specification: str = "") -> None:
        name, _, count = specification.partition(":")
        self._name = name
        self._left = int(count or 1)
        self._lock = threading.Lock()

    def reach(self, name: str) -> None:
        """Say that this place was reached."""
        if name != self._name:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


UNARMED = Failpoints()
