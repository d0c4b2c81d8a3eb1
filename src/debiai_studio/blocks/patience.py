"""Changes of one project one after the other: who comes second waits, and is not sent away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from debiai_studio.projects.errors import ProjectBusy
from debiai_studio.projects.model import ProjectRef

_T = TypeVar("_T")
_SECONDS = 60.0
_SECONDS_BETWEEN_TRIES = 0.02


class Patience:
    """Lets changes wait for those of others: imports, answers of receivers, other clients."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        # A turn is there while somebody has it or waits for it.
        self._turns: WeakValueDictionary[ProjectRef, threading.Lock] = WeakValueDictionary()

    def run(self, ref: ProjectRef, change: Callable[[], _T]) -> _T:
        """What the change gives. Raises ProjectBusy after a minute, others' turns included."""
        until = time.monotonic() + _SECONDS
        with self._guard:
            turn = self._turns.get(ref) or threading.Lock()
            self._turns[ref] = turn
        if not turn.acquire(timeout=_SECONDS):
            raise ProjectBusy(ref)
        try:
            while True:
                try:
                    return change()
                except ProjectBusy:
                    if time.monotonic() > until:
                        raise
                time.sleep(_SECONDS_BETWEEN_TRIES)
        finally:
            turn.release()
