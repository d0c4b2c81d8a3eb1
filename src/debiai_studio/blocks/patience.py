"""Changes of one project one after the other: who comes second waits, and is not sent away."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from debiai_studio.projects.errors import ProjectBusy
from debiai_studio.projects.model import ProjectRef

_T = TypeVar("_T")
_SECONDS = 60.0
_SECONDS_BETWEEN_TRIES = 0.02


class Patience:
    """Lets changes wait for those of others: imports, answers of receivers, other clients."""

    def __init__(self) -> None:
        self._locks: defaultdict[ProjectRef, threading.Lock] = defaultdict(threading.Lock)

    def run(self, ref: ProjectRef, change: Callable[[], _T]) -> _T:
        """What the change gives. Raises ProjectBusy after a minute."""
        until = time.monotonic() + _SECONDS
        with self._locks[ref]:
            while True:
                try:
                    return change()
                except ProjectBusy:
                    if time.monotonic() > until:
                        raise
                time.sleep(_SECONDS_BETWEEN_TRIES)
