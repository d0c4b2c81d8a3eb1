"""Gives back, while the server runs, what nothing needs any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from debiai_studio.background import Background
from debiai_studio.worker.trouble import report_trouble

EVERY_SECONDS = 600.0


class Cleaner(Background):
    """Calls each duty now and then, in a thread of its own.

    A duty must be safe at any moment; one that fails is logged and does not hinder the others.
    """

    thread_name: ClassVar[str] = "cleaner"

    def __init__(
        self, duties: Mapping[str, Callable[[], object]], *, every_seconds: float = EVERY_SECONDS
    ) -> None:
        super().__init__()
        self._duties = dict(duties)
        self._every = every_seconds

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
