"""What streams need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pyroaring import BitMap

from debiai_studio.errors import StudioError
from debiai_studio.projects.model import ProjectRef
from debiai_studio.streams.model import Stream


class StreamCatalogue(Protocol):
    """Streams of present projects. Thread-safe; each call is one transaction."""

    def add(self, stream: Stream) -> None:
        """Keep it. Raises UnknownData when the project is gone."""
        ...

    def list(self, project_key: int) -> Sequence[Stream]:
        """All of a project, the one made last first."""
        ...

    def get(self, stream_id: str) -> Stream | None:
        """One stream."""
        ...

    def confirmed(self, stream_id: str) -> BitMap:
        """The set that the receiver confirmed; empty when there is no such stream."""
        ...

    def ready(self) -> Sequence[Stream]:
        """Those that a run is asked of, and that neither wait for a delivery nor are paused."""
        ...

    def due(self, now: str) -> Sequence[Stream]:
        """Those whose next run by cron is due."""
        ...

    def next_due(self) -> str | None:
        """When the next run by cron is due."""
        ...

    def wish(self, stream_id: str, due_at: str | None = None) -> None:
        """Ask for a run; with ``due_at`` because cron did, which asks for the next one then."""
        ...

    def wish_after_change(self, ref: ProjectRef | None = None) -> None:
        """Ask for a run of all that follow changes, in one project or in all."""
        ...

    def judged(
        self,
        stream_id: str,
        at: str,
        *,
        served: int | None = None,
        put_off: StudioError | None = None,
    ) -> None:
        """Record that it was judged: how many wishes that served, or why it was put off."""
        ...

    def pause(self, stream_id: str, reason: str) -> None:
        """A person stops it."""
        ...

    def resume(self, stream_id: str) -> None:
        """It may go on."""
        ...

    def delete(self, stream_id: str) -> None:
        """Forget it; its deliveries stay in the history."""
        ...
