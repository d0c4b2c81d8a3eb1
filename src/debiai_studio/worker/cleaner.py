"""Gives back, while the server runs, what nothing needs any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from debiai_studio.worker.trouble import report_trouble

EVERY_SECONDS = 600.0


class Cleaner:
    """Calls each duty now and then, in a thread of its own.

    A duty must be safe at any moment; one that fails is logged and does not hinder the others.
    """

    def __init__(
        self, duties: Mapping[str, Callable[[], object]], *, every_seconds: float = EVERY_SECONDS
    ) -> None:
        self._duties = dict(duties)
        self._every = every_seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; the first round comes after one pause."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="cleaner", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End, after the round that is under way."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def clean(self) -> None:
        """One round."""
        for name, duty in self._duties.items():
            if self._stopping.is_set():
                return
            try:
                duty()
            except Exception as error:  # noqa: BLE001 - the next round tries again
                report_trouble("cleaner.trouble", error, duty=name)

    def _live(self) -> None:
        while not self._stopping.wait(self._every):
            self.clean()
