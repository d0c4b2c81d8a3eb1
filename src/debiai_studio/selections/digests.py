"""Computes the digests of saved selections, after they were saved: ten million ids take seconds."""

from __future__ import annotations

from itertools import takewhile
from typing import ClassVar

import structlog

from debiai_studio.background import Background
from debiai_studio.datasets.errors import UnknownData
from debiai_studio.datasets.service import DataSets
from debiai_studio.datasets.set_digest import set_digest
from debiai_studio.events import Events
from debiai_studio.selections.ports import SelectionCatalogue, VersionKey

log = structlog.get_logger()


class SetDigests(Background):
    """Fills in digests in a thread of its own; what the end of the server cuts off comes later."""

    thread_name: ClassVar[str] = "set digests"

    def __init__(self, catalogue: SelectionCatalogue, data_sets: DataSets, events: Events) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._data_sets = data_sets
        self._events = events

    def start(self) -> None:
        """Begin with those that are missing."""
        self._woken.set()
        super().start()

    def look(self) -> None:
        """A selection was saved."""
        self._woken.set()

    def compute(self) -> None:
        """Compute those that are missing now."""
        for key in self._catalogue.without_digest():
            try:
                digest = self._digest_of(key)
            except UnknownData:  # the project was deleted meanwhile
                continue
            if self._stopping.is_set():
                return
            if digest is None:
                continue
            self._catalogue.keep_digest(key, digest)
            self._events.publish("selection", {"action": "digest", "selection": key.selection_id})

    def _live(self) -> None:
        while True:
            self._woken.wait()
            self._woken.clear()
            if self._stopping.is_set():
                return
            try:
                self.compute()
            except Exception:  # the next selection saved tries again
                log.exception("selections.digests")

    def _digest_of(self, key: VersionKey) -> str | None:
        """None when the version was deleted meanwhile; not whole once the server ends."""
        members = self._catalogue.members(key.project_key, key.selection_id, key.version)
        if members is None:
            return None
        batches = self._data_sets.id_batches_of_key(key.project_key, members)
        return set_digest(takewhile(lambda _: not self._stopping.is_set(), batches))
